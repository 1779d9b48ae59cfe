#pragma once

// `comity ledger verify`, `prove` and `check-split-view`: for anyone, without a node.

#include <iosfwd>
#include <optional>
#include <string>

#include "app/comity/command.h"
#include "app/comity/commands/ledger_inputs.h"

namespace CLI {
class App;
}

namespace comity::app {

/// Files and keys as they were typed; empty: not given.
struct LedgerVerifyRequest {
    std::string source;  ///< folder or URL; none: only the proof is checked
    std::string vkey;    ///< the key, or a file whose first line it is
    std::string policy;
    std::string old_checkpoint;
    std::string proof;
    std::string leaf;
    std::string consistency;
    std::string evidence;  ///< where evidence of a split view goes
    RecoveryOptions recovery;
    bool json = false;
};

struct LedgerProveRequest {
    LedgerVerifyRequest of;  ///< source, vkey, policy, leaf; old_checkpoint: prove growth instead
    std::optional<std::uint64_t> index;
    std::string out;  ///< none: standard output
};

/// 0 accepts, 6 rejects; what the reader brought may be at fault with its own exit code.
[[nodiscard]] int run_ledger_verify(const LedgerVerifyRequest& request, std::ostream& out,
                                    std::ostream& err);
[[nodiscard]] int run_ledger_prove(const LedgerProveRequest& request, std::ostream& out,
                                   std::ostream& err);
struct SplitViewRequest {
    std::string file;
    RecoveryOptions recovery;
    bool json = false;
};
/// 0: the file proves a split view; 6: it does not.
[[nodiscard]] int run_check_split_view(const SplitViewRequest& request, std::ostream& out,
                                       std::ostream& err);

void add_ledger_checks(CLI::App& ledger, Run& run);
void add_ledger_monitor(CLI::App& ledger, Run& run);

}  // namespace comity::app
