// What the reference has against an act whose effect would wait for witnesses that there are not
// (DESIGN 5.11): every way of seating the annex's witnesses is tried.

#include <algorithm>

#include "node/simulation/model.h"

namespace comity::simulation {
namespace {

using Groups = std::vector<law::WitnessGroup>;

bool fits(const Cast& cast, const Member& author, const law::WitnessGroup& group,
          const base::PartyId& witness) {
    const Member& other = cast.of(witness);
    return other.party != author.party &&
           (group.kinds.empty() || contains(group.kinds, other.kind)) &&
           !(group.foreign && other.jurisdiction == author.jurisdiction);
}

/// Whether what the groups still ask for can be taken by witnesses that are not `taken`.
bool can_seat(const Cast& cast, const Member& author, Groups groups,
              const std::set<base::PartyId>& taken) {
    const auto open = std::ranges::find_if(groups, [](const auto& one) { return one.needed > 0; });
    if (open == groups.end()) {
        return true;
    }
    --open->needed;
    return std::ranges::any_of(cast.annex.witnesses, [&](const base::PartyId& witness) {
        std::set<base::PartyId> more = taken;
        return fits(cast, author, *open, witness) && more.insert(witness).second &&
               can_seat(cast, author, groups, more);
    });
}

bool is_attainable(const Cast& cast, const law::ActKind& kind, const base::PartyId& party) {
    const auto& asked = kind.witnessing;
    const Member& author = cast.of(party);
    return !asked || can_seat(cast, author, asked->groups, {}) ||
           (asked->emergency && can_seat(cast, author, asked->emergency->groups, {}));
}

}  // namespace

std::optional<Objection> against_witnesses(const KnownAct& act, const Model& after,
                                           const Cast& cast) {
    const Objection objection{"DESIGN 5.11", "an effect that would wait for witnesses for ever"};
    if (!is_attainable(cast, *act.kind, act.header.author)) {
        return objection;
    }
    if (!act.kind->from.empty()) {
        return std::nullopt;
    }
    for (const base::PartyId& party : after.parties()) {
        const auto side = after.side_of(party);
        for (const law::ActKind& later : act.procedure->acts) {
            if (side == later.by_side && !is_attainable(cast, later, party)) {
                return objection;
            }
        }
    }
    return std::nullopt;
}

}  // namespace comity::simulation
