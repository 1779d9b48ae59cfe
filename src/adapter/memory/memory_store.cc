#include "adapter/memory/memory_store.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace comity::memory {

using base::Result;

namespace {

std::unexpected<base::Error> conflict(std::string what) {
    return base::fail(base::ErrorKind::conflict, std::move(what), {},
                      "read the store again and decide anew; nothing was stored");
}

auto row_of(std::vector<ports::OutboxRow>& rows, const ports::OutboxRow& wanted) {
    return std::ranges::find_if(rows, [&](const ports::OutboxRow& row) {
        return row.peer == wanted.peer && row.entry == wanted.entry;
    });
}

}  // namespace

Result<void> MemoryStore::commit(const ports::Batch& batch) {
    COMITY_TRY(batch.check());
    const std::scoped_lock hold(mutex_);
    ++commits_;
    std::optional<CommitFault> fault;
    if (const auto ordered = faults_.find(commits_); ordered != faults_.end()) {
        fault = ordered->second;
        faults_.erase(ordered);
    }
    if (fault == CommitFault::before) {
        return base::fail(base::ErrorKind::failure, "the store failed", "a fault was ordered");
    }
    if (disk_ == Disk::full) {
        return base::fail(base::ErrorKind::failure, "the store failed", "the disk is full");
    }
    COMITY_TRY(check(batch));
    apply(batch);
    if (fault == CommitFault::after) {
        return base::fail(base::ErrorKind::failure, "the store failed", "a fault was ordered");
    }
    return {};
}

Result<void> MemoryStore::check(const ports::Batch& batch) const {
    if (batch.expected_head && *batch.expected_head != head_) {
        return conflict("the ledger's head has moved");
    }
    for (const ports::WitnessRow& expected : batch.witnessed_expected) {
        const auto stored = witnessed_.find(expected.origin);
        const ports::WitnessRow row =
            stored == witnessed_.end() ? ports::WitnessRow{expected.origin, 0, {}} : stored->second;
        if (row != expected) {
            return conflict("the witnessed head of " + expected.origin + " has changed");
        }
    }
    COMITY_TRY(check_entries(batch));
    return check_items(batch);
}

Result<void> MemoryStore::check_entries(const ports::Batch& batch) const {
    std::set<base::Digest> new_ids;
    std::set<ChainPlace> new_places;
    for (const ports::StoredEntry& entry : batch.entries) {
        const ChainPlace place{entry.matter, entry.author, entry.sequence};
        if (entry_by_id_.contains(entry.id) || places_.contains(place) ||
            !new_ids.insert(entry.id).second || !new_places.insert(place).second) {
            return conflict("entry " + entry.id.hex() + " (matter " + entry.matter.text() +
                            ", author " + entry.author.text() + ", sequence " +
                            std::to_string(entry.sequence) + ") is already there");
        }
    }
    return {};
}

Result<void> MemoryStore::check_items(const ports::Batch& batch) const {
    std::unordered_map<base::Digest, const ports::StoredItem*> fresh;  // borrowed from the batch
    for (const ports::StoredItem& item : batch.items) {
        const auto stored = items_.find(item.id);
        const ports::StoredItem& first =
            stored == items_.end() ? *fresh.emplace(item.id, &item).first->second : stored->second;
        if (first != item) {
            return conflict("item " + item.id.hex() + " is already there, and differs");
        }
    }
    return {};
}

void MemoryStore::apply(const ports::Batch& batch) {
    leaves_.insert(leaves_.end(), batch.leaves.begin(), batch.leaves.end());
    head_ = batch.new_head.value_or(head_);
    for (const ports::StoredEntry& entry : batch.entries) {
        entry_by_id_.emplace(entry.id, entries_.size());
        places_.emplace(entry.matter, entry.author, entry.sequence);
        entries_.push_back(entry);
    }
    change_outbox(batch);
    for (const ports::WitnessRow& row : batch.witnessed) {
        witnessed_.insert_or_assign(row.origin, row);
    }
    for (const ports::StoredItem& item : batch.items) {
        items_.emplace(item.id, item);
    }
    for (const auto& [name, value] : batch.settings) {
        settings_.insert_or_assign(name, value);
    }
    change_kept(batch);
}

void MemoryStore::change_kept(const ports::Batch& batch) {
    for (const ports::KeptKey& key : batch.rewrapped) {
        const auto body = entry_by_id_.find(key.id);
        const auto item = items_.find(key.id);
        if (key.of == ports::Kept::body && body != entry_by_id_.end() &&
            !entries_[body->second].sealed_body.empty()) {
            entries_[body->second].wrapped_key = key.wrapped;
            entries_[body->second].erase_on = key.erase_on;
        } else if (key.of == ports::Kept::item && item != items_.end() &&
                   !item->second.sealed.empty()) {
            item->second.wrapped = key.wrapped;
            item->second.erase_on = key.erase_on;
        }
    }
    for (const auto& [of, id] : batch.erased) {
        const auto body = entry_by_id_.find(id);
        const auto item = items_.find(id);
        if (of == ports::Kept::body && body != entry_by_id_.end()) {
            entries_[body->second].sealed_body.clear();
            entries_[body->second].wrapped_key.clear();
        } else if (of == ports::Kept::item && item != items_.end()) {
            item->second.sealed.clear();
            item->second.wrapped.clear();
        }
    }
}

void MemoryStore::change_outbox(const ports::Batch& batch) {
    for (const ports::OutboxRow& row : batch.outbox_add) {
        const auto there = row_of(outbox_, row);
        if (there == outbox_.end()) {
            outbox_.push_back(row);
        } else {
            there->refused = row.refused;
        }
    }
    for (const ports::OutboxRow& row : batch.outbox_refused) {
        if (const auto there = row_of(outbox_, row); there != outbox_.end()) {
            there->refused = row.refused;
        }
    }
    for (const ports::OutboxRow& row : batch.outbox_done) {
        if (const auto there = row_of(outbox_, row); there != outbox_.end()) {
            outbox_.erase(there);
        }
    }
}

Result<ports::LedgerHead> MemoryStore::head() {
    const std::scoped_lock hold(mutex_);
    return head_;
}

Result<std::vector<base::Bytes>> MemoryStore::leaves(std::uint64_t first, std::uint64_t count) {
    const std::scoped_lock hold(mutex_);
    if (first > leaves_.size() || count > leaves_.size() - first) {
        return base::fail(base::ErrorKind::not_found, "the ledger does not reach so far");
    }
    const auto begin = leaves_.begin() + static_cast<std::ptrdiff_t>(first);
    return std::vector<base::Bytes>(begin, begin + static_cast<std::ptrdiff_t>(count));
}

Result<void> MemoryStore::each_entry(
    const std::function<Result<void>(const ports::StoredEntry&)>& visit) {
    for (std::size_t i = 0;; ++i) {
        ports::StoredEntry entry;
        {
            const std::scoped_lock hold(mutex_);
            if (i == entries_.size()) {
                return {};
            }
            entry = entries_[i];
        }
        COMITY_TRY(visit(entry));
    }
}

Result<ports::StoredEntry> MemoryStore::entry(const base::Digest& id) {
    const std::scoped_lock hold(mutex_);
    const auto found = entry_by_id_.find(id);
    if (found == entry_by_id_.end()) {
        return base::fail(base::ErrorKind::not_found, "there is no entry " + id.hex());
    }
    return entries_[found->second];
}

Result<std::vector<ports::OutboxRow>> MemoryStore::outbox() {
    const std::scoped_lock hold(mutex_);
    return outbox_;
}

Result<std::optional<ports::WitnessRow>> MemoryStore::witnessed(std::string_view origin) {
    const std::scoped_lock hold(mutex_);
    const auto found = witnessed_.find(origin);
    if (found == witnessed_.end()) {
        return std::nullopt;
    }
    return found->second;
}

Result<ports::StoredItem> MemoryStore::item(const base::Digest& id) {
    const std::scoped_lock hold(mutex_);
    const auto found = items_.find(id);
    if (found == items_.end()) {
        return base::fail(base::ErrorKind::not_found, "there is no item " + id.hex());
    }
    return found->second;
}

Result<std::vector<ports::KeptKey>> MemoryStore::kept(base::Date first, base::Date last) {
    const std::scoped_lock hold(mutex_);
    std::vector<ports::KeptKey> keys;
    const auto is_due = [&](base::Date day) { return first <= day && day <= last; };
    for (const ports::StoredEntry& entry : entries_) {
        if (!entry.sealed_body.empty() && is_due(entry.erase_on)) {
            keys.push_back(
                {ports::Kept::body, entry.id, entry.matter, entry.erase_on, entry.wrapped_key});
        }
    }
    for (const auto& [id, item] : items_) {
        if (!item.sealed.empty() && is_due(item.erase_on)) {
            keys.push_back({ports::Kept::item, id, item.matter, item.erase_on, item.wrapped});
        }
    }
    std::ranges::sort(keys, {}, [](const ports::KeptKey& key) {
        return std::tuple(key.erase_on, key.of, key.id);
    });
    return keys;
}

Result<std::optional<std::string>> MemoryStore::setting(std::string_view name) {
    const std::scoped_lock hold(mutex_);
    const auto found = settings_.find(name);
    if (found == settings_.end()) {
        return std::nullopt;
    }
    return found->second;
}

void MemoryStore::fail_commit(std::uint64_t nth, CommitFault fault) {
    const std::scoped_lock hold(mutex_);
    faults_.insert_or_assign(commits_ + nth, fault);
}

void MemoryStore::set_disk(Disk disk) {
    const std::scoped_lock hold(mutex_);
    disk_ = disk;
}

std::uint64_t MemoryStore::commits() const {
    const std::scoped_lock hold(mutex_);
    return commits_;
}

}  // namespace comity::memory
