#include "adapter/sqlite/detail/connection.h"

#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

namespace comity::sqlite::detail {
namespace {

class ConnectionTest : public testing::Test {
 protected:
    ConnectionTest() {
        std::string name = testing::TempDir() + "comity-connection-XXXXXX";
        folder_ = ::mkdtemp(name.data());
        std::ofstream(folder_ / "a.db").flush();
    }
    ~ConnectionTest() override {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    Connection open() { return *Connection::open(folder_ / "a.db"); }
    std::filesystem::path folder_;
};

TEST_F(ConnectionTest, does_not_make_a_file_that_is_absent) {
    EXPECT_FALSE(Connection::open(folder_ / "b.db").has_value());
    EXPECT_FALSE(std::filesystem::exists(folder_ / "b.db"));
}

TEST_F(ConnectionTest, binds_empty_values_as_empty_and_not_as_null) {
    Connection connection = open();
    Statement statement = *connection.prepare("SELECT ? IS NULL, ? IS NULL, ?");
    Query query(connection, statement, {std::string_view(), base::ByteView(), std::int64_t{-5}});
    ASSERT_TRUE(*query.next());
    EXPECT_EQ(query.integer(0), 0);
    EXPECT_EQ(query.integer(1), 0);
    EXPECT_EQ(query.integer(2), -5);
    EXPECT_FALSE(*query.next());
}

TEST_F(ConnectionTest, carries_the_reason_and_the_place_of_an_error) {
    Connection connection = open();
    const auto failed = connection.execute("SELECT * FROM absent");
    ASSERT_FALSE(failed.has_value());
    EXPECT_EQ(failed.error().kind, base::ErrorKind::failure);
    EXPECT_EQ(failed.error().why, "SQLite: no such table: absent (code 1)");
    EXPECT_EQ(failed.error().place, (folder_ / "a.db").string());
}

TEST_F(ConnectionTest, rolls_a_transaction_back_that_was_not_committed) {
    Connection connection = open();
    ASSERT_TRUE(connection.execute("CREATE TABLE t (a INTEGER UNIQUE) STRICT"));
    {
        auto transaction = Transaction::begin(connection);
        ASSERT_TRUE(transaction);
        ASSERT_TRUE(connection.execute("INSERT INTO t VALUES (1)"));
    }
    EXPECT_EQ(*connection.value_of("SELECT count(*) FROM t"), "0");
    {
        auto transaction = Transaction::begin(connection);
        ASSERT_TRUE(connection.execute("INSERT INTO t VALUES (1)"));
        ASSERT_TRUE(transaction->commit());
    }
    EXPECT_EQ(*connection.value_of("SELECT count(*) FROM t"), "1");
    EXPECT_EQ(connection.execute("INSERT INTO t VALUES (1)").error().kind,
              base::ErrorKind::conflict);
}

}  // namespace
}  // namespace comity::sqlite::detail
