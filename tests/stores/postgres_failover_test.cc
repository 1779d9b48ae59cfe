// A primary and its synchronous standby.

#include "tests/stores/load.h"

namespace comity::stores {
namespace {

/// Two servers, the second a synchronous standby of the first, and a database.
struct Pair {
    Pair() {
        primary = must(PostgresServer::make());
        database = must(primary->new_database());
        standby = must(primary->make_standby());
        set_standby_names("*");
        must(primary->wait_for("SELECT sync_state FROM pg_stat_replication", "sync"));
    }
    void set_standby_names(const std::string& names) const {
        must(primary->sql("ALTER SYSTEM SET synchronous_standby_names = '" + names + "'"));
        must(primary->sql("SELECT pg_reload_conf()"));
        must(primary->wait_for("SHOW synchronous_standby_names", names));
    }
    std::unique_ptr<PostgresServer> primary;
    std::unique_ptr<PostgresServer> standby;
    std::string database;
};

TEST(PostgresFailover, promotion_under_load_loses_nothing_acknowledged_and_makes_no_fork) {
    Pair pair;
    const std::string place = pair.primary->place(pair.database, pair.standby.get());
    const auto store = open_store(place);
    const auto other = open_store(place);  // of a second process
    Load load({store.get(), other.get()}, 8);
    EXPECT_TRUE(load.wait_for(150));
    pair.primary->kill();
    must(pair.standby->promote());
    EXPECT_TRUE(load.wait_for(150));
    load.stop();
    EXPECT_EQ(load.failures(), std::vector<std::string>{});
    const auto after = open_store(pair.standby->place(pair.database));
    expect_one_history(*after, load.acknowledged());
    EXPECT_EQ(must(after->head()).size, load.acknowledged().size());
}

TEST(PostgresFailover, a_primary_that_was_replaced_and_comes_back_is_not_written_to) {
    Pair pair;
    const auto store = open_store(pair.primary->place(pair.database, pair.standby.get()),
                                  std::chrono::milliseconds(1500));
    ASSERT_TRUE(store->commit(link({}, 1)));
    pair.primary->kill();
    must(pair.standby->promote());
    ASSERT_TRUE(store->commit(link({1, digest(1), 0}, 2)));

    // It takes writes, stands first in the list of hosts, and knows nothing of the second batch.
    must(pair.primary->start({"synchronous_standby_names="}));
    pair.standby->kill();
    const auto refused = store->commit(link({1, digest(1), 0}, 3));
    ASSERT_FALSE(refused.has_value());
    EXPECT_NE(refused.error().text().find("lacks what it acknowledged"), std::string::npos)
        << refused.error().text();
    EXPECT_EQ(must(pair.primary->sql("SELECT size FROM comity.head", pair.database)), "1");
    must(pair.standby->start());
    EXPECT_EQ(must(store->head()).size, 2U);
}

TEST(PostgresFailover, what_the_standby_has_not_is_not_acknowledged) {
    const Pair pair;
    const auto store =
        open_store(pair.primary->place(pair.database), std::chrono::milliseconds(700));
    ASSERT_TRUE(store->commit(link({}, 1)));
    pair.standby->stop();
    // The primary has the batch on its own disk and waits; nobody may be told that it holds.
    const ports::Batch batch = link({1, digest(1), 0}, 2);
    const auto waiting = store->commit(batch);
    ASSERT_FALSE(waiting.has_value());
    EXPECT_EQ(waiting.error().kind, base::ErrorKind::failure);
    EXPECT_EQ(waiting.error().what, "it is not known whether the last batch is stored");
    EXPECT_FALSE(store->head().has_value());
    must(pair.standby->start());
    must(pair.primary->wait_for("SELECT sync_state FROM pg_stat_replication", "sync"));
    EXPECT_EQ(must(store->head()), *batch.new_head);  // it holds, and now that is known
    EXPECT_EQ(store->commit(batch).error().kind, base::ErrorKind::conflict);
    must(store->commit(link(*batch.new_head, 3)));
    expect_one_history(*store, {{1, 0}, {2, 1}, {3, 2}});
}

TEST(PostgresFailover, a_wait_for_the_standby_that_was_broken_off_is_waited_for_again) {
    const Pair pair;
    const auto store = open_store(pair.primary->place(pair.database), std::chrono::seconds(20));
    ASSERT_TRUE(store->commit(link({}, 1)));
    pair.standby->stop();
    base::Result<void> committed;
    std::thread writer([&] { committed = store->commit(link({1, digest(1), 0}, 2)); });
    // "The transaction has already committed locally, but might not have been replicated."
    must(pair.primary->wait_for(
        "SELECT pg_cancel_backend(pid)::text FROM pg_stat_activity WHERE wait_event = 'SyncRep' "
        "AND query = 'COMMIT'",
        "true"));
    // It asks the row of its own, and that waits too; the batch is visible meanwhile.
    must(
        pair.primary->wait_for("SELECT count(*) FROM pg_stat_activity "
                               "WHERE wait_event = 'SyncRep' AND query LIKE 'UPDATE%'",
                               "1"));
    EXPECT_EQ(must(pair.primary->sql("SELECT size FROM comity.head", pair.database)), "2");
    must(pair.standby->start());
    writer.join();
    EXPECT_TRUE(committed.has_value());
    EXPECT_EQ(must(pair.primary->sql("SELECT state FROM pg_stat_replication")), "streaming");
    expect_one_history(*store, {{1, 0}, {2, 1}});
}

}  // namespace
}  // namespace comity::stores
