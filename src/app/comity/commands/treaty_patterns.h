#pragma once

// `comity treaty test`.

#include <ostream>
#include <string>

#include "app/comity/command.h"

namespace CLI {
class App;
}

namespace comity::app {

struct TreatyTestOptions {
    std::string path;  ///< a folder of `*.pattern` files, or one of them
    bool json = false;
};

/// Asks the texts for every fact pattern. Returns 0 if all answers are the expected ones, 9 if one
/// is not, or a text or pattern is wrong, 3 for a folder without patterns.
[[nodiscard]] int run_treaty_test(const TreatyTestOptions& options, std::ostream& out,
                                  std::ostream& err);

/// Adds the command to `treaty`.
void add_treaty_test(CLI::App& treaty, Run& run);

}  // namespace comity::app
