// A store whose process dies, or whose disk is full, in the middle of its work.

#include <csignal>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "forked.h"
#include "stores.h"

namespace comity::conformance {
namespace {

using ports::Batch;

constexpr std::size_t leaves_per_batch = 5;

/// Batch number `round`: five leaves and one entry that carries the round.
Batch batch_of(const ports::LedgerHead& head, std::uint64_t round) {
    Batch batch;
    batch.expected_head = head;
    batch.new_head = grown(head, leaves_per_batch);
    batch.leaves.assign(leaves_per_batch, base::Bytes(40, static_cast<std::uint8_t>(round)));
    batch.entries = {entry(round, static_cast<std::int64_t>(round))};
    return batch;
}

/// Commits until it is killed, and says after each commit that it returned.
[[noreturn]] void commit_forever(const std::filesystem::path& path, int report) {
    auto store = sqlite::SqliteStore::open(path);
    if (!store) {
        ::_exit(1);
    }
    for (;;) {
        const ports::LedgerHead head = *(*store)->head();
        if (!(*store)->commit(batch_of(head, head.size / leaves_per_batch))) {
            ::_exit(2);
        }
        const char byte = 1;
        if (::write(report, &byte, 1) != 1) {
            ::_exit(3);
        }
    }
}

TEST(SqliteCrash, every_acknowledged_batch_survives_a_kill_and_no_half_batch_is_there) {
    const TemporaryFolder folder;
    const auto path = folder.path() / "store.sqlite";
    std::uint64_t acknowledged = 0;
    for (int kills = 0; kills < 8; ++kills) {
        Forked writer([&](int report) { commit_forever(path, report); });
        char byte = 0;
        for (int i = 0; i < 3 + 7 * kills; ++i) {
            ASSERT_TRUE(writer.read(byte));
            ++acknowledged;
        }
        writer.kill();  // somewhere in the middle of the next commits
        while (writer.read(byte)) {
            ++acknowledged;
        }

        auto store = sqlite::SqliteStore::open(path);
        ASSERT_TRUE(store) << store.error().text();
        ASSERT_TRUE((*store)->integrity_check());
        const std::uint64_t size = (*store)->head()->size;
        EXPECT_EQ(size % leaves_per_batch, 0U);
        EXPECT_GE(size / leaves_per_batch, acknowledged);
        EXPECT_TRUE((*store)->entry(entry(size / leaves_per_batch - 1, 0).id));
        EXPECT_FALSE((*store)->entry(entry(size / leaves_per_batch, 0).id));
        acknowledged = size / leaves_per_batch;
    }
}

TEST(SqliteCrash, a_transaction_that_never_committed_leaves_nothing) {
    const TemporaryFolder folder;
    const auto path = folder.path() / "store.sqlite";
    ASSERT_TRUE((*sqlite::SqliteStore::open(path))->commit(batch_of({}, 0)));
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        sqlite3* handle = nullptr;
        const bool is_written =
            sqlite3_open(path.c_str(), &handle) == SQLITE_OK &&
            sqlite3_exec(handle,
                         "PRAGMA cache_size=1; BEGIN IMMEDIATE; DELETE FROM leaves;"
                         "UPDATE head SET size = 99; INSERT INTO settings VALUES ('a', 'b')",
                         nullptr, nullptr, nullptr) == SQLITE_OK;
        ::_exit(is_written ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 0);
    auto store = sqlite::SqliteStore::open(path);
    ASSERT_TRUE(store) << store.error().text();
    EXPECT_EQ((*store)->head()->size, leaves_per_batch);
    EXPECT_EQ(*(*store)->setting("a"), std::nullopt);
    EXPECT_TRUE((*store)->integrity_check());
}

/// In the child: fills a disk that ends at `limit` bytes a file. 0: the store behaved.
int fill_the_disk(const std::filesystem::path& path, rlim_t limit) {
    auto store = sqlite::SqliteStore::open(path);
    if (!store || std::signal(SIGXFSZ, SIG_IGN) == SIG_ERR) {
        return 1;
    }
    const rlimit bound{limit, limit};
    if (::setrlimit(RLIMIT_FSIZE, &bound) != 0) {
        return 2;
    }
    for (std::uint64_t round = 0; round < 10'000; ++round) {
        const ports::LedgerHead head = *(*store)->head();
        Batch batch = batch_of(head, round);
        batch.items = {{digest(round), matter("m"), base::Bytes(20'000, 1), {1}, {}}};
        const auto committed = (*store)->commit(batch);
        if (committed) {
            continue;
        }
        const bool is_whole = *(*store)->head() == head &&
                              !(*store)->item(digest(round)).has_value() &&
                              committed.error().why.starts_with("SQLite: ");
        return committed.error().kind == base::ErrorKind::failure && is_whole ? 0 : 3;
    }
    return 4;
}

TEST(SqliteCrash, a_full_disk_fails_the_commit_with_the_reason_and_keeps_what_was_there) {
    const TemporaryFolder folder;
    const auto path = folder.path() / "store.sqlite";
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        ::_exit(fill_the_disk(path, 512 * 1024));
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    ASSERT_EQ(WEXITSTATUS(status), 0);
    auto store = sqlite::SqliteStore::open(path);
    ASSERT_TRUE(store) << store.error().text();
    EXPECT_TRUE((*store)->integrity_check());
    const std::uint64_t size = (*store)->head()->size;
    EXPECT_GT(size, 0U);
    EXPECT_TRUE((*store)->commit(batch_of(*(*store)->head(), size / leaves_per_batch)));
}

TEST(SqliteCrash, a_second_process_is_kept_out_until_the_first_ends) {
    const TemporaryFolder folder;
    const auto path = folder.path() / "store.sqlite";
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        ::close(ends[0]);
        commit_forever(path, ends[1]);
    }
    ::close(ends[1]);
    char byte = 0;
    ASSERT_EQ(::read(ends[0], &byte, 1), 1);
    const auto refused = sqlite::SqliteStore::open(path);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().kind, base::ErrorKind::conflict);
    EXPECT_EQ(refused.error().what, "another process has this store open");
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    ::close(ends[0]);
    EXPECT_TRUE(sqlite::SqliteStore::open(path).has_value());
}

}  // namespace
}  // namespace comity::conformance
