#include "node/simulation/machine.h"

#include <gtest/gtest.h>

#include "adapter/memory/memory.h"
#include "ground/crypto/testing.h"
#include "node/simulation/network.h"
#include "node/simulation/oracle.h"

namespace comity::simulation {
namespace {

using namespace std::chrono_literals;

ports::Batch batch_of(std::string name) {
    ports::Batch batch;
    batch.settings = {{std::move(name), "value"}};
    return batch;
}

struct Disks : ::testing::Test {
    memory::MemoryStore inner;
    memory::MemoryLedgerFiles inner_files;
    Breaker breaker;
    int heard = 0;
    BreakingStore store{inner, breaker, [this](const ports::Batch&) { ++heard; }};
    BreakingFiles files{inner_files, breaker};

    bool holds(std::string_view name) { return inner.setting(name)->has_value(); }
};

TEST_F(Disks, holds_a_batch_or_not_whatever_the_process_is_told) {
    EXPECT_TRUE(store.commit(batch_of("whole")));
    breaker.order(1, WriteFate::fails);
    EXPECT_FALSE(store.commit(batch_of("failed")));
    breaker.order(1, WriteFate::held_fails);
    EXPECT_FALSE(store.commit(batch_of("held")));
    EXPECT_TRUE(holds("whole"));
    EXPECT_FALSE(holds("failed"));
    EXPECT_TRUE(holds("held"));
    EXPECT_EQ(heard, 2);
    EXPECT_FALSE(breaker.dead());
}

TEST_F(Disks, reaches_nothing_any_more_once_the_process_is_dead) {
    breaker.order(2, WriteFate::dies_after);
    EXPECT_TRUE(store.commit(batch_of("first")));
    EXPECT_FALSE(store.commit(batch_of("second")));
    EXPECT_TRUE(breaker.dead());
    EXPECT_TRUE(holds("second"));
    EXPECT_FALSE(store.commit(batch_of("third")));
    EXPECT_FALSE(files.publish("origin\n"));
    EXPECT_FALSE(holds("third"));
    breaker.revive();
    EXPECT_TRUE(store.commit(batch_of("fourth")));
}

TEST_F(Disks, tears_files_in_half_and_never_a_checkpoint) {
    breaker.order(1, WriteFate::torn);
    EXPECT_FALSE(files.write({{"tile/0/000.p/2", base::Bytes(64)}, {"tile/entries/000.p/2", {1}}}));
    EXPECT_EQ(inner_files.read("tile/0/000.p/2")->size(), 32U);
    EXPECT_FALSE(inner_files.read("tile/entries/000.p/2"));
    breaker.revive();
    breaker.order(1, WriteFate::torn);
    EXPECT_FALSE(files.publish("origin\n2\n"));
    EXPECT_FALSE(inner_files.read("checkpoint"));
}

TEST_F(Disks, refuses_every_write_while_the_disk_is_full) {
    breaker.fill_disk();
    EXPECT_FALSE(store.commit(batch_of("one")));
    EXPECT_FALSE(store.commit(batch_of("two")));
    breaker.free_disk();
    EXPECT_TRUE(store.commit(batch_of("two")));
}

TEST(PlainLog, has_the_roots_of_the_tree_that_it_is_compared_with) {
    PlainLog plain;
    ledger::Tree tree;
    EXPECT_EQ(plain.root_at(0), tree.root());
    for (std::uint8_t i = 0; i < 100; ++i) {
        const base::Bytes leaf{i, 7};
        plain.append(leaf);
        tree.append(crypto::merkle_leaf(leaf));
        EXPECT_EQ(plain.root_at(plain.size()), tree.root());
    }
    for (std::uint64_t size = 0; size <= 100; ++size) {
        EXPECT_EQ(plain.root_at(size), tree.root_at(size));
    }
}

Parcel request_of(std::string_view from, std::string_view to, std::uint64_t token) {
    return {base::PartyId::parse(from).value(),
            base::PartyId::parse(to).value(),
            1,
            token,
            message::Request{},
            std::nullopt};
}

TEST(Network, tells_the_sender_of_every_message_what_became_of_it) {
    const Plan plan{1, 1, {Fault::doubling}};
    Network network(plan, Dice(1, "network"));
    const base::Instant start{1'000'000};
    std::size_t lost = 0;
    std::size_t arrived = 0;
    for (std::uint64_t i = 0; i < 1000; ++i) {
        network.ask(request_of("a", "b", i), start);
    }
    for (const Parcel& parcel : network.arrived(start + 60s)) {
        ++(parcel.answer ? lost : arrived);
    }
    EXPECT_EQ(lost + arrived, 1000U);
    EXPECT_GT(lost, 20U);
    EXPECT_LT(lost, 120U);
    EXPECT_TRUE(network.empty());
}

TEST(Network, carries_nothing_over_a_cut_and_everything_once_it_is_healed) {
    const Plan plan{1, 1, {}};
    Network network(plan, Dice(1, "network"));
    const base::Instant start{1'000'000};
    network.cut({base::PartyId::parse("a").value()}, start + 10s);
    network.ask(request_of("a", "b", 1), start);
    for (const Parcel& parcel : network.arrived(start + 60s)) {
        EXPECT_TRUE(parcel.answer) << "a request came over the cut";
    }
    network.heal();
    network.ask(request_of("a", "b", 2), start + 1s);
    const auto healed = network.arrived(start + 2s);
    ASSERT_EQ(healed.size(), 1U);
    EXPECT_TRUE(healed.front().request);
}

TEST(Dice, throw_the_same_for_one_seed_and_purpose_and_not_for_another) {
    Dice one(5, "acts");
    Dice same(5, "acts");
    Dice other(5, "crashes");
    Dice next(6, "acts");
    const std::uint64_t first = one.next();
    EXPECT_EQ(first, same.next());
    EXPECT_NE(first, other.next());
    EXPECT_NE(first, next.next());
    for (int i = 0; i < 1000; ++i) {
        const std::int64_t value = one.between(-3, 4);
        EXPECT_TRUE(-3 <= value && value <= 4);
        EXPECT_LT(one.below(7), 7U);
    }
}

}  // namespace
}  // namespace comity::simulation
