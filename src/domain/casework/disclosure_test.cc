// The texts of the law folder: production of content under a judge's order, and an emergency, as
// far as the engine carries them.

#include <gtest/gtest.h>
#include <map>

#include "domain/casework/position.h"
#include "tests/kit/kit.h"

namespace comity::casework {
namespace {

class Production : public ::testing::Test {
 protected:
    kit::Official accredit(std::string_view of, std::string_view person, std::string_view role) {
        return registries.accredit(of, person, role);
    }
    Act take(const kit::Official& official, std::string_view kind, std::string_view fields) {
        const auto taken = matter.take(official, kind, fields);
        EXPECT_TRUE(taken) << kind << ": " << (taken ? "" : taken.error().text());
        return taken ? *taken : Act{};
    }
    base::Error refusal(const kit::Official& official, std::string_view kind,
                        std::string_view fields) {
        const auto taken = matter.take(official, kind, fields);
        EXPECT_FALSE(taken) << kind << " was admitted";
        return taken ? base::Error{} : taken.error();
    }
    void request(std::string_view data, std::string_view emergency) {
        take(
            ina, "request",
            R"({"requested":"xb-central","provider":"xb-cirrus-mail","court":"xa-court","data":")" +
                std::string(data) + R"(","offence":"fraud","max-penalty":60,"emergency":)" +
                std::string(emergency) +
                R"(,"names-a-person":true,)"
                R"("special-category":false,"purpose":"stated-case",)"
                R"("recipients":["requesting-authority"],"person-or-account":"a@example.org",)"
                R"("data-description":"d","facts-summary":"f","legal-basis":"l"})");
    }
    void order_content() {
        request("content", "false");
        take(lena, "legal-review", R"({"reasons":"r"})");
        take(jo, "judicial-approval",
             R"({"reasons":"r","standard":"probable-cause","less-intrusive-exhausted":true})");
        take(petra, "order", R"({"reasons":"r"})");
        take(rosa, "accept", no_grounds);
    }
    void order_in_emergency() {
        request("subscriber", "true");
        take(lena, "legal-review", R"({"reasons":"r"})");
        take(otto, "claim-emergency", R"({"emergency":true,"grounds":"A life is in danger."})");
        take(petra, "confirm-emergency", R"({"reasons":"r"})");
        ordered =
            take(otto, "emergency-order", R"({"standard":"reasonable-grounds","reasons":"r"})");
    }
    static std::string item(std::string_view category, int tier) {
        return R"({"item":{"id":"1","tier":)" + std::to_string(tier) +
               R"(,"end":"2027-09-30"},"category":")" + std::string(category) + R"(","records":1})";
    }
    static std::string naming(std::string_view field, const Act& act, std::string_view more = "") {
        return "{\"" + std::string(field) + "\":\"" + act.id().hex() + "\"" + std::string(more) +
               "}";
    }
    Position now() {
        return position(stage.world(), matter.dossier, matter.state, matter.now).value();
    }
    std::vector<std::string> duties(std::string_view what) {
        std::vector<std::string> list;
        for (const RunningDuty& one : now().duties) {
            if (one.what == what) {
                list.push_back(one.party->text() + " " + one.clause);
            }
        }
        return list;
    }

    static constexpr std::string_view no_grounds =
        R"({"death-penalty-exposure":false,"purpose-discriminatory":false,"already-tried":false,)"
        R"("touches-essential-interests":false,"privileged":false,"offence-political":false,)"
        R"("prejudices-own-investigation":false,"estimated-cost":120,"dual-criminality":true,)"
        R"("privilege-waived":false})";
    kit::Stage stage{kit::real_law()};
    kit::Registries registries{stage};
    kit::Official ina = accredit(kit::xa_prosecution, "ina", "investigator");
    kit::Official lena = accredit(kit::xa_prosecution, "lena", "legal-reviewer");
    kit::Official petra = accredit(kit::xa_prosecution, "petra", "prosecutor");
    kit::Official otto = accredit(kit::xa_prosecution, "otto", "officer");
    kit::Official jo = accredit(kit::xa_court, "jo", "judge");
    kit::Official rosa = accredit(kit::xb_central, "rosa", "legal-reviewer");
    kit::Official cleo = accredit(kit::cirrus, "cleo", "custodian");
    kit::Official ada = accredit(kit::board, "ada", "auditor");
    kit::Desk matter{stage, "disclosure", "d1"};
    Act ordered;
};

TEST_F(Production, content_waits_for_clearance_while_subscriber_data_go) {
    order_content();
    EXPECT_NE(refusal(cleo, "produce", item("content", 4)).clause.find("6(4)"), std::string::npos);
    take(cleo, "produce", item("subscriber", 2));
    take(rosa, "clear", "{}");
    const Act content = take(cleo, "produce", item("content", 4));
    EXPECT_EQ(matter.state.items.size(), 2U);
    EXPECT_EQ(matter.state.items[1].tier, 4);
    take(ina, "open-item", naming("item", content));
    EXPECT_EQ(matter.state.state, "opened");
}

TEST_F(Production, a_ground_stops_its_category_until_an_assurance_is_accepted) {
    order_content();
    take(rosa, "clear", "{}");
    const Act ground =
        take(rosa, "raise-ground", R"({"ground":"press","categories":["content"],"reasons":"r"})");
    const base::Error error = refusal(cleo, "produce", item("content", 4));
    EXPECT_EQ(error.clause, "disclosure/raise-ground");
    EXPECT_NE(error.why.find(ground.id().hex()), std::string::npos);
    take(cleo, "produce", item("traffic", 3));
    take(petra, "give-assurance",
         naming("ground", ground, R"(,"assurance":["no-onward-transfer"],"terms":"t")"));
    EXPECT_EQ(refusal(cleo, "produce", item("content", 4)).clause, "disclosure/raise-ground");
    take(rosa, "accept-assurance", naming("ground", ground, R"(,"condition":"c")"));
    take(cleo, "produce", item("content", 4));
}

TEST_F(Production, a_ground_after_the_release_recalls_it) {
    order_content();
    take(rosa, "clear", "{}");
    const Act content = take(cleo, "produce", item("content", 4));
    take(rosa, "raise-ground", R"({"ground":"immunity","reasons":"r"})");
    EXPECT_EQ(duties("recall"),
              (std::vector<std::string>{"xb-cirrus-mail disclosure/raise-ground"}));
    EXPECT_EQ(refusal(ina, "open-item", naming("item", content)).clause, "disclosure/raise-ground");
    take(cleo, "recall-production", naming("produced", content, R"(,"reasons":"r")"));
    take(petra, "confirm-set-aside", naming("produced", content));
    EXPECT_TRUE(duties("recall").empty());
    EXPECT_TRUE(duties("set-aside").empty());
}

TEST_F(Production, privileged_mail_goes_to_the_filter) {
    order_content();
    take(rosa, "clear", "{}");
    const Act content = take(cleo, "produce", item("content", 4));
    take(ina, "open-item", naming("item", content));
    const Act apart =
        take(ina, "set-apart", naming("item", content, R"(,"description":"a lawyer's letters")"));
    EXPECT_EQ(refusal(ina, "open-item", naming("item", content)).clause, "disclosure/set-apart");
    take(petra, "confirm-set-aside", naming("produced", content));
    take(jo, "name-filter", R"({"filter":"board"})");
    const Act copy = take(cleo, "produce-for-filter", R"({"item":{"id":"2","tier":4}})");
    take(ada, "open-filtered", naming("item", copy));
    take(ada, "report-privilege", naming("item", copy, R"(,"finding":"two letters")"));
    take(jo, "confirm-privilege", naming("item", content, R"(,"reasons":"r")"));
    EXPECT_FALSE(duties("erasure").empty());
    take(petra, "erase-copy", naming("produced", content, R"(,"places":["disk a","disk b"])"));
    EXPECT_EQ(refusal(ina, "open-item", naming("item", content)).clause, "disclosure/set-apart");
    take(jo, "pass-filter", naming("apart", apart, R"(,"reasons":"r")"));
}

TEST_F(Production, an_open_remedy_postpones_the_erasure) {
    order_content();
    take(cleo, "produce", item("subscriber", 2));
    const Act held = take(jo, "record-remedy", R"({"subject":"appeal"})");
    take(petra, "close", R"({"date":"2027-03-10"})");
    EXPECT_EQ(duties("erasure").size(), 2U);
    for (const RunningDuty& duty : now().duties) {
        EXPECT_EQ(duty.held_by, held.id());
    }
    EXPECT_EQ(refusal(petra, "erase-copy", R"({"places":["disk a"]})").clause,
              "disclosure/record-remedy");
    take(jo, "end-remedy", naming("remedy", held));
    EXPECT_EQ(now().duties.front().clause, "DPA 12") << "the shortest retention of both sides";
    take(petra, "erase-copy", R"({"places":["disk a"]})");
    take(cleo, "erase-sealed", R"({"places":["disk c"]})");
    EXPECT_TRUE(duties("erasure").empty());
}

TEST_F(Production, an_emergency_is_confirmed_by_a_second_person) {
    request("subscriber", "true");
    take(lena, "legal-review", R"({"reasons":"r"})");
    const std::string_view order = R"({"standard":"reasonable-grounds","reasons":"r"})";
    EXPECT_EQ(refusal(otto, "emergency-order", order).what,
              "another act must come first: claim-emergency");
    take(petra, "claim-emergency", R"({"emergency":true,"grounds":"g"})");
    EXPECT_EQ(refusal(otto, "emergency-order", order).what,
              "another act must come first: confirm-emergency or telephone-confirmation");
    EXPECT_EQ(refusal(petra, "confirm-emergency", R"({"reasons":"r"})").what,
              "nobody approves their own request");
    take(otto, "telephone-confirmation",
         R"({"confirmed-by":"lena","called-at":"2027-03-08T08:59:00.000Z","reasons":"r"})");
    take(otto, "emergency-order", order);
    EXPECT_EQ(duties("confirmation"),
              (std::vector<std::string>{"xa-prosecution disclosure/telephone-confirmation"}));
    EXPECT_EQ(refusal(otto, "sign-confirmation", "{}").what, "nobody approves their own request");
    take(lena, "sign-confirmation", "{}");
    EXPECT_TRUE(duties("confirmation").empty());
}

TEST_F(Production, an_emergency_that_nobody_validates_in_48_hours_lapses_and_is_deleted) {
    order_in_emergency();
    take(rosa, "accept", no_grounds);
    take(cleo, "produce", item("subscriber", 2));
    EXPECT_EQ(duties("validation"), (std::vector<std::string>{"xa-prosecution 4(2)(b)"}));
    const base::Instant due = ordered.header.at + std::chrono::hours(48);
    const std::string clock =
        R"({"since":")" + ordered.header.at.text() + R"(","deadline":")" + due.text() + R"("})";
    EXPECT_EQ(refusal(rosa, "lapse-unvalidated", clock).what, "the time has not run out");
    matter.now = due + std::chrono::hours(1);
    take(rosa, "lapse-unvalidated", clock);
    EXPECT_EQ(matter.state.state, "withdrawn");
    EXPECT_EQ(duties("erasure"),
              (std::vector<std::string>{"xa-prosecution disclosure/lapse-unvalidated",
                                        "xb-cirrus-mail disclosure/lapse-unvalidated"}));
}

TEST_F(Production, a_contested_emergency_carries_nothing_until_the_judge_decides) {
    order_in_emergency();
    take(rosa, "accept", no_grounds);
    take(rosa, "contest-emergency", R"({"reasons":"r"})");
    EXPECT_EQ(now().contested, std::vector<std::string>{"emergency"});
    EXPECT_EQ(duties("decision"),
              (std::vector<std::string>{"xa-court disclosure/contest-emergency"}));
    const base::Error error = refusal(cleo, "produce", item("subscriber", 2));
    EXPECT_NE(error.clause.find("4(1)(b)"), std::string::npos) << "an officer is not enough";
    bool ordinary = false;
    for (const RunningDuty& duty : now().duties) {
        ordinary |= duty.clause == "6(1)" && duty.certain;
        EXPECT_FALSE(duty.clause == "6(2)" && duty.certain);
    }
    EXPECT_TRUE(ordinary);
    take(jo, "decide-emergency", R"({"emergency":true,"reasons":"r"})");
    take(cleo, "produce", item("subscriber", 2));
}

}  // namespace
}  // namespace comity::casework
