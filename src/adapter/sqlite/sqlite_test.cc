#include "adapter/sqlite/sqlite.h"

#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <sys/stat.h>
#include <unistd.h>

#include "adapter/sqlite/detail/connection.h"

// What every store promises is tested in tests/conformance; here is the file.

namespace comity::sqlite {
namespace {

namespace fs = std::filesystem;

class SqliteStoreFile : public testing::Test {
 protected:
    SqliteStoreFile() {
        std::string name = testing::TempDir() + "comity-sqlite-XXXXXX";
        folder_ = ::mkdtemp(name.data());
        path_ = folder_ / "store.sqlite";
    }
    ~SqliteStoreFile() override {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
    static std::string bytes_of(const fs::path& path) {
        std::ifstream file(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    void put(const std::string& bytes) { std::ofstream(path_, std::ios::binary) << bytes; }
    /// Opens what stands at path_, expects a refusal and that the file did not change.
    base::Error refusal() {
        const std::string before = bytes_of(path_);
        const auto opened = SqliteStore::open(path_);
        EXPECT_FALSE(opened.has_value());
        EXPECT_EQ(bytes_of(path_), before);
        return opened ? base::Error{} : opened.error();
    }
    static ports::Batch some_batch() {
        ports::Batch batch;
        batch.expected_head = ports::LedgerHead{};
        batch.new_head = ports::LedgerHead{200, {}, 1};
        batch.leaves.assign(200, base::Bytes(100, 7));
        return batch;
    }
    fs::path folder_;
    fs::path path_;
};

TEST_F(SqliteStoreFile, is_readable_by_its_owner_only_and_marked_as_ours) {
    ASSERT_TRUE(SqliteStore::open(path_));
    struct stat status{};
    ASSERT_EQ(::stat(path_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600U);
    auto connection = detail::Connection::open(path_);
    ASSERT_TRUE(connection);
    EXPECT_EQ(*connection->value_of("PRAGMA application_id"), "1131375977");
    EXPECT_EQ(*connection->value_of("PRAGMA user_version"), "3");
    EXPECT_EQ(*connection->value_of("PRAGMA journal_mode"), "wal");
    EXPECT_EQ(*connection->value_of("PRAGMA secure_delete"), "1");
    EXPECT_EQ(*connection->value_of("PRAGMA trusted_schema"), "0");
    EXPECT_EQ(*connection->value_of("PRAGMA foreign_keys"), "1");
    EXPECT_EQ(*connection->value_of("SELECT group_concat(name) FROM migrations"),
              "the first tables,items under data keys, what ends when,"
              "an outbox without an index");
    EXPECT_EQ(*connection->value_of("SELECT count(*) FROM pragma_table_list WHERE schema = 'main' "
                                    "AND strict = 0 AND name NOT LIKE 'sqlite_%'"),
              "0");
}

TEST_F(SqliteStoreFile, cannot_be_opened_twice) {
    auto first = SqliteStore::open(path_);
    ASSERT_TRUE(first);
    const auto second = SqliteStore::open(path_);
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().kind, base::ErrorKind::conflict);
    EXPECT_EQ(second.error().place, path_.string());
    first->reset();
    EXPECT_TRUE(SqliteStore::open(path_));
}

TEST_F(SqliteStoreFile, refuses_a_file_that_is_no_database) {
    put(std::string(5000, 'x'));
    EXPECT_EQ(refusal().kind, base::ErrorKind::malformed);
    put("");
    EXPECT_EQ(refusal().what, "this file is not a store of Comity");
    put(std::string("SQLite format 3\0", 16));
    EXPECT_EQ(refusal().kind, base::ErrorKind::malformed);
}

TEST_F(SqliteStoreFile, refuses_a_folder) {
    fs::create_directory(path_);
    EXPECT_EQ(SqliteStore::open(path_).error().kind, base::ErrorKind::malformed);
}

TEST_F(SqliteStoreFile, refuses_the_database_of_another_program) {
    put("");
    {
        auto connection = detail::Connection::open(path_);
        ASSERT_TRUE(connection);
        ASSERT_TRUE(connection->execute("CREATE TABLE theirs (a)"));
    }
    const base::Error error = refusal();
    EXPECT_EQ(error.kind, base::ErrorKind::malformed);
    EXPECT_EQ(error.why, "it is an SQLite database of another program");
}

TEST_F(SqliteStoreFile, refuses_a_store_written_by_a_newer_program) {
    ASSERT_TRUE(SqliteStore::open(path_));
    {
        auto connection = detail::Connection::open(path_);
        ASSERT_TRUE(connection->execute("PRAGMA user_version=4"));
    }
    const base::Error error = refusal();
    EXPECT_EQ(error.kind, base::ErrorKind::malformed);
    EXPECT_EQ(error.what, "the store was written by a newer program");
    EXPECT_EQ(error.why, "its schema has number 4, this program knows up to 3");
}

TEST_F(SqliteStoreFile, refuses_a_store_without_its_tables) {
    ASSERT_TRUE(SqliteStore::open(path_));
    {
        auto connection = detail::Connection::open(path_);
        ASSERT_TRUE(connection->execute("DROP TABLE outbox"));
    }
    const auto opened = SqliteStore::open(path_);
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().what, "the store's tables are not what this program expects");
    EXPECT_NE(opened.error().why.find("no such table: outbox"), std::string::npos);
}

TEST_F(SqliteStoreFile, finds_damage_in_its_pages) {
    ASSERT_TRUE((*SqliteStore::open(path_))->commit(some_batch()));
    ASSERT_TRUE((*SqliteStore::open(path_))->integrity_check());
    std::string bytes = bytes_of(path_);
    ASSERT_GT(bytes.size(), 60'000U);
    for (std::size_t page = 2; page * 4096 < bytes.size(); ++page) {
        bytes.replace(page * 4096, 64, 64, '\xee');
    }
    put(bytes);
    auto store = SqliteStore::open(path_);
    const base::Error error =
        store ? (*store)->integrity_check().error() : std::move(store).error();
    EXPECT_TRUE(error.kind == base::ErrorKind::invalid || error.kind == base::ErrorKind::malformed)
        << error.text();
    EXPECT_FALSE(error.why.empty());
}

TEST_F(SqliteStoreFile, finds_leaves_that_the_head_does_not_count) {
    ASSERT_TRUE((*SqliteStore::open(path_))->commit(some_batch()));
    {
        auto connection = detail::Connection::open(path_);
        ASSERT_TRUE(connection->execute("DELETE FROM leaves WHERE position = 100"));
    }
    const auto checked = (*SqliteStore::open(path_))->integrity_check();
    ASSERT_FALSE(checked.has_value());
    EXPECT_EQ(checked.error().kind, base::ErrorKind::invalid);
    EXPECT_EQ(checked.error().why, "the head has size 200, there are 199 leaves up to 200");
}

TEST_F(SqliteStoreFile, copies_a_long_log_into_its_file_while_commits_go_on) {
    auto store = SqliteStore::open(path_);
    ASSERT_TRUE(store);
    const auto before = fs::file_size(path_);
    constexpr std::uintmax_t log_bytes = 17 << 20;  // over what the log may grow to
    bool is_copied = false;
    std::uint8_t number = 0;
    for (int i = 0; i < 2000 && !is_copied; ++i) {
        ports::Batch batch;
        base::Digest id;
        id.bytes[0] = ++number;
        id.bytes[1] = static_cast<std::uint8_t>(i / 256);
        batch.items = {{id, *base::MatterId::parse("m"), base::Bytes(1 << 20, number), {1}, {}}};
        ASSERT_TRUE((*store)->commit(batch));
        is_copied = fs::file_size(path_) >= before + log_bytes;
    }
    EXPECT_TRUE(is_copied);
    ASSERT_TRUE((*store)->integrity_check());
}

TEST_F(SqliteStoreFile, begins_its_log_anew_though_commits_never_pause) {
    auto store = SqliteStore::open(path_);
    ASSERT_TRUE(store);
    constexpr int megabytes = 255;
    for (int i = 0; i < megabytes; ++i) {
        ports::Batch batch;
        base::Digest id;
        id.bytes[0] = static_cast<std::uint8_t>(i);
        batch.items = {{id, *base::MatterId::parse("m"), base::Bytes(1 << 20, 7), {1}, {}}};
        ASSERT_TRUE((*store)->commit(batch));
    }
    EXPECT_LT(fs::file_size(path_.string() + "-wal"), std::uintmax_t{megabytes} << 20);
    ASSERT_TRUE((*store)->integrity_check());
}

TEST_F(SqliteStoreFile, knows_its_outbox_after_a_batch_that_it_refused) {
    const auto row = [](std::string_view peer, std::uint8_t entry, std::string refused) {
        base::Digest id;
        id.bytes[31] = entry;
        return ports::OutboxRow{*base::PartyId::parse(peer), id, std::move(refused)};
    };
    auto store = SqliteStore::open(path_);
    ASSERT_TRUE(store);
    ports::Batch first;
    first.outbox_add = {row("xb-authority", 1, ""), row("xb-authority", 2, "")};
    ASSERT_TRUE((*store)->commit(first));

    ports::Batch refused;
    refused.outbox_add = {row("xa-court", 3, "")};
    refused.outbox_done = {row("xb-authority", 1, "")};
    base::Digest id;
    refused.items = {{id, *base::MatterId::parse("m"), {1}, {1}, {}},
                     {id, *base::MatterId::parse("m"), {2}, {1}, {}}};  // two that differ
    EXPECT_EQ((*store)->commit(refused).error().kind, base::ErrorKind::conflict);
    EXPECT_EQ(*(*store)->outbox(), first.outbox_add);

    ports::Batch next;
    next.outbox_add = {row("xa-court", 3, ""), row("xb-authority", 2, "no")};
    next.outbox_done = {row("xb-authority", 1, "")};
    ASSERT_TRUE((*store)->commit(next));
    EXPECT_EQ(*(*store)->outbox(), (std::vector<ports::OutboxRow>{row("xb-authority", 2, "no"),
                                                                  row("xa-court", 3, "")}));
}

TEST_F(SqliteStoreFile, takes_an_older_outbox_over_in_its_order) {
    fs::copy_file(fs::path(COMITY_TEST_DATA) / "stores/v2.sqlite", path_);
    {
        auto connection = detail::Connection::open(path_);
        ASSERT_TRUE(connection);
        ASSERT_TRUE(connection->execute(
            "DELETE FROM outbox;"
            "INSERT INTO outbox VALUES (9, 'xa-court', zeroblob(32), ''),"
            "(4, 'xb-authority', zeroblob(32), 'no'), (7, 'xa-court', x'"
            "1111111111111111111111111111111111111111111111111111111111111111', '')"));
    }
    base::Digest ones;
    ones.bytes.fill(0x11);
    const base::PartyId court = *base::PartyId::parse("xa-court");
    const base::PartyId authority = *base::PartyId::parse("xb-authority");
    auto store = SqliteStore::open(path_);
    ASSERT_TRUE(store) << store.error().text();
    EXPECT_EQ(*(*store)->outbox(), (std::vector<ports::OutboxRow>{
                                       {authority, {}, "no"}, {court, ones, ""}, {court, {}, ""}}));
    ports::Batch batch;
    batch.outbox_add = {{authority, {}, ""}, {authority, ones, ""}};
    batch.outbox_done = {{court, ones, ""}};
    ASSERT_TRUE((*store)->commit(batch));
    EXPECT_EQ(*(*store)->outbox(),
              (std::vector<ports::OutboxRow>{
                  {authority, {}, ""}, {court, {}, ""}, {authority, ones, ""}}));
    ASSERT_TRUE((*store)->integrity_check());
}

TEST_F(SqliteStoreFile, makes_a_new_store_over_what_an_unfinished_creation_left) {
    std::ofstream(path_.string() + ".new") << "half";
    EXPECT_TRUE(SqliteStore::open(path_));
    EXPECT_FALSE(fs::exists(path_.string() + ".new"));
}

TEST_F(SqliteStoreFile, says_why_it_cannot_be_made) {
    const auto opened = SqliteStore::open(folder_ / "none" / "store.sqlite");
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().kind, base::ErrorKind::failure);
    EXPECT_EQ(opened.error().why, "No such file or directory");
}

class StoreOfVersion : public SqliteStoreFile, public testing::WithParamInterface<int> {};

TEST_P(StoreOfVersion, is_read_by_this_program) {
    const std::string file = "stores/v" + std::to_string(GetParam()) + ".sqlite";
    fs::copy_file(fs::path(COMITY_TEST_DATA) / file, path_);
    auto store = SqliteStore::open(path_);
    ASSERT_TRUE(store) << store.error().text();
    ASSERT_TRUE((*store)->integrity_check());
    EXPECT_EQ(*(*store)->head(),
              (ports::LedgerHead{2, *base::Digest::from_hex(std::string(64, 'a')), 3}));
    EXPECT_EQ(*(*store)->leaves(0, 2), (std::vector<base::Bytes>{{1, 2, 3}, {}}));
    const base::Digest id = *base::Digest::from_hex(std::string(64, 'b'));
    const ports::StoredEntry expected{id,
                                      ports::EntryKind::receipt,
                                      *base::MatterId::parse("matter-1"),
                                      *base::PartyId::parse("xa-prosecution"),
                                      4,
                                      R"({"header":1})",
                                      R"({"attestation":1})",
                                      {9, 8, 7},
                                      {6, 5},
                                      base::Date{21000},
                                      1,
                                      R"({"transport":1})",
                                      base::Instant{1900000000123}};
    EXPECT_EQ(*(*store)->entry(id), expected);
    EXPECT_EQ(*(*store)->outbox(),
              (std::vector<ports::OutboxRow>{{*base::PartyId::parse("xb-authority"), id, "no"}}));
    EXPECT_EQ(**(*store)->witnessed("log.example"),
              (ports::WitnessRow{"log.example", 7, *base::Digest::from_hex(std::string(64, 'c'))}));
    const base::Digest item = *base::Digest::from_hex(std::string(64, 'd'));
    const base::Bytes wrapped = GetParam() == 1 ? base::Bytes() : base::Bytes{7};
    EXPECT_EQ(
        *(*store)->item(item),
        (ports::StoredItem{
            item, *base::MatterId::parse("matter-1"), {1, 0, 1}, wrapped, base::Date{22000}}));
    EXPECT_EQ(**(*store)->setting("colour"), "red");
}

INSTANTIATE_TEST_SUITE_P(EveryVersion, StoreOfVersion, testing::Values(1, 2, 3));

}  // namespace
}  // namespace comity::sqlite
