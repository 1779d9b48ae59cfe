#include "domain/prover/detail/question.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace comity::prover::detail {
namespace {

using law::Truth;
using law::detail::Clause;
using law::detail::ClauseKind;
using law::detail::Guardrail;
using Kind = law::detail::Guardrail::Kind;

std::vector<const law::detail::Literal*> literals(const Setting& setting,
                                                  const std::optional<Against>& against) {
    std::vector<const law::detail::Literal*> out;
    literals_of(setting.library, out);
    if (against) {
        literals_of(against->setting.library, out);
    }
    return out;
}

/// What a guardrail asks of one route, as wires.
struct Broken {
    Wire surely = never;
    Wire perhaps = never;
};

/// That a release goes through and the condition may hold.
Broken release(World& world, const RouteWires& route, const Guardrail& guardrail) {
    Circuit& circuit = world.circuit();
    const Ternary when =
        world.judged(guardrail.when, route.parts.front().part, law::detail::Foreign::unknown);
    const Wire up = circuit.all({route.chosen, route.open, route.gate.yes});
    const Wire surely_so = circuit.all(up, when.yes);
    return {surely_so, circuit.all(up, when.maybe)};
}

/// The truth of "something at least as strict as the effect applies".
Ternary effect(World& world, const RouteWires& route, const Clause& wanted) {
    Circuit& circuit = world.circuit();
    if (wanted.kind == ClauseKind::permit) {
        return route.permit;
    }
    const auto any_of = [&](const Clause& asked) {
        Ternary found = surely_not;
        for (const PartWires& part : route.parts) {
            const std::vector<Clause>& clauses = part.part.instrument->clauses;
            for (std::size_t i = 0; i < clauses.size(); ++i) {
                if (covers(clauses[i], asked)) {
                    found = either(circuit, found, part.truth[i]);
                }
            }
        }
        return found;
    };
    if (wanted.elements.empty()) {
        return any_of(wanted);
    }
    Ternary all = surely;
    for (const std::string& element : wanted.elements) {  // several clauses may ask for them
        Clause one = wanted;
        one.elements = {element};
        all = both(circuit, all, any_of(one));
    }
    return all;
}

Broken always_effect(World& world, const RouteWires& route, const Guardrail& guardrail) {
    Circuit& circuit = world.circuit();
    const Ternary when =
        world.judged(guardrail.when, route.parts.front().part, law::detail::Foreign::unknown);
    const Ternary applied = effect(world, route, guardrail.effect);
    const Wire counts =
        guardrail.effect.kind == ClauseKind::permit ? detail::always : -route.closed;
    const Wire broken = circuit.all({route.chosen, counts, when.yes, -applied.maybe});
    return {broken, broken};
}

bool is_answer_of_requested(const Clause& clause) {
    return clause.kind == ClauseKind::deadline && clause.who == "requested";
}

/// A hold that may last longer than a deadline of the side that releases.
Wire overlong_hold(World& world, const RouteWires& route) {
    Circuit& circuit = world.circuit();
    std::vector<Wire> pairs;
    const auto each = [&](const auto& fits, const auto& then) {
        for (const PartWires& part : route.parts) {
            const std::vector<Clause>& clauses = part.part.instrument->clauses;
            for (std::size_t i = 0; i < clauses.size(); ++i) {
                if (fits(clauses[i])) {
                    then(clauses[i], part.truth[i].yes);
                }
            }
        }
    };
    each([](const Clause& clause) { return clause.kind == ClauseKind::hold; },
         [&](const Clause& hold, Wire held) {
             each(is_answer_of_requested, [&](const Clause& deadline, Wire due) {
                 if (law::detail::shorter(*deadline.within, *hold.within)) {
                     pairs.push_back(circuit.all(held, due));
                 }
             });
         });
    return circuit.any(std::move(pairs));
}

Broken clash(World& world, const RouteWires& route, const Guardrail& guardrail) {
    Circuit& circuit = world.circuit();
    Wire found = never;
    Wire counts = -route.closed;
    if (guardrail.reference == "retain") {
        found = route.clash_retain.yes;
    } else if (guardrail.reference == "cost") {
        found = route.clash_cost.yes;
    } else if (guardrail.reference == "limit") {
        found = route.clash_limit.yes;
        counts = detail::always;  // such a clash is what closes the route
    } else {
        found = overlong_hold(world, route);
    }
    const Wire broken = circuit.all({route.chosen, counts, found});
    return {broken, broken};
}

/// A release that the older text does not give, and that the named clause does not excuse.
Wire wider(World& world, const CaseWires& now, const CaseWires& before, const Setting& setting,
           const std::string& reference) {
    Circuit& circuit = world.circuit();
    std::vector<Wire> releases;
    for (const RouteWires& route : now.routes) {
        std::vector<Wire> parts{route.chosen, route.open, route.gate.yes};
        for (const PartWires& part : route.parts) {
            const std::vector<Clause>& clauses = part.part.instrument->clauses;
            for (std::size_t i = 0; i < clauses.size(); ++i) {
                if (part.part.instrument == setting.instrument && !reference.empty() &&
                    (clauses[i].id == reference || clauses[i].table == reference)) {
                    parts.push_back(-part.truth[i].yes);
                }
            }
        }
        releases.push_back(circuit.all(std::move(parts)));
    }
    const Wire released = circuit.any(std::move(releases));
    return circuit.all(released, -before.release);
}

Broken of_route(World& world, const RouteWires& route, const Guardrail& guardrail) {
    switch (guardrail.kind) {
        case Kind::never_release: return release(world, route, guardrail);
        case Kind::always: return always_effect(world, route, guardrail);
        case Kind::no_clash: return clash(world, route, guardrail);
        case Kind::some_route: {
            const Ternary when = world.judged(guardrail.when, route.parts.front().part,
                                              law::detail::Foreign::unknown);
            const Wire found = world.circuit().all({route.chosen, route.open, when.yes});
            return {found, found};
        }
        case Kind::never_wider:
        case Kind::can_fire:
        case Kind::no_gap: break;
    }
    return {};
}

base::Result<void> build(Question& question) {
    World& world = question.world;
    const Guardrail& guardrail = question.guardrail;
    for (std::size_t i = 0; i < question.setting.cases.size(); ++i) {
        const CaseWires wires =
            COMITY_TRY(world.encode({&question.setting.library, question.setting.cases[i]}));
        std::vector<Wire> surely_so;
        std::vector<Wire> perhaps;
        if (question.against) {
            const CaseWires before = COMITY_TRY(
                world.encode({&question.against->setting.library, question.against->cases[i]}));
            surely_so.push_back(wider(world, wires, before, question.setting, guardrail.reference));
            perhaps = surely_so;
        } else {
            for (const RouteWires& route : wires.routes) {
                const Broken broken = of_route(world, route, guardrail);
                surely_so.push_back(broken.surely);
                perhaps.push_back(broken.perhaps);
            }
        }
        question.surely_broken.push_back(world.circuit().any(std::move(surely_so)));
        question.broken.push_back(world.circuit().any(std::move(perhaps)));
    }
    return {};
}

}  // namespace

Question::Question(Setting own, std::optional<Against> other)
    : setting(std::move(own)),
      against(std::move(other)),
      world(setting.library.vocabulary(), literals(setting, against)),
      texts(setting.texts) {
    if (against) {
        for (const certificate::TextName& text : against->setting.texts) {
            if (std::ranges::find(texts, text) == texts.end()) {
                texts.push_back(text);
            }
        }
        std::ranges::sort(texts, [](const auto& left, const auto& right) {
            return std::tie(left.kind, left.name, left.version, left.digest) <
                   std::tie(right.kind, right.name, right.version, right.digest);
        });
    }
}

Circuit::Clauses Question::clauses(const std::vector<Wire>& cases) {
    std::vector<Wire> asserted = world.facts().well_formed();
    asserted.push_back(world.circuit().any(cases));
    return world.circuit().clauses(asserted);
}

bool covers(const Clause& clause, const Clause& wanted) {
    if (wanted.kind == ClauseKind::forbid) {
        return clause.kind == ClauseKind::forbid || clause.kind == ClauseKind::refuse_must;
    }
    if (clause.kind != wanted.kind || clause.need != wanted.need) {
        return false;
    }
    const auto within_mask = [&] {  // it leaves no value that the wanted one does not
        return clause.satisfied && wanted.satisfied &&
               clause.satisfied->fact == wanted.satisfied->fact &&
               (clause.satisfied->kind == law::detail::Literal::Kind::range
                    ? clause.satisfied->high <= wanted.satisfied->high
                    : (clause.satisfied->mask & ~wanted.satisfied->mask) == 0);
    };
    const auto no_longer = [&](const std::optional<law::Span>& span,
                               const std::optional<law::Span>& most) {
        return span && most && !law::detail::shorter(*most, *span);
    };
    const bool same_what = clause.what == wanted.what;
    const bool same_who = clause.who == wanted.who;
    const bool same_start = clause.start_event == wanted.start_event;
    switch (wanted.kind) {
        case ClauseKind::require:
            if (!wanted.elements.empty()) {
                return std::ranges::find(clause.elements, wanted.elements.front()) !=
                       clause.elements.end();
            }
            return same_what && same_who && within_mask();
        case ClauseKind::limit: return within_mask();
        case ClauseKind::refuse_must: return same_what;
        case ClauseKind::refuse_may: return same_what && same_who;
        case ClauseKind::deadline:
        case ClauseKind::notify:
            return same_what && same_who && same_start && no_longer(clause.within, wanted.within);
        case ClauseKind::hold:
            return same_what && same_who && same_start && no_longer(wanted.within, clause.within);
        case ClauseKind::retain_most:
            return same_what && same_start && no_longer(clause.within, wanted.within);
        case ClauseKind::retain_least:
            return same_what && same_start && no_longer(wanted.within, clause.within);
        case ClauseKind::cost: return same_who;
        case ClauseKind::review:
            return same_who && no_longer(clause.within, wanted.within) &&
                   clause.percent >= wanted.percent;
        case ClauseKind::dispute:
            return clause.steps.front().forum == wanted.steps.front().forum &&
                   no_longer(clause.steps.front().within, wanted.steps.front().within);
        case ClauseKind::permit:
        case ClauseKind::forbid:
        case ClauseKind::exception:
        case ClauseKind::yields: break;
    }
    return false;
}

base::Result<std::unique_ptr<Question>> question_of(const law::Library& library,
                                                    const law::Instrument& instrument,
                                                    const Guardrail& guardrail) {
    Setting setting = COMITY_TRY(alone(library, instrument));
    std::optional<Against> against;
    if (guardrail.kind == Kind::never_wider) {
        const law::Instrument* older =
            instrument_of(library, instrument.profile, instrument.info.name, guardrail.version);
        if (older == nullptr) {
            return base::fail(base::ErrorKind::not_found,
                              "version " + std::to_string(guardrail.version) + " of " +
                                  instrument.info.name + " is not among the texts",
                              "", "give it too");
        }
        Setting before = COMITY_TRY(alone(library, *older));
        std::vector<law::Question> cases;
        for (law::Question one : setting.cases) {
            one.as_of = nearest_day(*before.instrument, one.as_of);
            cases.push_back(std::move(one));
        }
        against.emplace(Against{std::move(before), std::move(cases)});
    }
    auto question = std::make_unique<Question>(std::move(setting), std::move(against));
    question->guardrail = guardrail;
    COMITY_TRY(build(*question));
    return question;
}

namespace {

/// Whether the effect surely does not apply in the judged route.
bool surely_lacks(const Judged& judged, const Clause& wanted) {
    const auto none = [&](const Clause& asked) {
        for (const law::detail::Part& part : judged.route.parts) {
            const std::vector<Clause>& clauses = part.instrument->clauses;
            for (std::size_t i = 0; i < clauses.size(); ++i) {
                if (part.truth[i] != Truth::no && covers(clauses[i], asked)) {
                    return false;
                }
            }
        }
        return true;
    };
    if (wanted.elements.empty()) {
        return none(wanted);
    }
    return std::ranges::any_of(wanted.elements, [&](const std::string& element) {
        Clause one = wanted;
        one.elements = {element};
        return none(one);
    });
}

/// Whether some text of the route surely permits nothing here.
bool lacks_permit(const Judged& judged) {
    return std::ranges::any_of(judged.route.parts, [](const law::detail::Part& part) {
        if (!law::detail::must_permit(part)) {
            return false;
        }
        const std::vector<Clause>& clauses = part.instrument->clauses;
        for (std::size_t i = 0; i < clauses.size(); ++i) {
            if (law::detail::counts(part, clauses[i]) && part.truth[i] != Truth::no) {
                return false;
            }
        }
        return true;
    });
}

bool clashes(const Judged& judged, const std::string& kind) {
    const law::detail::Clash clash = law::detail::clash_of(judged.route);
    const auto cited = [&](std::string_view word) {
        return std::ranges::count_if(clash.grounds, [&](const law::Ground& ground) {
                   return ground.kind == word && ground.truth == Truth::yes;
               }) > 1;
    };
    if (kind == "limit") {
        return clash.limits == Truth::yes;
    }
    if (kind == "retain" || kind == "cost") {
        return clash.decision == Truth::yes && cited(kind) &&
               judged.assessment.outcome != law::Outcome::closed;
    }
    for (const law::detail::Part& part : judged.route.parts) {
        for (std::size_t i = 0; i < part.truth.size(); ++i) {
            const Clause& hold = part.instrument->clauses[i];
            if (hold.kind != ClauseKind::hold || part.truth[i] != Truth::yes) {
                continue;
            }
            for (const law::detail::Part& other : judged.route.parts) {
                for (std::size_t j = 0; j < other.truth.size(); ++j) {
                    const Clause& deadline = other.instrument->clauses[j];
                    if (is_answer_of_requested(deadline) && other.truth[j] == Truth::yes &&
                        law::detail::shorter(*deadline.within, *hold.within)) {
                        return judged.assessment.outcome != law::Outcome::closed;
                    }
                }
            }
        }
    }
    return false;
}

Truth yes_if(bool so) {
    return so ? Truth::yes : Truth::no;
}

base::Result<Truth> breaks_wider(const Question& question, const law::Question& request,
                                 const std::vector<std::string>& elapsed, const Judged& judged) {
    const std::string& reference = question.guardrail.reference;
    if (!judged.assessment.release_up ||
        (!reference.empty() && applies(judged, *question.setting.instrument, reference))) {
        return Truth::no;
    }
    law::Question older = request;
    older.events.clear();
    older.now.reset();
    older.as_of = nearest_day(*question.against->setting.instrument, request.as_of);
    for (const std::string& event : elapsed) {
        set_elapsed(older, question.against->setting.library, event);
    }
    const law::Assessment before =
        COMITY_TRY(law::assess(question.against->setting.library, older, law::Routes::best));
    return yes_if(!before.release_up);
}

}  // namespace

base::Result<Truth> breaks(const Question& question, const law::Question& request,
                           const std::vector<std::string>& elapsed) {
    const Judged judged = COMITY_TRY(judge(question.setting.library, request));
    const Guardrail& guardrail = question.guardrail;
    switch (guardrail.kind) {
        case Kind::never_release:
            return judged.assessment.release_up ? truth_of(guardrail.when, judged) : Truth::no;
        case Kind::always: {
            const bool counts = guardrail.effect.kind == ClauseKind::permit ||
                                judged.assessment.outcome != law::Outcome::closed;
            const bool lacks = guardrail.effect.kind == ClauseKind::permit
                                   ? lacks_permit(judged)
                                   : surely_lacks(judged, guardrail.effect);
            return yes_if(counts && lacks && truth_of(guardrail.when, judged) == Truth::yes);
        }
        case Kind::no_clash: return yes_if(clashes(judged, guardrail.reference));
        case Kind::never_wider: return breaks_wider(question, request, elapsed, judged);
        case Kind::some_route:
            return yes_if(judged.assessment.outcome == law::Outcome::open &&
                          truth_of(guardrail.when, judged) == Truth::yes);
        case Kind::can_fire:
        case Kind::no_gap: break;
    }
    return Truth::no;
}

}  // namespace comity::prover::detail
