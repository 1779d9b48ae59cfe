#include <atomic>
#include <csignal>
#include <gtest/gtest.h>
#include <memory>
#include <thread>
#include <vector>

#include "adapter/http/http.h"

namespace comity::http {
namespace {

TEST(Loop, runs_posted_functions_in_their_order_on_its_own_thread) {
    Loop loop;
    std::vector<int> order;
    std::thread::id where;
    std::thread poster([&] {
        for (int i = 0; i < 100; ++i) {
            loop.post([&order, i] { order.push_back(i); });
        }
        loop.post([&] {
            where = std::this_thread::get_id();
            loop.stop();
        });
    });
    loop.run();
    poster.join();
    ASSERT_EQ(order.size(), 100U);
    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
    }
    EXPECT_EQ(where, std::this_thread::get_id());
}

TEST(Loop, timers_fire_once_in_the_order_of_their_times_and_not_early) {
    Loop loop;
    std::vector<int> order;
    const auto start = std::chrono::steady_clock::now();
    loop.after(base::Duration(30), [&] {
        order.push_back(2);
        EXPECT_GE(std::chrono::steady_clock::now() - start, base::Duration(30));
        loop.stop();
    });
    loop.after(base::Duration(5), [&] { order.push_back(1); });
    loop.run();
    EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

TEST(Loop, drops_timers_and_posts_that_it_does_not_live_to_run) {
    const auto alive = std::make_shared<int>(0);
    {
        Loop loop;
        loop.after(std::chrono::hours(1), [alive] { ++*alive; });
        loop.after(base::Duration(1), [&loop] { loop.stop(); });
        loop.run();
        loop.post([alive] { ++*alive; });
        EXPECT_EQ(alive.use_count(), 3);
    }
    EXPECT_EQ(alive.use_count(), 1);
    EXPECT_EQ(*alive, 0);
}

TEST(Loop, a_stop_before_run_makes_run_return_and_it_may_be_run_again) {
    Loop loop;
    loop.stop();
    loop.run();
    bool ran = false;
    loop.post([&] {
        ran = true;
        loop.stop();
    });
    loop.run();
    EXPECT_TRUE(ran);
}

TEST(Loop, signals_call_back_each_time_instead_of_ending_the_process) {
    Loop loop;
    int calls = 0;
    loop.stop_on_signals([&] {
        if (++calls == 2) {
            loop.stop();
        } else {
            std::raise(SIGINT);
        }
    });
    loop.post([] { std::raise(SIGTERM); });
    loop.run();
    EXPECT_EQ(calls, 2);
}

}  // namespace
}  // namespace comity::http
