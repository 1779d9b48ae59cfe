#include "domain/prover/detail/shown.h"

#include <algorithm>
#include <set>

namespace comity::prover::detail {
namespace {

void undecided(Finding& finding, const base::Error& error) {
    finding.conclusion = Conclusion::not_decided;
    finding.note = error.text();
}

std::vector<std::string> elapsed_of(const law::Question& request) {
    std::vector<std::string> out;
    for (const auto& [event, instant] : request.events) {
        out.push_back(event);
    }
    return out;
}

law::Question with_elapsed(law::Question request, const law::Library& library,
                           const std::vector<std::string>& elapsed) {
    request.events.clear();
    request.now.reset();
    for (const std::string& event : elapsed) {
        set_elapsed(request, library, event);
    }
    return request;
}

/// Whether the clause surely applies on some route.
base::Result<bool> fires(const law::Library& library, const law::Question& request,
                         const law::Instrument& instrument, std::size_t clause) {
    const law::LibraryData& data = library.data();
    const law::detail::Composition texts = COMITY_TRY(law::detail::composition_of(data, request));
    const law::detail::FactTable table = law::detail::table_of(library.vocabulary(), request);
    for (const law::Instrument* leading : texts.agreements) {
        for (const std::string& article : law::detail::articles_of(*leading)) {
            law::detail::Route route =
                law::detail::compose(data, request, texts, *leading, article, table);
            for (law::detail::Part& part : route.parts) {
                law::detail::judge_part(part, request.as_of, *leading, false);
                if (part.instrument == &instrument && part.truth[clause] == law::Truth::yes) {
                    return true;
                }
            }
        }
    }
    return false;
}

/// Per clause: that it applies in some case, and in which.
struct Firing {
    std::vector<std::vector<Wire>> by_case;  // by_case[clause][case]
    std::vector<law::Question> cases;
};

base::Result<Firing> firing_of(World& world, const Setting& setting) {
    Firing out;
    out.cases = setting.cases;
    if (setting.instrument->profile) {
        std::ranges::move(as_issuing(setting), std::back_inserter(out.cases));
    }
    out.by_case.resize(setting.instrument->clauses.size());
    for (const law::Question& one : out.cases) {
        const CaseWires wires = COMITY_TRY(world.encode({&setting.library, one}));
        for (std::size_t clause = 0; clause < out.by_case.size(); ++clause) {
            std::vector<Wire> anywhere;
            for (const RouteWires& route : wires.routes) {
                for (const PartWires& part : route.parts) {
                    if (part.part.instrument == setting.instrument) {
                        anywhere.push_back(part.truth[clause].yes);
                    }
                }
            }
            out.by_case[clause].push_back(world.circuit().any(std::move(anywhere)));
        }
    }
    return out;
}

/// The clauses that no request reaches. Kind failure if the assessment sees an example otherwise.
base::Result<std::vector<std::string>> dead_clauses(const Setting& setting) {
    std::vector<const law::detail::Literal*> literals;
    literals_of(setting.library, literals);
    World world(setting.library.vocabulary(), literals);
    const Firing firing = COMITY_TRY(firing_of(world, setting));
    std::vector<Wire> roots;
    for (const std::vector<Wire>& cases : firing.by_case) {
        roots.push_back(world.circuit().any(cases));
    }
    const Circuit::Clauses clauses = world.circuit().clauses(world.facts().well_formed(), roots);
    Solver solver;
    solver.add(clauses.formula);
    std::vector<std::string> dead;
    for (std::size_t clause = 0; clause < roots.size(); ++clause) {
        const std::int32_t wanted = clauses.literal(roots[clause]);
        const Verdict verdict = solver.solve(std::vector{wanted});
        if (verdict == Verdict::unsatisfiable) {
            dead.push_back(setting.instrument->clauses[clause].id);
            continue;
        }
        if (verdict == Verdict::undecided) {
            return base::fail(base::ErrorKind::try_later, "the solver gave up");
        }
        const std::vector<bool> values = values_of(solver, clauses, world.circuit());
        bool shown = false;
        for (std::size_t i = 0; i < firing.cases.size() && !shown; ++i) {
            if (firing.by_case[clause][i] != never &&
                values[static_cast<std::size_t>(std::abs(firing.by_case[clause][i]))] ==
                    (firing.by_case[clause][i] > 0)) {
                const law::Question request =
                    COMITY_TRY(question_of(world, setting.library, firing.cases[i], values));
                shown = COMITY_TRY(fires(setting.library, request, *setting.instrument, clause));
            }
        }
        if (!shown) {
            return base::fail(base::ErrorKind::failure,
                              "solver and assessment disagree on clause " +
                                  setting.instrument->clauses[clause].id);
        }
    }
    return dead;
}

}  // namespace

std::vector<bool> values_of(const Solver& solver, const Circuit::Clauses& clauses,
                            Circuit& circuit) {
    std::vector<bool> values(clauses.variable_of.size(), false);
    for (std::size_t wire = 1; wire < values.size(); ++wire) {
        if (clauses.variable_of[wire] != 0) {
            values[wire] = solver.value(clauses.variable_of[wire]);
        }
    }
    circuit.evaluate(values);
    return values;
}

base::Result<Example> smallest(const law::Library& library, law::Question request,
                               const Shows& shows) {
    std::vector<std::string> elapsed = elapsed_of(request);
    if (!COMITY_TRY(shows(request, elapsed))) {
        return base::fail(base::ErrorKind::failure,
                          "the solver and the assessment disagree: nothing is decided");
    }
    for (std::size_t i = elapsed.size(); i > 0; --i) {
        std::vector<std::string> fewer = elapsed;
        fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i) - 1);
        const law::Question tried = with_elapsed(request, library, fewer);
        if (COMITY_TRY(shows(tried, fewer))) {
            request = tried;
            elapsed = std::move(fewer);
        }
    }
    // What concerns a person stands last in the vocabulary, and is left out first.
    const auto& order = library.vocabulary().in_order;
    for (auto fact = order.rbegin(); fact != order.rend(); ++fact) {
        if (request.facts.find((*fact)->name) == nullptr) {
            continue;
        }
        law::Question tried = request;
        tried.facts.forget((*fact)->name);
        if (COMITY_TRY(shows(tried, elapsed))) {
            request = std::move(tried);
        }
    }
    Example example;
    example.assessment = COMITY_TRY(law::assess(library, request));
    example.known = known_facts(library, request.facts);
    example.elapsed = std::move(elapsed);
    example.question = std::move(request);
    return example;
}

void show_clauses_fire(const law::Library& library, const law::Instrument& instrument,
                       Finding& finding) {
    const auto setting = alone(library, instrument);
    if (!setting) {
        undecided(finding, setting.error());
        return;
    }
    const auto dead = dead_clauses(*setting);
    if (!dead) {
        undecided(finding, dead.error());
        return;
    }
    finding.conclusion = dead->empty() ? Conclusion::proven : Conclusion::refuted;
    finding.note = dead->empty()
                       ? "each of " + std::to_string(setting->instrument->clauses.size()) +
                             " clauses applies to some request, as the assessment agrees"
                       : "no request is such that this applies:";
    for (const std::string& clause : *dead) {
        finding.note += " " + clause;
    }
}

void show_some_route(Question& question, Finding& finding) {
    for (std::size_t i = 0; i < question.setting.cases.size(); ++i) {
        const Circuit::Clauses clauses = question.clauses({question.broken[i]});
        Solver solver;
        solver.add(clauses.formula);
        const law::Question& sides = question.setting.cases[i];
        const std::string where =
            sides.requesting + " to " + sides.requested + " on " + sides.as_of.text();
        const Verdict verdict = solver.solve();
        if (verdict != Verdict::satisfiable) {
            finding.conclusion =
                verdict == Verdict::undecided ? Conclusion::not_decided : Conclusion::refuted;
            finding.note = verdict == Verdict::undecided ? "the solver gave up"
                                                         : "no request is open from " + where;
            return;
        }
        const std::vector<bool> values = values_of(solver, clauses, question.world.circuit());
        auto request = question_of(question.world, question.setting.library, sides, values);
        auto example =
            request ? smallest(question.setting.library, *std::move(request),
                               [&](const law::Question& tried,
                                   const std::vector<std::string>& elapsed) -> base::Result<bool> {
                                   const law::Truth truth =
                                       COMITY_TRY(breaks(question, tried, elapsed));
                                   return truth == law::Truth::yes;
                               })
                    : base::Result<Example>(std::unexpected(request.error()));
        if (!example) {
            undecided(finding, example.error());
            return;
        }
        finding.examples.push_back(*std::move(example));
    }
    finding.conclusion = Conclusion::proven;
    finding.note = "a request is open in each of " + std::to_string(question.setting.cases.size()) +
                   " cases of sides and days";
}

void show_no_gap(const law::Library& library, const law::Instrument& instrument,
                 const law::detail::Guardrail& guardrail, Finding& finding) {
    std::vector<const law::Instrument*> versions;
    std::set<base::Date> days{*guardrail.from};
    for (const auto& one : library.data().instruments) {
        if (one->profile == instrument.profile && one->info.name == instrument.info.name) {
            versions.push_back(one.get());
            if (one->until && *one->until > *guardrail.from && *one->until < *guardrail.until) {
                days.insert(*one->until);  // a gap begins where a version ends
            }
        }
    }
    for (const base::Date day : days) {
        const bool covered = std::ranges::any_of(versions, [&](const law::Instrument* one) {
            return law::detail::in_force(one->from, one->until, day);
        });
        if (!covered) {
            finding.conclusion = Conclusion::refuted;
            finding.note = "no version of it is in force on " + day.text();
            return;
        }
    }
    finding.conclusion = Conclusion::proven;
    finding.note = "a version is in force on every day from " + guardrail.from->text() + " until " +
                   guardrail.until->text();
}

}  // namespace comity::prover::detail
