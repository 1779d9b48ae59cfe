#include "domain/law/navigate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/law/random_law_for_test.h"
#include "domain/law/testing.h"

namespace comity::law {
namespace {

namespace random = testing::random;

/// Two routes from XA to XB; only the profile of XB asks for d high, has an authority, and XA's
/// forbids to execute anything.
Library law() {
    const std::string agreement =
        std::string(random::head) +
        "agreement \"T\" version 1\n  parties XA, XB\n  in force from 2024-01-01\n"
        "  reviewed by none\narticle 1 \"One\"\n  clause 1(1) permit\n"
        "  clause 1(2) deadline answer by requested within 9 days of receipt on silence refuse\n"
        "    when route is 1\narticle 2 \"Two\"\n  clause 2(1) permit\n    when b\n"
        "  clause 2(2) deadline answer by requested within 4 days of receipt on silence refuse\n"
        "    when route is 2\n"
        "  clause 2(3) deadline answer by requested within 3 days of answer on silence refuse\n"
        "    when route is 2\n";
    const std::string executing =
        std::string(random::head) +
        "jurisdiction XB version 1\n  in force from 2024-01-01\n"
        "  authority \"XB-DC\" holds judge\n  reviewed by none\narticle 1 \"All\"\n"
        "  clause 0(1) permit\n    as issuing\n  clause 0(2) permit\n    as executing\n"
        "  clause 0(3) require d high\n    as executing\n";
    const std::string issuing =
        random::permissive_profile("XA") + "  clause 0(3) forbid\n    as executing\n";
    return random::loaded(
        {{"v", random::vocabulary}, {"t", agreement}, {"xa", issuing}, {"xb", executing}});
}

std::vector<Way> ways(const Library& texts, std::string_view facts) {
    return navigate(texts, {"XA",
                            "XB",
                            base::Date::parse("2026-11-22").value(),
                            testing::facts_of(texts, facts),
                            {},
                            {},
                            ""})
        .value();
}

TEST(Navigate, tells_every_route_in_both_directions_the_best_first) {
    const Library texts = law();
    const std::vector<Way> found = ways(texts, R"({"b":true,"d":"high"})");
    ASSERT_EQ(found.size(), 4U);
    // Both routes to XB release; the second answers earlier. XA executes nothing.
    EXPECT_EQ(found[0].assessment.route, "T 2");
    EXPECT_EQ(found[1].assessment.route, "T 1");
    for (const Way& way : {found[0], found[1]}) {
        EXPECT_TRUE(way.assessment.release_up);
        EXPECT_EQ(way.requested, "XB");
        ASSERT_EQ(way.authorities.size(), 1U);
        EXPECT_EQ(way.authorities.front(), std::pair(std::string("XB-DC"), std::string("judge")));
    }
    for (const Way& way : {found[2], found[3]}) {
        EXPECT_EQ(way.requested, "XA");
        EXPECT_EQ(way.assessment.outcome, Outcome::closed);
        EXPECT_TRUE(way.authorities.empty());
    }
}

TEST(Navigate, tells_every_deadline_of_a_way) {
    const Library texts = law();
    const std::vector<Way> found = ways(texts, R"({"b":true,"d":"high"})");
    ASSERT_EQ(found.front().deadlines.size(), 2U);
    const auto lines = sentences(found.front());
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_THAT(lines[lines.size() - 2 + i],
                    ::testing::HasSubstr(found.front().deadlines[i].within->text()));
    }
}

TEST(Navigate, says_which_fact_lacks_and_who_may_state_it) {
    const Library texts = law();
    const std::vector<Way> found = ways(texts, "{}");
    const auto second = std::ranges::find_if(found, [](const Way& way) {
        return way.requested == "XB" && way.assessment.route == "T 2";
    });
    ASSERT_NE(second, found.end());
    EXPECT_EQ(second->assessment.outcome, Outcome::needs_information);
    EXPECT_EQ(second->lacking, (std::vector<Lacking>{{"b", {"requested"}, {}}}));
    const codec::Value json = to_json(*second);
    EXPECT_EQ(json.get_object().at("lacking").get_array().size(), 1U);
    EXPECT_EQ(json.get_object().at("deadlines").get_array().size(), 2U);
}

TEST(Navigate, shows_whether_dual_criminality_is_asked_for) {
    const Library texts = Library::load(testing::sources_below(COMITY_LAW)).value();
    const auto asked = [&](std::string_view facts) {
        return ways(texts, facts).front().dual_criminality.size();
    };
    EXPECT_EQ(asked(R"({"action":"preserve","data":"subscriber","special-category":false})"), 0U);
    EXPECT_GT(asked(R"({"action":"disclose","data":"traffic","offence":"fraud"})"), 0U);
}

TEST(Navigate, finds_nothing_between_sides_that_no_agreement_binds) {
    const Library texts = law();
    const auto none =
        navigate(texts, {"XA", "XZ", base::Date::parse("2026-11-22").value(), {}, {}, {}, ""});
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().kind, base::ErrorKind::not_found);
}

}  // namespace
}  // namespace comity::law
