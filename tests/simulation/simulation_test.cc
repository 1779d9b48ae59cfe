#include "node/simulation/simulation.h"

#include <gtest/gtest.h>

#include "app/comity/workshop.h"
#include "tests/kit/kit.h"

namespace comity::simulation {
namespace {

constexpr std::size_t steps = 40;
constexpr std::uint64_t seeds_per_part = 50;

const Setting& setting() {
    static const Setting only = app::invented_states(kit::real_law());  // the texts cost a while
    return only;
}

std::string told(const Outcome& outcome) {
    std::string text = "seed " + std::to_string(outcome.plan.seed) + ": ";
    if (outcome.violation) {
        text += outcome.violation->rule + ": " + outcome.violation->what + "\n";
    }
    const std::size_t first = outcome.trace.size() > 60 ? outcome.trace.size() - 60 : 0;
    for (std::size_t i = first; i < outcome.trace.size(); ++i) {
        text += outcome.trace[i] + "\n";
    }
    return text;
}

std::set<Fault> every_fault() {
    return {all_faults().begin(), all_faults().end()};
}

std::set<Fault> every_fault_but(Fault one) {
    std::set<Fault> faults = every_fault();
    faults.erase(one);
    return faults;
}

/// 200 seeds in four parts, so that they share the cores.
class Seeds : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(Seeds, hold_every_invariant_that_is_checked) {
    app::MemoryWorkshop workshop;
    Counters sum;
    for (std::uint64_t i = 0; i < seeds_per_part; ++i) {
        const Outcome outcome =
            run(setting(), workshop, {GetParam() * seeds_per_part + i + 1, steps, {}});
        ASSERT_FALSE(outcome.violation) << told(outcome);
        sum += outcome.counters;
    }
    // A simulation in which nothing happens proves nothing.
    EXPECT_GT(sum.recorded, 2000);
    EXPECT_GT(sum.refused, 300);
    EXPECT_GT(sum.crashes, 40);
    EXPECT_GT(sum.lies, 100);
    EXPECT_GT(sum.rollbacks, 0);
    EXPECT_GT(sum.nights, 10);
    EXPECT_GT(sum.erased, 0);
    for (const Mark mark :
         {Mark::handed_over, Mark::limited, Mark::held, Mark::recalled, Mark::lifted}) {
        EXPECT_GT(sum.reached[mark], 0) << name_of(mark);
    }
}

INSTANTIATE_TEST_SUITE_P(TwoHundred, Seeds, ::testing::Values(0, 1, 2, 3));

TEST(Simulation, comes_to_rest_when_nothing_goes_wrong) {
    app::MemoryWorkshop workshop;
    const Outcome outcome = run(setting(), workshop, {1, 120, every_fault()});
    ASSERT_FALSE(outcome.violation) << told(outcome);
    EXPECT_GT(outcome.counters.recorded, 50);
    EXPECT_EQ(outcome.counters.crashes, 0);
    EXPECT_EQ(outcome.counters.lies, 0);
}

TEST(Simulation, plays_every_kind_of_fault_alone) {
    app::MemoryWorkshop workshop;
    for (const Fault fault : all_faults()) {
        for (std::uint64_t seed = 1; seed <= 2; ++seed) {
            const Outcome outcome = run(setting(), workshop, {seed, 40, every_fault_but(fault)});
            ASSERT_FALSE(outcome.violation) << name_of(fault) << " " << told(outcome);
        }
    }
}

TEST(Simulation, repeats_a_seed_to_the_letter_in_any_process) {
    const Plan plan{7, 100, {}};
    app::MemoryWorkshop workshop;
    const Outcome first = run(setting(), workshop, plan);
    app::MemoryWorkshop other;  // other objects, other addresses, other random signatures
    const Outcome second = run(setting(), other, plan);
    EXPECT_EQ(first.trace, second.trace);
    EXPECT_EQ(first.fingerprint, second.fingerprint);
    const Outcome next = run(setting(), other, {8, 100, {}});
    EXPECT_NE(first.fingerprint, next.fingerprint);
}

/// A store that loses what waits to be sent, as a disk without a transaction would.
class LosingStore final : public ports::Store {
 public:
    base::Result<void> commit(const ports::Batch& batch) override {
        ports::Batch less = batch;
        less.outbox_add.clear();
        return inner_.commit(less);
    }
    base::Result<ports::LedgerHead> head() override { return inner_.head(); }
    base::Result<std::vector<base::Bytes>> leaves(std::uint64_t first,
                                                  std::uint64_t count) override {
        return inner_.leaves(first, count);
    }
    base::Result<void> each_entry(
        const std::function<base::Result<void>(const ports::StoredEntry&)>& visit) override {
        return inner_.each_entry(visit);
    }
    base::Result<ports::StoredEntry> entry(const base::Digest& id) override {
        return inner_.entry(id);
    }
    base::Result<std::vector<ports::OutboxRow>> outbox() override { return inner_.outbox(); }
    base::Result<std::optional<ports::WitnessRow>> witnessed(std::string_view origin) override {
        return inner_.witnessed(origin);
    }
    base::Result<ports::StoredItem> item(const base::Digest& id) override {
        return inner_.item(id);
    }
    base::Result<std::vector<ports::KeptKey>> kept(base::Date first, base::Date last) override {
        return inner_.kept(first, last);
    }
    base::Result<std::optional<std::string>> setting(std::string_view name) override {
        return inner_.setting(name);
    }

 private:
    memory::MemoryStore inner_;
};

class LosingWorkshop final : public Workshop {
 public:
    ports::Signer& signer(std::string_view name, crypto::Algorithm algorithm) override {
        return kit_.signer(name, algorithm);
    }
    crypto::KeyAgreement& sealer(std::string_view name) override { return kit_.sealer(name); }
    Disk disk(crypto::Random& random) override {
        Disk disk = kit_.disk(random);
        disk.store = std::make_unique<LosingStore>();
        return disk;
    }

 private:
    app::MemoryWorkshop kit_;
};

TEST(Simulation, finds_a_disk_that_loses_what_waits_and_the_one_fault_that_it_takes) {
    LosingWorkshop workshop;
    std::optional<Outcome> found;
    for (std::uint64_t seed = 1; seed <= 20 && !found; ++seed) {
        Outcome outcome = run(setting(), workshop, {seed, 60, {}});
        if (outcome.violation && outcome.violation->rule == "DESIGN 6.10") {
            found = std::move(outcome);
        }
    }
    ASSERT_TRUE(found);
    EXPECT_NE(found->violation->what.find("forgot to send"), std::string::npos);
    const Outcome least = shrink(setting(), workshop, *found);
    ASSERT_TRUE(least.violation);
    EXPECT_EQ(least.violation->rule, found->violation->rule);
    EXPECT_FALSE(least.plan.without.contains(Fault::crash) &&
                 least.plan.without.contains(Fault::rollback))
        << "nothing is lost without a restart";
    EXPECT_GE(least.plan.without.size(), all_faults().size() - 3);
}

TEST(Simulation, leaves_an_outcome_without_violation_as_it_is) {
    app::MemoryWorkshop workshop;
    const Outcome outcome = run(setting(), workshop, {3, 20, every_fault()});
    ASSERT_FALSE(outcome.violation) << told(outcome);
    EXPECT_EQ(shrink(setting(), workshop, outcome).fingerprint, outcome.fingerprint);
}

}  // namespace
}  // namespace comity::simulation
