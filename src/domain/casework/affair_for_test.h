#pragma once

// For tests: officials of an affair (affair_law_for_test.h), and one that was asked for and
// granted.

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "domain/casework/affair_law_for_test.h"
#include "domain/casework/position.h"
#include "tests/kit/kit.h"

namespace comity::casework::testing {

/// Four accredited officials, one on each side of an affair.
class Cast {
 public:
    Cast() {
        for (kit::Official* one : {&petra, &rosa, &cleo, &jo}) {
            kit::Desk registry = kit::open_registry(stage, one->party.text());
            const auto granted = registry.take(stage.root_of(one->party.text()), "accredit",
                                               kit::accreditation(*one));
            COMITY_ENSURE(granted.has_value());
        }
    }

    kit::Stage stage{affair_law()};
    kit::Official petra = stage.stranger(kit::xa_prosecution, "petra", "prosecutor");
    kit::Official rosa = stage.stranger(kit::xb_central, "rosa", "legal-reviewer");
    kit::Official cleo = stage.stranger(kit::cirrus, "cleo", "custodian");
    kit::Official jo = stage.stranger(kit::xa_court, "jo", "judge");
};

inline constexpr std::string_view asked_for_content =
    R"({"requested":"xb-central","provider":"xb-cirrus-mail","court":"xa-court",)"
    R"("data":"content","emergency":true})";

/// The fields of an act that names another.
[[nodiscard]] inline std::string naming(std::string_view field, const base::ActId& act) {
    return "{\"" + std::string(field) + "\":\"" + act.hex() + "\"}";
}

/// The fields of handing over an item of `category` and `tier`.
[[nodiscard]] inline std::string handing(std::string_view category, int tier,
                                         std::string_view end = "2027-06-30") {
    return R"({"item":{"id":"1","tier":)" + std::to_string(tier) + R"(,"end":")" +
           std::string(end) + R"("},"category":")" + std::string(category) + R"("})";
}

/// An affair that was asked for and granted.
class Affair : public ::testing::Test {
 protected:
    Affair() {
        take(cast.petra, "ask", asked_for_content);
        take(cast.rosa, "grant", "{}");
    }

    Act take(const kit::Official& official, std::string_view kind, std::string_view fields) {
        const auto taken = desk.take(official, kind, fields);
        EXPECT_TRUE(taken) << kind << ": " << (taken ? "" : taken.error().text());
        return taken ? *taken : Act{};
    }
    base::Error refusal(const kit::Official& official, std::string_view kind,
                        std::string_view fields) {
        const auto taken = desk.take(official, kind, fields);
        EXPECT_FALSE(taken) << kind << " was admitted";
        return taken ? base::Error{} : taken.error();
    }
    /// The act as drafted now, to be recorded after others that it does not know of.
    Act meanwhile(const kit::Official& official, std::string_view kind, std::string_view fields) {
        const auto act = desk.prepare(official, kind, kit::object(fields));
        EXPECT_TRUE(act);
        desk.now = desk.now + std::chrono::seconds(1);
        return *act;
    }
    void arrives(const Act& act) {
        const auto admitted = desk.attempt(act);
        ASSERT_TRUE(admitted) << admitted.error().text();
        desk.record(act, *admitted);
    }
    Position now() {
        return position(cast.stage.world(), desk.dossier, desk.state, desk.now).value();
    }
    bool has_power(std::string_view kind) {
        const Position all = now();
        return std::ranges::any_of(all.powers,
                                   [&](const Power& one) { return one.kind->name == kind; });
    }
    /// The running duties of that word, as `PARTY CLAUSE`.
    std::vector<std::string> duties(std::string_view what) {
        std::vector<std::string> list;
        for (const RunningDuty& one : now().duties) {
            if (one.what == what) {
                list.push_back(one.party->text() + " " + one.clause);
            }
        }
        return list;
    }
    [[nodiscard]] const law::Possible* fact(std::string_view name) {
        return desk.state.facts.find(name);
    }
    static constexpr std::uint64_t yes = 2;
    static constexpr std::uint64_t no = 1;

    Cast cast;
    kit::Desk desk{cast.stage, "affair", "a1"};
};

}  // namespace comity::casework::testing
