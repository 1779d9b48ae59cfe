#pragma once

// ports::LedgerFiles in memory, with faults.

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

#include "adapter/memory/memory_store.h"
#include "node/ports/ports.h"

namespace comity::memory {

/// How an ordered write fails, with kind failure.
enum class FileFault {
    before,  ///< nothing of it is there
    torn,    ///< half of the files are there, and the last of these is cut in half
};

/// Safe to use from several threads.
class MemoryLedgerFiles final : public ports::LedgerFiles {
 public:
    [[nodiscard]] base::Result<void> write(const std::vector<ledger::StaticFile>& files) override;
    [[nodiscard]] base::Result<void> publish(std::string_view checkpoint_note) override;
    [[nodiscard]] base::Result<base::Bytes> read(std::string_view path) override;

    /// Makes the `nth` write() or publish() from now (1: the next) fail as told. A checkpoint is
    /// replaced at once or not at all.
    void fail_write(std::uint64_t nth, FileFault fault);
    /// While the disk is full, nothing is written.
    void set_disk(Disk disk);
    /// Writes and publications called so far, failed ones too.
    [[nodiscard]] std::uint64_t writes() const;
    /// All paths, ascending.
    [[nodiscard]] std::vector<std::string> paths() const;
    /// Replaces a file's bytes behind the node's back, as an attacker or a broken disk would.
    void tamper(std::string_view path, base::Bytes content);

 private:
    /// How the write that now begins fails, if it does.
    [[nodiscard]] std::optional<FileFault> next_fault();

    mutable std::mutex mutex_;  ///< guards all below
    std::map<std::string, base::Bytes, std::less<>> files_;
    std::map<std::uint64_t, FileFault> faults_;
    Disk disk_ = Disk::has_room;
    std::uint64_t writes_ = 0;
};

}  // namespace comity::memory
