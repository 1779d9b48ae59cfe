#include "domain/prover/detail/replay.h"

#include <algorithm>

namespace comity::prover::detail {

base::Result<Judged> judge(const law::Library& library, const law::Question& question) {
    Judged out;
    out.assessment = COMITY_TRY(law::assess(library, question, law::Routes::best));
    out.table = law::detail::table_of(library.vocabulary(), question);
    const law::LibraryData& data = library.data();
    const law::detail::Composition texts = COMITY_TRY(law::detail::composition_of(data, question));
    for (const law::Instrument* leading : texts.agreements) {
        for (const std::string& article : law::detail::articles_of(*leading)) {
            if (law::detail::route_name(*leading, article) != out.assessment.route) {
                continue;
            }
            out.route = law::detail::compose(data, question, texts, *leading, article, out.table);
            for (law::detail::Part& part : out.route.parts) {
                law::detail::judge_part(part, question.as_of, *leading,
                                        !question.as_far_as.empty());
            }
            return out;
        }
    }
    return base::fail(base::ErrorKind::failure, "the assessment names a route that is not there",
                      out.assessment.route);
}

law::Truth truth_of(const law::detail::Condition& condition, const Judged& judged) {
    return law::detail::judge(condition, judged.route.parts.front().at,
                              law::detail::Foreign::unknown);
}

bool applies(const Judged& judged, const law::Instrument& instrument, std::string_view reference) {
    for (const law::detail::Part& part : judged.route.parts) {
        const std::vector<law::detail::Clause>& clauses = part.instrument->clauses;
        for (std::size_t i = 0; i < clauses.size() && part.instrument == &instrument; ++i) {
            if ((clauses[i].id == reference || clauses[i].table == reference) &&
                part.truth[i] == law::Truth::yes) {
                return true;
            }
        }
    }
    return false;
}

void set_elapsed(law::Question& question, const law::Library& library, const std::string& event) {
    const base::Instant start = base::start_of(question.as_of);
    base::Instant end = question.now.value_or(start);
    for (const auto& instrument : library.data().instruments) {
        for (const law::detail::Clause& clause : instrument->clauses) {
            if (clause.kind == law::detail::ClauseKind::hold && clause.start_event == event) {
                end = std::max(end, library.due(question.requested, start, *clause.within));
            }
        }
    }
    question.events.insert_or_assign(event, start);
    question.now = end;
}

base::Result<law::Question> question_of(const World& world, const law::Library& library,
                                        const law::Question& sides,
                                        const std::vector<bool>& values) {
    law::Question question = sides;
    question.facts =
        COMITY_TRY(law::facts_from(library.vocabulary(), world.facts().stated(values)));
    for (const auto& [event, wire] : world.events()) {
        if (values[static_cast<std::size_t>(wire)]) {
            set_elapsed(question, library, event);
        }
    }
    return question;
}

}  // namespace comity::prover::detail
