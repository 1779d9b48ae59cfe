#include "domain/law/facts.h"

#include <gtest/gtest.h>

#include "domain/law/testing.h"

namespace comity::law {
namespace {

const Vocabulary& vocabulary() {
    static const Library loaded = Library::load(testing::sources_below(COMITY_LAW)).value();
    return loaded.vocabulary();
}

TEST(Truth, follows_strong_kleene_logic) {
    EXPECT_EQ(both(Truth::unknown, Truth::no), Truth::no);
    EXPECT_EQ(both(Truth::unknown, Truth::yes), Truth::unknown);
    EXPECT_EQ(either(Truth::unknown, Truth::yes), Truth::yes);
    EXPECT_EQ(either(Truth::unknown, Truth::no), Truth::unknown);
    EXPECT_EQ(negated(Truth::unknown), Truth::unknown);
    EXPECT_EQ(negated(Truth::no), Truth::yes);
}

TEST(Facts, take_one_value_or_several_possible_ones) {
    Facts facts;
    ASSERT_TRUE(facts.set(vocabulary(), "data", codec::Value("subscriber")));
    EXPECT_EQ(facts.find("data")->mask, 4U);
    ASSERT_TRUE(facts.set(vocabulary(), "data", codec::Array{"subscriber", "content"}));
    EXPECT_EQ(facts.find("data")->mask, 20U);
    ASSERT_TRUE(facts.set(vocabulary(), "recipients", codec::Array{}));
    EXPECT_EQ(facts.find("recipients")->may, 0U);
    facts.forget("data");
    EXPECT_EQ(facts.find("data"), nullptr);
}

TEST(Facts, refuse_unknown_names_and_values_with_the_nearest) {
    Facts facts;
    const auto name = facts.set(vocabulary(), "emergancy", codec::Value(true));
    ASSERT_FALSE(name);
    EXPECT_EQ(name.error().kind, base::ErrorKind::malformed);
    EXPECT_EQ(name.error().next, "nearest emergency");
    EXPECT_EQ(name.error().place, "/facts/emergancy");
    const auto value = facts.set(vocabulary(), "data", codec::Value("contents"));
    ASSERT_FALSE(value);
    EXPECT_NE(value.error().next.find("nearest content"), std::string::npos);
    EXPECT_FALSE(facts.set(vocabulary(), "data", codec::Array{}));
    EXPECT_FALSE(facts.set(vocabulary(), "emergency", codec::Value("yes")));
    EXPECT_FALSE(facts.set(vocabulary(), "max-penalty", codec::Value(1201)));
    EXPECT_FALSE(facts.set(vocabulary(), "max-penalty", codec::Value(-1)));
    EXPECT_FALSE(facts.set(vocabulary(), "tier", codec::Value(1)));
    EXPECT_TRUE(facts.all().empty());
}

TEST(Span, is_written_as_law_writes_it) {
    EXPECT_EQ((Span{1, Span::Unit::days}).text(), "1 day");
    EXPECT_EQ((Span{5, Span::Unit::working_days}).text(), "5 working days");
    EXPECT_EQ((Span{48, Span::Unit::hours}).text(), "48 hours");
}

}  // namespace
}  // namespace comity::law
