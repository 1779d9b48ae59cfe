#include "domain/law/detail/route.h"

#include <algorithm>

#include "domain/law/detail/parser.h"
#include "domain/law/detail/words.h"

namespace comity::law::detail {
namespace {

Possible anything(const FactDeclaration& fact) {
    Possible possible;
    possible.low = fact.low;
    possible.high = fact.high;
    if (fact.type == FactType::set) {
        possible.may = full_mask(fact);
    } else if (fact.type != FactType::integer && fact.type != FactType::date) {
        possible.mask = full_mask(fact);
    }
    return possible;
}

/// A derived fact lies between the least and the greatest image of what its base may still be.
Possible derived(const FactDeclaration& fact, const Possible& base) {
    Possible possible;
    possible.low = fact.high;
    possible.high = fact.low;
    for (std::size_t i = 0; i < fact.derived_values.size(); ++i) {
        if (((base.mask >> i) & 1U) != 0) {
            possible.low = std::min(possible.low, fact.derived_values[i]);
            possible.high = std::max(possible.high, fact.derived_values[i]);
        }
    }
    return possible;
}

bool yields_to(const Part& part, const Clause& clause, const Instrument& leading) {
    for (const Priority& priority : leading.prevails) {
        if (priority.over == part.instrument->info.name &&
            (holds(priority.articles, clause.id) ||
             holds(priority.articles, part.instrument->articles[clause.article].id))) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::string route_name(const Instrument& leading, std::string_view article) {
    return article.empty() ? leading.info.name : leading.info.name + " " + std::string(article);
}

FactTable table_of(const Vocabulary& vocabulary, const Question& question) {
    FactTable table;
    const std::size_t count = vocabulary.in_order.size();
    table.facts.reserve(count);
    table.foreign.assign(count, 0);
    for (const FactDeclaration* fact : vocabulary.in_order) {
        table.facts.push_back(anything(*fact));
        if (!question.as_far_as.empty() && !fact->asserted_by_sides.empty()) {
            table.foreign[fact->order] = holds(fact->asserted_by_sides, question.as_far_as) ? 0 : 1;
        }
    }
    for (const auto& [name, possible] : question.facts.all()) {
        if (const FactDeclaration* fact = vocabulary.fact(name)) {
            table.facts[fact->order] = possible;
        }
    }
    for (const FactDeclaration* fact : vocabulary.in_order) {
        if (!fact->derived_from.empty()) {
            const FactDeclaration* base = vocabulary.fact(fact->derived_from);
            table.facts[fact->order] = derived(*fact, table.facts[base->order]);
        }
    }
    return table;
}

bool stands(const Part& part, const Clause& clause, base::Date as_of, const Instrument& leading) {
    if ((clause.from && as_of < *clause.from) || (clause.until && as_of >= *clause.until)) {
        return false;
    }
    if (clause.capacity != Capacity::either && clause.capacity != part.capacity) {
        return false;
    }
    if (part.overlay && !part.instrument->articles[clause.article].overlay) {
        return false;
    }
    return leading.prevails.empty() || !yields_to(part, clause, leading);
}

void judge_part(Part& part, base::Date as_of, const Instrument& leading, bool own_view) {
    const std::vector<Clause>& clauses = part.instrument->clauses;
    part.truth.assign(clauses.size(), Truth::no);
    if (own_view) {
        part.low = part.truth;
        part.high = part.truth;
    }
    const auto judged = [&](const Clause& clause, Foreign foreign,
                            const std::vector<Truth>& others) {
        Truth truth = judge(clause.when, part.at, foreign);
        for (const std::uint32_t exception : clause.exceptions) {
            truth = both(truth, negated(others[exception]));
        }
        return truth;
    };
    for (const std::uint32_t i : part.instrument->order) {
        const Clause& clause = clauses[i];
        if (!stands(part, clause, as_of, leading)) {
            continue;
        }
        part.truth[i] = judged(clause, Foreign::unknown, part.truth);
        if (own_view) {
            // What lowers a clause raises its exceptions, and the other way round.
            part.low[i] = judged(clause, Foreign::no, part.high);
            part.high[i] = judged(clause, Foreign::yes, part.low);
        }
    }
    if (!own_view) {
        part.low = part.truth;
        part.high = part.truth;
    }
}

bool is_gate(const Clause& clause) {
    return clause.kind == ClauseKind::require || clause.kind == ClauseKind::limit ||
           clause.kind == ClauseKind::hold;
}

Truth satisfied(const Library& library, const Question& question, const Part& part,
                const Clause& clause, bool own_view) {
    const Truth by_fact =
        judge(*clause.satisfied, part.at, own_view ? Foreign::yes : Foreign::unknown);
    if (clause.kind != ClauseKind::hold || by_fact == Truth::yes || !question.now) {
        return by_fact;
    }
    const auto started = question.events.find(clause.start_event);
    const bool over =
        started != question.events.end() &&
        *question.now >= library.due(question.requested, started->second, *clause.within);
    return over ? Truth::yes : by_fact;
}

bool shorter(const Span& left, const Span& right) {
    const auto hours = [](const Span& span) -> std::int64_t {
        switch (span.unit) {
            case Span::Unit::hours: return span.count * 10;
            case Span::Unit::days: return span.count * 240;
            case Span::Unit::working_days: return span.count * 336;
            case Span::Unit::months: return span.count * 7300;
        }
        std::unreachable();
    };
    return hours(left) < hours(right);
}

std::vector<TraceStep> trace_of(const Route& route) {
    std::vector<TraceStep> trace;
    trace.reserve(64);
    for (const Part& part : route.parts) {
        const std::vector<Clause>& clauses = part.instrument->clauses;
        for (std::size_t i = 0; i < clauses.size(); ++i) {
            const Clause& clause = clauses[i];
            const Truth truth = part.truth[i];
            std::string because;
            if (truth != Truth::no) {
                explain(clause.when, part.at, truth, because);
            }
            for (const std::uint32_t exception : clause.exceptions) {
                if (part.truth[exception] == Truth::no ||
                    (truth == Truth::no &&
                     judge(clause.when, part.at, Foreign::unknown) == Truth::no)) {
                    continue;
                }
                because += because.empty() ? "" : "; ";
                because += part.truth[exception] == Truth::yes ? "switched off by "
                                                               : "perhaps switched off by ";
                because += clauses[exception].id;
            }
            if (truth == Truth::no && because.empty()) {
                continue;  // false clauses are told on demand only: the text and the facts show
                           // them
            }
            trace.push_back({part.instrument->info.name, clause.id, std::string(name_of(clause)),
                             truth, std::move(because)});
        }
    }
    return trace;
}

}  // namespace comity::law::detail
