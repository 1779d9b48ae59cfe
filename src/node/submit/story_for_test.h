#pragma once

// For tests: five nodes that tell one story.

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "node/submit/institution.h"
#include "tests/kit/kit.h"

namespace comity::submit {

/// Five nodes under the small law, with registries that everybody has, and one official each.
class Story : public ::testing::Test {
 protected:
    void SetUp() override {
        for (const std::string_view of : {kit::xa_prosecution, kit::xb_central, kit::cirrus}) {
            federation.open_registry(of);
        }
        ina = federation.accredit(kit::xa_prosecution, "ina", "investigator");
        petra = federation.accredit(kit::xa_prosecution, "petra", "prosecutor");
        rosa = federation.accredit(kit::xb_central, "rosa", "legal-reviewer");
        carl = federation.accredit(kit::cirrus, "carl", "custodian");
        federation.exchange();
    }

    kit::Node& xa() { return federation.node(kit::xa_prosecution); }
    kit::Node& xb() { return federation.node(kit::xb_central); }
    kit::Node& provider() { return federation.node(kit::cirrus); }

    base::MatterId ask(std::string_view more = "") {
        const auto asked = xa().act(ina, std::nullopt, "errand", "ask",
                                    R"({"requested":"xb-central","data":"subscriber","note":"n")" +
                                        std::string(more) + "}");
        EXPECT_TRUE(asked.has_value()) << asked.error().text();
        return asked->matter;
    }
    void expect_same(const base::MatterId& matter, const std::vector<std::string_view>& names) {
        const std::string first = kit::account_of(*federation.node(names.front()), matter);
        for (const std::string_view name : names) {
            EXPECT_EQ(kit::account_of(*federation.node(name), matter), first) << name;
        }
    }

    kit::Federation federation{kit::small_law()};
    kit::Official ina, petra, rosa, carl;
};

}  // namespace comity::submit
