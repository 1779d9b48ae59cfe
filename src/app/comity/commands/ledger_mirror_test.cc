#include "app/comity/commands/ledger_mirror.h"

#include <gmock/gmock.h>

#include "app/command/command_for_test.h"

namespace comity::app {
namespace {

using ::testing::HasSubstr;

CadencePlan plan_with(std::uint64_t batch, double busy) {
    CadencePlan plan;
    plan.rule = {3600, batch, 24};
    plan.busy = busy;
    plan.days = 1000;
    return plan;
}

double advantage_of(const CadencePlan& plan, std::string_view observer) {
    for (const Guessing& one : measure_cadence(plan)) {
        if (one.observer == observer) {
            return one.advantage;
        }
    }
    ADD_FAILURE() << "there is no such observer: " << observer;
    return -1;
}

TEST(Cadence, of_every_head_at_once_tells_quiet_from_busy_days) {
    const CadencePlan plan = plan_with(64, 20);
    EXPECT_GT(advantage_of(plan, "partner: every head at once"), 0.99);
    EXPECT_GT(advantage_of(plan, "mirror without padding"), 0.99);
    EXPECT_GT(advantage_of(plan, "mirror with padding and entries"), 0.99);
}

TEST(Cadence, of_a_padded_mirror_tells_nothing_while_an_interval_is_within_a_batch) {
    for (const double busy : {3.0, 10.0, 20.0}) {
        for (const Guessing& one : measure_cadence(plan_with(128, busy))) {
            if (one.observer == "mirror: sizes" || one.observer == "mirror: times of attestation") {
                EXPECT_EQ(one.advantage, 0) << one.observer << " " << busy;
                EXPECT_EQ(one.bits, 0) << one.observer << " " << busy;
            }
        }
    }
}

TEST(Cadence, of_a_batch_that_is_too_small_shows_in_times_first_and_then_in_sizes) {
    const CadencePlan small = plan_with(8, 20);
    EXPECT_GT(advantage_of(small, "mirror: times of attestation"), 0.5);
    CadencePlan tiny = plan_with(2, 40);
    tiny.rule.carry = 1;
    EXPECT_GT(advantage_of(tiny, "mirror: sizes"), 0.5);
}

TEST(Cadence, guesses_by_chance_where_both_sorts_of_day_are_the_same) {
    for (const Guessing& one : measure_cadence(plan_with(64, 2))) {
        EXPECT_LT(one.advantage, 0.1) << one.observer;
        EXPECT_LT(one.bits, 0.01) << one.observer;
    }
}

TEST(Cadence, is_measured_the_same_on_every_run) {
    const auto first = measure_cadence(plan_with(16, 10));
    const auto again = measure_cadence(plan_with(16, 10));
    ASSERT_EQ(first.size(), again.size());
    for (std::size_t i = 0; i < first.size(); ++i) {
        EXPECT_EQ(first[i].advantage, again[i].advantage);
    }
}

TEST(MirrorMeasure, prints_a_line_for_each_observer_or_one_json_object) {
    MirrorMeasureRequest request{plan_with(64, 20), false};
    request.plan.days = 100;
    const Told said = told(run_mirror_measure, request);
    EXPECT_EQ(said.exit, exit_done);
    EXPECT_THAT(said.out, HasSubstr("mirror: sizes                          0.000  0.000\n"));
    request.json = true;
    EXPECT_THAT(
        told(run_mirror_measure, request).out,
        HasSubstr(
            R"({"advantage-thousandths":0,"bits-thousandths":0,"observer":"mirror: sizes"})"));
}

TEST(MirrorMeasure, refuses_what_is_out_of_bounds) {
    MirrorMeasureRequest request{plan_with(0, 20), false};
    EXPECT_EQ(told(run_mirror_measure, request).exit, exit_failure);
    request.plan = plan_with(64, 501);
    EXPECT_EQ(told(run_mirror_measure, request).exit, exit_failure);
    request.plan = plan_with(64, 20);
    request.plan.rule.interval = 7000;
    EXPECT_EQ(told(run_mirror_measure, request).exit, exit_failure);
}

}  // namespace
}  // namespace comity::app
