#include "domain/law/assess.h"

#include <algorithm>
#include <utility>

#include "domain/law/detail/route.h"
#include "domain/law/detail/words.h"

namespace comity::law {
namespace {

using detail::Capacity;
using detail::Part;
using detail::Route;

bool in_force(const std::optional<base::Date>& from, const std::optional<base::Date>& until,
              base::Date day) {
    return from && *from <= day && (!until || day < *until);
}

const Status* status_of(const LibraryData& data, const std::string& agreement,
                        std::string_view party, base::Date day) {
    for (const Status& status : data.statuses) {
        if (status.agreement == agreement && status.party == party &&
            in_force(status.from, status.until, day)) {
            return &status;
        }
    }
    return nullptr;
}

bool binds(const LibraryData& data, const Instrument& instrument, const Question& question) {
    if (instrument.profile) {
        return false;
    }
    for (const std::string* side : {&question.requesting, &question.requested}) {
        const bool party = instrument.by_status ? status_of(data, instrument.info.name, *side,
                                                            question.as_of) != nullptr
                                                : detail::holds(instrument.parties, *side);
        if (!party) {
            return false;
        }
    }
    return instrument.by_status || in_force(instrument.from, instrument.until, question.as_of);
}

/// The agreements in force between the sides; of several versions of one, the newest.
std::vector<const Instrument*> agreements_of(const LibraryData& data, const Question& question) {
    std::vector<const Instrument*> found;
    for (const auto& one : data.instruments) {
        if (!binds(data, *one, question)) {
            continue;
        }
        const auto same = std::ranges::find_if(
            found, [&](const Instrument* other) { return other->info.name == one->info.name; });
        if (same == found.end()) {
            found.push_back(one.get());
        } else if ((*same)->info.version < one->info.version) {
            *same = one.get();
        }
    }
    return found;
}

base::Result<const Instrument*> profile_of(const LibraryData& data, std::string_view jurisdiction,
                                           base::Date day) {
    const Instrument* newest = nullptr;
    for (const auto& one : data.instruments) {
        if (one->profile && one->info.name == jurisdiction &&
            in_force(one->from, one->until, day) &&
            (newest == nullptr || newest->info.version < one->info.version)) {
            newest = one.get();
        }
    }
    if (newest == nullptr) {
        return base::fail(base::ErrorKind::not_found,
                          "no profile of " + std::string(jurisdiction.substr(0, 64)) +
                              " is in force on " + day.text(),
                          "a request is assessed against the law of both sides",
                          "add the jurisdiction's profile to the law folder");
    }
    return newest;
}

std::vector<std::string> statuses_of(const LibraryData& data, const Instrument& instrument,
                                     const Question& question) {
    std::vector<std::string> keys;
    if (instrument.reservables.empty()) {
        return keys;
    }
    for (const auto& [word, party] : {std::pair{"requesting", &question.requesting},
                                      std::pair{"requested", &question.requested}}) {
        const Status* status = status_of(data, instrument.info.name, *party, question.as_of);
        if (status == nullptr) {
            continue;
        }
        for (const std::string& one : status->declares) {
            keys.push_back(detail::status_key(word, false, one));
        }
        for (const std::string& one : status->reserves) {
            keys.push_back(detail::status_key(word, true, one));
        }
    }
    return keys;
}

bool has_overlay(const Instrument& instrument) {
    return std::ranges::any_of(instrument.articles, &detail::Article::overlay);
}

/// Everything an assessment of one question looks at.
struct Bench {
    const Library& library;
    const Question& question;
    const detail::FactTable& table;
    std::vector<const Instrument*> agreements;
    const Instrument* issuing;
    const Instrument* executing;
};

Route route_of(const Bench& bench, const Instrument& leading, const std::string& article) {
    Route route;
    route.article = article;
    route.parts.reserve(bench.agreements.size() + 2);
    const auto add = [&](const Instrument& instrument, Capacity capacity, bool overlay) {
        Part& part = route.parts.emplace_back();
        part.instrument = &instrument;
        part.capacity = capacity;
        part.overlay = overlay;
        part.status = statuses_of(bench.library.data(), instrument, bench.question);
        part.at = {bench.table.facts, bench.table.foreign,
                   &instrument == &leading ? std::string_view(article) : std::string_view(),
                   part.status};
        detail::judge_part(part, bench.question.as_of, leading, !bench.question.as_far_as.empty());
    };
    add(leading, Capacity::either, false);
    for (const Instrument* other : bench.agreements) {
        if (other != &leading && has_overlay(*other)) {
            add(*other, Capacity::either, true);
        }
    }
    add(*bench.issuing, Capacity::issuing, false);
    add(*bench.executing, Capacity::executing, false);
    return route;
}

/// open < needs decision < needs information < closed (treaty.md 5.5).
int order_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::open: return 0;
        case Outcome::needs_decision: return 1;
        case Outcome::needs_information: return 2;
        case Outcome::closed: return 3;
    }
    std::unreachable();
}

}  // namespace

std::string_view name_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::open: return "open";
        case Outcome::closed: return "closed";
        case Outcome::needs_decision: return "needs-decision";
        case Outcome::needs_information: return "needs-information";
    }
    std::unreachable();
}

const Duty* Assessment::first_obstacle() const {
    if (release_up) {
        return nullptr;
    }
    // What surely fails first, then what is only not known to be satisfied.
    for (const bool sure : {true, false}) {
        for (const Duty& duty : duties) {
            const bool fails =
                duty.satisfied && (sure ? *duty.satisfied == Truth::no && duty.applies == Truth::yes
                                        : *duty.satisfied != Truth::yes);
            if (fails) {
                return &duty;
            }
        }
    }
    return nullptr;
}

base::Result<Assessment> assess(const Library& library, const Question& question) {
    const LibraryData& data = library.data();
    std::vector<const Instrument*> agreements = agreements_of(data, question);
    if (agreements.empty()) {
        return base::fail(base::ErrorKind::not_found,
                          "no agreement between " + question.requesting.substr(0, 64) + " and " +
                              question.requested.substr(0, 64) + " is in force on " +
                              question.as_of.text(),
                          "", "check the two jurisdictions and the date");
    }
    const Instrument* issuing = COMITY_TRY(profile_of(data, question.requesting, question.as_of));
    const Instrument* executing = COMITY_TRY(profile_of(data, question.requested, question.as_of));
    const detail::FactTable table = detail::table_of(library.vocabulary(), question);
    const bool own_view = !question.as_far_as.empty();
    const Bench bench{library, question, table, std::move(agreements), issuing, executing};
    static const std::vector<std::string> one_route{""};

    std::optional<Route> best;
    detail::Verdict verdict;
    for (const Instrument* leading : bench.agreements) {
        for (const std::string& article : leading->routes.empty() ? one_route : leading->routes) {
            Route route = route_of(bench, *leading, article);
            detail::Verdict said = detail::verdict_of(library, question, route, own_view);
            if (!best || order_of(said.outcome) < order_of(verdict.outcome)) {
                best = std::move(route);
                verdict = std::move(said);
            }
        }
    }
    Assessment assessment;
    assessment.outcome = verdict.outcome;
    assessment.release_up = verdict.outcome == Outcome::open && verdict.gate == Truth::yes;
    assessment.route = best->parts.front().instrument->info.name;
    if (!best->article.empty()) {
        assessment.route += " " + best->article;
    }
    assessment.grounds = std::move(verdict.grounds);
    assessment.missing = std::move(verdict.missing);
    assessment.duties = detail::duties_of(library, question, *best, own_view);
    assessment.trace = detail::trace_of(*best);
    for (const Part& part : best->parts) {
        if (part.instrument->info.reviewed_by.empty() &&
            !detail::holds(assessment.reviewed_by_none, part.instrument->info.name)) {
            assessment.reviewed_by_none.push_back(part.instrument->info.name);
        }
    }
    return assessment;
}

}  // namespace comity::law
