#pragma once

// `comity navigate`.

#include <iosfwd>
#include <string>

#include "app/comity/command.h"

namespace CLI {
class App;
}

namespace comity::app {

struct NavigateOptions {
    std::string law_dir;
    std::string request_file;
    std::string as_of;  ///< YYYY-MM-DD
    bool json = false;
};

/// Tells every way between the two sides of a request, in both directions. Returns 0 whatever there
/// is, 1 for a request that cannot be read, 3 for a file, agreement or profile that is not there, 9
/// if the texts are wrong.
[[nodiscard]] int run_navigate(const NavigateOptions& options, std::ostream& out,
                               std::ostream& err);

/// Adds the command to the command line.
void add_navigate(CLI::App& app, Run& run);

}  // namespace comity::app
