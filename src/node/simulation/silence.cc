#include "node/simulation/silence.h"

#include <algorithm>
#include <utility>

namespace comity::simulation {
namespace {

/// When as much time as from `since` to `due` has passed in which no outage of the side ran.
base::Instant without_outages(const Model& model, const std::string& side, base::Instant since,
                              base::Instant due) {
    std::vector<std::pair<base::Instant, base::Instant>> outages;
    for (const ModelAct& done : model.done) {
        const auto& record = done.act->kind->outage;
        if (!record || done.overtaken || record->side != side) {
            continue;
        }
        const auto from = instant_in(*done.act, record->from);
        const auto until = instant_in(*done.act, record->until);
        if (from && until) {
            outages.emplace_back(*from, *until);
        }
    }
    std::ranges::sort(outages);
    base::Duration left = due - since;
    base::Instant counted = since;
    for (const auto& [from, until] : outages) {
        const base::Instant begins = std::max(from, counted);
        if (until <= counted) {
            continue;
        }
        if (left <= begins - counted) {
            break;  // it had run out before
        }
        left = left - (begins - counted);
        counted = until;
    }
    return counted + left;
}

/// The last act that is the event.
std::optional<base::ActId> last_of(const Model& model, const std::string& event) {
    std::optional<base::ActId> last;
    for (const ModelAct& done : model.done) {
        if (!done.overtaken && contains(done.act->kind->marks, event)) {
            last = done.act->id;
        }
    }
    return last;
}

/// What the clauses have running.
std::vector<law::Duty> deadlines(const Model& model, const Cast& cast, const law::Library& library,
                                 base::Instant at) {
    const base::PartyId* asks = model.only(std::string(law::requesting_side));
    const base::PartyId* answers = model.only(std::string(law::requested_side));
    if (asks == nullptr || answers == nullptr) {
        return {};
    }
    law::Question question;
    question.requesting = cast.of(*asks).jurisdiction;
    question.requested = cast.of(*answers).jurisdiction;
    question.as_of = base::utc_day_of(at);
    question.facts = model.facts;
    question.events.insert(model.events.begin(), model.events.end());
    question.now = at;
    auto assessment = law::assess(library, question, law::Routes::best);
    return assessment ? std::move(assessment->duties) : std::vector<law::Duty>{};
}

}  // namespace

bool is_answered(const Model& model, const std::string& event, base::Instant since,
                 base::Instant until) {
    return std::ranges::any_of(model.done, [&](const ModelAct& done) {
        const law::ActKind& kind = *done.act->kind;
        const base::Instant at = done.act->header.at;
        return !done.overtaken && !kind.tacit && since <= at && at <= until &&
               (contains(kind.marks, event) || contains(kind.discharges, event));
    });
}

std::vector<Silence> silences(const Model& model, const law::TacitEffect& effect, const Cast& cast,
                              const law::Library& library, base::Instant at) {
    std::vector<Silence> found;
    const auto add = [&](const std::string& who, base::Instant since, const law::Span& within,
                         std::optional<base::ActId> began, bool certain) {
        Silence one;
        one.since = since;
        std::string jurisdiction;
        if (const base::PartyId* bearer = model.only(who)) {
            one.bearer = *bearer;
            jurisdiction = cast.of(*bearer).jurisdiction;
        }
        one.due_without_outages = library.due(jurisdiction, since, within);
        one.due = without_outages(model, who, since, one.due_without_outages);
        one.began = began;
        one.certain = certain;
        found.push_back(std::move(one));
    };
    for (const law::Duty& duty : deadlines(model, cast, library, at)) {
        const auto start = model.events.find(duty.start_event);
        if (duty.kind == "deadline" && duty.what == effect.event && duty.within &&
            duty.on_silence == effect.silence && start != model.events.end()) {
            add(duty.who, start->second, *duty.within, last_of(model, duty.start_event),
                duty.applies == law::Truth::yes);
        }
    }
    for (const ModelAct& done : model.done) {
        const auto& duty = done.act->kind->opens_duty;
        if (duty && !done.overtaken && duty->event == effect.event &&
            duty->on_silence == effect.silence) {
            add(duty->side, done.act->header.at, duty->within, done.act->id, true);
        }
    }
    return found;
}

std::optional<Silence> meant_by(const KnownAct& act, const Model& before, const Cast& cast,
                                const law::Library& library) {
    const law::TacitEffect& effect = *act.kind->tacit;
    const auto from = instant_in(act, effect.from);
    const auto until = instant_in(act, effect.until);
    for (const Silence& one : silences(before, effect, cast, library, act.header.at)) {
        if (from == one.since && until == one.due) {
            return one;
        }
    }
    return std::nullopt;
}

std::optional<Objection> against_timing(const KnownAct& act, const Model& before, const Cast& cast,
                                        const law::Library& library) {
    if (const auto& outage = act.kind->outage) {
        const auto from = instant_in(act, outage->from);
        const auto until = instant_in(act, outage->until);
        if (!from || !until || *until <= *from || act.header.at < *until) {
            return Objection{"DESIGN 5.7", "an outage that has not ended, or never began"};
        }
    }
    if (!act.kind->tacit) {
        return std::nullopt;
    }
    const auto silence = meant_by(act, before, cast, library);
    if (!silence || !silence->certain) {
        return Objection{"DESIGN 5.7", "an act that declares a silence to which nothing is tied"};
    }
    if (act.header.at <= silence->due) {
        return Objection{"DESIGN 5.7", "silence that counts before its time has run out"};
    }
    if (is_answered(before, act.kind->tacit->event, silence->since, silence->due)) {
        return Objection{"DESIGN 5.7", "silence that counts though there was an answer in time"};
    }
    if (!silence->bearer || !silence->began) {
        return Objection{"DESIGN 5.7", "the silence of nobody"};
    }
    return std::nullopt;
}

}  // namespace comity::simulation
