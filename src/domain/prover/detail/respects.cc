#include "domain/prover/detail/respects.h"

#include <algorithm>

namespace comity::prover::detail {

using law::detail::Clause;

namespace {

std::string span_text(const std::optional<law::Span>& span) {
    return span ? span->text() : "";
}

}  // namespace

std::string effect_of(const Clause& clause) {
    std::string text(law::detail::name_of(clause));
    for (const std::string& part :
         {clause.what, clause.who, clause.level, span_text(clause.within), clause.start_event,
          clause.on_silence, std::to_string(clause.percent), span_text(clause.defer_at_most),
          clause.defer_on, clause.defer_by, clause.target,
          std::to_string(static_cast<int>(clause.capacity))}) {
        text += "|" + part;
    }
    for (const std::string& element : clause.elements) {
        text += "|" + element;
    }
    for (const law::detail::DisputeStep& step : clause.steps) {
        text += "|" + step.forum + " " + step.within.text();
    }
    if (clause.satisfied) {
        text += "|" + std::to_string(clause.satisfied->mask) + " " +
                std::to_string(clause.satisfied->low) + " " +
                std::to_string(clause.satisfied->high);
    }
    return text;
}

std::optional<Aspect> leaves(const Clause& clause) {
    using Kind = law::detail::ClauseKind;
    switch (clause.kind) {
        case Kind::permit:
        case Kind::exception:
        case Kind::yields: return std::nullopt;
        case Kind::forbid:
        case Kind::refuse_must:
        case Kind::refuse_may: return Aspect::ground;
        case Kind::require:
        case Kind::limit:
        case Kind::deadline:
        case Kind::hold:
        case Kind::retain_least:
        case Kind::retain_most:
        case Kind::notify:
        case Kind::cost:
        case Kind::review:
        case Kind::dispute: return Aspect::duty;
    }
    std::unreachable();
}

bool decides(const Clause& clause) {
    using Kind = law::detail::ClauseKind;
    return clause.kind != Kind::deadline && clause.kind != Kind::notify &&
           clause.kind != Kind::review && clause.kind != Kind::dispute;
}

namespace {

/// Per clause of one text in one case: its effect, and its truth in the chosen route.
struct Said {
    std::string effect;
    Ternary truth;
    bool decides = false;
    std::optional<Aspect> left;  ///< a duty or a ground
};
using Clauses = std::map<std::string, Said>;

Clauses clauses_of(World& world, const CaseWires& wires, const law::Instrument& instrument) {
    Circuit& circuit = world.circuit();
    Clauses out;
    for (std::size_t i = 0; i < instrument.clauses.size(); ++i) {
        Ternary truth = surely_not;
        for (const RouteWires& route : wires.routes) {
            for (const PartWires& part : route.parts) {
                if (part.part.instrument == &instrument) {
                    const Ternary here = both(circuit, part.truth[i], {route.chosen, route.chosen});
                    truth = either(circuit, truth, here);
                }
            }
        }
        const Clause& clause = instrument.clauses[i];
        out.emplace(clause.id, Said{effect_of(clause), truth, decides(clause), leaves(clause)});
    }
    return out;
}

Wire differ(Circuit& circuit, Wire left, Wire right) {
    const Wire only_left = circuit.all(left, -right);
    const Wire only_right = circuit.all(-left, right);
    return circuit.any(only_left, only_right);
}

/// Per clause id: that the texts say something different by it, of what decides.
std::map<std::string, Wire> differences(Circuit& circuit, const Clauses& before,
                                        const Clauses& after) {
    std::map<std::string, Wire> out;
    for (const auto& [id, said] : before) {
        const auto same = after.find(id);
        if (same != after.end() && same->second.effect == said.effect) {
            const Wire surely_so = differ(circuit, said.truth.yes, same->second.truth.yes);
            const Wire perhaps = differ(circuit, said.truth.maybe, same->second.truth.maybe);
            const Wire either_way = circuit.any(surely_so, perhaps);
            if (said.decides) {
                out.emplace(id, either_way);
            }
        } else if (said.decides || (same != after.end() && same->second.decides)) {
            const Wire other = same == after.end() ? never : same->second.truth.maybe;
            out.emplace(id, circuit.any(said.truth.maybe, other));
        }
    }
    for (const auto& [id, said] : after) {
        if (said.decides && !before.contains(id)) {
            out.emplace(id, said.truth.maybe);
        }
    }
    return out;
}

/// Per duty and ground: that it surely applies under one text and not under the other.
void add_effects(Circuit& circuit, const Clauses& before, const Clauses& after, Wire relevant,
                 std::vector<Respect>& out) {
    struct Both {
        std::vector<Wire> left;
        std::vector<Wire> right;
        std::map<std::string, Wire> clauses;
        Aspect aspect = Aspect::duty;
    };
    std::map<std::string, Both> by_effect;
    const auto collect = [&](const Clauses& clauses, const Clauses& others,
                             std::vector<Wire> Both::* side) {
        for (const auto& [id, said] : clauses) {
            if (said.left) {
                Both& entry = by_effect[said.effect];
                entry.aspect = *said.left;
                (entry.*side).push_back(said.truth.yes);
                const auto other = others.find(id);
                const bool same = other != others.end() && other->second.effect == said.effect;
                const Wire there = same ? other->second.truth.yes : never;
                entry.clauses.emplace(id, differ(circuit, said.truth.yes, there));
            }
        }
    };
    collect(before, after, &Both::left);
    collect(after, before, &Both::right);
    for (auto& [effect, entry] : by_effect) {
        const Wire left = circuit.any(std::move(entry.left));
        const Wire right = circuit.any(std::move(entry.right));
        const Wire one_only = differ(circuit, left, right);
        // Nobody has the duties of a closed request; its grounds are told.
        const Wire differs =
            entry.aspect == Aspect::duty ? circuit.all(one_only, relevant) : one_only;
        out.push_back({entry.aspect, effect, differs, std::move(entry.clauses)});
    }
}

}  // namespace

base::Result<std::vector<Respect>> respects_of(World& world, const Pair& pair) {
    Circuit& circuit = world.circuit();
    const CaseWires before = COMITY_TRY(world.encode({&pair.older.library, pair.before}));
    const CaseWires after = COMITY_TRY(world.encode({&pair.newer.library, pair.after}));
    const Clauses old_clauses = clauses_of(world, before, *pair.older.instrument);
    const Clauses new_clauses = clauses_of(world, after, *pair.newer.instrument);
    const std::map<std::string, Wire> by_clause = differences(circuit, old_clauses, new_clauses);
    const Wire newly = circuit.all(after.release, -before.release);
    const Wire no_longer = circuit.all(before.release, -after.release);
    std::vector<Wire> outcomes;
    outcomes.push_back(differ(circuit, before.open, after.open));
    outcomes.push_back(differ(circuit, before.closed, after.closed));
    outcomes.push_back(differ(circuit, before.needs_decision, after.needs_decision));
    const Wire outcome = circuit.any(std::move(outcomes));
    std::vector<Respect> out{{Aspect::newly_released, "", newly, by_clause},
                             {Aspect::no_longer_released, "", no_longer, by_clause},
                             {Aspect::outcome, "", outcome, by_clause}};
    const Wire both_closed = circuit.all(before.closed, after.closed);
    add_effects(circuit, old_clauses, new_clauses, -both_closed, out);
    return out;
}

}  // namespace comity::prover::detail
