#include "domain/prover/detail/encoder.h"

#include <algorithm>
#include <array>

namespace comity::prover::detail {

using law::Instrument;
using law::Outcome;
using law::detail::Clause;
using law::detail::ClauseKind;
using law::detail::Condition;
using law::detail::Foreign;
using law::detail::Literal;
using law::detail::Part;

Wire World::elapsed(const std::string& event) {
    const auto found = elapsed_.find(event);
    if (found != elapsed_.end()) {
        return found->second;
    }
    return elapsed_.emplace(event, circuit_.input()).first->second;
}

Ternary World::judged(const Literal& literal, const Part& part, Foreign foreign) {
    if (literal.kind == Literal::Kind::party || literal.kind == Literal::Kind::route) {
        const bool holds =
            law::detail::judge(literal, part.at, Foreign::unknown) == law::Truth::yes;
        return holds ? surely : surely_not;
    }
    Ternary truth = facts_.plain(literal);
    truth = literal.negated ? negated(truth) : truth;
    if (foreign == Foreign::unknown || part.at.foreign[literal.fact] == 0) {
        return truth;
    }
    return foreign == Foreign::yes ? Ternary{truth.maybe, truth.maybe}
                                   : Ternary{truth.yes, truth.yes};
}

Ternary World::judged_at(const Condition& condition, const Part& part, Foreign foreign,
                         std::uint32_t& index) {
    const Condition::Node node = condition.nodes[index];
    ++index;
    if (node.op == Condition::Node::Op::literal) {
        return judged(condition.literals[node.literal], part, foreign);
    }
    std::vector<Wire> yes;
    std::vector<Wire> maybe;
    while (index < node.end) {
        const Ternary one = judged_at(condition, part, foreign, index);
        yes.push_back(one.yes);
        maybe.push_back(one.maybe);
    }
    return node.op == Condition::Node::Op::all
               ? Ternary{circuit_.all(std::move(yes)), circuit_.all(std::move(maybe))}
               : Ternary{circuit_.any(std::move(yes)), circuit_.any(std::move(maybe))};
}

Ternary World::judged(const Condition& condition, const Part& part, Foreign foreign) {
    if (condition.always()) {
        return surely;
    }
    std::uint32_t index = 0;
    return judged_at(condition, part, foreign, index);
}

/// law::detail::judge_part.
void World::judge_part(PartWires& part, const Instrument& leading, const law::Question& question) {
    const std::vector<Clause>& clauses = part.part.instrument->clauses;
    const bool own_view = !question.as_far_as.empty();
    part.truth.assign(clauses.size(), surely_not);
    part.low = part.truth;
    part.high = part.truth;
    const auto of = [&](const Clause& clause, Foreign foreign, const std::vector<Ternary>& others) {
        Ternary truth = judged(clause.when, part.part, foreign);
        for (const std::uint32_t exception : clause.exceptions) {
            truth = both(circuit_, truth, negated(others[exception]));
        }
        return truth;
    };
    for (const std::uint32_t i : part.part.instrument->order) {
        if (!law::detail::stands(part.part, clauses[i], question.as_of, leading)) {
            continue;
        }
        part.truth[i] = of(clauses[i], Foreign::unknown, part.truth);
        part.low[i] = own_view ? of(clauses[i], Foreign::no, part.high) : part.truth[i];
        part.high[i] = own_view ? of(clauses[i], Foreign::yes, part.low) : part.truth[i];
    }
}

Ternary World::satisfied(const Part& part, const Clause& clause, bool own_view) {
    Ternary truth = judged(*clause.satisfied, part, own_view ? Foreign::yes : Foreign::unknown);
    if (clause.kind == ClauseKind::hold) {
        const Wire over = elapsed(clause.start_event);
        truth = either(circuit_, truth, {over, over});
    }
    return truth;
}

namespace {

struct Entry {
    const PartWires* part;
    const Clause* clause;
    Ternary applies;
};

std::vector<Entry> entries_of(const RouteWires& route, ClauseKind kind) {
    std::vector<Entry> entries;
    for (const PartWires& part : route.parts) {
        const std::vector<Clause>& clauses = part.part.instrument->clauses;
        for (std::size_t i = 0; i < clauses.size(); ++i) {
            if (clauses[i].kind == kind && part.low[i].maybe != never) {
                entries.push_back({&part, &clauses[i], part.low[i]});
            }
        }
    }
    return entries;
}

}  // namespace

/// Limits of one fact that leave no value: each value is shut out by one of them.
Ternary World::limits_clash(const RouteWires& route) {
    const std::vector<Entry> all = entries_of(route, ClauseKind::limit);
    Ternary clash = surely_not;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Literal& first = *all[i].clause->satisfied;
        const bool again = std::any_of(
            all.begin(), all.begin() + static_cast<std::ptrdiff_t>(i),
            [&](const Entry& one) { return one.clause->satisfied->fact == first.fact; });
        if (again || first.kind == Literal::Kind::range) {
            continue;
        }
        std::vector<Wire> yes;
        std::vector<Wire> maybe;
        for (std::size_t value = 0; value < 64; ++value) {
            std::vector<Wire> shut;
            std::vector<Wire> perhaps_shut;
            for (const Entry& entry : all) {
                const Literal& literal = *entry.clause->satisfied;
                if (literal.fact == first.fact && ((literal.mask >> value) & 1U) == 0) {
                    shut.push_back(entry.applies.yes);
                    perhaps_shut.push_back(entry.applies.maybe);
                }
            }
            yes.push_back(circuit_.any(std::move(shut)));
            maybe.push_back(circuit_.any(std::move(perhaps_shut)));
        }
        clash =
            either(circuit_, clash, {circuit_.all(std::move(yes)), circuit_.all(std::move(maybe))});
    }
    return clash;
}

/// Two who would bear the costs. Within one document a clause with a condition displaces one
/// without.
Ternary World::costs_clash(const RouteWires& route) {
    std::map<std::string, std::vector<Wire>, std::less<>> sure;
    std::map<std::string, std::vector<Wire>, std::less<>> possible;
    const std::vector<Entry> all = entries_of(route, ClauseKind::cost);
    for (const PartWires& part : route.parts) {
        std::vector<Wire> special;
        std::vector<Wire> maybe_special;
        for (const Entry& entry : all) {
            if (entry.part == &part && !entry.clause->when.always()) {
                const Wire unknown = circuit_.all(entry.applies.maybe, -entry.applies.yes);
                special.push_back(entry.applies.yes);
                maybe_special.push_back(unknown);
                sure[entry.clause->who].push_back(entry.applies.yes);
                possible[entry.clause->who].push_back(unknown);
            }
        }
        const Wire displaced = circuit_.any(std::move(special));
        const Wire perhaps = circuit_.any(std::move(maybe_special));
        for (const Entry& entry : all) {
            if (entry.part == &part && entry.clause->when.always()) {
                const Wire there = circuit_.all(entry.applies.maybe, -displaced);
                sure[entry.clause->who].push_back(circuit_.all(there, -perhaps));
                possible[entry.clause->who].push_back(circuit_.all(there, perhaps));
            }
        }
    }
    std::vector<Wire> bears;
    std::vector<Wire> may_bear;
    for (const auto& [who, wires] : sure) {
        bears.push_back(circuit_.any(wires));
        may_bear.push_back(circuit_.any(bears.back(), circuit_.any(possible[who])));
    }
    const auto two = [&](const std::vector<Wire>& list) {
        std::vector<Wire> pairs;
        for (std::size_t i = 0; i < list.size(); ++i) {
            for (std::size_t j = i + 1; j < list.size(); ++j) {
                pairs.push_back(circuit_.all(list[i], list[j]));
            }
        }
        return circuit_.any(std::move(pairs));
    };
    return {two(bears), two(may_bear)};
}

Ternary World::retention_clash(const RouteWires& route) {
    Ternary clash = surely_not;
    const std::vector<Entry> most = entries_of(route, ClauseKind::retain_most);
    for (const Entry& low : entries_of(route, ClauseKind::retain_least)) {
        for (const Entry& high : most) {
            if (low.clause->start_event == high.clause->start_event &&
                !low.clause->start_event.empty() &&
                law::detail::shorter(*high.clause->within, *low.clause->within)) {
                clash = either(circuit_, clash, both(circuit_, low.applies, high.applies));
            }
        }
    }
    return clash;
}

/// treaty.md 5.3, in the order of law::detail::verdict_of.
void World::weigh(RouteWires& route, bool own_view) {
    Ternary closes = surely_not;
    Ternary decides = surely_not;
    for (const PartWires& part : route.parts) {
        const std::vector<Clause>& clauses = part.part.instrument->clauses;
        Ternary permit = surely_not;
        for (std::size_t i = 0; i < clauses.size(); ++i) {
            const ClauseKind kind = clauses[i].kind;
            if (law::detail::counts(part.part, clauses[i])) {
                permit = either(circuit_, permit, part.high[i]);
            }
            if (part.low[i].maybe == never) {
                continue;
            }
            if (kind == ClauseKind::forbid || kind == ClauseKind::refuse_must) {
                closes = either(circuit_, closes, part.low[i]);
            } else if (kind == ClauseKind::refuse_may) {
                decides = either(circuit_, decides, part.low[i]);
            } else if (law::detail::is_gate(clauses[i])) {
                route.gate = both(circuit_, route.gate,
                                  either(circuit_, negated(part.low[i]),
                                         satisfied(part.part, clauses[i], own_view)));
            }
        }
        if (law::detail::must_permit(part.part)) {
            route.permit = both(circuit_, route.permit, permit);
        }
    }
    route.clash_limit = limits_clash(route);
    route.clash_cost = costs_clash(route);
    route.clash_retain = retention_clash(route);
    closes = either(circuit_, closes, either(circuit_, route.clash_limit, negated(route.permit)));
    decides = either(circuit_, decides, either(circuit_, route.clash_cost, route.clash_retain));
    route.closed = closes.yes;
    route.open = circuit_.all(-closes.maybe, -decides.maybe);
    route.needs_decision = circuit_.all(-closes.maybe, decides.yes);
    route.needs_information = circuit_.all({-route.closed, -route.open, -route.needs_decision});
}

/// The best outcome, and which route it is of: law::detail::order_of, and of equals the first.
void World::choose(CaseWires& out) {
    constexpr std::array<Wire RouteWires::*, 4> outcomes{
        &RouteWires::open, &RouteWires::needs_decision, &RouteWires::needs_information,
        &RouteWires::closed};
    std::vector<Wire> better;  // some route is of a better outcome
    std::vector<Wire> best;
    for (Wire RouteWires::* const outcome : outcomes) {
        std::vector<Wire> here = better;
        for (const RouteWires& route : out.routes) {
            here.push_back(route.*outcome);
        }
        const Wire as_good = circuit_.any(here);
        const Wire beaten = circuit_.any(better);
        best.push_back(circuit_.all(as_good, -beaten));
        better = std::move(here);
    }
    out.open = best[0];
    out.needs_decision = best[1];
    out.needs_information = best[2];
    out.closed = best[3];
    if (out.routes.size() > 1) {
        choose_one(out.routes);
    } else {
        out.routes.front().chosen = always;
    }
    std::vector<Wire> released;
    for (const RouteWires& route : out.routes) {
        released.push_back(circuit_.all({route.chosen, route.open, route.gate.yes}));
    }
    out.release = circuit_.any(std::move(released));
}

void World::choose_one(std::vector<RouteWires>& routes) {
    std::vector<std::vector<Wire>> by_rank(7);
    for (const RouteWires& route : routes) {
        by_rank[0].push_back(circuit_.all(route.open, route.gate.yes));
        by_rank[1].push_back(circuit_.all(route.open, route.gate.maybe));
        by_rank[2].push_back(route.open);
        by_rank[3].push_back(route.needs_decision);
        by_rank[4].push_back(route.needs_information);
        by_rank[5].push_back(circuit_.all(route.closed, route.permit.maybe));
        by_rank[6].push_back(route.closed);
    }
    std::vector<std::vector<Wire>> chosen(routes.size());
    std::vector<Wire> better;
    for (const std::vector<Wire>& ranked : by_rank) {
        for (std::size_t i = 0; i < routes.size(); ++i) {
            chosen[i].push_back(circuit_.all(ranked[i], -circuit_.any(better)));
            better.push_back(ranked[i]);
        }
    }
    for (std::size_t i = 0; i < routes.size(); ++i) {
        routes[i].chosen = circuit_.any(std::move(chosen[i]));
    }
}

base::Result<CaseWires> World::encode(const Case& one) {
    const law::LibraryData& data = one.library->data();
    const law::detail::Composition texts =
        COMITY_TRY(law::detail::composition_of(data, one.question));
    CaseWires out;
    out.question = one.question;
    law::Question nothing_known = one.question;
    nothing_known.facts = {};
    const law::detail::FactTable table =
        law::detail::table_of(one.library->vocabulary(), nothing_known);
    const bool own_view = !one.question.as_far_as.empty();
    for (const Instrument* leading : texts.agreements) {
        for (const std::string& article : law::detail::articles_of(*leading)) {
            law::detail::Route route =
                law::detail::compose(data, one.question, texts, *leading, article, table);
            RouteWires& wires = out.routes.emplace_back();
            wires.leading = leading;
            wires.article = article;
            for (Part& part : route.parts) {
                PartWires& kept = wires.parts.emplace_back();
                kept.part = std::move(part);
                judge_part(kept, *leading, one.question);
            }
            weigh(wires, own_view);
        }
    }
    choose(out);
    for (RouteWires& route : out.routes) {
        for (PartWires& part : route.parts) {
            part.part.at.facts = {};  // the table ends here
            part.part.at.foreign = {};
        }
    }
    return out;
}

void literals_of(const law::Library& library, std::vector<const Literal*>& out) {
    for (const auto& instrument : library.data().instruments) {
        for (const Clause& clause : instrument->clauses) {
            for (const Literal& literal : clause.when.literals) {
                out.push_back(&literal);
            }
            if (clause.satisfied) {
                out.push_back(&*clause.satisfied);
            }
        }
        for (const law::detail::Guardrail& guardrail : instrument->guardrails) {
            for (const Literal& literal : guardrail.when.literals) {
                out.push_back(&literal);
            }
        }
    }
}

}  // namespace comity::prover::detail
