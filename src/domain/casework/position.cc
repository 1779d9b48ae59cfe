#include "domain/casework/position.h"

#include <algorithm>

#include "domain/casework/judge.h"

namespace comity::casework {
namespace {

std::vector<Power> powers_in(const MatterState& state) {
    std::vector<Power> powers;
    for (const law::ActKind& kind : state.procedure->acts) {
        if (std::ranges::find(kind.from, state.state) == kind.from.end()) {
            continue;
        }
        const bool in_order = std::ranges::all_of(kind.after, [&](const std::string& needed) {
            return std::ranges::any_of(state.done, [&](const DoneAct& done) {
                return done.kind->name == needed && !done.overtaken;
            });
        });
        if (!in_order) {
            continue;
        }
        const auto parties = state.sides.find(kind.by_side);
        if (parties != state.sides.end()) {
            for (const base::PartyId& party : parties->second) {
                powers.push_back(Power{&kind, party});
            }
        }
    }
    return powers;
}

/// A matter that the law assesses has both sides of an agreement.
base::Result<std::optional<law::Assessment>> assess_now(const World& world,
                                                        const MatterState& state,
                                                        base::Instant now) {
    const bool assessed = std::ranges::any_of(
        state.procedure->acts, [](const auto& kind) { return kind.need != law::LawNeed::none; });
    if (!assessed || !state.sides.contains(law::requesting_side) ||
        !state.sides.contains(law::requested_side)) {
        return std::nullopt;
    }
    law::ActKind ask;
    ask.need = law::LawNeed::release;
    return assess_for(world, state, ask, now);
}

/// A duty is answered by an act that is its event, or that discharges it, since it began to run.
bool is_answered(const MatterState& state, const law::Duty& duty, base::Instant since) {
    return std::ranges::any_of(state.done, [&](const DoneAct& done) {
        const bool names =
            std::ranges::find(done.kind->marks, duty.what) != done.kind->marks.end() ||
            std::ranges::find(done.kind->discharges, duty.what) != done.kind->discharges.end();
        return names && !done.overtaken && since <= done.at;
    });
}

std::optional<RunningDuty> running(const World& world, const MatterState& state,
                                   const law::Duty& duty, base::Instant now) {
    const auto start = state.events.find(duty.start_event);
    if (duty.kind != "deadline" || !duty.within || start == state.events.end() ||
        is_answered(state, duty, start->second)) {
        return std::nullopt;
    }
    RunningDuty clock;
    clock.what = duty.what;
    clock.who = duty.who;
    std::string jurisdiction;
    if (const base::PartyId* party = state.only_party_on(duty.who)) {
        clock.party = *party;
        const PartyEntry* entry = world.annex.find(*party);
        jurisdiction = entry == nullptr ? "" : entry->jurisdiction;
    }
    clock.since = start->second;
    clock.due = world.library.due(jurisdiction, start->second, *duty.within);
    clock.late = clock.due <= now;
    clock.instrument = duty.instrument;
    clock.clause = duty.clause;
    clock.on_silence = duty.on_silence;
    return clock;
}

}  // namespace

base::Result<Position> position(const World& world, const MatterState& state, base::Instant now) {
    Position position;
    if (state.procedure == nullptr) {
        return position;
    }
    position.state = state.state;
    const auto& finals = state.procedure->final_states;
    position.final = std::ranges::find(finals, state.state) != finals.end();
    position.powers = powers_in(state);
    position.assessment = COMITY_TRY(assess_now(world, state, now));
    if (position.assessment && !position.final) {
        for (const law::Duty& duty : position.assessment->duties) {
            if (auto clock = running(world, state, duty, now)) {
                position.duties.push_back(std::move(*clock));
            }
        }
        std::ranges::sort(position.duties, {}, &RunningDuty::due);
    }
    return position;
}

}  // namespace comity::casework
