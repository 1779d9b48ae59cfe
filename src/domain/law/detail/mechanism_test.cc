// The mechanisms of a procedure: what they compile to, and what does not fit together.

#include <gtest/gtest.h>

#include "domain/law/testing.h"

namespace comity::law {
namespace {

constexpr std::string_view words = R"(language comity-treaty 1
vocabulary core 3
reviewed by none
side requesting, requested, approving
institution court, prosecution
role judge accredited by court
role prosecutor accredited by prosecution
role reviewer accredited by prosecution
event issue, answer
silence withdraw, escalate
fact data enumeration {subscriber, content} case
fact tier integer 0 to 4 rung case derived from data subscriber 2, content 4
fact emergency boolean judgement asserted by requesting as prosecutor
  contested by requested as reviewer decided by approving as judge
fact cleared boolean file
)";

constexpr std::string_view head = R"(language comity-treaty 1
vocabulary core 3
procedure "p" version 1
  title "P" fr "P"
  reviewed by none
  sides requesting, requested, approving
  states first, second
act "open" opens first
  title "a" fr "a"
  by requesting prosecutor
  field requested party as requested
act "hand" from first
  title "a" fr "a"
  by requested reviewer
  field item item
  field category value data
  seals item for requesting category category
act "object" from first
  title "a" fr "a"
  by requested reviewer
  field categories values data optional
  restricts release, erasure of categories recall within 24 hours
)";

std::vector<Source> sources(std::string_view more) {
    return {{"v", std::string(words)}, {"p", std::string(head) + std::string(more)}};
}

/// An act of the requested reviewer with these lines.
std::string act(std::string_view lines, std::string_view states = "from first",
                std::string_view by = "requested reviewer") {
    return "act \"more\" " + std::string(states) + "\n title \"a\" fr \"a\"\n by " +
           std::string(by) + "\n" + std::string(lines) + "\n";
}

/// The only finding; an empty one if there are none or several.
Diagnostic only(const std::string& more) {
    const std::vector<Diagnostic> all = check(sources(more));
    EXPECT_EQ(all.size(), 1U) << more << (all.empty() ? "" : all.back().text());
    return all.size() == 1 ? all.front() : Diagnostic{};
}

Library load(const std::string& more) {
    auto loaded = Library::load(sources(more));
    for (const Diagnostic& one : loaded ? std::vector<Diagnostic>{} : loaded.error()) {
        ADD_FAILURE() << one.text();
    }
    return std::move(loaded).value();
}

TEST(Mechanisms, compile_to_what_the_lines_say) {
    const Library library =
        load(act("field what act\nfield no text 10 optional\nlifts what of \"object\"") +
             "act \"sift\" from first\n title \"a\" fr \"a\"\n by requested reviewer\n"
             " field item act\n filters item for approving judge\n"
             "act \"down\" from first\n title \"a\" fr \"a\"\n by requested reviewer\n"
             " field a instant\n field b instant\n records outage of requested from a until b\n"
             "act \"press\" from first\n title \"a\" fr \"a\"\n by requesting prosecutor\n"
             " after any \"object\", \"hand\"\n ends items within 3 days\n"
             " opens duty answer by requested within 48 hours on silence withdraw\n"
             "act \"lapse\" from first to second\n title \"a\" fr \"a\"\n"
             " by requesting prosecutor\n field a instant\n field b instant\n"
             " tacit withdraw for answer from a until b\n");
    const Procedure& procedure = *library.procedure_named("p");
    const ActKind& object = *procedure.act("object");
    EXPECT_TRUE(object.restricts(Bound::release) && object.restricts(Bound::erasure));
    EXPECT_FALSE(object.restricts(Bound::opening));
    EXPECT_EQ(object.restrains.field, "categories");
    EXPECT_EQ(object.restrains.recall_within, (Span{24, Span::Unit::hours}));
    EXPECT_TRUE(object.stands());
    const ActKind& hand = *procedure.act("hand");
    EXPECT_TRUE(hand.is_release() && hand.hands_over());
    EXPECT_FALSE(hand.stands());
    EXPECT_EQ(hand.item_category, "category");
    EXPECT_EQ(procedure.act("more")->lifts->of, std::vector<std::string>{"object"});
    EXPECT_FALSE(procedure.act("more")->lifts->as_authority);
    const ActKind& sift = *procedure.act("sift");
    EXPECT_TRUE(sift.restricts(Bound::opening));
    EXPECT_EQ(sift.restrains.spares->roles, std::vector<std::string>{"judge"});
    EXPECT_EQ(procedure.act("down")->outage->side, "requested");
    const ActKind& press = *procedure.act("press");
    EXPECT_EQ(press.after_any, (std::vector<std::string>{"object", "hand"}));
    EXPECT_EQ(press.opens_duty->on_silence, "withdraw");
    EXPECT_EQ(press.ends_items, (Span{3, Span::Unit::days}));
    EXPECT_EQ(procedure.act("lapse")->tacit->until, "b");
}

TEST(Mechanisms, what_takes_effect_in_any_state_leads_to_none) {
    EXPECT_NE(only(act("restricts release", "from first to second")).what.find("any state"),
              std::string::npos);
    EXPECT_NE(only(act("contests emergency", "from first to second")).what.find("any state"),
              std::string::npos);
}

TEST(Mechanisms, a_restriction_is_its_raisers_to_lift) {
    const std::string lift = "field what act\nlifts what of \"object\"";
    EXPECT_TRUE(check(sources(act(lift))).empty());
    EXPECT_NE(only(act(lift, "from first", "approving judge")).what.find("raiser's"),
              std::string::npos);
    EXPECT_TRUE(
        check(sources(act(lift + " as authority", "from first", "approving judge"))).empty());
    // Whom the item is for does not clear its own way.
    EXPECT_NE(only(act(lift + " as authority", "from first", "requesting prosecutor"))
                  .what.find("sealed to"),
              std::string::npos);
    EXPECT_NE(only(act("field what act\nlifts what of \"hand\"")).what.find("restricts nothing"),
              std::string::npos);
    EXPECT_EQ(only(act("field what act\nlifts what of \"objekt\"")).nearest, "object");
}

TEST(Mechanisms, name_fields_that_exist_and_are_of_the_right_type) {
    EXPECT_EQ(only(act("field which act\nrecalls whihc")).nearest, "which");
    EXPECT_EQ(only(act("field which digest\nrecalls which")).expected, "a field of type act");
    EXPECT_NE(only(act("field which act optional\nrecalls which")).what.find("optional"),
              std::string::npos);
    EXPECT_NE(only(act("field which act open to requested\nrecalls which")).what.find("judge by"),
              std::string::npos);
    EXPECT_TRUE(check(sources(act("field which act optional\nerases which"))).empty());
    EXPECT_EQ(only(act("field which text 10\nrestricts release of which")).expected,
              "a field of type act");
    EXPECT_EQ(only(act("field item item\nfield kind text 10\n"
                       "seals item for requesting category kind"))
                  .expected,
              "a field of type value FACT");
    EXPECT_EQ(only(act("restricts relaese")).nearest, "release");
}

TEST(Mechanisms, facts_are_contested_and_set_only_by_whom_the_vocabulary_names) {
    EXPECT_TRUE(check(sources(act("contests emergency"))).empty());
    EXPECT_NE(only(act("contests emergency", "from first", "requesting prosecutor"))
                  .what.find("contested"),
              std::string::npos);
    EXPECT_NE(only(act("contests data")).what.find("contested"), std::string::npos);
    EXPECT_NE(only(act("sets emergency")).what.find("may not be set"), std::string::npos);
    EXPECT_TRUE(check(sources(act("sets cleared"))).empty());
    EXPECT_TRUE(
        check(sources(act("field it fact emergency", "from first", "approving judge"))).empty());
    EXPECT_NE(only(act("field it fact emergency")).what.find("asserted"), std::string::npos);
}

TEST(Mechanisms, silence_has_no_fields_of_its_own_and_releases_nothing) {
    const std::string fields = "field a instant\nfield b instant\n";
    const std::string silence = "tacit escalate for answer from a until b";
    EXPECT_TRUE(check(sources(act(fields + silence))).empty());
    EXPECT_NE(only(act(fields + "field c text 10 optional\n" + silence)).what.find("no fields"),
              std::string::npos);
    EXPECT_NE(only(act(fields + silence + "\nreleases")).what.find("silence releases"),
              std::string::npos);
    EXPECT_EQ(only(act(fields + "tacit escalat for answer from a until b")).nearest, "escalate");
}

TEST(Mechanisms, whoever_may_contest_needs_somebody_who_decides) {
    std::string other(words);
    other += "fact odd boolean case contested by requested\n";
    const std::vector<Diagnostic> all = check(std::vector<Source>{{"v", other}});
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].expected, "decided by SIDES as ROLES");
}

TEST(Mechanisms, a_field_of_values_is_of_a_fact_that_has_some) {
    EXPECT_NE(only(act("field which value emergency")).what.find("no list of values"),
              std::string::npos);
    EXPECT_EQ(only(act("field which values dta")).nearest, "data");
}

}  // namespace
}  // namespace comity::law
