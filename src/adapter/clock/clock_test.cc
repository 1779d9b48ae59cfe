#include "adapter/clock/clock.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <gtest/gtest.h>
#include <set>
#include <thread>
#include <vector>

namespace comity::clock {
namespace {

class FixedClock final : public ports::Clock {
 public:
    explicit FixedClock(base::Instant at) : at_(at) {}
    [[nodiscard]] base::Instant now() override { return at_; }
    void move(base::Duration by) { at_ = at_ + by; }

 private:
    base::Instant at_;
};

TEST(SystemClock, agrees_with_the_machine_to_the_millisecond) {
    SystemClock clock;
    const auto machine = [] {
        return std::chrono::duration_cast<std::chrono::milliseconds>(
                   std::chrono::system_clock::now().time_since_epoch())
            .count();
    };
    const auto before = machine();
    const base::Instant now = clock.now();
    const auto after = machine();
    EXPECT_LE(before, now.milliseconds);
    EXPECT_LE(now.milliseconds, after);
}

TEST(AheadClock, is_the_machines_time_until_it_is_told_to_be_ahead) {
    SystemClock machine;
    AheadClock clock;
    const base::Instant before = machine.now();
    const base::Instant now = clock.now();
    EXPECT_LE(before, now);
    EXPECT_LE(now, machine.now());
    EXPECT_EQ(clock.ahead(), base::Duration{0});
}

TEST(AheadClock, is_ahead_of_the_machine_by_what_it_was_given) {
    SystemClock machine;
    AheadClock clock(base::Realm::exercise, std::chrono::hours(49));
    const base::Instant before = machine.now();
    const base::Instant now = clock.now();
    EXPECT_LE(before + std::chrono::hours(49), now);
    EXPECT_LE(now, machine.now() + std::chrono::hours(49));
}

TEST(AheadClockDeathTest, does_not_exist_in_a_live_node_and_is_never_behind) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_DEATH(AheadClock(base::Realm::live, std::chrono::hours(1)), "exercise");
    EXPECT_DEATH(AheadClock(base::Realm::exercise, -std::chrono::hours(1)), "ahead");
}

TEST(SettableClock, runs_with_the_underlying_clock_until_it_is_moved) {
    FixedClock underlying(base::Instant{1'000'000});
    SettableClock clock(base::Realm::exercise, underlying);
    EXPECT_EQ(clock.now(), base::Instant{1'000'000});
    underlying.move(base::Duration{5});
    EXPECT_EQ(clock.now(), base::Instant{1'000'005});
    EXPECT_EQ(clock.offset(), base::Duration{0});
}

TEST(SettableClock, advances_add_up_and_may_go_back) {
    FixedClock underlying(base::Instant{1'000'000});
    SettableClock clock(base::Realm::exercise, underlying);
    clock.advance(std::chrono::hours(8));
    clock.advance(base::Duration{1});
    EXPECT_EQ(clock.offset(), base::Duration{8 * 3'600'000 + 1});
    EXPECT_EQ(clock.now(), base::Instant{1'000'000 + 8 * 3'600'000 + 1});
    clock.advance(-std::chrono::hours(8));
    EXPECT_EQ(clock.now(), base::Instant{1'000'001});
}

TEST(SettableClock, set_to_an_instant_runs_on_from_there) {
    FixedClock underlying(base::Instant{1'000'000});
    SettableClock clock(base::Realm::exercise, underlying);
    clock.set(base::Instant{42});
    EXPECT_EQ(clock.now(), base::Instant{42});
    underlying.move(base::Duration{8});
    EXPECT_EQ(clock.now(), base::Instant{50});
}

TEST(SettableClock, advances_from_several_threads_are_not_lost) {
    FixedClock underlying(base::Instant{0});
    SettableClock clock(base::Realm::exercise, underlying);
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&clock] {
                for (int k = 0; k < 1000; ++k) {
                    clock.advance(base::Duration{1});
                }
            });
        }
    }
    EXPECT_EQ(clock.now(), base::Instant{4000});
}

TEST(SettableClockDeathTest, does_not_exist_in_a_live_node) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    FixedClock underlying(base::Instant{0});
    EXPECT_DEATH(SettableClock(base::Realm::live, underlying), "exercise");
}

TEST(SystemRandom, fills_every_byte_of_any_size_and_never_repeats) {
    SystemRandom random;
    std::set<std::vector<std::uint8_t>> seen;
    for (int i = 0; i < 64; ++i) {
        std::vector<std::uint8_t> bytes(32);
        random.fill(bytes);
        EXPECT_TRUE(seen.insert(bytes).second);
    }
    // getrandom() may deliver large requests in pieces: each page of a large one must be filled.
    std::vector<std::uint8_t> large(1 << 20);
    random.fill(large);
    for (std::size_t at = 0; at < large.size(); at += 4096) {
        const auto page = large.begin() + static_cast<std::ptrdiff_t>(at);
        EXPECT_TRUE(std::any_of(page, page + 4096, [](std::uint8_t b) { return b != 0; }));
    }
    random.fill({});
}

}  // namespace
}  // namespace comity::clock
