// Handing on what was received, under the text of the law folder: by whose grant, on what terms.

#include "domain/casework/onward.h"

#include <gtest/gtest.h>
#include <map>
#include <rapidcheck.h>
#include <set>

#include "domain/casework/position.h"
#include "tests/kit/kit.h"

namespace comity::casework {
namespace {

const std::vector<std::string> limits{"only as intelligence", "no disclosure to the press"};

std::string item_json(std::string_view reader, const std::vector<std::string>& use_limits,
                      int tier = 1, std::string_view end = "2027-06-30") {
    codec::Array texts;
    for (const std::string& limit : use_limits) {
        texts.emplace_back(limit);
    }
    return R"({"id":"1","tier":)" + std::to_string(tier) + R"(,"end":")" + std::string(end) +
           R"(","reader":")" + std::string(reader) + R"(","use_limits":)" +
           codec::canonical(codec::Value(texts)) + "}";
}

class Onward : public ::testing::Test {
 protected:
    Onward() {
        take(rosa, "offer",
             R"({"receiver":"xa-prosecution","subject":"s","conditions":"as intelligence only"})");
        take(petra, "accept-conditions", "{}");
        given = take(rosa, "give",
                     R"({"item":)" + item_json("xa-prosecution", limits) + R"(,"description":"d"})")
                    .id();
    }

    kit::Official accredit(std::string_view of, std::string_view person, std::string_view role) {
        return registries.accredit(of, person, role);
    }
    Act take(const kit::Official& official, std::string_view kind, std::string_view fields) {
        const auto taken = matter.take(official, kind, fields);
        EXPECT_TRUE(taken) << kind << ": " << (taken ? "" : taken.error().text());
        return taken ? *taken : Act{};
    }
    std::string refusal(const kit::Official& official, std::string_view kind,
                        std::string_view fields) {
        const auto taken = matter.take(official, kind, fields);
        EXPECT_FALSE(taken) << kind << " was admitted";
        return taken ? "" : taken.error().what;
    }
    [[nodiscard]] static std::string naming(std::string_view field, const base::ActId& act,
                                            std::string_view more = "") {
        return "{\"" + std::string(field) + "\":\"" + act.hex() + "\"" + std::string(more) + "}";
    }
    [[nodiscard]] std::string handing_on(const std::string& item) const {
        return naming("given", given, R"(,"item":)" + item);
    }
    base::ActId grant() {
        return take(lars, "grant-onward", naming("given", given, R"(,"to":"xb-cirrus-mail")")).id();
    }
    base::ActId hand_on() {
        return take(petra, "hand-on", handing_on(item_json("xb-cirrus-mail", limits))).id();
    }

    kit::Stage stage{kit::real_law()};
    kit::Registries registries{stage};
    kit::Official petra = accredit(kit::xa_prosecution, "petra", "prosecutor");
    kit::Official rosa = accredit(kit::xb_central, "rosa", "contact-point");
    kit::Official lars = accredit(kit::xb_central, "lars", "legal-reviewer");
    kit::Official carl = accredit(kit::cirrus, "carl", "custodian");
    kit::Desk matter{stage, "information", "i1"};
    base::ActId given;
};

TEST_F(Onward, needs_the_grant_of_the_origin_for_that_item_and_that_party) {
    const std::string whole = handing_on(item_json("xb-cirrus-mail", limits));
    EXPECT_EQ(refusal(petra, "hand-on", whole), "the origin has not granted that it is handed on");
    take(petra, "ask-to-hand-on", naming("given", given, R"(,"purpose":"p")"));
    EXPECT_EQ(refusal(petra, "hand-on", whole), "the origin has not granted that it is handed on");
    const base::ActId other =
        take(rosa, "give",
             R"({"item":)" + item_json("xa-prosecution", {}) + R"(,"description":"d"})")
            .id();
    take(lars, "grant-onward", naming("given", other, R"(,"to":"xb-cirrus-mail")"));
    EXPECT_EQ(refusal(petra, "hand-on", whole), "the origin has not granted that it is handed on");
    grant();
    hand_on();
    ASSERT_EQ(matter.state.releases.size(), 3U);
    const Release& release = matter.state.releases.back();
    EXPECT_EQ(release.reader, kit::party(kit::cirrus));
    EXPECT_EQ(release.sources, std::vector{given});
    EXPECT_EQ(origin_of(matter.state, release), kit::party(kit::xb_central));
    take(carl, "open-handed-on", naming("handed", release.act));
}

TEST_F(Onward, keeps_every_limit_and_neither_day_nor_tier_grow) {
    grant();
    EXPECT_EQ(refusal(petra, "hand-on", handing_on(item_json("xb-cirrus-mail", {limits[1]}))),
              "a use limit of the item is dropped");
    EXPECT_EQ(
        refusal(petra, "hand-on", handing_on(item_json("xb-cirrus-mail", limits, 1, "2027-07-01"))),
        "the item would be kept longer than its origin allowed");
    EXPECT_EQ(refusal(petra, "hand-on", handing_on(item_json("xb-cirrus-mail", limits, 2))),
              "the item would be of a higher tier than it was received");
    std::vector<std::string> more = limits;
    more.insert(more.begin(), "and not in court");
    take(petra, "hand-on", handing_on(item_json("xb-cirrus-mail", more, 0, "2027-06-29")));
}

TEST_F(Onward, grants_are_the_origins_and_for_one_party) {
    EXPECT_EQ(
        refusal(lars, "grant-onward",
                naming("given", base::ActId{crypto::sha256("none")}, R"(,"to":"xb-cirrus-mail")")),
        "the field given names no release of this matter");
    grant();
    EXPECT_EQ(refusal(lars, "grant-onward", naming("given", given, R"(,"to":"xa-court")")),
              "another party stands there already");
    const base::ActId handed = hand_on();
    // The receiver's own act is no grant of what it hands on: the origin's is asked for.
    EXPECT_EQ(origin_of(matter.state, *matter.state.release(handed)), kit::party(kit::xb_central));
    EXPECT_EQ(refusal(petra, "grant-onward", naming("given", handed, R"(,"to":"xb-cirrus-mail")")),
              "xa-prosecution may not take this act");
}

TEST_F(Onward, an_item_that_was_recalled_or_is_held_up_is_neither_handed_on_nor_opened_further) {
    grant();
    const base::ActId objection =
        take(rosa, "object-to-use", naming("given", given, R"(,"reasons":"r")")).id();
    const std::string whole = handing_on(item_json("xb-cirrus-mail", limits));
    EXPECT_FALSE(matter.take(petra, "hand-on", whole));
    take(rosa, "object-no-more", naming("objection", objection));
    const base::ActId handed = hand_on();
    const base::ActId again =
        take(rosa, "object-to-use", naming("given", given, R"(,"reasons":"r")")).id();
    EXPECT_NE(refusal(carl, "open-handed-on", naming("handed", handed)).find("a restriction"),
              std::string::npos);
    const Position now = position(stage.world(), matter.dossier, matter.state, matter.now).value();
    std::set<std::string> recalls;
    for (const RunningDuty& duty : now.duties) {
        if (duty.what == "recall") {
            recalls.insert(duty.party->text());
        }
    }
    EXPECT_EQ(recalls, (std::set<std::string>{"xa-prosecution", "xb-central"}));
    take(rosa, "recall-given", naming("given", given, R"(,"reasons":"r")"));
    take(rosa, "object-no-more", naming("objection", again));
    EXPECT_EQ(refusal(carl, "open-handed-on", naming("handed", handed)), "the item was recalled");
    EXPECT_EQ(refusal(petra, "hand-on", whole), "the item was recalled");
}

TEST_F(Onward, only_who_received_it_and_still_has_it_hands_it_on) {
    grant();
    take(petra, "erase-received", naming("given", given, R"(,"places":["disk"])"));
    EXPECT_EQ(refusal(petra, "hand-on", handing_on(item_json("xb-cirrus-mail", limits))),
              "the item was erased or set aside here");
}

/// The same rule, written as plainly as can be.
bool is_as_narrow(const std::set<std::string>& received, const std::set<std::string>& now,
                  int tier_received, int tier, int day_received, int day) {
    for (const std::string& limit : received) {
        if (!now.contains(limit)) {
            return false;
        }
    }
    return tier <= tier_received && day <= day_received;
}

TEST_F(Onward, admits_what_is_as_narrow_and_nothing_else) {
    grant();
    const std::vector<std::string> all{limits[0], limits[1], "third", "fourth"};
    EXPECT_TRUE(rc::check("terms", [&] {
        std::vector<std::string> kept;
        for (const std::string& limit : all) {
            if (*rc::gen::weightedElement<bool>({{3, true}, {1, false}})) {
                kept.push_back(limit);
            }
        }
        const int tier = *rc::gen::inRange(0, 3);
        const int day = *rc::gen::inRange(28, 32);
        const std::string end = day == 31 ? "2027-07-01" : "2027-06-" + std::to_string(day);
        kit::Desk copy = matter;
        const bool admitted =
            copy.take(petra, "hand-on", handing_on(item_json("xb-cirrus-mail", kept, tier, end)))
                .has_value();
        RC_ASSERT(admitted == is_as_narrow({limits.begin(), limits.end()},
                                           {kept.begin(), kept.end()}, 1, tier, 30, day));
    }));
}

}  // namespace
}  // namespace comity::casework
