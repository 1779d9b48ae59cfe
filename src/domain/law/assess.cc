#include "domain/law/assess.h"

#include <algorithm>
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

base::Result<Assessment> assess(const Library& library, const Question& question) {
    const LibraryData& data = library.data();
    const detail::Composition texts = COMITY_TRY(detail::composition_of(data, question));
    const detail::FactTable table = detail::table_of(library.vocabulary(), question);
    const bool own_view = !question.as_far_as.empty();

    std::optional<Route> best;
    detail::Verdict verdict;
    for (const Instrument* leading : texts.agreements) {
        for (const std::string& article : detail::articles_of(*leading)) {
            Route route = detail::compose(data, question, texts, *leading, article, table);
            for (Part& part : route.parts) {
                detail::judge_part(part, question.as_of, *leading, own_view);
            }
            detail::Verdict said = detail::verdict_of(library, question, route, own_view);
            if (!best || detail::order_of(said.outcome) < detail::order_of(verdict.outcome)) {
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
