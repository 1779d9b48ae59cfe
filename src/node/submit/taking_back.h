#pragma once

// One run of taking back, for restoring.cc (what is there, what is lost, what is committed) and
// placing.cc (each entry into its matter).

#include <cstdint>
#include <map>
#include <optional>

#include "node/submit/restoring.h"
#include "node/submit/transaction.h"

namespace comity::submit {

/// One run of taking back. What it commits stands by itself: a run that is broken off is gone on
/// with by the next.
class TakingBack {
 public:
    TakingBack(Institution& own, const Gathering& given, const Head& attested)
        : own_(own), given_(given), attested_(attested), transaction_(std::in_place, own) {}

    [[nodiscard]] base::Result<TakenBack> run();
    /// See submit::deliver_again().
    [[nodiscard]] static base::Result<std::size_t> queue_again(
        Institution& own, const base::PartyId& peer, const std::vector<casework::EntryId>& entries);

 private:
    [[nodiscard]] base::Result<void> check_known_leaves() const;
    [[nodiscard]] base::Result<void> check_whole_tree() const;
    /// A leaf that was given, or a root of the map of matters that was made again.
    [[nodiscard]] const Gathering::OwnLeaf* leaf(std::uint64_t index) const;
    /// Where the making of leaves that nobody gave has come to.
    struct Remaking {
        ledger::MatterFold fold;
        ledger::MapKey map_key;
        base::SecretBytes padding_key;
        ledger::Tree tree;
        std::optional<ledger::Leaf> before;  ///< the last leaf with an entry
        std::vector<ledger::KeyChange> changes;

        [[nodiscard]] ledger::Leaf leaf_at(std::uint64_t index, bool is_map) const;
    };
    /// Makes the map leaves and the padding again that nobody gave: no peer holds them, and they
    /// follow from the leaves before them (mapping.h, mirror.h).
    void make_maps();
    void pass_given(Remaking& remaking, std::uint64_t index, const Gathering::OwnLeaf& given) const;
    /// Makes the leaves [begin, end). False: they are something else.
    [[nodiscard]] bool make_run(Remaking& remaking, std::uint64_t begin, std::uint64_t end);
    void keep_confirmed_maps();
    void find_losses();
    void find_missing(std::uint64_t index, const casework::EntryId& entry);
    [[nodiscard]] base::Result<void> place_leaves();
    /// False: no copy of it, or of what it receipts, is sound.
    [[nodiscard]] base::Result<bool> place_own(std::uint64_t index, const Gathering::OwnLeaf& leaf);
    /// The act that an own receipt is for, with what stands before it in its author's chain.
    [[nodiscard]] base::Result<bool> pull(const base::MatterId& matter, const casework::EntryId& id,
                                          base::Date erase_on);
    [[nodiscard]] base::Result<void> place_other(const Gathering::Version& version,
                                                 base::Date erase_on);
    /// Receipts of others that no act rests on: they too need no receipt of this node.
    [[nodiscard]] base::Result<void> place_receipts_of_others();
    /// The version whose official's signature holds; nullptr if none does.
    [[nodiscard]] base::Result<const Gathering::Version*> sound(const Gathering::Known& known);
    [[nodiscard]] base::Result<void> take_in(const Gathering::Version& version, Body body,
                                             ports::StoredEntry row);
    [[nodiscard]] base::Result<void> keep_body(const Body& body, ports::StoredEntry& row);
    void tell_closed_fields(const casework::Act& act, std::optional<std::uint64_t> leaf);
    /// The items of all matters that were given and are not here; tells those that stay lost.
    [[nodiscard]] base::Result<void> bring_items();
    [[nodiscard]] base::Result<void> commit();
    [[nodiscard]] base::Result<void> keep_checkpoints();
    [[nodiscard]] base::Result<void> keep_attested_heads();
    void find_waiting();
    void find_undelivered();

    Institution& own_;
    const Gathering& given_;
    Head attested_;
    std::optional<Institution::Transaction> transaction_;  ///< of the leaves since the last commit
    std::map<std::uint64_t, Gathering::OwnLeaf> maps_;
    std::uint64_t target_ = 0;
    std::uint64_t stop_ = 0;  ///< the first leaf that cannot be placed, or the target
    TakenBack outcome_;
};

}  // namespace comity::submit
