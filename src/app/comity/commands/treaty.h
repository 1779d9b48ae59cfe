#pragma once

// `comity treaty check` and `comity treaty decide`.

#include <ostream>
#include <string>
#include <vector>

#include "app/comity/command.h"

namespace CLI {
class App;
}

namespace comity::app {

/// Checks each file, or every `*.treaty` below a folder, together with the vocabulary of its law
/// folder (the nearest parent that holds `vocabulary/`), then decides each guardrail, and what is
/// asked of every text. Returns 0 if nothing is wrong, 9 with findings or a request that breaks a
/// guardrail, 7 if one is not decided, 3 for a file that is not there.
[[nodiscard]] int run_treaty_check(const std::vector<std::string>& files, bool json,
                                   std::ostream& out, std::ostream& err);

struct DecideOptions {
    std::string law_dir;
    std::string request_file;
    std::string as_of;  ///< YYYY-MM-DD
    bool json = false;
    bool trace = false;
};

/// Assesses a request file against the texts of a law folder. Returns 0 for any outcome, 1 for a
/// request that cannot be read, 3 for a file that is not there, 9 if the texts themselves are
/// wrong.
[[nodiscard]] int run_treaty_decide(const DecideOptions& options, std::ostream& out,
                                    std::ostream& err);

/// Adds `treaty` with its two commands to the command line.
void add_treaty(CLI::App& app, Run& run);

}  // namespace comity::app
