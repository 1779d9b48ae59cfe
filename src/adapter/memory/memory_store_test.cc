#include "adapter/memory/memory_store.h"

#include <gtest/gtest.h>

// What every store promises is tested in tests/conformance; here are the faults.

namespace comity::memory {
namespace {

ports::Batch setting(std::string value) {
    ports::Batch batch;
    batch.settings = {{"colour", std::move(value)}};
    return batch;
}

TEST(MemoryStore, fails_the_ordered_commit_before_it_takes_effect) {
    MemoryStore store;
    store.fail_commit(2, CommitFault::before);
    ASSERT_TRUE(store.commit(setting("red")));
    EXPECT_EQ(store.commit(setting("green")).error().kind, base::ErrorKind::failure);
    EXPECT_EQ(*store.setting("colour"), "red");
    ASSERT_TRUE(store.commit(setting("blue")));
    EXPECT_EQ(*store.setting("colour"), "blue");
    EXPECT_EQ(store.commits(), 3U);
}

TEST(MemoryStore, fails_the_ordered_commit_after_it_took_effect) {
    MemoryStore store;
    store.fail_commit(1, CommitFault::after);
    EXPECT_EQ(store.commit(setting("green")).error().kind, base::ErrorKind::failure);
    EXPECT_EQ(*store.setting("colour"), "green");
}

TEST(MemoryStore, keeps_nothing_while_the_disk_is_full) {
    MemoryStore store;
    store.set_disk(Disk::full);
    EXPECT_EQ(store.commit(setting("red")).error().kind, base::ErrorKind::failure);
    EXPECT_EQ(*store.setting("colour"), std::nullopt);
    store.set_disk(Disk::has_room);
    EXPECT_TRUE(store.commit(setting("red")));
}

TEST(MemoryStore, tells_a_conflict_even_where_a_fault_after_the_effect_was_ordered) {
    MemoryStore store;
    store.fail_commit(1, CommitFault::after);
    ports::Batch batch = setting("red");
    batch.expected_head = ports::LedgerHead{5, {}, 0};
    EXPECT_EQ(store.commit(batch).error().kind, base::ErrorKind::conflict);
    EXPECT_EQ(*store.setting("colour"), std::nullopt);
}

}  // namespace
}  // namespace comity::memory
