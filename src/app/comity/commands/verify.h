#pragma once

// `comity verify`: a proof file, held against the anchors that its reader trusts.

#include <filesystem>
#include <iosfwd>
#include <optional>

#include "app/comity/command.h"

namespace CLI {
class App;
}

namespace comity::app {

void add_verify(CLI::App& app, Run& run);

struct VerifyRequest {
    std::filesystem::path file;
    std::optional<std::filesystem::path> trust;  ///< none: no anchors, so at best NOT PROVEN
    bool json = false;
};

/// Verifies the file and tells the report on `out`. The exit code: 0 AUTHENTIC, 6 INVALID, 7 NOT
/// PROVEN, 3 if a file is not there, 1 for a trust file that is none.
int run_verify(const VerifyRequest& request, std::ostream& out, std::ostream& err);

}  // namespace comity::app
