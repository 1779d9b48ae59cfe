#pragma once

// `comity ledger map`, `matter-proof`, `openings` and `replay`: what a ledger holds of a matter,
// and whether that is all.

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "app/comity/command.h"

namespace CLI {
class App;
}

namespace comity::app {

/// Files and keys as they were typed; empty: not given.
struct MatterCheckRequest {
    std::string proof;
    std::string vkey;
    std::string policy;
    std::string matter;
    std::string key;
    std::vector<std::string> openings;
    std::string up_to;
    bool json = false;
};

struct ReplayRequest {
    std::string source;
    std::string vkey;
    std::string policy;
    std::string key;
    std::vector<std::string> openings;
    bool json = false;
};

/// 0 shown, 6 refused, 7 not proven; what the reader brought may be at fault with its own code.
[[nodiscard]] int run_matter_check(const MatterCheckRequest& request, std::ostream& out,
                                   std::ostream& err);
[[nodiscard]] int run_replay(const ReplayRequest& request, std::ostream& out, std::ostream& err);

/// What a node's own office does (ledger_map.cc), and with it what anyone does.
void add_ledger_matters(CLI::App& ledger, Run& run);
/// What anyone does, without a node (ledger_matters.cc).
void add_matter_check(CLI::App& matter_proof, Run& run);
void add_replay(CLI::App& ledger, Run& run);

}  // namespace comity::app
