#include "node/delivery/pause.h"

#include <gtest/gtest.h>

namespace comity::delivery {
namespace {

using namespace std::chrono_literals;

constexpr base::Instant noon{1'800'000'000'000};

TEST(Pause, doubles_up_to_the_longest_and_runs_until_then) {
    Pause pause;
    EXPECT_FALSE(pause.runs(noon));
    for (const base::Duration length : {100ms, 200ms, 400ms, 500ms, 500ms}) {
        pause.prolong(noon, 100ms, 500ms);
        EXPECT_EQ(pause.until(), noon + length);
        EXPECT_TRUE(pause.runs(noon));
        EXPECT_TRUE(pause.runs(noon + length - 1ms));
        EXPECT_FALSE(pause.runs(noon + length));
    }
}

TEST(Pause, is_over_when_the_clock_was_put_back) {
    Pause pause;
    pause.prolong(noon, 100ms, 500ms);
    EXPECT_FALSE(pause.runs(noon - 1ms));
    EXPECT_FALSE(pause.runs(noon - 10min));
}

}  // namespace
}  // namespace comity::delivery
