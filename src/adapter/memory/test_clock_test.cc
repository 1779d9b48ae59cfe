#include "adapter/memory/test_clock.h"

#include <gtest/gtest.h>

namespace comity::memory {
namespace {

TEST(FixedClock, stands_until_it_is_moved) {
    FixedClock clock(base::Instant{1000});
    EXPECT_EQ(clock.now(), base::Instant{1000});
    EXPECT_EQ(clock.now(), base::Instant{1000});
    clock.advance(base::Duration(5));
    EXPECT_EQ(clock.now(), base::Instant{1005});
    clock.set(base::Instant{3});
    EXPECT_EQ(clock.now(), base::Instant{3});
}

TEST(SteppingClock, moves_on_with_every_look) {
    SteppingClock clock(base::Instant{10}, base::Duration(2));
    EXPECT_EQ(clock.now(), base::Instant{10});
    EXPECT_EQ(clock.now(), base::Instant{12});
    clock.set(base::Instant{100});
    EXPECT_EQ(clock.now(), base::Instant{100});
    EXPECT_EQ(clock.now(), base::Instant{102});
}

}  // namespace
}  // namespace comity::memory
