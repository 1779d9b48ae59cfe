// A database that dies in the middle of its work, or comes back older than it was.

#include <libpq-fe.h>

#include "tests/stores/load.h"

namespace comity::stores {
namespace {

using base::ErrorKind;

TEST(PostgresCrash, every_acknowledged_batch_survives_kills_of_the_server_under_load) {
    const auto server = must(PostgresServer::make());
    const std::string place = server->place(must(server->new_database()));
    const auto store = open_store(place);
    Load load({store.get()}, 4);
    for (int kills = 0; kills < 3; ++kills) {
        EXPECT_TRUE(load.wait_for(60));
        server->kill();
        must(server->start());
    }
    EXPECT_TRUE(load.wait_for(60));
    load.stop();
    EXPECT_EQ(load.failures(), std::vector<std::string>{});
    expect_one_history(*store, load.acknowledged());
    // What was not acknowledged was not stored: each commit was answered once, and truly.
    EXPECT_EQ(must(store->head()).size, load.acknowledged().size());
}

TEST(PostgresCrash, connections_cut_under_load_lose_and_double_nothing) {
    const auto server = must(PostgresServer::make());
    const std::string database = must(server->new_database());
    const auto store = open_store(server->place(database));
    Load load({store.get()}, 4);
    for (int cuts = 0; cuts < 25; ++cuts) {
        EXPECT_TRUE(load.wait_for(3));
        must(
            server->sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        "WHERE datname = '" +
                        database + "'"));
    }
    EXPECT_TRUE(load.wait_for(3));
    load.stop();
    EXPECT_EQ(load.failures(), std::vector<std::string>{});
    expect_one_history(*store, load.acknowledged());
    EXPECT_EQ(must(store->head()).size, load.acknowledged().size());
}

TEST(PostgresCrash, a_database_that_is_down_fails_calls_in_bounded_time_and_is_found_again) {
    const auto server = must(PostgresServer::make());
    const auto store =
        open_store(server->place(must(server->new_database())), std::chrono::milliseconds(1500));
    ASSERT_TRUE(store->commit(link({}, 1)));
    server->kill();
    const auto refused = store->commit(link({1, digest(1), 0}, 2));
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().kind, ErrorKind::failure);
    EXPECT_EQ(store->head().error().kind, ErrorKind::failure);
    must(server->start());
    EXPECT_EQ(must(store->head()).size, 1U);
    EXPECT_TRUE(store->commit(link({1, digest(1), 0}, 2)));
}

TEST(PostgresCrash, a_batch_that_was_given_up_cannot_hold_later) {
    const auto server = must(PostgresServer::make());
    const std::string database = must(server->new_database());
    const auto store = open_store(server->place(database), std::chrono::milliseconds(1500));
    ASSERT_TRUE(store->commit(link({}, 1)));
    // Somebody holds the head's row, so that the batch waits in the server until it is given up.
    const std::unique_ptr<PGconn, decltype(&PQfinish)> holder(
        PQconnectdb(("host=" + server->socket_folder().string() + " user=comity dbname=" + database)
                        .c_str()),
        &PQfinish);
    PQclear(PQexec(holder.get(), "BEGIN; SELECT FROM comity.head FOR UPDATE"));
    ASSERT_EQ(PQtransactionStatus(holder.get()), PQTRANS_INTRANS);
    const ports::Batch batch = link({1, digest(1), 0}, 2);
    const auto given_up = store->commit(batch);
    ASSERT_FALSE(given_up.has_value());
    EXPECT_EQ(given_up.error().what, "it is not known whether the last batch is stored");
    EXPECT_EQ(must(store->head()).size, 1U);  // now it is known
    const std::string waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND "
        "query LIKE '%begin_batch%' AND pid <> pg_backend_pid()";
    EXPECT_EQ(must(server->sql(waiting)), "1");  // and the server still tries
    PQclear(PQexec(holder.get(), "COMMIT"));
    must(server->wait_for(waiting, "0"));
    EXPECT_EQ(must(store->head()).size, 1U);
    ASSERT_TRUE(store->commit(batch));
    expect_one_history(*store, {{1, 0}, {2, 1}});
}

TEST(PostgresCrash, an_older_copy_of_the_database_is_not_gone_on_with) {
    const auto server = must(PostgresServer::make());
    const auto store =
        open_store(server->place(must(server->new_database())), std::chrono::milliseconds(1500));
    ASSERT_TRUE(store->commit(link({}, 1)));
    server->stop();
    const std::string data = server->data_folder().string();
    must(server->run({"/bin/cp", "-a", data, data + ".old"}));
    must(server->start());
    ASSERT_TRUE(store->commit(link({1, digest(1), 0}, 2)));
    server->stop();
    must(server->run({"/bin/rm", "-r", data}));
    must(server->run({"/bin/mv", data + ".old", data}));
    must(server->start());
    const auto refused = store->commit(link({1, digest(1), 0}, 3));
    ASSERT_FALSE(refused.has_value());
    EXPECT_NE(refused.error().text().find("lacks what it acknowledged"), std::string::npos)
        << refused.error().text();
    EXPECT_FALSE(store->head().has_value());
}

TEST(PostgresCrash, a_database_that_lost_leaves_is_found_damaged) {
    const auto server = must(PostgresServer::make());
    const std::string database = must(server->new_database());
    const auto store = open_store(server->place(database));
    ASSERT_TRUE(store->commit(link({}, 1)));
    ASSERT_TRUE(store->commit(link({1, digest(1), 0}, 2)));
    EXPECT_TRUE(store->integrity_check().has_value());
    must(server->sql("DELETE FROM comity.leaves WHERE position = 0", database));
    EXPECT_EQ(store->integrity_check().error().kind, ErrorKind::invalid);
    EXPECT_EQ(store->leaves(0, 2).error().kind, ErrorKind::malformed);
}

}  // namespace
}  // namespace comity::stores
