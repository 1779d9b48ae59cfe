#include <gtest/gtest.h>

#include "domain/law/random_law_for_test.h"
#include "domain/law/testing.h"

namespace comity::law {
namespace {

const Library& library() {
    static const Library loaded = Library::load(testing::sources_below(COMITY_LAW)).value();
    return loaded;
}

/// A subscriber order in which everything is stated and nothing stands in the way.
constexpr const char* good_order = R"({"action":"disclose","data":"subscriber","offence":"fraud",
 "max-penalty":60,"emergency":false,"names-a-person":true,"special-category":false,
 "purpose":"stated-case","recipients":["requesting-authority"],"approval":"prosecutor",
 "legal-review":"passed","standard":"reasonable-grounds","element":["offence","facts-summary",
 "data-description","person-or-account","legal-basis"],"death-penalty-exposure":false,
 "purpose-discriminatory":false,"already-tried":false,"touches-essential-interests":false,
 "privileged":false,"offence-political":false,"prejudices-own-investigation":false,
 "estimated-cost":100})";

Question order_with(std::string_view changes, std::vector<std::string> forget = {}) {
    Question question;
    question.requesting = "XA";
    question.requested = "XB";
    question.as_of = base::Date::parse("2026-11-22").value();
    question.facts = testing::facts_of(library(), good_order);
    const auto value = codec::parse(changes).value();
    for (const auto& member : value.get_object()) {
        EXPECT_TRUE(question.facts.set(library().vocabulary(), member.key(), member.value()));
    }
    for (const std::string& name : forget) {
        question.facts.forget(name);
    }
    return question;
}

Assessment assessed(const Question& question) {
    return assess(library(), question).value();
}

const Duty* duty(const Assessment& assessment, std::string_view kind, std::string_view clause) {
    for (const Duty& one : assessment.duties) {
        if (one.kind == kind && one.clause == clause) {
            return &one;
        }
    }
    return nullptr;
}

bool has_ground(const Assessment& assessment, std::string_view clause, std::string_view kind) {
    return std::ranges::any_of(assessment.grounds, [&](const Ground& ground) {
        return ground.clause == clause && ground.kind == kind;
    });
}

TEST(Assess, a_complete_subscriber_order_is_open_and_the_gate_is_up) {
    const Assessment result = assessed(order_with("{}"));
    EXPECT_EQ(result.outcome, Outcome::open);
    EXPECT_TRUE(result.release_up);
    EXPECT_TRUE(result.missing.empty());
    EXPECT_TRUE(has_ground(result, "3(2)", "permit"));
    EXPECT_TRUE(has_ground(result, "CCP 88(1)", "permit"));
    EXPECT_EQ(result.first_obstacle(), nullptr);
    EXPECT_EQ(result.reviewed_by_none, (std::vector<std::string>{"XA-XB/EE", "XA", "XB"}));
    const Duty* answer = duty(result, "deadline", "6(1)");
    ASSERT_NE(answer, nullptr);
    EXPECT_EQ(answer->by, "10 days after receipt");
    EXPECT_EQ(answer->on_silence, "escalate");
}

TEST(Assess, content_asked_by_a_prosecutor_is_held_by_the_clause_on_judges) {
    const Assessment result = assessed(order_with(R"({"data":"content"})"));
    EXPECT_FALSE(result.release_up);
    ASSERT_NE(result.first_obstacle(), nullptr);
    EXPECT_EQ(result.first_obstacle()->clause, "4(1)(c)");
    EXPECT_EQ(result.first_obstacle()->who, "judge");
    // The approval of the executing side is a duty of its own.
    EXPECT_NE(duty(result, "approval", "CCP 88(2)"), nullptr);
}

TEST(Assess, unknown_refusal_facts_are_asked_for_and_never_taken_as_absent) {
    const Assessment result = assessed(order_with("{}", {"already-tried", "privileged"}));
    EXPECT_EQ(result.outcome, Outcome::needs_information);
    EXPECT_FALSE(result.release_up);
    EXPECT_EQ(result.missing,
              (std::vector<std::string>{"already-tried", "privileged", "privilege-waived"}));
    EXPECT_TRUE(has_ground(result, "5(3)", "refuse-must"));
    EXPECT_TRUE(has_ground(result, "Const 22", "forbid"));
}

TEST(Assess, a_side_is_not_stopped_by_what_only_the_other_side_can_say) {
    Question question = order_with(
        "{}", {"already-tried", "privileged", "death-penalty-exposure", "offence-political",
               "purpose-discriminatory", "touches-essential-interests",
               "prejudices-own-investigation", "estimated-cost"});
    EXPECT_EQ(assessed(question).outcome, Outcome::needs_information);
    question.as_far_as = "requesting";
    const Assessment own = assessed(question);
    EXPECT_EQ(own.outcome, Outcome::open);
    EXPECT_TRUE(own.release_up);
    // What the requesting side itself has not said still lacks.
    question.facts.forget("names-a-person");
    question.facts.forget("purpose");
    EXPECT_FALSE(assessed(question).release_up);
    EXPECT_EQ(assessed(question).missing, std::vector<std::string>{"purpose"});
    // What the other side has said counts.
    EXPECT_TRUE(question.facts.set(library().vocabulary(), "already-tried", codec::Value(true)));
    EXPECT_EQ(assessed(question).outcome, Outcome::closed);
}

TEST(Assess, a_forbidding_clause_of_either_side_closes) {
    const Assessment result =
        assessed(order_with(R"({"privileged":true,"privilege-waived":false})"));
    EXPECT_EQ(result.outcome, Outcome::closed);
    EXPECT_TRUE(has_ground(result, "5(5)", "forbid"));
    EXPECT_TRUE(has_ground(result, "Const 22", "forbid"));
    EXPECT_FALSE(result.release_up);
}

TEST(Assess, an_assurance_lifts_the_ground_it_answers) {
    EXPECT_EQ(assessed(order_with(R"({"death-penalty-exposure":true,"assurance":[]})")).outcome,
              Outcome::closed);
    EXPECT_EQ(
        assessed(order_with(R"({"death-penalty-exposure":true,"assurance":["no-death-penalty"]})"))
            .outcome,
        Outcome::open);
    EXPECT_EQ(assessed(order_with(R"({"death-penalty-exposure":true})")).outcome,
              Outcome::needs_information);
}

TEST(Assess, without_a_permit_there_is_no_basis) {
    const Assessment result =
        assessed(order_with(R"({"data":"traffic","max-penalty":12,"offence":"fraud"})"));
    EXPECT_EQ(result.outcome, Outcome::closed);
    EXPECT_TRUE(has_ground(result, "3(3)", "no-basis"));
}

TEST(Assess, what_a_person_may_refuse_needs_that_persons_decision) {
    const Assessment result = assessed(order_with(R"({"touches-essential-interests":true})"));
    EXPECT_EQ(result.outcome, Outcome::needs_decision);
    ASSERT_EQ(result.grounds.size(), 1U);
    EXPECT_EQ(result.grounds[0].clause, "5(4)");
    EXPECT_EQ(result.grounds[0].who, "minister");
}

TEST(Merge, retention_takes_the_shortest_limit_and_cites_both) {
    const Assessment result = assessed(order_with("{}"));
    const Duty* retain = duty(result, "retain-at-most", "DPA 12");
    ASSERT_NE(retain, nullptr);
    EXPECT_EQ(retain->by, "90 days after final-decision");
    EXPECT_NE(std::ranges::find(retain->also, "7(4)"), retain->also.end());
}

TEST(Merge, costs_clash_between_five_and_ten_thousand_only) {
    for (const auto& [cost, outcome] : {std::pair{5000, Outcome::open},
                                        {5001, Outcome::needs_decision},
                                        {10000, Outcome::needs_decision},
                                        {10001, Outcome::open}}) {
        const Assessment result =
            assessed(order_with(R"({"estimated-cost":)" + std::to_string(cost) + "}"));
        EXPECT_EQ(result.outcome, outcome) << cost;
        EXPECT_EQ(has_ground(result, "7(6)", "cost"), outcome == Outcome::needs_decision);
        EXPECT_EQ(has_ground(result, "Procurement 5", "cost"), outcome == Outcome::needs_decision);
    }
    const Assessment unknown = assessed(order_with("{}", {"estimated-cost"}));
    EXPECT_EQ(unknown.outcome, Outcome::needs_information);
    EXPECT_EQ(unknown.missing, std::vector<std::string>{"estimated-cost"});
}

TEST(Merge, the_exception_of_a_statute_does_not_lift_the_treatys_dual_criminality) {
    // "MLA 4(2)" switches off "MLA 4" for this offence; 4(6) stands.
    const Assessment result = assessed(order_with(
        R"({"data":"traffic","offence":"attack-on-system","approval":"judge",
            "dual-criminality":false})"));
    const Duty* finding = duty(result, "dual-criminality", "4(6)");
    ASSERT_NE(finding, nullptr);
    EXPECT_EQ(finding->satisfied, Truth::no);
    EXPECT_TRUE(finding->also.empty());
    EXPECT_FALSE(result.release_up);
    const auto step = std::ranges::find(result.trace, "MLA 4", &TraceStep::clause);
    ASSERT_NE(step, result.trace.end());
    EXPECT_EQ(step->because, "switched off by MLA 4(2)");
}

TEST(Merge, an_emergency_swaps_the_approval_and_shortens_the_answer) {
    const Assessment result = assessed(order_with(R"({"emergency":true,"approval":"officer"})"));
    EXPECT_TRUE(result.release_up);
    EXPECT_EQ(duty(result, "approval", "4(1)(b)"), nullptr);
    EXPECT_NE(duty(result, "approval", "4(2)(a)"), nullptr);
    const Duty* answer = duty(result, "deadline", "6(2)");
    ASSERT_NE(answer, nullptr);
    EXPECT_EQ(answer->by, "8 hours after receipt");
    EXPECT_EQ(answer->also, std::vector<std::string>{"6(1)"});
    const Duty* validation = duty(result, "deadline", "4(2)(b)");
    ASSERT_NE(validation, nullptr);
    EXPECT_EQ(validation->on_silence, "withdraw-and-delete");
}

TEST(Gate, a_requirement_whose_condition_is_unknown_keeps_it_down) {
    const Assessment result = assessed(order_with("{}", {"special-category"}));
    EXPECT_EQ(result.outcome, Outcome::open);
    EXPECT_FALSE(result.release_up);
    EXPECT_EQ(result.missing, (std::vector<std::string>{"special-category", "dual-criminality"}));
}

TEST(Gate, the_tier_is_limited_until_the_legal_review_has_passed) {
    const Assessment result = assessed(order_with(R"({"legal-review":"pending"})"));
    EXPECT_FALSE(result.release_up);
    ASSERT_NE(result.first_obstacle(), nullptr);
    EXPECT_EQ(result.first_obstacle()->clause, "3(5)");
}

TEST(Gate, a_hold_ends_by_clearance_or_by_time) {
    constexpr const char* traffic =
        R"({"data":"traffic","approval":"judge","dual-criminality":true,"cleared":false})";
    Question question = order_with(traffic);
    EXPECT_FALSE(assessed(question).release_up);
    EXPECT_EQ(assessed(question).first_obstacle()->clause, "6(4)");
    question.events["notification"] = base::Instant::parse("2026-11-01T12:00:00.000Z").value();
    question.now = base::Instant::parse("2026-11-11T23:59:59.999Z").value();
    EXPECT_FALSE(assessed(question).release_up);
    question.now = base::Instant::parse("2026-11-12T00:00:00.000Z").value();
    EXPECT_TRUE(assessed(question).release_up);
    Question cleared = order_with(traffic);
    EXPECT_TRUE(cleared.facts.set(library().vocabulary(), "cleared", codec::Value(true)));
    EXPECT_TRUE(assessed(cleared).release_up);
}

TEST(Assess, the_version_in_force_on_the_day_decides) {
    Question question = order_with(R"({"emergency":true,"approval":"officer"})");
    question.as_of = base::Date::parse("2031-03-01").value();
    const auto after = assess(library(), question);
    ASSERT_FALSE(after);
    EXPECT_EQ(after.error().kind, base::ErrorKind::not_found);
    question.as_of = base::Date::parse("2026-02-28").value();
    EXPECT_FALSE(assess(library(), question));  // Borland's profile begins on 2026-07-01
    question.requested = "XC";
    EXPECT_EQ(assess(library(), question).error().kind, base::ErrorKind::not_found);
}

TEST(Assess, its_json_has_the_members_of_the_command) {
    const codec::Value value = to_json(assessed(order_with(R"({"data":"content"})")), true);
    const codec::Object& object = value.get_object();
    for (const char* member : {"outcome", "release", "grounds", "duties", "missing", "trace"}) {
        EXPECT_TRUE(object.contains(member)) << member;
    }
    EXPECT_EQ(object.at("release"), codec::Value("down"));
    const codec::Object& first = object.at("duties").get_array().at(0).get_object();
    EXPECT_EQ(first.at("kind"), codec::Value("approval"));
    EXPECT_EQ(first.at("clause"), codec::Value("4(1)(c)"));
    EXPECT_FALSE(sentences(assessed(order_with("{}"))).empty());
}

/// A text whose two articles are routes of their own; `asks` stands among the clauses of the first.
Library two_routes(const std::string& asks) {
    namespace random = testing::random;
    return random::loaded({{"v", random::vocabulary},
                           {"t", std::string(random::head) +
                                     "agreement \"T\" version 1\n  parties XA, XB\n"
                                     "  in force from 2024-01-01\n  reviewed by none\n"
                                     "article 1 \"One\"\n  clause 1(1) permit\n" +
                                     asks +
                                     "article 2 \"Two\"\n  clause 2(1) permit\n"
                                     "  clause 2(2) require d mid\n    when route is 2\n"},
                           {"xa", random::permissive_profile("XA")},
                           {"xb", random::permissive_profile("XB")}});
}

Assessment assessed(const Library& law, std::string_view facts) {
    return assess(law, {"XA",
                        "XB",
                        base::Date::parse("2026-11-22").value(),
                        testing::facts_of(law, facts),
                        {},
                        {},
                        ""})
        .value();
}

TEST(Routes, are_alternatives_so_one_that_releases_is_enough) {
    const Library law = two_routes("  clause 1(2) require d high\n    when route is 1 and a\n");
    // Whether the first asks for more is not known, then known: the second lets it through anyway.
    for (const char* facts : {R"({"d":"mid"})", R"({"d":"mid","a":true})"}) {
        const Assessment result = assessed(law, facts);
        EXPECT_TRUE(result.release_up) << facts;
        EXPECT_EQ(result.route, "T 2");
        ASSERT_EQ(result.others.size(), 1U);
        EXPECT_EQ(result.others.front().route, "T 1");
        EXPECT_FALSE(result.others.front().release_up);
        EXPECT_EQ(result.others.front().first_obstacle()->clause, "1(2)");
    }
    const Assessment first = assessed(law, R"({"d":"mid","a":false})");
    EXPECT_TRUE(first.release_up);
    EXPECT_EQ(first.route, "T 1");
}

TEST(Routes, tell_what_each_lacks_if_none_releases) {
    const Library law = two_routes("  clause 1(2) require d high\n    when route is 1\n");
    const Assessment result = assessed(law, R"({"d":"low"})");
    EXPECT_FALSE(result.release_up);
    EXPECT_EQ(result.first_obstacle()->clause, "1(2)");
    ASSERT_EQ(result.others.size(), 1U);
    EXPECT_EQ(result.others.front().first_obstacle()->clause, "2(2)");
    const auto lines = sentences(result);
    EXPECT_TRUE(std::ranges::any_of(lines, [](const std::string& line) {
        return line.starts_with("By another route, T 2: Open under ") && line.contains("2(2)");
    }));
    EXPECT_EQ(to_json(result, false).get_object().at("others").get_array().size(), 1U);
}

TEST(Routes, that_facts_may_still_release_come_before_those_that_surely_lack_something) {
    const Library law = two_routes("  clause 1(2) require b\n    when route is 1\n");
    EXPECT_EQ(assessed(law, R"({"b":false})").route, "T 2");
    EXPECT_EQ(assessed(law, R"({"d":"low"})").route, "T 1");
}

}  // namespace
}  // namespace comity::law
