// `comity treaty test`: fact patterns, and what the texts answer to them.

#include "app/comity/commands/treaty_patterns.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <system_error>

#include <CLI/CLI.hpp>

#include "app/comity/commands/treaty_inputs.h"
#include "domain/law/law.h"
#include "ground/codec/codec.h"

namespace comity::app {
namespace {

namespace fs = std::filesystem;

/// What all files came to.
struct Tested {
    std::int64_t passed = 0;
    std::int64_t failed = 0;
    std::int64_t unconfirmed = 0;  ///< patterns whose legal text was not at hand
    bool unreadable = false;       ///< a text or a pattern is wrong
    codec::Array failures;
};

base::Result<std::vector<fs::path>> files_of(const std::string& path) {
    std::error_code error;
    std::vector<fs::path> files;
    if (fs::is_directory(path, error)) {
        files = files_below(path, ".pattern");
    } else if (fs::exists(path, error)) {
        files.emplace_back(path);
    }
    if (files.empty()) {
        return base::fail(base::ErrorKind::not_found, "there are no fact patterns at " + path, "",
                          "a folder of *.pattern files, or one of them");
    }
    return files;
}

/// The texts of each law folder, read once.
class Libraries {
 public:
    /// None: the texts are wrong, and that is told.
    base::Result<const law::Library*> of(const fs::path& folder, std::ostream& out) {
        const std::string key = folder.lexically_normal().string();
        const auto known = read_.find(key);
        if (known != read_.end()) {
            return known->second ? &*known->second : nullptr;
        }
        std::error_code error;
        if (!fs::is_directory(folder, error)) {
            return base::fail(base::ErrorKind::not_found, "there is no law folder " + key);
        }
        auto& kept = read_[key];
        kept = COMITY_TRY(library_of({treaties_below(folder), {}}, false, out));
        return kept ? &*kept : nullptr;
    }

 private:
    std::map<std::string, std::optional<law::Library>> read_;
};

void tell(const std::string& file, const law::FactPattern& pattern,
          const std::vector<law::Mismatch>& mismatches, bool json, Tested& tested,
          std::ostream& out) {
    codec::Array answers;
    if (!json) {
        out << file << ":" << pattern.line << ": " << pattern.title << "\n";
    }
    for (const law::Mismatch& one : mismatches) {
        if (!json) {
            out << "  line " << one.line << ", " << one.what << ": expected " << one.expected
                << "; came " << one.came << "\n";
        }
        answers.push_back(codec::Object{{"line", one.line},
                                        {"what", one.what},
                                        {"expected", one.expected},
                                        {"came", one.came}});
    }
    tested.failures.push_back(codec::Object{{"file", file},
                                            {"line", pattern.line},
                                            {"title", pattern.title},
                                            {"answers", std::move(answers)}});
}

/// Asks for all patterns of one file.
base::Result<void> test_file(const fs::path& path, Libraries& libraries, bool json, Tested& tested,
                             std::ostream& out, std::ostream& err) {
    const std::string file = path.string();
    const std::string text = COMITY_TRY(treaty_text(path, law::max_pattern_bytes));
    const auto read = law::read_patterns(file, text);
    if (!read) {
        tested.unreadable = true;
        print_diagnostics(read.error(), false, err);
        return {};
    }
    const law::Library* library = COMITY_TRY(libraries.of(path.parent_path() / read->law, err));
    if (library == nullptr) {
        tested.unreadable = true;
        return {};
    }
    for (const law::FactPattern& pattern : read->patterns) {
        const auto judged = law::judge_pattern(*library, file, pattern);
        if (!judged) {
            tested.unreadable = true;
            print_diagnostics({judged.error()}, false, err);
            continue;
        }
        tested.unconfirmed += pattern.unconfirmed ? 1 : 0;
        ++(judged->empty() ? tested.passed : tested.failed);
        if (!judged->empty()) {
            tell(file, pattern, *judged, json, tested, out);
        }
    }
    return {};
}

base::Result<int> test(const TreatyTestOptions& options, std::ostream& out, std::ostream& err) {
    Libraries libraries;
    Tested tested;
    for (const fs::path& file : COMITY_TRY(files_of(options.path))) {
        COMITY_TRY(test_file(file, libraries, options.json, tested, out, err));
    }
    if (options.json) {
        out << codec::canonical(codec::Object{{"passed", tested.passed},
                                              {"failed", tested.failed},
                                              {"unconfirmed", tested.unconfirmed},
                                              {"failures", std::move(tested.failures)}})
            << "\n";
    } else {
        out << tested.unconfirmed << " are written from texts that were not at hand\n"
            << tested.passed << " passed, " << tested.failed << " failed\n";
    }
    return tested.failed == 0 && !tested.unreadable ? exit_done : exit_findings;
}

}  // namespace

int run_treaty_test(const TreatyTestOptions& options, std::ostream& out, std::ostream& err) {
    const auto code = test(options, out, err);
    return code ? *code : report(code.error(), options.json, out, err);
}

void add_treaty_test(CLI::App& treaty, Run& run) {
    const auto given = std::make_shared<TreatyTestOptions>();
    CLI::App* command =
        treaty.add_subcommand("test", "Compare what texts answer with what legal texts say");
    command->add_option("DIR", given->path, "folder of *.pattern files, or one file")->required();
    command->add_flag("--json", given->json, "answer as JSON");
    command->footer(
        "Examples:\n"
        "  comity treaty test law/tests\n"
        "  comity treaty test --json law/tests/eu-2023-1543-production.pattern\n"
        "Exit: 0 all as expected, 9 one is not, or a text or pattern is wrong, 3 no patterns, no "
        "such law folder");
    command->callback([given, &run] {
        run.action = [given] { return run_treaty_test(*given, std::cout, std::cerr); };
    });
}

}  // namespace comity::app
