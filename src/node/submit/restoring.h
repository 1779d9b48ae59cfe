#pragma once

// restoring: a node that lost its data takes back from its peers what they hold of it (DESIGN 6,
// invariant 10). Its own acts and receipts are with the parties of their matters, each with the
// proof that a witnessed head of this very ledger holds it.
//
//   Gathering    verifies what each peer gives and brings the copies together
//   take_back    puts it into the store in the order of the ledger's leaves, up to the first leaf
//                that nobody holds; the tree's root must be the head that was attested
//
// Nothing is signed here. An entry of another party is taken as far as one of this node's own
// receipts leads to it: by the receipt's word, and by the links of its author's chain.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/casework/casework.h"
#include "domain/items/items.h"
#include "ground/base/base.h"
#include "ground/ledger/ledger.h"
#include "node/ports/ports.h"

namespace comity::submit {

class Institution;

/// A head of this node's ledger.
struct Head {
    std::uint64_t size = 0;
    base::Digest root;
    friend bool operator==(const Head&, const Head&) = default;
};

/// What peers gave back, verified, before any of it is recorded.
class Gathering {
 public:
    explicit Gathering(const Institution& institution) : own_(institution) {}

    /// Takes an entry that `from` gave: checks its form, its node's signature and its leaf proof.
    /// Only an entry of another party may come without a proof (its author erased the salt).
    /// Kinds: malformed, invalid, not_proven, inadmissible: the entry is not what it says;
    /// conflict: two histories of this ledger were attested.
    [[nodiscard]] base::Result<void> add(const base::PartyId& from, casework::ProvenEntry proven);
    /// Takes the sealed bytes of an item; whether it is the one that an act names is seen later.
    void add(casework::ShippedItem item);
    /// Takes the leaves of this node's own public ledger, if a copy of it is there that its key
    /// signed and that is whole.
    void add_published();

    /// One version of an entry. Versions differ in their signatures; what copies of one version
    /// open is brought together.
    struct Version {
        casework::ProvenEntry entry;
        std::set<base::PartyId> from;
        [[nodiscard]] bool has_proof() const { return !entry.proof.checkpoint.empty(); }
    };
    struct Known {
        std::vector<Version> versions;
        std::set<base::PartyId> holders;
    };
    struct OwnLeaf {
        base::Bytes bytes;
        base::Digest salt;
        std::optional<casework::EntryId> entry;  ///< none: only the leaf is known
    };
    [[nodiscard]] const std::map<casework::EntryId, Known>& entries() const { return entries_; }
    [[nodiscard]] const Known* find(const casework::EntryId& id) const;
    [[nodiscard]] const std::map<std::uint64_t, OwnLeaf>& leaves() const { return leaves_; }
    [[nodiscard]] const OwnLeaf* leaf(std::uint64_t index) const;
    /// The hash of a leaf that is a neighbour in the proof of another one.
    [[nodiscard]] std::optional<base::Digest> hash_of(std::uint64_t index) const;
    /// Whether the leaves of `tree` from `begin` on agree with what the proof of the leaf behind
    /// the tree, and a head of its size, say of them.
    [[nodiscard]] bool fits(const ledger::Tree& tree, std::uint64_t begin) const;
    /// Cosigned checkpoints of this ledger by size, and what each says.
    struct Checkpoint {
        std::string note;
        base::Digest root;
    };
    [[nodiscard]] const std::map<std::uint64_t, Checkpoint>& checkpoints() const {
        return checkpoints_;
    }
    /// The changes of this ledger's key that its newest cosigned checkpoint carries.
    [[nodiscard]] std::vector<ledger::KeyChange> key_changes() const;
    /// The newest heads of others' ledgers, by origin, that this node itself cosigned.
    [[nodiscard]] const std::map<std::string, Head>& attested_here() const {
        return attested_here_;
    }
    [[nodiscard]] const std::optional<Head>& published() const { return published_; }
    /// What was given for an item; whether it is the item shows when its act is at hand.
    [[nodiscard]] const std::vector<casework::ShippedItem>& item(const base::Digest& id) const;

 private:
    [[nodiscard]] base::Result<void> check_entry(const casework::ProvenEntry& proven) const;
    [[nodiscard]] base::Result<const ledger::SignedCheckpoint*> opened(const base::PartyId& author,
                                                                       const std::string& note);
    [[nodiscard]] base::Result<void> keep_own(const casework::ProvenEntry& proven,
                                              const ledger::SignedCheckpoint& checkpoint);
    [[nodiscard]] base::Result<void> keep_hash(std::pair<std::uint64_t, std::uint64_t> range,
                                               const base::Digest& hash);
    void note_attested(const ledger::SignedCheckpoint& checkpoint);

    const Institution& own_;
    std::map<casework::EntryId, Known> entries_;
    std::map<std::uint64_t, OwnLeaf> leaves_;
    std::map<std::pair<std::uint64_t, std::uint64_t>, base::Digest> hashes_;  ///< [begin, end)
    std::map<std::uint64_t, Checkpoint> checkpoints_;
    std::map<std::string, Head> attested_here_;
    std::map<base::Digest, std::vector<casework::ShippedItem>> items_;
    std::vector<casework::ShippedItem> no_items_;
    std::map<std::pair<base::PartyId, std::string>, ledger::SignedCheckpoint> opened_;
    std::optional<Head> published_;
};

/// A leaf of this ledger whose act or receipt nobody gave back.
struct LostLeaf {
    std::uint64_t index = 0;
    std::optional<base::Digest> hash;  ///< as neighbours' proofs tell it
    /// False: no attested head holds it, so that nobody can ever rely on it; the ledger goes on
    /// with the leaf.
    bool is_attested = true;
};

/// An entry that was given back but cannot be recorded while a leaf before it is lost.
struct Waiting {
    std::uint64_t index = 0;
    casework::EntryId entry;
    base::MatterId matter;
    std::vector<base::PartyId> holders;
};

/// Another party's entry that a receipt of this node leads to and that nobody gave.
struct MissingEntry {
    casework::EntryId entry;
    base::MatterId matter;
    std::uint64_t leaf = 0;  ///< of the receipt
};

/// Fields of an act that no peer may read, or gave back.
struct LostFields {
    casework::EntryId act;
    base::MatterId matter;
    std::optional<std::uint64_t> leaf;  ///< of an own act
    std::string kind;                   ///< empty: not even that is known
    std::vector<std::string> fields;
};

/// An item whose sealed bytes are gone: nobody gave them back, or they are the segments of a stream
/// that this node itself had sealed, which its reader does not give.
struct LostItem {
    base::Digest item;
    casework::EntryId act;
    base::MatterId matter;
};

/// What became of what was given back.
struct TakenBack {
    std::uint64_t had = 0;     ///< leaves before
    std::uint64_t has = 0;     ///< leaves now
    std::uint64_t target = 0;  ///< leaves of the newest head that others attested or saw
    std::size_t acts = 0;      ///< own ones, recorded again
    std::size_t receipts = 0;  ///< the same
    std::size_t others = 0;    ///< entries of other parties, recorded again
    std::size_t items = 0;     ///< whose sealed bytes are there again
    std::vector<LostLeaf> lost;
    std::vector<Waiting> waiting;
    std::vector<MissingEntry> missing;
    std::vector<LostFields> fields;
    std::vector<LostItem> lost_items;
    /// Who gave copies whose official's signature does not hold, and of what.
    std::vector<std::pair<base::PartyId, casework::EntryId>> refused;
    /// Entries of others that this node never receipted under an attested head: their authors have
    /// to deliver them again.
    std::map<base::PartyId, std::vector<casework::EntryId>> to_deliver;

    void lose(LostLeaf leaf);  ///< keeps `lost` in order
    [[nodiscard]] bool is_lost(std::uint64_t index) const;
    /// Every leaf up to the attested head is there again: the ledger may be signed.
    [[nodiscard]] bool is_complete() const { return has >= target && missing.empty(); }
};

/// Records again in `institution` what it had recorded before it lost its data, up to the first
/// leaf that nobody gave back. `attested`: the newest head that attesting nodes say they cosigned.
/// Kind conflict: the data there, or what was given, are of another history; nothing has changed.
[[nodiscard]] base::Result<TakenBack> take_back(Institution& institution, const Gathering& given,
                                                const Head& attested);

/// The other side of it: queues own entries of `institution` for `peer` once more, those of matters
/// that the peer is a party of. How many were queued.
[[nodiscard]] base::Result<std::size_t> deliver_again(
    Institution& institution, const base::PartyId& peer,
    const std::vector<casework::EntryId>& entries);

/// An item that this institution wrote or may read, and that is not here.
struct MissingItem {
    items::ItemDescriptor item;
    base::ActId act;
    base::PartyId author;
    base::MatterId matter;
};
/// Not those that an act of this institution says are erased.
[[nodiscard]] std::vector<MissingItem> missing_items(const Institution& institution);

/// What the copy of `act` does not open though a reader on `side` might read it; for the author's
/// own copy every field.
[[nodiscard]] std::vector<std::string> unopened_fields(const law::ActKind& kind,
                                                       const casework::Act& act,
                                                       std::string_view side);

}  // namespace comity::submit
