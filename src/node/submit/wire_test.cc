// What the wire may do between nodes: they end alike.

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "node/submit/institution.h"
#include "node/submit/story_for_test.h"
#include "tests/kit/kit.h"

namespace comity::submit {
namespace {

using kit::party;

/// The hundred cases of the property are told in parts, which can run side by side.
constexpr int parts = 4;

/// The parcels of one errand among three nodes, doubled, reordered, lost and sent again.
class Wire : public Story, public ::testing::WithParamInterface<int> {};

TEST_P(Wire, whatever_it_does_all_nodes_end_alike) {
    rc::detail::TestParams params = rc::detail::configuration().testParams;
    params.seed += static_cast<std::uint64_t>(GetParam());
    params.maxSuccess /= parts;
    const auto property = [&] {
        const base::MatterId matter = ask(R"(,"others":["xb-cirrus-mail"])");
        const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 8));
        for (const int step : steps) {
            federation.clock.advance(std::chrono::seconds(1));
            if (step == 0) {
                (void)xa().act(petra, matter, "", "approve", "{}");
            } else if (step == 1 && xb()->matter(matter) != nullptr) {
                (void)xb().act(rosa, matter, "", "drop", R"({"reasons":"r"})");
            } else if (step == 2) {
                (void)xa().act(ina, matter, "", "remark", R"({"note":"n"})");
            } else if (step == 3 && provider()->matter(matter) != nullptr) {
                (void)provider().act(carl, matter, "", "watch", R"({"note":"n"})");
            } else if (step == 4 && xb()->matter(matter) != nullptr) {
                (void)xb().act(rosa, matter, "", "carry", "{}");
            } else {
                std::vector<kit::Parcel> wire;
                for (auto& [id, node] : federation.nodes()) {
                    federation.cosign(*node);
                    for (kit::Parcel& parcel : federation.parcels(*node)) {
                        wire.push_back(std::move(parcel));
                    }
                }
                for (std::size_t i = 0; i < wire.size(); ++i) {
                    const auto pick = *rc::gen::inRange<std::size_t>(0, wire.size());
                    (void)federation.deliver(wire[pick]);  // some twice, some never
                }
            }
        }
        federation.exchange();
        const std::string account = kit::account_of(*xa(), matter);
        RC_ASSERT(kit::account_of(*xb(), matter) == account);
        RC_ASSERT(kit::account_of(*provider(), matter) == account);
        RC_ASSERT(xa()->outbox().empty() && xb()->outbox().empty() && provider()->outbox().empty());
    };
    const auto result = rc::detail::checkTestable(property, rc::detail::TestMetadata{}, params);
    EXPECT_TRUE(result.is<rc::detail::SuccessResult>()) << ::testing::PrintToString(result);
}

INSTANTIATE_TEST_SUITE_P(Parts, Wire, ::testing::Range(0, parts));

}  // namespace
}  // namespace comity::submit
