// Two persons for each access, under the oversight text of the law folder.

#include "domain/casework/attendance.h"

#include <gtest/gtest.h>

#include "domain/casework/position.h"
#include "tests/kit/kit.h"

namespace comity::casework {
namespace {

class TwoPersons : public ::testing::Test {
 protected:
    TwoPersons() {
        take(aude, "demand",
             R"({"institution":"xa-prosecution","remit":"r","records":"all of March"})");
        EXPECT_EQ(refusal(aude, "confirm-demand", R"({"reasons":"r"})"),
                  "nobody approves their own request");
        take(bo, "confirm-demand", R"({"reasons":"r"})");
        handed = hand();
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
    base::ActId hand() {
        return take(petra, "hand-records",
                    R"({"description":"d","item":{"id":"1","tier":2,"end":"2027-06-30",)"
                    R"("reader":"board","use_limits":[]}})")
            .id();
    }
    base::ActId attend(const kit::Official& official, const base::ActId& to) {
        return take(official, "attend-opening", naming("handed", to, R"(,"reasons":"r")")).id();
    }
    [[nodiscard]] static std::string naming(std::string_view field, const base::ActId& act,
                                            std::string_view more = "") {
        return "{\"" + std::string(field) + "\":\"" + act.hex() + "\"" + std::string(more) + "}";
    }
    [[nodiscard]] static std::string opening(const base::ActId& item, const base::ActId& by) {
        return naming("handed", item, R"(,"attendance":")" + by.hex() + "\"");
    }
    [[nodiscard]] bool may_open() {
        const Position now =
            position(stage.world(), matter.dossier, matter.state, matter.now).value();
        return std::ranges::any_of(
            now.powers, [](const Power& power) { return power.kind->mechanisms.opens_item; });
    }

    kit::Stage stage{kit::real_law()};
    kit::Registries registries{stage};
    kit::Official aude = registries.accredit(kit::board, "aude", "auditor");
    kit::Official bo = registries.accredit(kit::board, "bo", "data-protection-officer");
    kit::Official petra = registries.accredit(kit::xa_prosecution, "petra", "prosecutor");
    kit::Desk matter{stage, "oversight", "o1"};
    base::ActId handed;
};

TEST_F(TwoPersons, an_access_takes_the_act_of_a_second_one) {
    EXPECT_FALSE(may_open());
    EXPECT_EQ(refusal(aude, "open-records", opening(handed, handed)),
              "no second person has agreed to this access");
    const base::ActId own = attend(aude, handed);
    EXPECT_EQ(refusal(aude, "open-records", opening(handed, own)),
              "two persons are needed for an access, and this is one");
    EXPECT_TRUE(may_open());
    take(bo, "open-records", opening(handed, own));
}

TEST_F(TwoPersons, one_agreement_is_to_one_access_to_one_item) {
    const base::ActId agreed = attend(bo, handed);
    const base::ActId other = hand();
    EXPECT_EQ(refusal(aude, "open-records", opening(other, agreed)),
              "no second person has agreed to this access");
    take(aude, "open-records", opening(handed, agreed));
    EXPECT_EQ(refusal(aude, "open-records", opening(handed, agreed)),
              "what the second person agreed to was one access");
    EXPECT_FALSE(may_open());
    take(aude, "open-records", opening(handed, attend(bo, handed)));
}

TEST_F(TwoPersons, the_same_person_in_another_role_is_no_second_one) {
    const kit::Official again =
        registries.accredit(kit::board, "bo", "auditor");  // another key and role
    const base::ActId agreed = attend(bo, handed);
    EXPECT_EQ(refusal(again, "open-records", opening(handed, agreed)),
              "two persons are needed for an access, and this is one");
}

TEST_F(TwoPersons, nobody_agrees_to_an_access_that_their_party_cannot_have) {
    EXPECT_EQ(refusal(bo, "attend-opening",
                      naming("handed", base::ActId{crypto::sha256("none")}, R"(,"reasons":"r")")),
              "the field handed names no release of this matter");
    EXPECT_EQ(refusal(petra, "attend-opening", naming("handed", handed, R"(,"reasons":"r")")),
              "xa-prosecution may not take this act");
}

TEST_F(TwoPersons, what_was_looked_at_is_disclosed_in_time_and_before_the_end) {
    take(aude, "open-records", opening(handed, attend(bo, handed)));
    const auto disclosure = [&]() -> std::optional<RunningDuty> {
        const Position now =
            position(stage.world(), matter.dossier, matter.state, matter.now).value();
        const auto found = std::ranges::find(now.duties, "notification", &RunningDuty::what);
        return found == now.duties.end() ? std::nullopt : std::optional(*found);
    };
    const auto duty = disclosure();
    ASSERT_TRUE(duty);
    EXPECT_EQ(duty->party, kit::party(kit::board));
    EXPECT_EQ(base::utc_day_of(duty->since).text(), "2027-03-08");
    EXPECT_EQ(duty->due.text(), "2027-06-07T00:00:00.000Z") << "the end of the ninetieth day";
    EXPECT_FALSE(matter.take(aude, "close", "{}")) << "an access must be disclosed first";
    take(aude, "open-records", opening(handed, attend(bo, handed)));
    take(aude, "disclose-access", R"({"looked-at":"l","grounds":"g"})");
    EXPECT_FALSE(disclosure());
    take(aude, "close", "{}");
}

TEST_F(TwoPersons, an_institution_that_contests_the_remit_stops_what_was_not_handed_over_yet) {
    const kit::Official judith = registries.accredit(kit::xa_court, "judith", "judge");
    const kit::Official lex = registries.accredit(kit::xa_prosecution, "lex", "legal-reviewer");
    const base::ActId contest =
        take(lex, "contest-remit", R"({"court":"xa-court","reasons":"r"})").id();
    EXPECT_FALSE(matter.take(petra, "hand-records",
                             R"({"description":"d","item":{"id":"2","tier":2,"end":"2027-06-30",)"
                             R"("reader":"board","use_limits":[]}})"));
    EXPECT_FALSE(matter.take(aude, "no-longer-contest", naming("contest", contest)));
    take(judith, "decide-remit", naming("contest", contest, R"(,"reasons":"r")"));
    hand();
}

}  // namespace
}  // namespace comity::casework
