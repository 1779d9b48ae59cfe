#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <map>
#include <tuple>

#include "rules.h"
#include "source.h"

namespace comity::tidy {

namespace {

enum class Shape { word, call, member_call };
enum class Where { sources, sources_and_tests, headers };

/// Something that our code does not call, why not, and what it calls instead.
struct Banned {
    std::string_view pattern;
    Shape shape;
    Where where;
    std::string_view reason;
    std::string_view replacement;
    std::initializer_list<std::string_view> except = {};  ///< folders in which it is in place
};

constexpr std::string_view one_json =
    "the packaged parsers accept duplicate keys and round doubles";
constexpr std::string_view throws = "it throws, and takes white space and trailing text";
constexpr std::string_view unbounded = "it writes without a bound";
constexpr std::string_view depends = "a result must not depend on hidden state";
constexpr std::string_view no_clock = "the core has no clock";

const std::initializer_list<Banned> banned{
    {"boost::json::parse", Shape::word, Where::sources, one_json, "codec::parse"},
    {"boost::json::serialize", Shape::word, Where::sources, one_json, "codec::canonical"},
    {"boost::json::value_to", Shape::word, Where::sources, one_json, "codec::read"},
    {"stoi", Shape::call, Where::sources, throws, "std::from_chars"},
    {"stol", Shape::call, Where::sources, throws, "std::from_chars"},
    {"stoll", Shape::call, Where::sources, throws, "std::from_chars"},
    {"stoul", Shape::call, Where::sources, throws, "std::from_chars"},
    {"stoull", Shape::call, Where::sources, throws, "std::from_chars"},
    {"stod", Shape::call, Where::sources, throws, "std::from_chars"},
    {"stof", Shape::call, Where::sources, throws, "std::from_chars"},
    {"atoi", Shape::call, Where::sources_and_tests, "it hides errors", "std::from_chars"},
    {"atol", Shape::call, Where::sources_and_tests, "it hides errors", "std::from_chars"},
    {"strtol", Shape::call, Where::sources_and_tests, "it hides errors", "std::from_chars"},
    {"strtoul", Shape::call, Where::sources_and_tests, "it hides errors", "std::from_chars"},
    {"strtod", Shape::call, Where::sources, "it depends on the locale", "std::from_chars"},
    {"strcpy", Shape::call, Where::sources_and_tests, unbounded, "std::string"},
    {"strcat", Shape::call, Where::sources_and_tests, unbounded, "std::string"},
    {"sprintf", Shape::call, Where::sources_and_tests, unbounded, "std::string or fmt"},
    {"vsprintf", Shape::call, Where::sources_and_tests, unbounded, "std::string or fmt"},
    {"gets", Shape::call, Where::sources_and_tests, unbounded, "std::getline"},
    {"strtok", Shape::call, Where::sources_and_tests, depends, "std::string_view::find"},
    {"rand", Shape::call, Where::sources_and_tests, depends, "the crypto::Random port"},
    {"srand", Shape::call, Where::sources_and_tests, depends, "a seeded std::mt19937_64 in tests"},
    {"std::random_device", Shape::word, Where::sources, depends, "the crypto::Random port"},
    {"setlocale", Shape::call, Where::sources_and_tests, depends, "nothing: we use the C locale"},
    {"system", Shape::call, Where::sources, "a shell reads what we hand over",
     "do it in the process"},
    {"popen", Shape::call, Where::sources, "a shell reads what we hand over",
     "do it in the process"},
    {"getenv",
     Shape::call,
     Where::sources,
     "configuration is handed in",
     "an argument",
     {"src/app/"}},
    {"system_clock",
     Shape::word,
     Where::sources,
     no_clock,
     "an Instant argument or the clock port",
     {"src/adapter/clock/"}},
    {"steady_clock",
     Shape::word,
     Where::sources,
     no_clock,
     "a Duration argument",
     {"src/adapter/", "src/app/"}},
    {"time", Shape::call, Where::sources, no_clock, "an Instant argument or the clock port"},
    {"sleep_for", Shape::call, Where::sources_and_tests, "waiting is no synchronisation",
     "a timer, a condition, a virtual clock"},
    {"sleep_until", Shape::call, Where::sources_and_tests, "waiting is no synchronisation",
     "a timer, a condition, a virtual clock"},
    {"usleep", Shape::call, Where::sources_and_tests, "waiting is no synchronisation",
     "a timer, a condition, a virtual clock"},
    {"sleep", Shape::call, Where::sources_and_tests, "waiting is no synchronisation",
     "a timer, a condition, a virtual clock"},
    {"std::regex", Shape::word, Where::sources_and_tests, "its depth follows the input's length",
     "a small parser"},
    {"detach", Shape::member_call, Where::sources_and_tests, "nobody waits for a detached thread",
     "std::jthread, joined by its owner"},
    {"assert", Shape::call, Where::sources, "it vanishes in release", "COMITY_ENSURE"},
    {"using namespace", Shape::word, Where::headers, "it reaches everybody who includes this",
     "full names"},
};

bool applies(const Banned& entry, std::string_view path) {
    const bool excepted = std::ranges::any_of(
        entry.except, [path](std::string_view folder) { return path.starts_with(folder); });
    switch (entry.where) {
        case Where::sources: return !excepted && !is_test(path);
        case Where::sources_and_tests: return !excepted;
        case Where::headers: return !excepted && is_header(path);
    }
    return false;
}

/// The qualification in front of a name, `std::this_thread::`; empty if there is none.
std::string_view scope_before(std::string_view before) {
    std::size_t begin = before.size();
    while (begin > 0 && (std::isalnum(static_cast<unsigned char>(before[begin - 1])) != 0 ||
                         before[begin - 1] == '_' || before[begin - 1] == ':')) {
        --begin;
    }
    const std::string_view scope = before.substr(begin);
    return scope.ends_with("::") ? scope : std::string_view();
}

bool matches_at(const Banned& entry, std::string_view code, std::size_t at) {
    if (!is_word_at(code, at, entry.pattern)) {
        return false;
    }
    const std::string_view before = code.substr(0, at);
    const std::string_view behind = code.substr(at + entry.pattern.size());
    const bool called = behind.starts_with('(');
    const bool of_object = before.ends_with('.') || before.ends_with("->");
    // `calendar::time(` is another's function; `std::time(` and `::time(` are meant.
    const std::string_view scope = scope_before(before);
    const bool of_other = !scope.empty() && scope != "::" && !scope.starts_with("std::");
    // `Duration time(...)` declares a name of its own.
    const std::size_t last = before.find_last_not_of(' ');
    const bool declared = last != std::string_view::npos && last + 1 < before.size() &&
                          (std::isalnum(static_cast<unsigned char>(before[last])) != 0 ||
                           before[last] == '>' || before[last] == '&') &&
                          !before.substr(0, last + 1).ends_with("return");
    switch (entry.shape) {
        case Shape::word: return true;
        case Shape::call: return called && !of_object && !of_other && !declared;
        case Shape::member_call: return called && of_object;
    }
    return false;
}

bool holds(const Banned& entry, std::string_view code) {
    for (std::size_t at = code.find(entry.pattern); at != std::string_view::npos;
         at = code.find(entry.pattern, at + 1)) {
        if (matches_at(entry, code, at)) {
            return true;
        }
    }
    return false;
}

/// A lambda or a braced temporary in what follows `co_await`.
bool has_temporary(std::string_view awaited) {
    for (std::size_t i = 0; i < awaited.size(); ++i) {
        const std::size_t before =
            i == 0 ? std::string_view::npos : awaited.find_last_not_of(' ', i - 1);
        const char previous = before == std::string_view::npos ? ' ' : awaited[before];
        const bool after_name = std::isalnum(static_cast<unsigned char>(previous)) != 0 ||
                                previous == '_' || previous == ')' || previous == ']';
        if (awaited[i] == '[' && !after_name) {
            return true;
        }
        // `if (co_await ready()) {` opens a block.
        if (awaited[i] == '{' && previous != ')') {
            return true;
        }
    }
    return false;
}

/// Columns as a reader counts them: one for each UTF-8 character.
std::size_t columns_of(std::string_view line) {
    return static_cast<std::size_t>(std::ranges::count_if(
        line, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

constexpr std::size_t longest_line = 100;
constexpr std::size_t longest_function = 70;
constexpr std::size_t longest_source = 500;
constexpr std::size_t longest_header = 300;
constexpr std::size_t longest_of_all = 800;

/// Files that may be longer than others, each with its reason. None so far.
struct LongFile {
    std::string_view path;
    std::string_view reason;
};
const std::initializer_list<LongFile> long_files{};

std::size_t limit_of(std::string_view path) {
    const bool excepted = std::ranges::find(long_files, path, &LongFile::path) != long_files.end();
    if (excepted) {
        return longest_of_all;
    }
    return is_header(path) ? longest_header : longest_source;
}

bool is_ours(std::string_view path) {
    return is_cpp(path) || path.ends_with(".cmake") || path.ends_with("CMakeLists.txt") ||
           path.ends_with(".ts") || path.ends_with(".tsx");
}

// The parser spells the notation's own words (`open`, `release`), which a text may well take for
// names too; it hands names on and decides nothing by them.
constexpr std::string_view parser = "src/domain/law/detail/parse_";

/// A word of the notation or of a format that a text happens to take for a name as well.
struct OwnWord {
    std::string_view path;
    std::string_view word;
    std::string_view reason;
};
const std::initializer_list<OwnWord> own_words{
    {"src/domain/law/assess.cc", "open", "an outcome of an assessment"},
    {"src/domain/law/explain.cc", "release", "a member of the answer: which way release goes"},
    {"src/domain/law/detail/merge.cc", "notify", "a kind of clause of the notation"},
    {"src/domain/prooffile/detail/replay.cc", "registry", "what a step of the report is about"},
    {"src/domain/prooffile/report.cc", "registry", "a member of the report"},
};

bool is_own_word(std::string_view path, std::string_view word) {
    return std::ranges::any_of(own_words, [path, word](const OwnWord& own) {
        return own.path == path && own.word == word;
    });
}

/// The quoted names behind `procedure` and `act` in a procedure's text.
std::map<std::string, std::string> names_of_law(const Project& project) {
    std::map<std::string, std::string> names;
    for (const auto& [path, text] : project.files) {
        if (!path.starts_with("law/procedures/") || !path.ends_with(".treaty")) {
            continue;
        }
        for (const std::string_view line : lines_of(text)) {
            for (const char* word : {"procedure", "act"}) {
                const std::string mark = std::string(word) + " \"";
                const std::size_t at = line.find(mark);
                // The name is declared at the head of its line; elsewhere it is used.
                if (at == std::string_view::npos || line.find_first_not_of(" \t") != at) {
                    continue;
                }
                const std::string_view name = line.substr(at + mark.size());
                names[std::string(name.substr(0, name.find('"')))] = path;
            }
        }
    }
    return names;
}

}  // namespace

Findings check_banned(const Project& project) {
    Findings findings;
    for (const auto& [path, text] : project.files) {
        if (!is_cpp(path) || !(path.starts_with("src/") || path.starts_with("tests/"))) {
            continue;
        }
        const Source source = read_source(text);
        for (const Banned& entry : banned) {
            for (std::size_t i = 0; applies(entry, path) && i < source.code.size(); ++i) {
                if (holds(entry, source.code[i])) {
                    findings.push_back(
                        {path, i + 1, "banned",
                         std::string(entry.pattern) + ": " + std::string(entry.reason),
                         std::string(entry.replacement)});
                }
            }
        }
    }
    return findings;
}

Findings check_coawait(const Project& project) {
    Findings findings;
    for (const auto& [path, text] : project.files) {
        if (!is_cpp(path) || !path.starts_with("src/")) {
            continue;
        }
        const Source source = read_source(text);
        for (std::size_t i = 0; i < source.code.size(); ++i) {
            const std::string_view code = source.code[i];
            const std::size_t at = code.find("co_await");
            if (at != std::string_view::npos && is_word_at(code, at, "co_await") &&
                has_temporary(code.substr(at))) {
                findings.push_back({path, i + 1, "co_await",
                                    "a lambda or braced temporary dies or moves while suspended",
                                    "give it a name on the line before"});
            }
        }
    }
    return findings;
}

Findings check_lengths(const Project& project) {
    Findings findings;
    for (const auto& [path, text] : project.files) {
        if (!is_cpp(path)) {
            continue;
        }
        const Source source = read_source(text);
        for (std::size_t i = 0; i < source.lines.size(); ++i) {
            if (columns_of(source.lines[i]) > longest_line) {
                findings.push_back({path, i + 1, "length", "a line of more than 100 columns",
                                    "clang-format-19 -i, or split the text"});
            }
        }
        if (source.lines.size() > limit_of(path)) {
            findings.push_back({path, source.lines.size(), "length",
                                "a file of more than " + std::to_string(limit_of(path)) + " lines",
                                "split its noun"});
        }
        for (const FunctionLength& function : functions_of(source)) {
            if (function.lines > longest_function) {
                findings.push_back({path, function.line, "length",
                                    "a function of " + std::to_string(function.lines) + " lines",
                                    "name its parts; 70 lines at most"});
            }
        }
    }
    return findings;
}

Findings check_leftovers(const Project& project) {
    Findings findings;
    for (const auto& [path, text] : project.files) {
        // tidy itself has to name the marks.
        if (!is_ours(path) || path.starts_with("tools/tidy/")) {
            continue;
        }
        std::size_t number = 0;
        for (const std::string_view line : lines_of(text)) {
            ++number;
            for (const char* mark : {"TODO", "FIXME", "XXX"}) {
                if (has_word(line, mark)) {
                    findings.push_back({path, number, "leftover",
                                        std::string(mark) + " marks unfinished work",
                                        "do it, or open an issue and drop the mark"});
                }
            }
        }
    }
    return findings;
}

Findings check_literals(const Project& project) {
    Findings findings;
    const auto names = names_of_law(project);
    for (const auto& [path, text] : project.files) {
        const bool core = path.starts_with("src/domain/") || path.starts_with("src/node/");
        if (!is_cpp(path) || !core || is_test(path) || path.starts_with(parser)) {
            continue;
        }
        const Source source = read_source(text);
        for (const Literal& literal : source.literals) {
            const auto name = names.find(literal.text);
            // `field("registry", ...)` names a member of a message.
            const std::string_view before =
                std::string_view(source.code[literal.line - 1]).substr(0, literal.column);
            if (name != names.end() && !before.ends_with("field(") &&
                !is_own_word(path, literal.text)) {
                findings.push_back({path, literal.line, "law-name",
                                    "\"" + literal.text + "\" is a name of " + name->second,
                                    "follow a member of the compiled procedure"});
            }
        }
    }
    return findings;
}

Findings check_all(const Project& project) {
    Findings all;
    for (const auto check :
         {check_edges, check_includes, check_third_party, check_cmake, check_orphans, check_readmes,
          check_picture, check_packages, check_named_tests, check_banned, check_coawait,
          check_lengths, check_leftovers, check_literals}) {
        const Findings found = check(project);
        all.insert(all.end(), found.begin(), found.end());
    }
    std::ranges::sort(all, {}, [](const Finding& finding) {
        return std::tie(finding.path, finding.line, finding.rule, finding.reason);
    });
    return all;
}

}  // namespace comity::tidy
