#include "domain/casework/position.h"

#include <algorithm>
#include <iterator>

namespace comity::casework {
namespace {

bool has_done(const MatterState& state, const std::string& kind) {
    return std::ranges::any_of(state.done, [&](const DoneAct& done) {
        return done.kind->name == kind && !done.overtaken;
    });
}

bool in_order(const law::ActKind& kind, const MatterState& state) {
    const auto done = [&](const std::string& needed) { return has_done(state, needed); };
    return std::ranges::all_of(kind.after, done) &&
           (kind.after_any.empty() || std::ranges::any_of(kind.after_any, done));
}

bool spares(const Restriction& one, const law::ActKind& kind) {
    const auto& office = one.kind->restrains.spares;
    return office && office->side == kind.by_side &&
           std::ranges::any_of(kind.by_roles, [&](const std::string& role) {
               return std::ranges::find(office->roles, role) != office->roles.end();
           });
}

bool can_open(const law::ActKind& kind, const base::PartyId& party, const MatterState& state,
              const Release& release) {
    bool spared = false;
    for (const Restriction* one : reader_reasons(state, release)) {
        if (one->binds(law::Bound::release) || !spares(*one, kind)) {
            return false;
        }
        spared = true;
    }
    const bool for_party =
        spared || (release.reader == party && !release.set_aside.contains(party));
    return for_party && !release.recalled && !release.erased.contains(party);
}

/// Whether there is anything that an act of this kind could answer, and nothing open that stops it
/// whatever it says.
bool has_object(const law::ActKind& kind, const base::PartyId& party, const MatterState& state) {
    const auto any_release = [&](auto&& suits) {
        return std::ranges::any_of(state.releases, suits);
    };
    if (kind.is_release() && kind.opened_field.empty() &&
        std::ranges::any_of(state.restrictions, [&](const Restriction& one) {
            return one.binds(law::Bound::release) && !one.item &&
                   (one.categories.empty() || kind.item_category.empty());
        })) {
        return false;
    }
    if (kind.lifts && std::ranges::none_of(state.restrictions, [&](const Restriction& one) {
            const auto& of = kind.lifts->of;
            return !one.lifted && std::ranges::find(of, one.kind->name) != of.end() &&
                   (kind.lifts->as_authority || one.party == party);
        })) {
        return false;
    }
    if (!kind.recalls.empty() &&
        !any_release([&](const Release& one) { return one.holder == party && !one.recalled; })) {
        return false;
    }
    if (!kind.sets_aside.empty() && !any_release([&](const Release& one) {
            return one.reader == party && !one.set_aside.contains(party);
        })) {
        return false;
    }
    if (!kind.erases.empty() && !any_release([&](const Release& one) {
            return one.holders().contains(party) && !one.erased.contains(party) &&
                   erasure_hold(state, one) == nullptr;
        })) {
        return false;
    }
    if (!kind.opened_field.empty() && !any_release([&](const Release& one) {
            return can_open(kind, party, state, one) && attended(state, kind, party, one.act);
        })) {
        return false;
    }
    return std::ranges::all_of(kind.contests, [&](const std::string& fact) {
        const auto claims = state.claims.find(fact);
        return claims != state.claims.end() && state.facts.find(fact) != nullptr &&
               !claims->second.decided;
    });
}

/// Whether silence has the meaning that an act of this kind declares.
bool silence_allows(const World& world, const Dossier& dossier, const law::ActKind& kind,
                    const std::vector<RunningDuty>& clocks, const MatterState& state,
                    base::Instant now) {
    return !kind.tacit || std::ranges::any_of(clocks, [&](const RunningDuty& duty) {
        const bool taken = std::ranges::any_of(state.tacit, [&](const TacitDone& one) {
            return one.kind->tacit->event == duty.what && one.from == duty.since;
        });
        return duty.what == kind.tacit->event && duty.on_silence == kind.tacit->silence &&
               duty.certain && duty.due < now && !taken &&
               !answered_in_time(state, duty.what, duty.since, duty.due) &&
               check_heard(world, dossier, duty, now).has_value();
    });
}

std::vector<Power> powers_in(const World& world, const Dossier& dossier, const MatterState& state,
                             const std::vector<RunningDuty>& clocks, base::Instant now) {
    std::vector<Power> powers;
    for (const law::ActKind& kind : state.procedure->acts) {
        const auto parties = state.sides.find(kind.by_side);
        if (std::ranges::find(kind.from, state.state) == kind.from.end() ||
            parties == state.sides.end() || !in_order(kind, state) ||
            !silence_allows(world, dossier, kind, clocks, state, now)) {
            continue;
        }
        for (const base::PartyId& party : parties->second) {
            if (has_object(kind, party, state)) {
                powers.push_back(Power{&kind, party});
            }
        }
    }
    return powers;
}

/// A duty of the clauses ends with the matter; what was handed over still comes back, or to its
/// end.
bool still_runs(const RunningDuty& duty, bool final) {
    return !duty.answered && (!final || duty.about);
}

}  // namespace

base::Result<Position> position(const World& world, const Dossier& dossier,
                                const MatterState& state, base::Instant now) {
    Position position;
    if (state.procedure == nullptr) {
        return position;
    }
    position.state = state.state;
    const auto& finals = state.procedure->final_states;
    position.final = std::ranges::find(finals, state.state) != finals.end();
    position.assessment = COMITY_TRY(assess_now(world, state, now));
    const std::vector<RunningDuty> clocks = clocks_of(world, state, position.assessment, now);
    position.powers = powers_in(world, dossier, state, clocks, now);
    std::ranges::copy_if(clocks, std::back_inserter(position.duties),
                         [&](const RunningDuty& one) { return still_runs(one, position.final); });
    for (const Restriction& one : state.restrictions) {
        if (!one.lifted) {
            position.restrictions.push_back(&one);
        }
    }
    for (const auto& [fact, claims] : state.claims) {
        if (claims.contested()) {
            position.contested.push_back(fact);
        }
    }
    return position;
}

}  // namespace comity::casework
