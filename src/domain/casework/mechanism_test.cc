#include "domain/casework/mechanism.h"

#include <gtest/gtest.h>

#include "domain/casework/affair_for_test.h"
#include "domain/casework/position.h"

namespace comity::casework {
namespace {

using base::ErrorKind;
using kit::party;
using testing::Affair;
using testing::asked_for_content;
using testing::handing;
using testing::naming;

// --- restrictions

TEST_F(Affair, nothing_is_released_while_an_objection_is_open_and_the_answer_cites_it) {
    const Act objection = take(cast.rosa, "object", "{}");
    const base::Error error = refusal(cast.cleo, "hand", handing("content", 4));
    EXPECT_EQ(error.kind, ErrorKind::inadmissible);
    EXPECT_EQ(error.clause, "affair/object");
    EXPECT_NE(error.why.find(objection.id().hex()), std::string::npos);
    EXPECT_FALSE(has_power("hand"));
    ASSERT_EQ(now().restrictions.size(), 1U);
    EXPECT_EQ(now().restrictions[0]->act, objection.id());
    take(cast.rosa, "object-no-more", naming("objection", objection.id()));
    EXPECT_TRUE(has_power("hand"));
    take(cast.cleo, "hand", handing("content", 4));
    EXPECT_TRUE(now().restrictions.empty());
}

TEST_F(Affair, an_objection_concerns_the_categories_that_it_names) {
    take(cast.rosa, "object", R"({"categories":["content"]})");
    EXPECT_EQ(refusal(cast.cleo, "hand", handing("content", 4)).clause, "affair/object");
    take(cast.cleo, "hand", handing("traffic", 3));
    ASSERT_EQ(desk.state.items.size(), 1U);
    EXPECT_EQ(desk.state.items[0].tier, 3);
    EXPECT_EQ(desk.state.items[0].category, "traffic");
    EXPECT_TRUE(has_power("hand"));
    EXPECT_EQ(refusal(cast.rosa, "object", R"({"categories":["contents"]})").place,
              "/fields/categories");
}

TEST_F(Affair, only_its_raiser_lifts_an_objection_or_the_authority_that_the_text_names) {
    const Act hold = take(cast.jo, "hold-back", "{}");
    const Act objection = take(cast.rosa, "object", "{}");
    EXPECT_EQ(refusal(cast.rosa, "object-no-more", naming("objection", hold.id())).what,
              "this act does not lift what affair/hold-back restricts");
    EXPECT_EQ(refusal(cast.rosa, "object-no-more",
                      naming("objection", base::ActId{crypto::sha256("none")}))
                  .what,
              "the act names no restriction of this matter");
    take(cast.jo, "overrule", naming("objection", objection.id()));
    EXPECT_EQ(desk.state.restriction(objection.id())->lifted.has_value(), true);
    EXPECT_EQ(refusal(cast.rosa, "object-no-more", naming("objection", objection.id())).what,
              "the restriction is lifted already");
    EXPECT_EQ(refusal(cast.cleo, "hand", handing("content", 4)).clause, "affair/hold-back");
}

TEST_F(Affair, a_restriction_that_meets_an_ended_matter_is_not_overtaken) {
    const Act end = meanwhile(cast.petra, "finish", "{}");
    const Act hold = meanwhile(cast.jo, "hold-back", "{}");  // later, and unknowing
    arrives(end);
    arrives(hold);
    EXPECT_EQ(desk.state.state, "ended");
    EXPECT_EQ(desk.state.done.back().id, hold.id());
    EXPECT_FALSE(desk.state.done.back().overtaken);
    ASSERT_EQ(desk.state.restrictions.size(), 1U);
    EXPECT_TRUE(desk.state.restrictions[0].binds(law::Bound::release));
}

TEST_F(Affair, a_release_that_came_first_stands_and_is_to_be_called_back) {
    const Act objection = meanwhile(cast.rosa, "object", "{}");
    const Act handed = take(cast.cleo, "hand", handing("content", 4));
    EXPECT_TRUE(duties("recall").empty());
    arrives(objection);  // dated before the release, which did not know of it
    EXPECT_FALSE(desk.state.done.back().overtaken);
    EXPECT_EQ(duties("recall"), (std::vector<std::string>{"xb-cirrus-mail affair/object"}));
    EXPECT_EQ(duties("set-aside"), (std::vector<std::string>{"xa-prosecution affair/object"}));
    const Position position = now();
    const RunningDuty& recall = position.duties.front();
    EXPECT_EQ(recall.about, handed.id());
    EXPECT_EQ(recall.began, objection.id());
    EXPECT_EQ(recall.due, recall.since + std::chrono::hours(24));
    ASSERT_EQ(recall.acts.size(), 1U);
    EXPECT_EQ(recall.acts[0]->clause, "affair/call-back");
    EXPECT_EQ(refusal(cast.petra, "call-back", naming("handed", handed.id())).clause,
              "affair/call-back");
    take(cast.cleo, "call-back", naming("handed", handed.id()));
    EXPECT_TRUE(duties("recall").empty());
    EXPECT_EQ(duties("set-aside").size(), 1U);
    take(cast.petra, "lay-aside", naming("handed", handed.id()));
    EXPECT_TRUE(duties("set-aside").empty());
}

TEST_F(Affair, an_objection_after_the_release_calls_it_back_even_when_the_matter_has_ended) {
    take(cast.cleo, "hand", handing("content", 4));
    take(cast.petra, "finish", "{}");
    const Act objection = take(cast.rosa, "object", R"({"categories":["content"]})");
    EXPECT_EQ(duties("recall").size(), 1U);
    take(cast.rosa, "object-no-more", naming("objection", objection.id()));
    EXPECT_TRUE(duties("recall").empty());
    EXPECT_TRUE(duties("set-aside").empty());
}

TEST_F(Affair, a_release_that_was_overtaken_went_out_all_the_same_and_comes_back) {
    const Act handed = meanwhile(cast.cleo, "hand", handing("content", 4));
    desk.now = desk.now - std::chrono::seconds(2);
    const Act finished = meanwhile(cast.petra, "finish", "{}");
    ASSERT_LE(finished.header.at, handed.header.at);
    desk.now = desk.now + std::chrono::seconds(5);
    arrives(handed);
    arrives(finished);
    EXPECT_TRUE(desk.state.done.back().overtaken);
    ASSERT_EQ(desk.state.items.size(), 1U);  // it is under way, and stands (DESIGN 5.4)
    EXPECT_EQ(desk.state.items.front().reader, kit::party(kit::xa_prosecution));
    EXPECT_EQ(duties("recall"), (std::vector<std::string>{"xb-cirrus-mail affair/hand"}));
    EXPECT_EQ(duties("set-aside"), (std::vector<std::string>{"xa-prosecution affair/hand"}));
    EXPECT_EQ(duties("erasure").size(), 2U);
    take(cast.cleo, "call-back", naming("handed", handed.id()));
    EXPECT_TRUE(duties("recall").empty());
}

TEST_F(Affair, what_was_recalled_is_not_opened_any_more) {
    const Act handed = take(cast.cleo, "hand", handing("content", 4));
    take(cast.petra, "look", naming("item", handed.id()));
    take(cast.cleo, "call-back", naming("handed", handed.id()));
    EXPECT_EQ(refusal(cast.petra, "look", naming("item", handed.id())).what,
              "the item was recalled");
    EXPECT_FALSE(has_power("look"));
    EXPECT_EQ(duties("set-aside"), (std::vector<std::string>{"xa-prosecution affair/call-back"}));
    EXPECT_EQ(refusal(cast.cleo, "call-back", naming("handed", handed.id())).what,
              "it is recalled already");
}

TEST_F(Affair, an_item_of_privilege_is_kept_apart_for_the_filter_alone) {
    const Act handed = take(cast.cleo, "hand", handing("content", 4));
    const Act other = take(cast.cleo, "hand", handing("subscriber", 2));
    EXPECT_EQ(refusal(cast.jo, "sift", naming("item", handed.id())).what,
              "the item is sealed to another party");
    const Act apart = take(cast.petra, "keep-apart", naming("item", handed.id()));
    const base::Error error = refusal(cast.petra, "look", naming("item", handed.id()));
    EXPECT_EQ(error.clause, "affair/keep-apart");
    EXPECT_EQ(duties("set-aside"), (std::vector<std::string>{"xa-prosecution affair/keep-apart"}));
    take(cast.petra, "look", naming("item", other.id()));
    take(cast.jo, "sift", naming("item", handed.id()));
    take(cast.jo, "pass", naming("apart", apart.id()));
    take(cast.petra, "look", naming("item", handed.id()));
}

// --- facts

TEST_F(Affair, a_contested_fact_is_unknown_until_the_authority_decides) {
    EXPECT_EQ(fact("emergency")->mask, yes);
    take(cast.rosa, "doubt", "{}");
    EXPECT_EQ(fact("emergency"), nullptr);
    EXPECT_EQ(now().contested, std::vector<std::string>{"emergency"});
    take(cast.petra, "claim", R"({"emergency":true})");  // changes nothing meanwhile
    EXPECT_EQ(fact("emergency"), nullptr);
    take(cast.jo, "decide", R"({"emergency":false})");
    ASSERT_NE(fact("emergency"), nullptr);
    EXPECT_EQ(fact("emergency")->mask, no);
    EXPECT_EQ(desk.state.sources.at("emergency").role, "judge");
    take(cast.petra, "claim", R"({"emergency":true})");
    EXPECT_EQ(fact("emergency")->mask, no) << "what was decided stays";
    EXPECT_EQ(refusal(cast.rosa, "doubt", "{}").what, "the named authority has decided emergency");
}

TEST_F(Affair, an_authority_that_may_not_state_the_fact_speaks_once_it_is_contested) {
    const base::Error error = refusal(cast.jo, "decide", R"({"emergency":false})");
    EXPECT_EQ(error.what, "the fact emergency is not contested");
    EXPECT_EQ(error.clause, "affair/decide");
    EXPECT_EQ(fact("emergency")->mask, yes);
}

TEST_F(Affair, a_decision_that_did_not_know_of_a_contest_does_not_settle_it) {
    take(cast.rosa, "estimate", R"({"cost":10})");
    take(cast.rosa, "doubt", "{}");
    const Act second = meanwhile(cast.rosa, "doubt", "{}");
    take(cast.jo, "decide", R"({"emergency":true})");
    EXPECT_EQ(fact("emergency")->mask, yes);
    arrives(second);
    EXPECT_EQ(fact("emergency"), nullptr);
    take(cast.jo, "decide", R"({"emergency":true})");
    EXPECT_EQ(fact("emergency")->mask, yes);
}

TEST_F(Affair, sides_never_overwrite_each_other) {
    take(cast.rosa, "estimate", R"({"cost":10})");
    EXPECT_EQ(fact("cost")->low, 10);
    take(cast.rosa, "estimate", R"({"cost":20})");
    EXPECT_EQ(fact("cost")->low, 20) << "the last value within a side";
    take(cast.cleo, "estimate-own", R"({"cost":30})");
    EXPECT_EQ(fact("cost"), nullptr);
    EXPECT_EQ(now().contested, std::vector<std::string>{"cost"});
    take(cast.cleo, "estimate-own", R"({"cost":20})");
    EXPECT_EQ(fact("cost")->low, 20) << "they agree";
    take(cast.cleo, "estimate-own", R"({"cost":30})");
    take(cast.jo, "decide", R"({"cost":25})");
    EXPECT_EQ(fact("cost")->low, 25);
}

TEST_F(Affair, a_fact_is_contested_only_by_whom_the_vocabulary_names) {
    const auto& words = cast.stage.library.vocabulary();
    EXPECT_TRUE(words.may_contest("emergency", "requested", "legal-reviewer"));
    EXPECT_FALSE(words.may_contest("emergency", "requested", "custodian"));
    EXPECT_FALSE(words.may_contest("emergency", "requesting", "prosecutor"));
    EXPECT_TRUE(words.may_decide("emergency", "approving", "judge"));
    EXPECT_FALSE(words.may_decide("data", "approving", "judge"));
    EXPECT_FALSE(words.is_asserter("emergency", "approving", "judge"));
    law::ActKind kind = *desk.procedure->act("doubt");
    kind.contests = {"cost"};
    const auto checked = check_claims(words, kind, Act{}, desk.state,
                                      Signer{cast.rosa.party,
                                             cast.rosa.person,
                                             "legal-reviewer",
                                             cast.rosa.key->public_key(),
                                             std::nullopt,
                                             {}});
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().kind, ErrorKind::inadmissible);
}

// --- items

TEST_F(Affair, an_item_is_of_its_own_category_and_no_more_than_was_asked_for) {
    kit::Desk small(cast.stage, "affair", "a2");
    std::string subscriber(asked_for_content);
    subscriber.replace(subscriber.find("content"), 7, "subscriber");
    ASSERT_TRUE(small.take(cast.petra, "ask", subscriber));
    ASSERT_TRUE(small.take(cast.rosa, "grant", "{}"));
    const auto content = small.take(cast.cleo, "hand", handing("content", 4));
    ASSERT_FALSE(content);
    EXPECT_EQ(content.error().what, "content data are more than the matter is about");
    const auto wrong = small.take(cast.cleo, "hand", handing("subscriber", 4));
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().what, "the item is sealed at another tier than its category");
    EXPECT_TRUE(small.take(cast.cleo, "hand", handing("subscriber", 2)));
}

TEST_F(Affair, who_seals_and_opens_is_competent_for_the_category_of_the_item) {
    const kit::Official dora = cast.stage.stranger(kit::cirrus, "dora", "custodian");
    const Signer narrow{dora.party, dora.person,   dora.role, dora.key->public_key(),
                        {},         {"subscriber"}};
    const auto judged = [&](std::string_view category, int tier) {
        const auto act = desk.prepare(cast.cleo, "hand", kit::object(handing(category, tier)));
        EXPECT_TRUE(act);
        return judge(cast.stage.world(), desk.dossier, &desk.state, *act, narrow).has_value();
    };
    EXPECT_TRUE(judged("subscriber", 2));
    EXPECT_FALSE(judged("content", 4));
}

TEST_F(Affair, every_holder_has_to_erase_at_the_end_and_says_so) {
    const Act handed = take(cast.cleo, "hand", handing("content", 4, "2027-03-20"));
    EXPECT_EQ(duties("erasure").size(), 2U);
    Position before = now();
    EXPECT_EQ(before.duties.back().due, kit::instant("2027-03-21T00:00:00.000Z"));
    EXPECT_FALSE(before.duties.back().late);
    desk.now = kit::instant("2027-03-22T00:00:00.000Z");
    EXPECT_TRUE(now().duties.back().late);
    take(cast.petra, "destroy-copy", naming("handed", handed.id()));
    EXPECT_EQ(duties("erasure"), (std::vector<std::string>{"xb-cirrus-mail affair/hand"}));
    EXPECT_EQ(refusal(cast.petra, "look", naming("item", handed.id())).what,
              "the item was erased here");
    take(cast.cleo, "destroy", "{}");
    EXPECT_TRUE(duties("erasure").empty());
    EXPECT_EQ(desk.state.releases[0].erased.size(), 2U);
}

TEST_F(Affair, an_end_brought_forward_counts_also_after_the_matter_ended) {
    take(cast.cleo, "hand", handing("content", 4));
    take(cast.rosa, "cut-short", "{}");
    take(cast.petra, "finish", "{}");
    EXPECT_EQ(duties("erasure"), (std::vector<std::string>{"xa-prosecution affair/cut-short",
                                                           "xb-cirrus-mail affair/cut-short"}));
}

TEST_F(Affair, a_hold_postpones_erasure_and_nothing_else) {
    const Act handed = take(cast.cleo, "hand", handing("content", 4, "2027-03-20"));
    const Act hold = take(cast.rosa, "retain", "{}");
    desk.now = kit::instant("2027-03-22T00:00:00.000Z");
    for (const RunningDuty& duty : now().duties) {
        EXPECT_EQ(duty.held_by, hold.id());
        EXPECT_FALSE(duty.late);
    }
    EXPECT_EQ(refusal(cast.petra, "destroy-copy", naming("handed", handed.id())).clause,
              "affair/retain");
    EXPECT_EQ(refusal(cast.cleo, "destroy", "{}").clause, "affair/retain");
    EXPECT_FALSE(has_power("destroy"));
    take(cast.cleo, "hand", handing("subscriber", 2));
    take(cast.rosa, "retain-no-more", naming("retained", hold.id()));
    take(cast.cleo, "destroy", "{}");
}

}  // namespace
}  // namespace comity::casework
