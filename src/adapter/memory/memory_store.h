#pragma once

// ports::Store in memory, with faults.

#include <map>
#include <mutex>
#include <set>
#include <tuple>
#include <unordered_map>

#include "node/ports/store.h"

namespace comity::memory {

/// How an ordered commit fails. Both return kind failure: a caller cannot tell them apart, as it
/// cannot when a disk or a process dies.
enum class CommitFault {
    before,  ///< nothing of the batch holds
    after,   ///< all of the batch holds
};

enum class Disk { has_room, full };

/// Safe to use from several threads. A "restart" in a test is a new node over the same store.
class MemoryStore : public ports::Store {
 public:
    [[nodiscard]] base::Result<void> commit(const ports::Batch& batch) override;
    [[nodiscard]] base::Result<ports::LedgerHead> head() override;
    [[nodiscard]] base::Result<std::vector<base::Bytes>> leaves(std::uint64_t first,
                                                                std::uint64_t count) override;
    [[nodiscard]] base::Result<void> each_entry(
        const std::function<base::Result<void>(const ports::StoredEntry&)>& visit) override;
    [[nodiscard]] base::Result<ports::StoredEntry> entry(const base::Digest& id) override;
    [[nodiscard]] base::Result<std::vector<ports::OutboxRow>> outbox() override;
    [[nodiscard]] base::Result<std::optional<ports::WitnessRow>> witnessed(
        std::string_view origin) override;
    [[nodiscard]] base::Result<ports::StoredItem> item(const base::Digest& id) override;
    [[nodiscard]] base::Result<std::vector<ports::KeptKey>> kept(base::Date first,
                                                                 base::Date last) override;
    [[nodiscard]] base::Result<std::optional<std::string>> setting(std::string_view name) override;

    /// Makes the `nth` commit from now (1: the next) fail as told; several may be ordered.
    void fail_commit(std::uint64_t nth, CommitFault fault);
    /// While the disk is full, every commit fails with nothing of it held.
    void set_disk(Disk disk);
    /// Commits called so far, failed ones too.
    [[nodiscard]] std::uint64_t commits() const;

 private:
    using ChainPlace = std::tuple<base::MatterId, base::PartyId, std::int64_t>;

    [[nodiscard]] base::Result<void> check(const ports::Batch& batch) const;
    [[nodiscard]] base::Result<void> check_entries(const ports::Batch& batch) const;
    [[nodiscard]] base::Result<void> check_items(const ports::Batch& batch) const;
    void apply(const ports::Batch& batch);
    void change_outbox(const ports::Batch& batch);
    void change_kept(const ports::Batch& batch);

    mutable std::mutex mutex_;  ///< guards all below
    ports::LedgerHead head_;
    std::vector<base::Bytes> leaves_;
    std::vector<ports::StoredEntry> entries_;
    std::unordered_map<base::Digest, std::size_t> entry_by_id_;
    std::set<ChainPlace> places_;
    std::vector<ports::OutboxRow> outbox_;
    std::map<std::string, ports::WitnessRow, std::less<>> witnessed_;
    std::unordered_map<base::Digest, ports::StoredItem> items_;
    std::map<std::string, std::string, std::less<>> settings_;

    std::map<std::uint64_t, CommitFault> faults_;
    Disk disk_ = Disk::has_room;
    std::uint64_t commits_ = 0;
};

}  // namespace comity::memory
