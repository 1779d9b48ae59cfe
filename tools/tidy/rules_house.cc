#include <algorithm>
#include <array>
#include <cctype>
#include <initializer_list>
#include <set>

#include "rules.h"
#include "source.h"

namespace comity::tidy {

namespace {

constexpr std::array<std::string_view, 5> layers{"ground/", "domain/", "node/", "adapter/", "app/"};

/// Stands in the table for every test, wherever it lies.
constexpr std::string_view tests = "tests";

/// What tests name to use tests/kit, and with it the libraries that it links.
constexpr std::string_view test_kit = "testkit";

/// A foreign header, and the folders in which it may be included.
struct ThirdParty {
    std::string_view prefix;
    std::initializer_list<std::string_view> folders;
};

// The one table of foreign headers. The first prefix that fits decides. Whoever adds a line gives
// the reason in docs/dependencies.md.
const std::initializer_list<ThirdParty> third_party{
    {"boost/json", {"src/ground/codec/"}},
    {"boost/beast", {"src/adapter/http/"}},
    {"boost/asio", {"src/adapter/http/"}},
    {"boost/system", {"src/ground/codec/", "src/adapter/http/"}},
    {"openssl/",
     {"src/ground/crypto/", "src/adapter/softkeys/", "src/adapter/http/", "src/adapter/clock/"}},
    {"sqlite3.h", {"src/adapter/sqlite/"}},
    {"libpq-fe.h", {"src/adapter/postgres/"}},
    {"cbor.h", {"src/ground/cose/"}},
    {"cadical", {"src/domain/prover/"}},
    {"z3", {"src/domain/prover/"}},
    {"pango/", {"src/adapter/pdf/"}},
    {"cairo", {"src/adapter/pdf/"}},
    {"fontconfig/", {"src/adapter/pdf/"}},
    {"qpdf/", {"src/adapter/pdf/"}},
    {"fmt/", {"src/app/"}},
    {"CLI/", {"src/app/"}},
    // The operating system: at the edge of the house, and in tests that run a foreign program.
    {"sys/", {"src/adapter/", "src/app/", tests}},
    {"unistd.h", {"src/adapter/", "src/app/", tests}},
    {"fcntl.h", {"src/adapter/", "src/app/", tests}},
    {"signal.h", {"src/adapter/", "src/app/", tests}},
    {"dirent.h", {"src/adapter/", "src/app/", tests}},
    {"poll.h", {"src/adapter/", "src/app/", tests}},
    {"arpa/", {"src/adapter/", "src/app/", tests}},
    {"netinet/", {"src/adapter/", "src/app/", tests}},
    {"spawn.h", {"src/app/", tests}},
    {"termios.h", {"src/app/"}},
};

/// Frameworks that tests, and only tests, may include.
constexpr std::array<std::string_view, 3> test_frameworks{"gtest/", "gmock/", "rapidcheck"};

bool starts_with_any(std::string_view text, const auto& prefixes) {
    return std::ranges::any_of(prefixes,
                               [text](std::string_view p) { return text.starts_with(p); });
}

bool is_allowed(const ThirdParty& entry, std::string_view path) {
    const bool in_tests = std::ranges::find(entry.folders, tests) != entry.folders.end();
    return starts_with_any(path, entry.folders) || (in_tests && is_test(path));
}

/// The words behind `key` in a CMakeLists.txt, up to the next word in capitals or a parenthesis.
std::set<std::string> cmake_values(std::string_view text, std::string_view key) {
    std::set<std::string> values;
    for (std::size_t at = text.find(key); at != std::string_view::npos;
         at = text.find(key, at + 1)) {
        if (!is_word_at(text, at, key)) {
            continue;
        }
        const std::string_view rest = text.substr(at + key.size());
        for (const std::string& word : words_of(rest.substr(0, rest.find(')')))) {
            if (word.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == std::string::npos) {
                break;
            }
            values.insert(word);
        }
    }
    return values;
}

std::string text_of(const Project& project, const std::string& path) {
    const auto found = project.files.find(path);
    return found == project.files.end() ? std::string() : found->second;
}

std::set<std::string> allowed_for(const Project& project, const std::vector<Edges>& house,
                                  const std::string& path) {
    const std::string library = library_of(path);
    std::set<std::string> allowed{library};
    for (const Edges& edges : house) {
        if (edges.library == library || library.starts_with("app/")) {
            allowed.insert(edges.needs.begin(), edges.needs.end());
        }
        if (library.starts_with("app/")) {
            allowed.insert(edges.library);
        }
    }
    if (is_test(path)) {
        allowed.merge(
            cmake_values(text_of(project, "src/" + library + "/CMakeLists.txt"), "TEST_NEEDS"));
    }
    if (allowed.contains(std::string(test_kit))) {
        allowed.merge(cmake_values(text_of(project, "tests/kit/CMakeLists.txt"), "PUBLIC"));
    }
    return allowed;
}

void check_include(const Project& project, const std::string& path, const Include& include,
                   const std::set<std::string>& allowed, Findings& findings) {
    const std::string library = library_of(path);
    const auto report = [&](std::string reason, std::string replacement) {
        findings.push_back(
            {path, include.line, "edges", std::move(reason), std::move(replacement)});
    };
    if (include.path.starts_with("tests/kit/")) {
        if (!allowed.contains(std::string(test_kit))) {
            report("this file may not use the test kit",
                   "in a test: name testkit behind TEST_NEEDS");
        }
        return;
    }
    if (!starts_with_any(include.path, layers)) {
        report("\"" + include.path + "\" is not written from src/",
               "write \"" + library + "/...\"");
        return;
    }
    const std::string target = library_of("src/" + include.path);
    if (!project.files.contains("src/" + include.path)) {
        report("there is no src/" + include.path, "include a header that exists");
    } else if (!allowed.contains(target)) {
        report(library + " may not use " + target,
               "move the code, hand the value in, or change cmake/edges.txt with a reason");
    } else if (target != library && include.path.contains("/detail/")) {
        report(include.path + " is private to " + target, "include its front header");
    }
}

void check_readme(const Project& project, const Edges& edges, Findings& findings) {
    const std::string path = "src/" + edges.library + "/README.md";
    const auto report = [&](std::size_t line, std::string reason, std::string replacement) {
        findings.push_back({path, line, "readme", std::move(reason), std::move(replacement)});
    };
    if (!project.files.contains(path)) {
        report(0, "a library without a README", "write one with the four heads");
        return;
    }
    const std::string text = text_of(project, path);
    const auto lines = lines_of(text);
    if (lines.size() > 15) {
        report(lines.size(), "more than 15 lines", "say it in the front header");
    }
    std::vector<std::string> heads;
    std::array<std::string, 4> parts;
    for (const std::string_view line : lines) {
        if (line.starts_with('#')) {
            heads.emplace_back(line);
        } else if (!heads.empty() && heads.size() <= parts.size()) {
            parts[heads.size() - 1] += std::string(line) + "\n";
        }
    }
    if (heads != std::vector<std::string>{"# What it is", "# Needs", "# Never", "# Start at"}) {
        report(1, "other heads than the four, or another order",
               "# What it is, # Needs, # Never, # Start at");
        return;
    }
    auto stated = words_of(parts[1]);
    std::erase(stated, "nothing");
    if (std::set(stated.begin(), stated.end()) !=
        std::set(edges.needs.begin(), edges.needs.end())) {
        report(1, "# Needs differs from cmake/edges.txt", "list exactly the edges, or `nothing`");
    }
    const auto start = words_of(parts[3]);
    if (start.empty() || !project.files.contains("src/" + edges.library + "/" + start[0])) {
        report(lines.size(), "# Start at names no file of the library", "name one that exists");
    }
}

}  // namespace

Findings check_edges(const Project& project) {
    Findings findings;
    std::set<std::string> below;
    for (const Edges& edges : project.house()) {
        for (const std::string& need : edges.needs) {
            const bool sideways =
                edges.library.starts_with("adapter/") && need.starts_with("adapter/");
            if (!below.contains(need) || sideways) {
                findings.push_back({"cmake/edges.txt", 0, "edges",
                                    edges.library + " points upwards or sideways to " + need,
                                    "libraries use what stands above their line; no adapter sees "
                                    "another"});
            }
        }
        below.insert(edges.library);
    }
    return findings;
}

Findings check_includes(const Project& project) {
    Findings findings;
    const auto house = project.house();
    for (const auto& [path, text] : project.files) {
        if (!is_cpp(path) || library_of(path).empty()) {
            continue;
        }
        const std::string library = library_of(path);
        const bool known = library.starts_with("app/") ||
                           std::ranges::find(house, library, &Edges::library) != house.end();
        if (!known) {
            findings.push_back({path, 0, "edges", library + " is no library of the house",
                                "give it a line in cmake/edges.txt"});
            continue;
        }
        const auto allowed = allowed_for(project, house, path);
        const Source source = read_source(text);
        for (const Include& include : source.includes) {
            if (include.quoted) {
                check_include(project, path, include, allowed, findings);
            }
        }
    }
    return findings;
}

Findings check_third_party(const Project& project) {
    Findings findings;
    for (const auto& [path, text] : project.files) {
        if (!is_cpp(path) || !path.starts_with("src/")) {
            continue;
        }
        const Source source = read_source(text);
        for (const Include& include : source.includes) {
            // The standard library's own headers have neither a dot nor a slash.
            if (include.quoted || include.path.find_first_of("./") == std::string::npos) {
                continue;
            }
            if (is_test(path) && starts_with_any(include.path, test_frameworks)) {
                continue;
            }
            const auto entry = std::ranges::find_if(third_party, [&](const ThirdParty& t) {
                return include.path.starts_with(t.prefix);
            });
            if (entry == third_party.end()) {
                findings.push_back({path, include.line, "third-party",
                                    "<" + include.path + "> is not in the table",
                                    "do without, or add it to tools/tidy/rules_house.cc and "
                                    "docs/dependencies.md"});
            } else if (!is_allowed(*entry, path)) {
                findings.push_back(
                    {path, include.line, "third-party",
                     "<" + include.path + "> may not be included here",
                     "use the library that wraps it: " + std::string(*entry->folders.begin())});
            }
        }
    }
    return findings;
}

Findings check_cmake(const Project& project) {
    Findings findings;
    for (const auto& [path, text] : project.files) {
        if (!path.starts_with("src/") || path.starts_with("src/app/") ||
            !path.ends_with("/CMakeLists.txt")) {
            continue;
        }
        std::size_t line = 0;
        for (const std::string_view code : lines_of(text)) {
            ++line;
            for (const char* command : {"target_link_libraries", "link_libraries", "add_library",
                                        "include_directories", "GLOB", "GLOB_RECURSE"}) {
                if (has_word(code.substr(0, code.find('#')), command)) {
                    findings.push_back({path, line, "cmake",
                                        std::string(command) + " goes around the house's edges",
                                        "use comity_library(), files listed by hand"});
                }
            }
        }
    }
    return findings;
}

Findings check_orphans(const Project& project) {
    Findings findings;
    std::set<std::string> included;
    for (const auto& [path, text] : project.files) {
        if (is_cpp(path)) {
            const Source source = read_source(text);
            for (const Include& include : source.includes) {
                included.insert("src/" + include.path);
            }
        }
    }
    for (const auto& [path, text] : project.files) {
        const std::string library = library_of(path);
        if (!is_cpp(path) || library.empty()) {
            continue;
        }
        if (is_header(path)) {
            if (!included.contains(path)) {
                findings.push_back({path, 0, "orphan", "nothing includes this header",
                                    "include it where it is meant, or delete it"});
            }
            continue;
        }
        const std::string folder = "src/" + library + "/";
        const auto listed = words_of(text_of(project, folder + "CMakeLists.txt"));
        const std::string name = path.substr(folder.size());
        const bool found = std::ranges::any_of(listed, [&name](const std::string& word) {
            return word == name || word == name + ")";
        });
        if (!found) {
            findings.push_back({path, 0, "orphan", "no CMakeLists.txt lists this file",
                                "list it in " + folder + "CMakeLists.txt, or delete it"});
        }
    }
    return findings;
}

Findings check_readmes(const Project& project) {
    Findings findings;
    for (const Edges& edges : project.house()) {
        if (project.files.contains("src/" + edges.library + "/CMakeLists.txt")) {
            check_readme(project, edges, findings);
        }
    }
    return findings;
}

Findings check_packages(const Project& project) {
    Findings findings;
    const std::string page = text_of(project, "docs/dependencies.md");
    std::size_t line = 0;
    const std::string packages = text_of(project, "tools/packages.txt");
    for (const std::string_view entry : lines_of(packages)) {
        ++line;
        const std::size_t reason = entry.find('#');
        const auto words = words_of(entry.substr(0, reason));
        if (words.empty()) {
            continue;
        }
        if (reason == std::string_view::npos || words.size() != 1) {
            findings.push_back({"tools/packages.txt", line, "packages",
                                "a line is a package's name and `# the reason`",
                                "give the reason"});
        }
        if (!page.contains("`" + words[0] + "`")) {
            findings.push_back({"tools/packages.txt", line, "packages",
                                "docs/dependencies.md does not name " + words[0],
                                "say there why it is needed and what would replace it"});
        }
    }
    return findings;
}

Findings check_named_tests(const Project& project) {
    std::set<std::string> tests_here;
    for (const auto& [path, text] : project.files) {
        if (!path.ends_with("_test.cc")) {
            continue;
        }
        for (std::size_t at = text.find("\nTEST"); at != std::string::npos;
             at = text.find("\nTEST", at + 1)) {
            const std::size_t begin = text.find('(', at) + 1;
            const auto names = words_of(text.substr(begin, text.find(')', begin) - begin));
            if (names.size() == 2) {
                tests_here.insert(names[0] + "." + names[1]);
            }
        }
    }
    Findings findings;
    std::size_t number = 0;
    const std::string threats = text_of(project, "docs/threats.md");
    for (const std::string_view line : lines_of(threats)) {
        ++number;
        for (std::size_t at = line.find('`'); at != std::string_view::npos;) {
            const std::size_t end = std::min(line.find('`', at + 1), line.size());
            const std::string name(line.substr(at + 1, end - at - 1));
            const bool is_test = std::isupper(static_cast<unsigned char>(name[0])) != 0 &&
                                 name.contains('.') && name != "Suite.name";
            if (is_test && !tests_here.contains(name)) {
                findings.push_back({"docs/threats.md", number, "named-tests",
                                    "there is no test " + name, "name the test that shows it"});
            }
            at = end < line.size() ? line.find('`', end + 1) : std::string_view::npos;
        }
    }
    return findings;
}

Findings check_picture(const Project& project) {
    const std::string text = text_of(project, "ARCHITECTURE.md");
    if (!text.contains(picture_of(project.house()))) {
        return {{"ARCHITECTURE.md", 0, "picture", "the picture of the house is not current",
                 "run `tidy --write-picture`"}};
    }
    return {};
}

}  // namespace comity::tidy
