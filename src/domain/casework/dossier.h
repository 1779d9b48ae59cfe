#pragma once

// The dossier: all entries of one matter that are known here, as chains (one per party) and as the
// causal order of the acts (DESIGN 5.5). It checks that an entry fits; whether an act is admissible
// is judge()'s to say.

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "domain/casework/act.h"
#include "ground/base/base.h"

namespace comity::casework {

class Dossier {
 public:
    explicit Dossier(base::MatterId matter) : matter_(std::move(matter)) {}

    [[nodiscard]] const base::MatterId& matter() const { return matter_; }
    [[nodiscard]] bool empty() const { return entries_.empty(); }

    /// Where a party's chain stands: what its next entry must say.
    struct Tip {
        std::int64_t next_sequence = 0;
        std::optional<EntryId> previous;
    };
    [[nodiscard]] Tip tip(const base::PartyId& party) const;

    /// Checks that `entry` continues its author's chain and that its past is known here.
    /// Kinds: conflict (already here, or another entry holds that number: equivocation), try_later
    /// (its chain or its past has entries that are not known here yet), malformed (its past omits
    /// what its author receipted; a receipt for the author's own act, or a second one),
    /// inadmissible (dated before its past).
    [[nodiscard]] base::Result<void> check_link(const Entry& entry) const;

    /// Adds an entry that passed check_link().
    void add(Entry entry);

    [[nodiscard]] bool has(const EntryId& id) const { return entries_.contains(id); }
    [[nodiscard]] const Act* act(const base::ActId& id) const;
    [[nodiscard]] const Entry* entry(const EntryId& id) const;
    /// The chain of a party, in order.
    [[nodiscard]] std::vector<EntryId> chain(const base::PartyId& party) const;
    [[nodiscard]] std::vector<base::PartyId> authors() const;
    /// The acts that no other known act comes after, ascending: what a new act's `after` says.
    [[nodiscard]] std::vector<base::ActId> heads() const;
    /// True if `after` is exactly the heads known here, so that the past is everything known.
    [[nodiscard]] bool is_everything(const std::vector<base::ActId>& after) const;
    /// The acts in the past that `after` names, the named ones included; kind try_later if one is
    /// not known here.
    [[nodiscard]] base::Result<std::set<base::ActId>> past(
        const std::vector<base::ActId>& after) const;
    /// Acts in causal order, the same for everyone who knows the same acts: by `at` and id where
    /// the past does not decide. `among`: only these (closed under past); nullptr: all.
    [[nodiscard]] std::vector<const Act*> in_order(const std::set<base::ActId>* among) const;

 private:
    [[nodiscard]] base::Result<void> check_past(const Act& act) const;
    [[nodiscard]] base::Result<void> check_nothing_omitted(const Act& act) const;
    [[nodiscard]] base::Result<void> check_receipt(const Receipt& receipt) const;

    base::MatterId matter_;
    std::map<EntryId, Entry> entries_;
    std::map<base::PartyId, std::vector<EntryId>> chains_;
    std::set<base::ActId> heads_;
};

}  // namespace comity::casework
