#pragma once

// The map of matters of this node's ledger (docs/formats/matter-map.md), and what is shown by it:
// all own leaves of a matter, or that there is none. A fold over the ledger that owns no truth: it
// is made from leaves and entries at a start, or when it is first asked for, and goes on from
// there.

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "domain/casework/casework.h"
#include "ground/base/base.h"
#include "ground/ledger/ledger.h"

namespace comity::submit {

class Institution;

/// Where an own entry stands: its matter and the index of its leaf.
struct OwnLeaf {
    base::MatterId matter;
    std::uint64_t index = 0;
};
using OwnLeaves = std::map<casework::EntryId, OwnLeaf>;

class Mapping {
 public:
    explicit Mapping(const Institution& institution) : own_(institution) {}

    /// The key of the pseudonyms, derived from the ledger's secret (derived.h). For those who may
    /// enumerate this node's matters, and for whom a proof of absence is made.
    [[nodiscard]] base::Result<ledger::MapKey> key();
    /// The leaf that is to be written now; none if no act or receipt stands behind the newest one.
    /// Kind invalid if a map leaf in the ledger does not follow from the entries here.
    [[nodiscard]] base::Result<std::optional<base::Bytes>> next_leaf();
    /// The index of the newest map leaf; none: none was written yet.
    [[nodiscard]] std::optional<std::uint64_t> newest() const;
    /// All own leaves of a matter before the newest map leaf that an attested head holds. Kinds:
    /// try_later (no attested head holds one), invalid as above.
    [[nodiscard]] base::Result<ledger::MatterProof> proof(const base::MatterId& matter);
    /// The fold over all of the ledger, to be gone on with. Kind invalid as above.
    [[nodiscard]] base::Result<ledger::MatterFold> fold();
    /// What opens own leaves: those of `matter`, or all, from index `from` on, at most `most`.
    [[nodiscard]] base::Result<std::vector<casework::LeafOpening>> openings(
        const std::optional<base::MatterId>& matter, std::uint64_t from, std::size_t most) const;

    /// At a start: follows the ledger if it holds a map, so that no question waits for that.
    void prepare();
    /// Own entries that stay in the institution's map of them, at the addresses that they have.
    void note(const OwnLeaves& leaves);

 private:
    struct Point {
        std::uint64_t map_leaf = 0;
        ledger::MatterMap map;
        ledger::MapHead head;
    };
    [[nodiscard]] base::Result<void> follow();
    [[nodiscard]] base::Result<void> follow(const ledger::Leaf& leaf, std::uint64_t index);
    [[nodiscard]] std::vector<ledger::MatterProof::Act> acts_of(const base::MatterId& matter,
                                                                std::uint64_t before) const;

    const Institution& own_;
    std::vector<const OwnLeaves::value_type*> by_leaf_;  ///< nullptr: not an own entry's
    std::optional<ledger::MapKey> key_;
    std::optional<ledger::MatterFold> fold_;
    std::uint64_t next_ = 0;    ///< the first leaf that is not followed
    std::uint64_t behind_ = 0;  ///< own leaves since the newest map leaf
    std::deque<Point> points_;  ///< the newest map leaves; bounded
};

}  // namespace comity::submit
