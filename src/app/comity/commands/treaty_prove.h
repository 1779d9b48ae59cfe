#pragma once

// `comity treaty prove`, `comity treaty certificate verify`, `comity treaty diff`.

#include <ostream>
#include <string>
#include <vector>

#include "app/comity/command.h"

namespace CLI {
class App;
}

namespace comity::app {

struct ProveOptions {
    std::vector<std::string> files;
    std::string out_dir;  ///< where certificates go; empty: nowhere
    bool json = false;
};

/// Decides every guardrail of the files (or of the texts below a folder). Returns 0 if all are
/// proven, 9 if a text is wrong or a request breaks one, else 7 if one is not decided.
[[nodiscard]] int run_treaty_prove(const ProveOptions& options, std::ostream& out,
                                   std::ostream& err);

struct CertificateOptions {
    std::string file;
    std::string law_dir;  ///< the texts; empty: only the proof is checked
    bool json = false;
};

/// Checks a certificate's proof, and that the texts give its formula. Returns 0 if both hold, 6 if
/// one fails, 7 if no texts are given or other rules made it.
[[nodiscard]] int run_certificate_verify(const CertificateOptions& options, std::ostream& out,
                                         std::ostream& err);

struct DiffOptions {
    std::string older;
    std::string newer;
    bool json = false;
};

/// Tells the requests that two texts treat differently. Returns 0 if there are none, 9 if there are
/// or a text is wrong, 7 if not all could be looked for.
[[nodiscard]] int run_treaty_diff(const DiffOptions& options, std::ostream& out, std::ostream& err);

/// Adds the commands to `treaty`.
void add_treaty_prove(CLI::App& treaty, Run& run);

}  // namespace comity::app
