#include "domain/prover/difference.h"

#include <gtest/gtest.h>

#include "domain/law/compiled.h"
#include "domain/law/random_law_for_test.h"
#include "domain/law/testing.h"

namespace comity::prover {
namespace {

namespace random = law::testing::random;

law::Library law_of(const std::string& body, const std::string& force = "2024-01-01") {
    const std::vector<law::Source> sources{
        {"v", random::vocabulary},
        {"t", std::string(random::head) +
                  "agreement \"T\" version 1\n  parties XA, XB\n  in force from " + force +
                  "\n  reviewed by none\narticle 1 \"All\"\n" + body}};
    return law::Library::load(sources).value();
}

Difference between(const law::Library& older, const law::Library& newer) {
    auto found = difference(older, *older.data().instruments.front(), newer,
                            *newer.data().instruments.front());
    EXPECT_TRUE(found) << found.error().text();
    return found ? *std::move(found) : Difference{};
}

TEST(Difference, of_a_text_and_itself_in_another_order_is_none) {
    const law::Library one = law_of(
        "  clause 1(1) permit\n    when a or b\n  clause 1(2) require d mid\n    when c is x\n");
    const law::Library other = law_of(
        "  clause 1(2) require d mid\n    when c is x\n  clause 1(1) permit\n    when b or a\n");
    EXPECT_TRUE(between(one, other).none());
}

TEST(Difference, names_the_clause_and_a_request_that_shows_it) {
    const law::Library one = law_of(
        "  clause 1(1) permit\n    when a\n  clause 1(2) forbid\n    when c is z\n"
        "  clause 1(3) review by council every 6 months\n");
    const law::Library other = law_of(
        "  clause 1(1) permit\n    when a or b\n  clause 1(2) forbid\n    when c is z\n"
        "  clause 1(3) review by council every 9 months\n");
    const Difference found = between(one, other);
    ASSERT_EQ(found.changes.size(), 3U);
    EXPECT_TRUE(found.complete);
    EXPECT_EQ(found.changes[0].aspect, Aspect::newly_released);
    EXPECT_EQ(found.changes[0].clauses, std::vector<std::string>{"1(1)"});
    EXPECT_FALSE(found.changes[0].before.release_up);
    EXPECT_TRUE(found.changes[0].after.release_up);
    EXPECT_EQ(found.changes[1].aspect, Aspect::outcome);
    EXPECT_EQ(found.changes[1].clauses, std::vector<std::string>{"1(1)"});
    EXPECT_NE(found.changes[1].before.outcome, found.changes[1].after.outcome);
    EXPECT_EQ(found.changes[2].aspect, Aspect::duty);
    EXPECT_EQ(found.changes[2].clauses, std::vector<std::string>{"1(3)"});
    EXPECT_NE(found.changes[2].before.duties, found.changes[2].after.duties);
}

TEST(Difference, tells_days_on_which_only_one_text_is_in_force) {
    const std::string body = "  clause 1(1) permit\n";
    const Difference found = between(law_of(body), law_of(body, "2024-01-02"));
    EXPECT_EQ(found.in_force.size(), 1U);
    EXPECT_TRUE(found.changes.empty());
}

TEST(Difference, of_the_two_versions_of_the_bilateral_text_is_the_emergency_rule_and_its_times) {
    const law::Library texts = law::Library::load(law::testing::sources_below(COMITY_LAW)).value();
    const auto version = [&](int wanted) -> const law::Instrument& {
        for (const auto& one : texts.data().instruments) {
            if (one->info.name == "XA-XB/EE" && one->info.version == wanted) {
                return *one;
            }
        }
        std::abort();
    };
    const auto found = difference(texts, version(1), texts, version(2));
    ASSERT_TRUE(found) << found.error().text();
    EXPECT_TRUE(found->complete);
    std::set<std::string> clauses;
    for (const Change& change : found->changes) {
        clauses.insert(change.clauses.begin(), change.clauses.end());
    }
    const std::set<std::string> expected{"4(1)(b)", "4(2)", "4(2)(a)", "4(2)(b)",
                                         "6(1)",    "6(2)", "6(4)"};
    for (const std::string& clause : clauses) {
        EXPECT_TRUE(expected.contains(clause)) << clause;
    }
    for (const Change& change : found->changes) {
        EXPECT_NE(change.aspect, Aspect::no_longer_released);
    }
    EXPECT_TRUE(clauses.contains("6(1)"));
    EXPECT_TRUE(clauses.contains("6(4)"));
    EXPECT_TRUE(clauses.contains("4(2)(a)"));
}

TEST(Difference, is_none_exactly_if_no_request_tells_random_texts_apart) {
    int alike = 0;
    int apart = 0;
    EXPECT_TRUE(rc::check("difference against sampled requests", [&] {
        random::start_anew();
        const std::string text = random::agreement(true);
        // The same clauses with one condition changed, or only its parts turned round.
        const bool turned = random::pick(2) == 0;
        std::string other = text + (turned ? "" : "  clause 2(9) " + random::effect(true) + "\n");
        const law::Library one = random::loaded({{"v", random::vocabulary}, {"t", text}});
        const law::Library two = random::loaded({{"v", random::vocabulary}, {"t", other}});
        const auto found =
            difference(one, *one.data().instruments.front(), two, *two.data().instruments.front());
        RC_ASSERT(found.has_value());
        RC_ASSERT(!turned || found->none());
        ++(found->none() ? alike : apart);
        for (const Change& change : found->changes) {
            // A clause more may open another route, and that changes what the others do.
            RC_ASSERT(text.contains("route is") ||
                      std::ranges::find(change.clauses, "2(9)") != change.clauses.end());
        }
    }));
    EXPECT_GT(alike, 10);
    EXPECT_GT(apart, 10);
}

}  // namespace
}  // namespace comity::prover
