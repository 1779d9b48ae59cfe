#include "domain/law/assess.h"

#include <algorithm>
#include <span>
#include <utility>

#include "domain/law/detail/composition.h"
#include "domain/law/detail/words.h"

namespace comity::law {

using detail::Part;
using detail::Route;

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

namespace {

struct Weighed {
    Route route;
    detail::Verdict verdict;
};

/// Every route, the best first.
std::vector<Weighed> weigh(const Library& library, const Question& question,
                           const detail::Composition& texts, const detail::FactTable& table) {
    const bool own_view = !question.as_far_as.empty();
    std::vector<Weighed> routes;
    for (const Instrument* leading : texts.agreements) {
        for (const std::string& article : detail::articles_of(*leading)) {
            Route route =
                detail::compose(library.data(), question, texts, *leading, article, table);
            for (Part& part : route.parts) {
                detail::judge_part(part, question.as_of, *leading, own_view);
            }
            detail::Verdict said = detail::verdict_of(library, question, route, own_view);
            const auto place = std::ranges::upper_bound(
                routes, detail::order_of(said), {},
                [](const Weighed& one) { return detail::order_of(one.verdict); });
            routes.insert(place, {std::move(route), std::move(said)});
        }
    }
    return routes;
}

Assessment assessment_of(const Library& library, const Question& question, Weighed weighed) {
    const Route& route = weighed.route;
    detail::Verdict& verdict = weighed.verdict;
    Assessment assessment;
    assessment.outcome = verdict.outcome;
    assessment.release_up = detail::releases(verdict);
    assessment.route = detail::route_name(*route.parts.front().instrument, route.article);
    assessment.grounds = std::move(verdict.grounds);
    assessment.missing = std::move(verdict.missing);
    assessment.duties = detail::duties_of(library, question, route, !question.as_far_as.empty());
    assessment.trace = detail::trace_of(route);
    for (const Part& part : route.parts) {
        if (part.instrument->info.reviewed_by.empty() &&
            !detail::holds(assessment.reviewed_by_none, part.instrument->info.name)) {
            assessment.reviewed_by_none.push_back(part.instrument->info.name);
        }
    }
    return assessment;
}

}  // namespace

base::Result<Assessment> assess(const Library& library, const Question& question, Routes told) {
    const detail::Composition texts = COMITY_TRY(detail::composition_of(library.data(), question));
    const detail::FactTable table = detail::table_of(library.vocabulary(), question);
    std::vector<Weighed> routes = weigh(library, question, texts, table);
    Assessment best = assessment_of(library, question, std::move(routes.front()));
    if (told == Routes::all) {
        for (Weighed& other : std::span(routes).subspan(1)) {
            best.others.push_back(assessment_of(library, question, std::move(other)));
        }
    }
    return best;
}

}  // namespace comity::law
