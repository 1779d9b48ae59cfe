#include "domain/casework/state.h"

#include <gtest/gtest.h>

#include "domain/casework/compose.h"
#include "domain/casework/position.h"
#include "domain/casework/schema.h"
#include "tests/kit/kit.h"

namespace comity::casework {
namespace {

using base::ErrorKind;
using kit::party;

class Fold : public ::testing::Test {
 protected:
    Fold()
        : registry(kit::open_registry(stage, kit::xa_prosecution)),
          other(kit::open_registry(stage, kit::xb_central)),
          errand(stage, "errand", "e1") {
        for (const auto* one : {&ina, &petra}) {
            EXPECT_TRUE(registry.take(stage.root_of(kit::xa_prosecution), "accredit",
                                      kit::accreditation(*one)));
        }
        EXPECT_TRUE(
            other.take(stage.root_of(kit::xb_central), "accredit", kit::accreditation(rosa)));
        EXPECT_TRUE(errand.take(
            ina, "ask",
            R"({"requested":"xb-central","data":"subscriber","note":"n","secret":"s"})"));
    }
    const law::Possible& fact(std::string_view name) { return *errand.state.facts.find(name); }

    kit::Stage stage{kit::small_law()};
    kit::Desk registry, other, errand;
    kit::Official ina = stage.stranger(kit::xa_prosecution, "ina", "investigator");
    kit::Official petra = stage.stranger(kit::xa_prosecution, "petra", "prosecutor");
    kit::Official rosa = stage.stranger(kit::xb_central, "rosa", "legal-reviewer");
};

TEST_F(Fold, an_opening_sets_sides_facts_and_events) {
    EXPECT_EQ(errand.state.state, "asked");
    EXPECT_EQ(errand.state.side_of(party(kit::xa_prosecution)), "requesting");
    EXPECT_EQ(*errand.state.only_party_on("requested"), party(kit::xb_central));
    EXPECT_EQ(fact("data").mask, 1U);
    EXPECT_EQ(fact("approval").mask, 1U);
    EXPECT_TRUE(errand.state.events.contains("issue"));
    EXPECT_EQ(errand.state.sources.at("data").role, "investigator");
}

TEST_F(Fold, a_scale_rises_and_a_set_grows) {
    EXPECT_EQ(fact("tags").must, 1U);
    ASSERT_TRUE(errand.take(petra, "approve", "{}"));
    EXPECT_EQ(fact("approval").mask, 2U);
    EXPECT_EQ(fact("tags").must, 3U);
}

TEST_F(Fold, a_concurrent_act_that_comes_second_is_overtaken_and_changes_nothing) {
    const auto approve = errand.prepare(petra, "approve", {});
    errand.now = errand.now + std::chrono::seconds(5);
    const auto drop = errand.prepare(rosa, "drop", kit::object(R"({"reasons":"r"})"));
    ASSERT_TRUE(approve && drop);
    for (const auto* act : {&*drop, &*approve}) {  // the later one arrives first
        const auto admitted = errand.attempt(*act);
        ASSERT_TRUE(admitted) << admitted.error().text();
        errand.record(*act, *admitted);
    }
    EXPECT_EQ(errand.state.state, "agreed");
    EXPECT_EQ(errand.state.done.back().id, drop->id());
    EXPECT_TRUE(errand.state.done.back().overtaken);
}

TEST_F(Fold, an_item_that_this_copy_does_not_show_leaves_earlier_items_alone) {
    const std::string id = crypto::sha256("item").hex();
    ASSERT_TRUE(errand.take(rosa, "hand-over", R"({"item":{"id":")" + id + R"("}})"));
    const auto second =
        errand.prepare(rosa, "hand-over", kit::object(R"({"item":{"id":")" + id + R"("}})"));
    ASSERT_TRUE(second);
    const law::ActKind& kind = *errand.procedure->act("hand-over");
    const Act hidden = copy_for(kind, *second, "partner");
    const auto admitted = errand.attempt(hidden);
    ASSERT_TRUE(admitted);
    EXPECT_EQ(admitted->after.items.size(), 1U);
    EXPECT_EQ(admitted->after.items[0].reader, party(kit::xa_prosecution));
    EXPECT_EQ(admitted->after.items[0].tier, 2);
}

TEST_F(Fold, a_copy_shows_a_side_what_its_audience_names) {
    const Act& opening = *errand.dossier.act(errand.dossier.heads().front());
    const law::ActKind& kind = *errand.procedure->act("ask");
    EXPECT_EQ(copy_for(kind, opening, "requested"), opening);
    const Act partner = copy_for(kind, opening, "partner");
    EXPECT_EQ(partner.text("secret"), std::nullopt);
    EXPECT_EQ(partner.text("note"), "n");
    EXPECT_EQ(partner.id(), opening.id());
    EXPECT_TRUE(check_form(partner));
    EXPECT_TRUE(check_complete(kind, partner, "partner"));
    EXPECT_TRUE(check_complete(kind, partner, std::nullopt));
    EXPECT_EQ(check_complete(kind, partner, "requested").error().place, "/fields/secret");
}

TEST_F(Fold, powers_are_the_acts_open_in_the_state) {
    const auto now = position(stage.world(), errand.dossier, errand.state, errand.now);
    ASSERT_TRUE(now);
    std::set<std::string> open;
    for (const Power& power : now->powers) {
        open.insert(power.party.text() + " " + power.kind->name);
    }
    EXPECT_EQ(open, (std::set<std::string>{"xa-prosecution approve", "xa-prosecution remark",
                                           "xa-prosecution add", "xb-central drop",
                                           "xb-central note", "xb-central hand-over"}));
    EXPECT_FALSE(now->final);
}

TEST_F(Fold, values_are_checked_against_their_field) {
    const law::ActKind& kind = *errand.procedure->act("ask");
    const auto wrong = [&](std::string_view field, std::string_view value) {
        const auto checked =
            check_value(stage.library.vocabulary(), *kind.field(field), kit::json(value));
        return !checked && checked.error().kind == ErrorKind::malformed;
    };
    EXPECT_TRUE(wrong("note", "\"\""));
    EXPECT_TRUE(wrong("note", "\"" + std::string(101, 'x') + "\""));
    EXPECT_FALSE(wrong("note", "\"" + std::string(100, 'x') + "\""));
    EXPECT_TRUE(wrong("note", "1"));
    EXPECT_TRUE(wrong("count", "0"));
    EXPECT_TRUE(wrong("count", "10"));
    EXPECT_FALSE(wrong("count", "9"));
    EXPECT_TRUE(wrong("data", "\"traffic\""));
    EXPECT_TRUE(wrong("requested", "\"Not A Name\""));
    EXPECT_TRUE(wrong("labels", "[\"\"]"));
    EXPECT_FALSE(wrong("labels", "[\"a\"]"));
    codec::Array many(65, codec::Value("xb-central"));
    EXPECT_TRUE(wrong("others", codec::canonical(many)));
}

TEST_F(Fold, a_draft_is_compared_with_what_was_asked_for) {
    const codec::Object fields = kit::object(R"({"note":"n"})");
    const auto act = errand.prepare(ina, "remark", fields);
    ASSERT_TRUE(act);
    const Draft draft{act->header, act->commitments, act->openings};
    const base::KeyId key = act->header.key;
    EXPECT_TRUE(check_draft(draft, act->header.matter, key, "remark", fields));
    EXPECT_FALSE(check_draft(draft, act->header.matter, key, "ask", fields));
    EXPECT_FALSE(check_draft(draft, base::MatterId::parse("x").value(), key, "remark", fields));
    EXPECT_FALSE(check_draft(draft, act->header.matter, base::KeyId{}, "remark", fields));
    EXPECT_FALSE(
        check_draft(draft, act->header.matter, key, "remark", kit::object(R"({"note":"other"})")));
    EXPECT_FALSE(check_draft(draft, act->header.matter, key, "remark",
                             kit::object(R"({"note":"n","more":1})")));
}

}  // namespace
}  // namespace comity::casework
