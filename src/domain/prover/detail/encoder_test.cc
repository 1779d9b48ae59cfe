// The encoding against what it encodes: every wire has the value that the assessment computes.

#include "domain/prover/detail/encoder.h"

#include <gtest/gtest.h>

#include "domain/law/random_law_for_test.h"
#include "domain/prover/detail/question.h"
#include "domain/prover/detail/solver.h"

namespace comity::prover::detail {
namespace {

namespace random = law::testing::random;
using law::Truth;

law::Question question(const std::string& as_far_as) {
    law::Question out;
    out.requesting = "XA";
    out.requested = "XB";
    out.as_of = base::Date::parse("2026-11-22").value();
    out.as_far_as = as_far_as;
    return out;
}

bool value_of(const std::vector<bool>& values, Wire wire) {
    return values[static_cast<std::size_t>(std::abs(wire))] == (wire > 0);
}

Truth truth_of(const std::vector<bool>& values, Ternary ternary) {
    RC_ASSERT(!value_of(values, ternary.yes) || value_of(values, ternary.maybe));
    return value_of(values, ternary.yes)     ? Truth::yes
           : value_of(values, ternary.maybe) ? Truth::unknown
                                             : Truth::no;
}

/// The inputs that say what the question says.
std::vector<bool> inputs_of(World& world, const law::Library& library, const law::Question& asked) {
    std::vector<bool> values(world.circuit().size(), false);
    const law::detail::FactTable table = law::detail::table_of(library.vocabulary(), asked);
    for (std::size_t fact = 0; fact < table.facts.size(); ++fact) {
        world.facts().state(fact, table, values);
    }
    for (const auto& [event, wire] : world.events()) {
        values[static_cast<std::size_t>(wire)] = asked.events.contains(event);
    }
    world.circuit().evaluate(values);
    return values;
}

/// How often each outcome came up, and the release gate.
using Seen = std::map<std::string, int>;

void compare(World& world, const CaseWires& wires, const law::Library& library,
             const law::Question& asked, Seen& seen) {
    const std::vector<bool> values = inputs_of(world, library, asked);
    for (const Wire wire : world.facts().well_formed()) {
        RC_ASSERT(value_of(values, wire));
    }
    const Judged judged = judge(library, asked).value();
    const law::Assessment& said = judged.assessment;
    RC_ASSERT(value_of(values, wires.open) == (said.outcome == law::Outcome::open));
    RC_ASSERT(value_of(values, wires.closed) == (said.outcome == law::Outcome::closed));
    RC_ASSERT(value_of(values, wires.needs_decision) ==
              (said.outcome == law::Outcome::needs_decision));
    RC_ASSERT(value_of(values, wires.needs_information) ==
              (said.outcome == law::Outcome::needs_information));
    RC_ASSERT(value_of(values, wires.release) == said.release_up);
    ++seen[std::string(name_of(said.outcome))];
    seen["up"] += said.release_up ? 1 : 0;
    for (const RouteWires& route : wires.routes) {
        const std::string name = law::detail::route_name(*route.leading, route.article);
        RC_ASSERT(value_of(values, route.chosen) == (name == said.route));
        if (name != said.route) {
            continue;
        }
        for (std::size_t part = 0; part < route.parts.size(); ++part) {
            const PartWires& one = route.parts[part];
            for (std::size_t i = 0; i < one.truth.size(); ++i) {
                const law::detail::Part& other = judged.route.parts[part];
                RC_ASSERT(truth_of(values, one.truth[i]) == other.truth[i]);
                RC_ASSERT(truth_of(values, one.low[i]) == other.low[i]);
                RC_ASSERT(truth_of(values, one.high[i]) == other.high[i]);
            }
        }
        const law::detail::Clash clash = law::detail::clash_of(judged.route);
        RC_ASSERT(truth_of(values, route.clash_limit) == clash.limits);
        RC_ASSERT(std::max(truth_of(values, route.clash_cost),
                           truth_of(values, route.clash_retain)) == clash.decision);
    }
}

TEST(Encoder, says_of_every_request_what_the_assessment_says) {
    Seen seen;
    EXPECT_TRUE(rc::check("wires are the assessment", [&] {
        random::start_anew();
        const law::Library library = random::loaded(random::sources(false));
        std::vector<const law::detail::Literal*> literals;
        literals_of(library, literals);
        World world(library.vocabulary(), literals);
        law::Question asked = question(random::pick(3) == 0 ? "requesting" : "");
        const CaseWires wires = world.encode({&library, asked}).value();
        for (int turn = 0; turn < 20; ++turn) {
            asked.facts = {};
            asked.events.clear();
            asked.now.reset();
            for (const law::FactDeclaration* fact : library.vocabulary().in_order) {
                const auto known = random::random_knowledge(*fact);
                if (known) {
                    RC_ASSERT(
                        asked.facts.set(library.vocabulary(), fact->name, *known).has_value());
                }
            }
            for (const auto& [event, wire] : world.events()) {
                if (random::pick(2) == 0) {
                    set_elapsed(asked, library, event);
                }
            }
            compare(world, wires, library, asked, seen);
        }
    }));
    for (const char* what : {"open", "closed", "needs-decision", "needs-information", "up"}) {
        EXPECT_GT(seen[what], 20) << what;
    }
}

TEST(Encoder, states_the_request_that_the_inputs_say) {
    EXPECT_TRUE(rc::check("facts to wires and back", [] {
        random::start_anew();
        const law::Library library = random::loaded(random::sources(false));
        std::vector<const law::detail::Literal*> literals;
        literals_of(library, literals);
        World world(library.vocabulary(), literals);
        law::Question asked = question("");
        const CaseWires wires = world.encode({&library, asked}).value();
        for (const law::FactDeclaration* fact : library.vocabulary().in_order) {
            if (const auto known = random::random_knowledge(*fact)) {
                RC_ASSERT(asked.facts.set(library.vocabulary(), fact->name, *known).has_value());
            }
        }
        const std::vector<bool> values = inputs_of(world, library, asked);
        const law::Question back = question_of(world, library, question(""), values).value();
        RC_ASSERT(inputs_of(world, library, back) == values);
        const law::Assessment before = law::assess(library, asked).value();
        const law::Assessment after = law::assess(library, back).value();
        RC_ASSERT(before.outcome == after.outcome);
        RC_ASSERT(before.release_up == after.release_up);
    }));
}

}  // namespace
}  // namespace comity::prover::detail
