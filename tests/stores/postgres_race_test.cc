// Several processes' stores on one database: one history, and one that may write.

#include "tests/stores/load.h"

namespace comity::stores {
namespace {

using base::ErrorKind;
using ports::Batch;

TEST(PostgresRace, of_24_threads_on_two_stores_each_head_has_one_successor) {
    const auto server = must(PostgresServer::make());
    const std::string place = server->place(must(server->new_database()));
    const auto first = open_store(place);
    const auto second = open_store(place);
    Load load({first.get(), second.get()}, 24);
    EXPECT_TRUE(load.wait_for(500));
    load.stop();
    EXPECT_EQ(load.failures(), std::vector<std::string>{});
    EXPECT_EQ(must(first->head()).size, load.acknowledged().size());
    expect_one_history(*second, load.acknowledged());
}

/// What a process does that takes the ledger over.
base::Result<void> take_over(ports::Store& store) {
    Batch batch;
    batch.expected_head = must(store.head());
    batch.new_head = batch.expected_head;
    batch.new_head->epoch += 1;
    return store.commit(batch);
}

TEST(PostgresRace, a_process_that_was_overtaken_writes_nothing_more_and_is_told_how_to_go_on) {
    const auto server = must(PostgresServer::make());
    const std::string place = server->place(must(server->new_database()));
    const auto first = open_store(place);
    const auto second = open_store(place);
    ASSERT_TRUE(take_over(*first));
    ASSERT_TRUE(first->commit(link(must(first->head()), 1)));
    ASSERT_TRUE(take_over(*second));

    const ports::LedgerHead head = must(first->head());
    Batch setting;  // compares no head
    setting.settings = {{"colour", "red"}};
    for (const Batch& batch : {setting, link(head, 2), link({1, digest(1), 1}, 3)}) {
        const auto refused = first->commit(batch);
        ASSERT_FALSE(refused.has_value());
        EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
        EXPECT_EQ(refused.error().what, "another process has taken this ledger over");
        EXPECT_EQ(refused.error().why, "this process took epoch 1, the store has epoch 2");
        EXPECT_NE(refused.error().next.find("start this one anew"), std::string::npos);
    }
    EXPECT_EQ(must(first->setting("colour")), std::nullopt);  // and it may still read
    EXPECT_EQ(must(second->head()), head);
    EXPECT_TRUE(second->commit(link(head, 2)));
    EXPECT_TRUE(second->commit(setting));
    expect_one_history(*second, {{1, 0}, {2, 1}});
}

TEST(PostgresRace, two_that_make_the_tables_at_once_both_find_them) {
    const auto server = must(PostgresServer::make());
    const std::string place = server->place(must(server->new_database()));
    std::vector<std::unique_ptr<postgres::PostgresStore>> stores(6);
    std::vector<std::thread> threads;
    for (auto& store : stores) {
        threads.emplace_back([&store, &place] { store = open_store(place); });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    for (const auto& store : stores) {
        EXPECT_EQ(must(store->head()), ports::LedgerHead{});
    }
}

}  // namespace
}  // namespace comity::stores
