#include "domain/casework/clock.h"

#include <algorithm>
#include <tuple>

#include "domain/casework/judge.h"

namespace comity::casework {
namespace {

bool has(const std::vector<std::string>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

/// The first act, since the clock began, that is the event or discharges it.
std::optional<base::Instant> answer_to(const MatterState& state, std::string_view event,
                                       base::Instant since) {
    std::optional<base::Instant> first;
    for (const DoneAct& done : state.done) {
        const bool names = has(done.kind->marks, event) || has(done.kind->discharges, event);
        if (names && !done.overtaken && !done.kind->tacit && since <= done.at) {
            first = first ? std::min(*first, done.at) : done.at;
        }
    }
    return first;
}

/// The act that is the event, the one that the clock runs from.
std::optional<base::ActId> start_of_clock(const MatterState& state, std::string_view event) {
    std::optional<base::ActId> last;
    for (const DoneAct& done : state.done) {
        if (!done.overtaken && has(done.kind->marks, event)) {
            last = done.id;
        }
    }
    return last;
}

std::string jurisdiction_of(const World& world, const std::optional<base::PartyId>& party) {
    const PartyEntry* entry = party ? world.annex.find(*party) : nullptr;
    return entry == nullptr ? "" : entry->jurisdiction;
}

class Clocks {
 public:
    Clocks(const World& world, const MatterState& state, base::Instant now)
        : world_(world), state_(state), now_(now) {}

    void of_clause(const law::Duty& duty) {
        const auto start = state_.events.find(duty.start_event);
        if (duty.kind != "deadline" || !duty.within || start == state_.events.end()) {
            return;
        }
        RunningDuty clock = timed(duty.what, duty.who, start->second, *duty.within);
        clock.instrument = duty.instrument;
        clock.clause = duty.clause;
        clock.on_silence = duty.on_silence;
        clock.certain = duty.applies == law::Truth::yes;
        clock.began = start_of_clock(state_, duty.start_event);
        add(std::move(clock));
    }

    void of_act(const StartedDuty& started) {
        const law::OpenedDuty& duty = *started.kind->opens_duty;
        RunningDuty clock = timed(duty.event, duty.side, started.since, duty.within);
        cite(clock, *started.kind);
        clock.on_silence = duty.on_silence;
        clock.began = started.act;
        add(std::move(clock));
    }

    /// Who released has to call it back; whom it went to uses it no more.
    void of_release(const Release& release) {
        for (const Restriction* reason : recall_reasons(state_, release)) {
            RunningDuty clock = because_of(*reason, release, release.holder, "recall");
            clock.acts = kinds(release.holder, &law::ActKind::recalls);
            add(std::move(clock));
        }
        // What was released after the matter had ended elsewhere stands, and comes back.
        const auto recalling = kinds(release.holder, &law::ActKind::recalls);
        if (release.overtaken && !release.recalled && !recalling.empty()) {
            RunningDuty clock = about(release, release.holder, "recall");
            clock.acts = recalling;
            add(std::move(clock));
        }
        const auto reasons = reader_reasons(state_, release);
        const bool done = !release.reader || release.set_aside.contains(*release.reader) ||
                          release.erased.contains(*release.reader);
        const auto aside = release.reader ? kinds(*release.reader, &law::ActKind::sets_aside)
                                          : std::vector<const law::ActKind*>{};
        const bool called = !reasons.empty() || release.recalled || release.overtaken;
        if (done || !called || aside.empty()) {
            return;
        }
        RunningDuty clock;
        if (reasons.empty() && !release.recalled) {
            clock = about(release, *release.reader, "set-aside");
        } else if (reasons.empty()) {
            clock = about(release, *release.reader, "set-aside");
            clock.began = release.recalled;
            const auto recall = std::ranges::find(state_.done, *release.recalled, &DoneAct::id);
            if (recall != state_.done.end()) {
                clock.since = clock.due = recall->at;
                cite(clock, *recall->kind);
            }
        } else {
            clock = because_of(*reasons.front(), release, *release.reader, "set-aside");
        }
        clock.acts = aside;
        add(std::move(clock));
    }

    /// Every item has an end at every holder (invariant 5).
    void of_end(const Release& release, const std::optional<law::Assessment>& assessment) {
        for (const base::PartyId& holder : release.holders()) {
            if (release.erased.contains(holder)) {
                continue;
            }
            RunningDuty clock = about(release, holder, "erasure");
            clock.acts = kinds(holder, &law::ActKind::erases);
            if (clock.acts.empty() || !find_end(clock, release, assessment)) {
                continue;
            }
            if (const Restriction* hold = erasure_hold(state_, release)) {
                clock.held_by = hold->act;
            }
            add(std::move(clock));
        }
    }

    std::vector<RunningDuty> take() {
        std::ranges::sort(duties_, [](const RunningDuty& left, const RunningDuty& right) {
            return std::tie(left.due, left.what, left.clause, left.about) <
                   std::tie(right.due, right.what, right.clause, right.about);
        });
        return std::move(duties_);
    }

 private:
    void cite(RunningDuty& clock, const law::ActKind& kind) const {
        clock.instrument = state_.procedure->name;
        clock.clause = kind.clause;
    }

    RunningDuty timed(const std::string& event, const std::string& who, base::Instant since,
                      const law::Span& within) const {
        RunningDuty clock;
        clock.what = event;
        clock.who = who;
        if (const base::PartyId* party = state_.only_party_on(who)) {
            clock.party = *party;
        }
        clock.since = since;
        clock.due =
            with_outages(state_, who, since,
                         world_.library.due(jurisdiction_of(world_, clock.party), since, within));
        clock.answered = answer_to(state_, event, since);
        for (const law::ActKind& kind : state_.procedure->acts) {
            const bool answers = has(kind.marks, event) || has(kind.discharges, event);
            if (answers && !kind.tacit && kind.by_side == who) {
                clock.acts.push_back(&kind);
            }
        }
        return clock;
    }

    RunningDuty about(const Release& release, const base::PartyId& party,
                      std::string_view what) const {
        RunningDuty clock;
        clock.what = what;
        clock.who = state_.side_of(party).value_or("");
        clock.party = party;
        clock.about = release.act;
        clock.since = clock.due = release.at;
        cite(clock, *release.kind);
        return clock;
    }

    RunningDuty because_of(const Restriction& reason, const Release& release,
                           const base::PartyId& party, std::string_view what) const {
        RunningDuty clock = about(release, party, what);
        clock.began = reason.act;
        clock.since = clock.due = std::max(reason.at, release.at);
        if (reason.kind->restrains.recall_within) {
            clock.due = world_.library.due(jurisdiction_of(world_, party), clock.since,
                                           *reason.kind->restrains.recall_within);
        }
        cite(clock, *reason.kind);
        return clock;
    }

    std::vector<const law::ActKind*> kinds(const base::PartyId& party,
                                           std::string law::ActKind::* mechanism) const {
        std::vector<const law::ActKind*> found;
        const auto side = state_.side_of(party);
        for (const law::ActKind& kind : state_.procedure->acts) {
            if (!(kind.*mechanism).empty() && kind.by_side == side) {
                found.push_back(&kind);
            }
        }
        return found;
    }

    /// The earliest of the item's own end day, the longest retention, and an end brought forward.
    bool find_end(RunningDuty& clock, const Release& release,
                  const std::optional<law::Assessment>& assessment) const {
        bool found = false;
        const auto earlier = [&](base::Instant at) {
            const bool first = !found || at < clock.due;
            found = true;
            clock.due = first ? at : clock.due;
            return first;
        };
        if (release.end) {
            earlier(base::start_of(*release.end) + std::chrono::hours(24));
        }
        if (state_.items_end && earlier(std::max(state_.items_end->at, release.at))) {
            clock.began = state_.items_end->act;
            cite(clock, *state_.items_end->kind);
        }
        if (!assessment) {
            return found;
        }
        for (const law::Duty& duty : assessment->duties) {
            const auto start = state_.events.find(duty.start_event);
            if (duty.kind != "retain-at-most" || duty.applies != law::Truth::yes || !duty.within ||
                start == state_.events.end()) {
                continue;
            }
            if (earlier(world_.library.due(jurisdiction_of(world_, clock.party), start->second,
                                           *duty.within))) {
                clock.instrument = duty.instrument;
                clock.clause = duty.clause;
            }
        }
        return found;
    }

    void add(RunningDuty clock) {
        clock.late = !clock.answered && !clock.held_by && clock.due <= now_;
        duties_.push_back(std::move(clock));
    }

    const World& world_;
    const MatterState& state_;
    base::Instant now_;
    std::vector<RunningDuty> duties_;
};

}  // namespace

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

std::vector<RunningDuty> clocks_of(const World& world, const MatterState& state,
                                   const std::optional<law::Assessment>& assessment,
                                   base::Instant now) {
    Clocks clocks(world, state, now);
    if (assessment) {
        for (const law::Duty& duty : assessment->duties) {
            clocks.of_clause(duty);
        }
    }
    for (const StartedDuty& started : state.started) {
        clocks.of_act(started);
    }
    for (const Release& release : state.releases) {
        clocks.of_release(release);
        clocks.of_end(release, assessment);
    }
    return clocks.take();
}

namespace {

std::unexpected<base::Error> not_silent(const RunningDuty& duty, base::ErrorKind kind,
                                        std::string what, std::string why = {}) {
    std::string clause = duty.instrument + " " + duty.clause;
    return std::unexpected(base::Error{kind, std::move(what), std::move(why), {}, {}, clause});
}

/// The bearer took the act that started the clock, or built on it, or gave a receipt for it.
bool delivered(const Dossier& dossier, const base::PartyId& bearer, const base::ActId& start) {
    for (const EntryId& id : dossier.chain(bearer)) {
        const Entry* entry = dossier.entry(id);
        if (const auto* receipt = std::get_if<Receipt>(entry)) {
            if (receipt->header.act == start) {
                return true;
            }
            continue;
        }
        const Act& act = std::get<Act>(*entry);
        const auto past = dossier.past(act.header.after);
        if (base::ActId{id} == start || (past && past->contains(start))) {
            return true;
        }
    }
    return false;
}

/// The bearer's chain goes on after the deadline: what comes before that in it is known.
bool went_on(const Dossier& dossier, const base::PartyId& bearer, base::Instant due) {
    const std::optional<EntryId> last = dossier.tip(bearer).previous;
    return last && due < instant_of(*dossier.entry(*last));
}

}  // namespace

base::Result<void> check_heard(const World& world, const Dossier& dossier, const RunningDuty& duty,
                               base::Instant at) {
    if (!duty.party || !duty.began) {
        return not_silent(duty, base::ErrorKind::inadmissible,
                          "no party bears this duty, or nothing started its clock");
    }
    if (!delivered(dossier, *duty.party, *duty.began)) {
        return not_silent(duty, base::ErrorKind::try_later,
                          "delivery is not proven: no receipt of " + duty.party->text(),
                          "act " + duty.began->hex());
    }
    const base::Instant grace = duty.due + std::chrono::seconds(world.annex.skew_seconds);
    if (at <= grace && !went_on(dossier, *duty.party, duty.due)) {
        return not_silent(
            duty, base::ErrorKind::try_later,
            "an answer in time may still come from " + duty.party->text(),
            "nothing later of theirs is known; without it the grace runs until " + grace.text());
    }
    return {};
}

base::Result<void> check_silence(const World& world, const Dossier& dossier,
                                 const law::ActKind& kind, const Act& act,
                                 const MatterState& before) {
    const law::TacitEffect& effect = *kind.tacit;
    const auto assessment = COMITY_TRY(assess_now(world, before, act.header.at));
    const std::vector<RunningDuty> duties = clocks_of(world, before, assessment, act.header.at);
    const auto says = [&](const RunningDuty& duty) {
        return act.text(effect.from) == duty.since.text() &&
               act.text(effect.until) == duty.due.text();
    };
    const RunningDuty* meant = nullptr;
    for (const RunningDuty& duty : duties) {
        if (duty.what == effect.event && duty.on_silence == effect.silence &&
            (meant == nullptr || says(duty))) {
            meant = &duty;
        }
    }
    if (meant == nullptr) {
        return std::unexpected(base::Error{
            base::ErrorKind::inadmissible,
            "no clause attaches " + effect.silence + " to silence on " + effect.event + " here",
            {},
            {},
            {},
            kind.clause});
    }
    if (!meant->certain) {
        return not_silent(*meant, base::ErrorKind::lacks_facts,
                          "it is not known whether the clause applies");
    }
    if (!says(*meant)) {
        return not_silent(*meant, base::ErrorKind::inadmissible, "the clock ran otherwise",
                          "from " + meant->since.text() + " until " + meant->due.text());
    }
    if (act.header.at <= meant->due) {
        return not_silent(*meant, base::ErrorKind::inadmissible, "the time has not run out",
                          "it runs until " + meant->due.text());
    }
    if (answered_in_time(before, effect.event, meant->since, meant->due)) {
        return not_silent(*meant, base::ErrorKind::inadmissible, "there is no silence",
                          "it was answered in time");
    }
    return check_heard(world, dossier, *meant, act.header.at);
}

}  // namespace comity::casework
