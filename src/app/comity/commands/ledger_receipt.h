#pragma once

// `comity ledger receipt write` and `check`: COSE receipts (RFC 9942) of what a ledger proves.

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>

#include "app/comity/command.h"

namespace CLI {
class App;
}

namespace comity::app {

/// Files as they were typed; empty: not given. One of `index`, `leaf` and `old_checkpoint`.
struct ReceiptWriteRequest {
    std::string dir;  ///< the node's folder: its ledger, and the key that signs
    std::optional<std::uint64_t> index;
    std::string leaf;
    std::string old_checkpoint;
    std::string out;
    bool json = false;
};

/// `leaf` for a receipt of inclusion, `old_checkpoint` for one of growth.
struct ReceiptCheckRequest {
    std::string file;
    std::string vkey;  ///< the key, or a file whose first line it is
    std::string leaf;
    std::string old_checkpoint;
    bool json = false;
};

/// Signs only roots that the ledger's key signed before, in its published checkpoint.
[[nodiscard]] int run_receipt_write(const ReceiptWriteRequest& request, std::ostream& out,
                                    std::ostream& err);
/// 0: it proves; 6: it is altered or proves something else; 7: it is by another key.
[[nodiscard]] int run_receipt_check(const ReceiptCheckRequest& request, std::ostream& out,
                                    std::ostream& err);

void add_ledger_receipt(CLI::App& ledger, Run& run);

}  // namespace comity::app
