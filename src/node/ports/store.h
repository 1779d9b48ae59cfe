#pragma once

// What a node keeps, and how it is kept: one transaction or nothing. Carried out by adapter/sqlite
// and adapter/memory under one conformance suite (tests/conformance).
//
// Bodies arrive sealed (DESIGN 5.8): no plaintext body reaches a store, its index or its log.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ground/base/base.h"

namespace comity::ports {

enum class EntryKind : std::uint8_t { act = 1, receipt = 2 };

/// A chain entry as it is kept.
struct StoredEntry {
    base::Digest id;
    EntryKind kind = EntryKind::act;
    base::MatterId matter;
    base::PartyId author;
    std::int64_t sequence = 0;  ///< in the author's chain; (matter, author, sequence) is unique
    std::string header;         ///< canonical JSON of the header
    std::string attestation;    ///< canonical JSON: commitments and signatures
    base::Bytes
        sealed_body;  ///< openings under the body's data key; empty for a receipt or once erased
    base::Bytes wrapped_key;  ///< the data key under the key of the erasure day
    base::Date erase_on;      ///< 1970-01-01: no body
    std::int64_t leaf = -1;   ///< index in this node's ledger
    std::string
        transport;  ///< canonical JSON of the sender's leaf proof and checkpoint; empty for own
    base::Instant recorded_at;

    friend bool operator==(const StoredEntry&, const StoredEntry&) = default;
};

/// The ledger's head. `epoch` grows with every process that takes the ledger over.
struct LedgerHead {
    std::uint64_t size = 0;
    base::Digest root;
    std::uint64_t epoch = 0;
    friend bool operator==(const LedgerHead&, const LedgerHead&) = default;
};

/// An entry that waits to be sent to a peer, or that the peer refused.
struct OutboxRow {
    base::PartyId peer;
    base::Digest entry;
    std::string refused;  ///< the peer's reason; empty while it waits
    friend bool operator==(const OutboxRow&, const OutboxRow&) = default;
};

/// A head that this node cosigned for another's ledger.
struct WitnessRow {
    std::string origin;
    std::uint64_t size = 0;
    base::Digest root;
    friend bool operator==(const WitnessRow&, const WitnessRow&) = default;
};

/// An item at this holder: what travelled with its act, under a data key of its own.
struct StoredItem {
    base::Digest id;  ///< as its descriptor names it
    base::MatterId matter;
    base::Bytes
        sealed;  ///< the JWE (of a stream: its key box) under the data key; once erased empty
    base::Bytes wrapped;  ///< the data key under the key of the erasure day; once erased empty
    base::Date erase_on;
    friend bool operator==(const StoredItem&, const StoredItem&) = default;
};

/// What a data key opens.
enum class Kept : std::uint8_t { body = 1, item = 2 };

/// The wrapped data key of an entry's body or of an item.
struct KeptKey {
    Kept of = Kept::body;
    base::Digest id;  ///< of the entry or the item
    base::MatterId matter;
    base::Date erase_on;
    base::Bytes wrapped;
    friend bool operator==(const KeptKey&, const KeptKey&) = default;
};

/// Everything that one transaction changes. All of it holds afterwards, or nothing.
struct Batch {
    /// Compare and swap: commits only if the stored head equals `expected_head` (DESIGN 5.10).
    std::optional<LedgerHead> expected_head;
    std::optional<LedgerHead> new_head;
    std::vector<base::Bytes> leaves;  ///< appended at expected_head->size
    std::vector<StoredEntry> entries;
    std::vector<OutboxRow> outbox_add;
    std::vector<OutboxRow> outbox_refused;  ///< (peer, entry) set to refused with its reason
    std::vector<OutboxRow> outbox_done;     ///< (peer, entry) removed
    std::vector<WitnessRow> witnessed;      ///< replaces the row of that origin
    std::vector<WitnessRow>
        witnessed_expected;  ///< rows that must stand as given (size 0, zero root: absent)
    std::vector<StoredItem> items;
    std::vector<KeptKey> rewrapped;  ///< wrapped key and day, replaced; of nothing kept: no change
    std::vector<std::pair<Kept, base::Digest>>
        erased;  ///< sealed bytes and wrapped key, emptied after all else
    std::vector<std::pair<std::string, std::string>> settings;  ///< small values by name, replaced

    [[nodiscard]] bool empty() const;
    /// Whether the batch agrees with itself: leaves and a new head stand only with the head that
    /// they follow, the new size is the old one and the leaves, no negative numbers. Kind failure.
    [[nodiscard]] base::Result<void> check() const;
};

/// Safe to use from several threads; a reader sees whole batches only.
class Store {
 public:
    virtual ~Store() = default;

    /// Durable when it returns. Kinds: conflict (head moved, id or (matter, author, sequence)
    /// already there, witness row changed), failure (disk, or a batch that Batch::check refuses).
    /// The outbox: an added row that is there already waits again at its old place; a refusal or a
    /// removal of a row that is not there changes nothing. Within a batch rows are added, then
    /// refused, then removed. An item that is there already, equal in all, changes nothing.
    [[nodiscard]] virtual base::Result<void> commit(const Batch& batch) = 0;

    /// The head; of a new store LedgerHead{}.
    [[nodiscard]] virtual base::Result<LedgerHead> head() = 0;
    /// Leaves [first, first + count) in order; kind not_found if the ledger does not reach so far.
    [[nodiscard]] virtual base::Result<std::vector<base::Bytes>> leaves(std::uint64_t first,
                                                                        std::uint64_t count) = 0;
    /// Calls `visit` for every entry in the order of recording; stops at the first error and
    /// returns it. `visit` may use the store.
    [[nodiscard]] virtual base::Result<void> each_entry(
        const std::function<base::Result<void>(const StoredEntry&)>& visit) = 0;
    /// Kind not_found if it is not there.
    [[nodiscard]] virtual base::Result<StoredEntry> entry(const base::Digest& id) = 0;
    /// All rows, waiting and refused, in the order in which they were added.
    [[nodiscard]] virtual base::Result<std::vector<OutboxRow>> outbox() = 0;
    [[nodiscard]] virtual base::Result<std::optional<WitnessRow>> witnessed(
        std::string_view origin) = 0;
    /// Kind not_found if it is not there.
    [[nodiscard]] virtual base::Result<StoredItem> item(const base::Digest& id) = 0;
    /// The keys of everything that is kept, not erased, and to be erased in [first, last], by day,
    /// then kind, then id.
    [[nodiscard]] virtual base::Result<std::vector<KeptKey>> kept(base::Date first,
                                                                  base::Date last) = 0;
    [[nodiscard]] virtual base::Result<std::optional<std::string>> setting(
        std::string_view name) = 0;
};

}  // namespace comity::ports
