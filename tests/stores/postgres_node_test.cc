// A node whose folder names a database: it opens there, goes on there, and leaves no file behind.

#include <filesystem>
#include <unistd.h>

#include "app/comity/node_folder.h"
#include "tests/stores/load.h"

namespace comity::app {
namespace {

namespace fs = std::filesystem;
using stores::must;

/// A copy of a whole node folder, without its store.
class PostgresNode : public testing::Test {
 protected:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "comity-node-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        place_ = name;
        fs::copy(fs::path(COMITY_TEST_DATA) / "node-v1", folder(), fs::copy_options::recursive);
        for (const char* secret : {"keys", "daykeys"}) {
            for (const fs::directory_entry& file : fs::directory_iterator(folder() / secret)) {
                fs::permissions(file.path(), fs::perms::owner_read | fs::perms::owner_write);
            }
            fs::permissions(folder() / secret, fs::perms::owner_all);
        }
        fs::remove(folder() / "store.sqlite");
    }
    void TearDown() override { fs::remove_all(place_); }
    [[nodiscard]] fs::path folder() const { return place_ / "node"; }

    void set_store(const std::string& store) const {
        NodeConfig config = must(read_config(folder()));
        config.store = store;
        must(write_config(folder(), config));
    }

    fs::path place_;
};

TEST_F(PostgresNode, opens_in_its_database_and_takes_a_new_epoch_at_each_start) {
    const auto server = must(stores::PostgresServer::make());
    const std::string database = must(server->new_database());
    set_store(server->place(database));
    for (std::uint64_t start = 1; start <= 2; ++start) {
        const auto node = must(open_node(folder()));
        EXPECT_EQ(must(node->store->head()).epoch, start);
    }
    EXPECT_FALSE(fs::exists(folder() / "store.sqlite"));
    EXPECT_EQ(must(server->sql("SELECT owner FROM comity.identity", database)),
              must(read_config(folder())).origin);

    const auto overtaken = must(open_node(folder()));
    const auto serving = must(open_node(folder()));
    ports::Batch batch;
    batch.settings = {{"colour", "red"}};
    EXPECT_EQ(overtaken->store->commit(batch).error().kind, base::ErrorKind::conflict);
    EXPECT_TRUE(serving->store->commit(batch).has_value());
}

TEST_F(PostgresNode, does_not_open_in_the_database_of_another_ledger) {
    const auto server = must(stores::PostgresServer::make());
    set_store(server->place(must(server->new_database())));
    must(open_node(folder()));
    NodeConfig config = must(read_config(folder()));
    config.origin = "live.comity.example/other";
    must(write_config(folder(), config));
    const auto refused = open_node(folder());
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().what, "this database is another institution's");
}

TEST_F(PostgresNode, is_not_made_with_a_store_that_cannot_be_used) {
    for (const char* store :
         {"store.sqlite", "sqlite:store", "postgres:host=db password=hunter2"}) {
        NewNode node;
        node.folder = place_ / "new";
        node.party = *base::PartyId::parse("xa-court");
        node.law = COMITY_LAW;
        node.store = store;
        const auto made = make_node(node);
        ASSERT_FALSE(made.has_value()) << store;
        EXPECT_EQ(made.error().kind, base::ErrorKind::malformed);
        EXPECT_EQ(made.error().text().find("hunter2"), std::string::npos);
        EXPECT_FALSE(fs::exists(node.folder));
    }
}

}  // namespace
}  // namespace comity::app
