#include "node/simulation/two_worlds.h"

#include <gtest/gtest.h>

#include "app/comity/workshop.h"
#include "tests/kit/kit.h"

namespace comity::simulation {
namespace {

const Setting& setting() {
    static const Setting only = app::invented_states(kit::real_law());  // the texts cost a while
    return only;
}

Comparison of_seeds(std::uint64_t first, std::uint64_t count, std::size_t steps,
                    const std::set<Fault>& without) {
    app::MemoryWorkshop workshop;
    Comparison sum;
    for (std::uint64_t seed = first; seed < first + count && !sum.violation; ++seed) {
        Comparison one = compare_worlds(setting(), workshop, {seed, steps, without});
        sum.worlds += one.worlds;
        sum.varied += one.varied;
        sum.closed += one.closed;
        sum.compared += one.compared;
        if (one.violation) {
            sum.violation = std::move(one.violation);
            sum.violation->what = "seed " + std::to_string(seed) + ": " + sum.violation->what;
        }
    }
    return sum;
}

TEST(TwoWorlds, that_differ_in_what_is_hidden_look_equal_to_each_observer) {
    const std::set<Fault> all(all_faults().begin(), all_faults().end());
    const Comparison calm = of_seeds(1, 3, 40, all);
    ASSERT_FALSE(calm.violation) << calm.violation->what;
    // Where nothing is hidden and nothing seen, nothing is compared.
    EXPECT_GT(calm.varied, 300);
    EXPECT_GT(calm.closed, 10);
    EXPECT_GT(calm.compared, 3000);
}

TEST(TwoWorlds, look_equal_while_nodes_die_and_messages_are_lost) {
    const Comparison stormy = of_seeds(101, 3, 40, {});
    ASSERT_FALSE(stormy.violation) << stormy.violation->what;
    EXPECT_GT(stormy.varied, 200);
    EXPECT_GT(stormy.compared, 1000);
}

}  // namespace
}  // namespace comity::simulation
