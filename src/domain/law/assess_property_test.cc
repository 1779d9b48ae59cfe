// Stability (treaty.md 5.2a, 5.3): knowing more never turns yes into no, or open into closed.

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "domain/law/random_law_for_test.h"
#include "domain/law/testing.h"

namespace comity::law {
namespace {

const Library& library() {
    static const Library loaded = Library::load(testing::sources_below(COMITY_LAW)).value();
    return loaded;
}

/// A random value of the fact in its JSON form, or none: unknown.
codec::Value random_value(const FactDeclaration& fact) {
    const auto some = [](const std::vector<std::string>& values, int low) {
        codec::Array array;
        for (const std::string& value : values) {
            if (*rc::gen::inRange(0, 2) == 1) {
                array.emplace_back(value);
            }
        }
        if (low > 0 && array.empty()) {
            array.emplace_back(*rc::gen::elementOf(values));
        }
        return array;
    };
    switch (fact.type) {
        case FactType::boolean: return codec::Value(*rc::gen::arbitrary<bool>());
        case FactType::enumeration:
        case FactType::scale: return some(fact.values, 1);
        case FactType::set: return some(fact.values, 0);
        case FactType::integer: {
            codec::Array range{*rc::gen::inRange<std::int64_t>(0, 60),
                               *rc::gen::inRange<std::int64_t>(0, 60)};
            if (fact.name == "estimated-cost") {
                range = {*rc::gen::inRange<std::int64_t>(0, 15000), std::int64_t{6000}};
            }
            return range;
        }
        case FactType::date:
        case FactType::text_party: break;
    }
    return nullptr;
}

/// A subscriber order that would go through, with some facts changed and some forgotten: so that
/// all outcomes come up.
Question random_question() {
    Question question;
    question.requesting = "XA";
    question.requested = "XB";
    question.as_of = base::Date::parse("2026-11-22").value();
    question.facts = testing::facts_of(library(), R"({"action":"disclose","data":"subscriber",
        "offence":"fraud","max-penalty":60,"emergency":false,"names-a-person":true,
        "special-category":false,"purpose":"stated-case","recipients":["defence"],
        "approval":"prosecutor","legal-review":"passed","standard":"probable-cause",
        "element":["offence","facts-summary","data-description","person-or-account","legal-basis"],
        "death-penalty-exposure":false,"purpose-discriminatory":false,"already-tried":false,
        "touches-essential-interests":false,"privileged":false,"offence-political":false,
        "prejudices-own-investigation":false,"estimated-cost":100})");
    const int forget = *rc::gen::inRange(0, 40);
    const int change = *rc::gen::inRange(4, 40);
    for (const FactDeclaration* fact : library().vocabulary().in_order) {
        if (!fact->derived_from.empty()) {
            continue;
        }
        if (*rc::gen::inRange(0, 40) < forget / 4) {
            question.facts.forget(fact->name);
        } else if (*rc::gen::inRange(0, 160) < change) {
            const codec::Value value = random_value(*fact);
            RC_ASSERT(question.facts.set(library().vocabulary(), fact->name, value).has_value());
        }
    }
    return question;
}

/// A value set inside the old one, as JSON; nothing if it cannot be made smaller.
std::optional<codec::Value> smaller(const FactDeclaration& fact, const Possible* old) {
    if (fact.type == FactType::date) {
        return old == nullptr ? std::optional(codec::Value(
                                    *rc::gen::element<std::string>("2025-12-31", "2026-01-01")))
                              : std::nullopt;
    }
    if (fact.type == FactType::integer) {
        const std::int64_t low = old == nullptr ? fact.low : old->low;
        const std::int64_t high = old == nullptr ? fact.high : old->high;
        return codec::Value(*rc::gen::inRange<std::int64_t>(low, high + 1));
    }
    if (fact.type == FactType::boolean) {
        return old == nullptr ? std::optional(codec::Value(*rc::gen::arbitrary<bool>()))
                              : std::nullopt;
    }
    if (fact.type == FactType::set) {
        return old == nullptr ? std::optional(random_value(fact)) : std::nullopt;
    }
    codec::Array kept;
    for (std::size_t i = 0; i < fact.values.size(); ++i) {
        const bool was = old == nullptr || ((old->mask >> i) & 1U) != 0;
        if (was && (kept.empty() || *rc::gen::inRange(0, 2) == 1)) {
            kept.emplace_back(fact.values[i]);
        }
    }
    return kept;
}

TEST(Stability, knowing_more_never_reverses_an_outcome_or_the_gate) {
    EXPECT_TRUE(rc::check("stability of assess", [] {
        Question question = random_question();
        const Assessment before = assess(library(), question).value();
        for (const FactDeclaration* fact : library().vocabulary().in_order) {
            const bool narrow = fact->derived_from.empty() && *rc::gen::inRange(0, 3) == 0;
            const auto value =
                narrow ? smaller(*fact, question.facts.find(fact->name)) : std::nullopt;
            if (value) {
                RC_ASSERT(
                    question.facts.set(library().vocabulary(), fact->name, *value).has_value());
            }
        }
        const Assessment after = assess(library(), question).value();
        RC_TAG(std::string(name_of(before.outcome)) + (before.release_up ? ", up" : ""));
        if (before.outcome != Outcome::needs_information) {
            RC_ASSERT(before.outcome == after.outcome);
        }
        if (before.release_up) {
            RC_ASSERT(after.release_up);
        }
        for (const TraceStep& step : before.trace) {
            if (step.truth != Truth::unknown) {
                const auto same = std::ranges::find_if(after.trace, [&](const TraceStep& other) {
                    return other.clause == step.clause && other.instrument == step.instrument;
                });
                RC_ASSERT(step.truth == Truth::no ||
                          (same != after.trace.end() && same->truth == step.truth));
            }
        }
    }));
}

/// What is decided of one route never changes.
void expect_stable(const Assessment& before, const Assessment& after) {
    RC_ASSERT(before.outcome == Outcome::needs_information || before.outcome == after.outcome);
    RC_ASSERT(!before.release_up || after.release_up);
}

const Assessment& by_route(const Assessment& assessment, const std::string& route) {
    if (assessment.route == route) {
        return assessment;
    }
    const auto found = std::ranges::find(assessment.others, route, &Assessment::route);
    RC_ASSERT(found != assessment.others.end());
    return *found;
}

/// All routes together: what one of them lets through, no fact about another takes away. Only a
/// decision that is needed may turn out to be superfluous, since another route is open.
void expect_stable_as_alternatives(const Assessment& before, const Assessment& after) {
    expect_stable(before, by_route(after, before.route));
    for (const Assessment& other : before.others) {
        expect_stable(other, by_route(after, other.route));
    }
    RC_ASSERT(!before.release_up || after.release_up);
    switch (before.outcome) {
        case Outcome::open:
        case Outcome::closed: RC_ASSERT(after.outcome == before.outcome); break;
        case Outcome::needs_decision:
            RC_ASSERT(after.outcome == Outcome::needs_decision || after.outcome == Outcome::open);
            break;
        case Outcome::needs_information: break;
    }
}

TEST(Stability, of_alternative_routes_one_more_fact_takes_nothing_away) {
    namespace random = testing::random;
    int alternatives = 0;
    int other_way = 0;
    EXPECT_TRUE(rc::check("stability of random laws with several routes", [&] {
        random::start_anew();
        const Library law = random::loaded({{"v", random::vocabulary},
                                            {"t", random::agreement(true)},
                                            {"u", random::overlay(true)},
                                            {"xa", random::permissive_profile("XA")},
                                            {"xb", random::permissive_profile("XB")}});
        for (int turn = 0; turn < 60; ++turn) {
            Question question{"XA", "XB", base::Date::parse("2026-11-22").value(), {}, {}, {}, ""};
            for (const FactDeclaration* fact : law.vocabulary().in_order) {
                if (const auto known = random::random_knowledge(*fact)) {
                    RC_ASSERT(question.facts.set(law.vocabulary(), fact->name, *known).has_value());
                }
            }
            if (random::pick(2) == 0) {
                question.events["receipt"] =
                    base::start_of(base::Date::parse("2026-11-01").value());
                question.now = base::start_of(question.as_of);
            }
            const Assessment before = assess(law, question).value();
            const auto& order = law.vocabulary().in_order;
            const FactDeclaration& learned =
                *order[static_cast<std::size_t>(random::pick(static_cast<int>(order.size())))];
            const auto value = learned.derived_from.empty()
                                   ? smaller(learned, question.facts.find(learned.name))
                                   : std::nullopt;
            if (!value) {
                continue;
            }
            RC_ASSERT(question.facts.set(law.vocabulary(), learned.name, *value).has_value());
            const Assessment after = assess(law, question).value();
            expect_stable_as_alternatives(before, after);
            alternatives += before.others.empty() ? 0 : 1;
            other_way += before.release_up && before.route != after.route ? 1 : 0;
        }
    }));
    EXPECT_GT(alternatives, 1500);
    EXPECT_GT(other_way, 0);  // a route that lets it through is found before the one taken
}

TEST(Missing, no_fact_is_asked_for_that_is_known) {
    EXPECT_TRUE(rc::check("missing facts are unknown ones", [] {
        const Question question = random_question();
        const Assessment assessment = assess(library(), question).value();
        for (const std::string& name : assessment.missing) {
            const FactDeclaration* fact = library().vocabulary().fact(name);
            const Possible* possible = question.facts.find(name);
            const bool one =
                possible != nullptr &&
                (fact->type == FactType::set ||
                 (fact->type == FactType::integer ? possible->low == possible->high
                                                  : (possible->mask & (possible->mask - 1)) == 0));
            RC_ASSERT(!one);
        }
    }));
}

// --- the slow twin: a small library whose completions can be counted out

constexpr const char* small_vocabulary = R"(language comity-treaty 1
vocabulary small 1
reviewed by none
side requesting, requested
body minister
event receipt
silence refuse
fact a boolean case
fact b boolean case
fact c enumeration {x, y, z} case
fact d scale low < mid < high file
)";
constexpr const char* small_agreement = R"(language comity-treaty 1
vocabulary small 1
agreement "T" version 1
  parties XA, XB
  in force from 2020-01-01
  reviewed by none
article 1 "All"
  clause 1(1) permit
    when c in {x, y} or a
  clause 1(2) forbid
    when a and (c is x or not b) unless d at least high
  clause 1(3) exception to 1(2)
    when b and c is z
  clause 1(4) refuse may ground g decided by minister
    when c is y and not a
  clause 1(5) require d mid
    when c is x or b
  clause 1(6) limit c to {x, y}
    when not b
)";

Library small_library() {
    std::vector<Source> sources{{"v", small_vocabulary}, {"t", small_agreement}};
    for (const char* side : {"XA", "XB"}) {
        sources.push_back({side, std::string("language comity-treaty 1\nvocabulary small 1\n"
                                             "jurisdiction ") +
                                     side +
                                     " version 1\n in force from 2020-01-01\n reviewed by none\n"
                                     "article 1 \"All\"\n clause 1 permit as issuing\n"
                                     " clause 2 permit as executing\n"});
    }
    return Library::load(sources).value();
}

TEST(Twin, a_decided_outcome_is_that_of_every_completion) {
    const Library small = small_library();
    const std::vector<std::vector<codec::Value>> values{
        {true, false}, {true, false}, {"x", "y", "z"}, {"low", "mid", "high"}};
    const std::vector<std::string> names{"a", "b", "c", "d"};
    const auto outcome_of = [&](const std::vector<unsigned>& masks) {
        Question question{"XA", "XB", base::Date::parse("2026-11-22").value(), {}, {}, {}, ""};
        for (std::size_t i = 0; i < names.size(); ++i) {
            codec::Array possible;
            for (std::size_t v = 0; v < values[i].size(); ++v) {
                if (((masks[i] >> v) & 1U) != 0) {
                    possible.push_back(values[i][v]);
                }
            }
            EXPECT_TRUE(question.facts.set(small.vocabulary(), names[i], possible));
        }
        const Assessment result = assess(small, question).value();
        return std::pair(result.outcome, result.release_up);
    };
    int decided = 0;
    for (unsigned number = 0; number < 3 * 3 * 7 * 7; ++number) {
        const std::vector<unsigned> masks{number % 3 + 1, number / 3 % 3 + 1, number / 9 % 7 + 1,
                                          number / 63 + 1};
        const auto [outcome, release] = outcome_of(masks);
        for (unsigned one = 0; one < 2 * 2 * 3 * 3; ++one) {
            const std::vector<unsigned> complete{1U << (one % 2), 1U << (one / 2 % 2),
                                                 1U << (one / 4 % 3), 1U << (one / 12)};
            bool inside = true;
            for (std::size_t i = 0; i < masks.size(); ++i) {
                inside = inside && (masks[i] & complete[i]) != 0;
            }
            if (!inside) {
                continue;
            }
            const auto [final_outcome, final_release] = outcome_of(complete);
            EXPECT_NE(final_outcome, Outcome::needs_information);
            if (outcome != Outcome::needs_information) {
                EXPECT_EQ(outcome, final_outcome) << number << " " << one;
                ++decided;
            }
            EXPECT_TRUE(!release || final_release) << number << " " << one;
        }
    }
    EXPECT_GT(decided, 100);
}

}  // namespace
}  // namespace comity::law
