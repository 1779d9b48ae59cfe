#pragma once

// ports::LedgerFiles in memory.

#include <map>
#include <mutex>

#include "node/ports/ports.h"

namespace comity::memory {

/// Safe to use from several threads.
class MemoryLedgerFiles final : public ports::LedgerFiles {
 public:
    [[nodiscard]] base::Result<void> write(const std::vector<ledger::StaticFile>& files) override;
    [[nodiscard]] base::Result<void> publish(std::string_view checkpoint_note) override;
    [[nodiscard]] base::Result<base::Bytes> read(std::string_view path) override;

    /// All paths, ascending.
    [[nodiscard]] std::vector<std::string> paths() const;
    /// Replaces a file's bytes behind the node's back, as an attacker or a broken disk would.
    void tamper(std::string_view path, base::Bytes content);

 private:
    mutable std::mutex mutex_;  ///< guards files_
    std::map<std::string, base::Bytes, std::less<>> files_;
};

}  // namespace comity::memory
