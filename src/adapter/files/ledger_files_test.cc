#include "adapter/files/ledger_files.h"

#include <atomic>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace comity::files {
namespace {

namespace fs = std::filesystem;

class FileLedgerFilesTest : public testing::Test {
 protected:
    FileLedgerFilesTest() {
        std::string name = testing::TempDir() + "comity-ledger-XXXXXX";
        folder_ = ::mkdtemp(name.data());
    }
    ~FileLedgerFilesTest() override {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
    fs::path folder_;
};

TEST_F(FileLedgerFilesTest, gives_back_what_was_written_and_knows_nothing_else) {
    auto files = *FileLedgerFiles::open(folder_ / "ledger");
    ASSERT_TRUE(files->write({{"tile/0/x001/234", {1, 2, 3}}, {"tile/entries/000.p/7", {4}}}));
    ASSERT_TRUE(files->publish("origin\n1\n"));
    EXPECT_EQ(*files->read("tile/0/x001/234"), (base::Bytes{1, 2, 3}));
    EXPECT_EQ(*files->read("tile/entries/000.p/7"), base::Bytes{4});
    EXPECT_EQ(*files->read("checkpoint"), base::bytes_of("origin\n1\n"));
    EXPECT_EQ(files->read("tile/1/000").error().kind, base::ErrorKind::not_found);
}

TEST_F(FileLedgerFilesTest, lets_a_web_server_read_what_it_writes_and_leaves_nothing_else) {
    auto files = *FileLedgerFiles::open(folder_);
    ASSERT_TRUE(files->write({{"tile/0/000", {1}}}));
    struct stat status{};
    ASSERT_EQ(::stat((folder_ / "tile/0/000").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0644U);
    EXPECT_TRUE(fs::is_empty(folder_ / ".unfinished"));
}

TEST_F(FileLedgerFilesTest, refuses_other_paths_and_then_writes_nothing) {
    auto files = *FileLedgerFiles::open(folder_ / "ledger");
    for (const char* path : {"../outside", "/etc/hostname", "tile/0/../000", "tile/64/000", "",
                             ".unfinished/1", "tile/0/000/", "checkpoint2"}) {
        EXPECT_EQ(files->write({{"tile/0/000", {1}}, {path, {2}}}).error().kind,
                  base::ErrorKind::malformed)
            << path;
        EXPECT_EQ(files->read(path).error().kind, base::ErrorKind::malformed) << path;
    }
    EXPECT_FALSE(fs::exists(folder_ / "ledger/tile"));
}

TEST_F(FileLedgerFilesTest, clears_what_an_earlier_process_left_half_written) {
    fs::create_directories(folder_ / ".unfinished");
    std::ofstream(folder_ / ".unfinished/1") << "half";
    auto files = *FileLedgerFiles::open(folder_);
    EXPECT_TRUE(fs::is_empty(folder_ / ".unfinished"));
    EXPECT_TRUE(files->publish("x\n"));
}

TEST_F(FileLedgerFilesTest, a_full_tile_replaces_its_partial_ones_and_no_others) {
    auto files = *FileLedgerFiles::open(folder_);
    ASSERT_TRUE(files->write({{"tile/0/000.p/1", {1}},
                              {"tile/0/000.p/255", {2}},
                              {"tile/entries/000.p/255", {3}},
                              {"tile/0/001.p/7", {4}}}));
    ASSERT_TRUE(files->write({{"tile/0/000.p/200", {5}}}));
    EXPECT_TRUE(files->read("tile/0/000.p/1"));  // older checkpoints are read by it
    ASSERT_TRUE(files->write({{"tile/0/000", {6}}, {"tile/1/000.p/1", {7}}}));
    EXPECT_FALSE(fs::exists(folder_ / "tile/0/000.p"));
    EXPECT_EQ(*files->read("tile/0/000"), base::Bytes{6});
    EXPECT_TRUE(files->read("tile/entries/000.p/255"));
    EXPECT_TRUE(files->read("tile/0/001.p/7"));
    EXPECT_TRUE(files->read("tile/1/000.p/1"));
    ASSERT_TRUE(files->write({{"tile/entries/000", {8}}}));
    EXPECT_FALSE(fs::exists(folder_ / "tile/entries/000.p"));
}

TEST_F(FileLedgerFilesTest, a_growing_ledger_stays_whole_and_keeps_only_what_it_needs) {
    auto files = *FileLedgerFiles::open(folder_);
    const auto entry = [](std::uint64_t index) {
        return base::Bytes{static_cast<std::uint8_t>(index), static_cast<std::uint8_t>(index >> 8)};
    };
    const auto read = [&](std::string_view path) { return files->read(path); };
    ledger::Tree tree;
    for (const std::uint64_t size : {100U, 255U, 256U, 300U, 513U}) {
        const std::uint64_t old_size = tree.size();
        while (tree.size() < size) {
            tree.append(crypto::merkle_leaf(entry(tree.size())));
        }
        ASSERT_TRUE(files->write(ledger::files_for_growth(tree, old_size, entry)));
        EXPECT_TRUE(ledger::check_static_ledger(read, size, tree.root())) << size;
    }
    // An older checkpoint is still read, its partial tiles from the full ones.
    EXPECT_TRUE(ledger::check_static_ledger(read, 100, tree.root_at(100)));
    EXPECT_FALSE(fs::exists(folder_ / "tile/0/000.p"));
    EXPECT_FALSE(fs::exists(folder_ / "tile/entries/001.p"));
    EXPECT_TRUE(fs::exists(folder_ / "tile/0/002.p/1"));
}

TEST_F(FileLedgerFilesTest, never_shows_half_of_a_file_to_a_reader) {
    auto files = *FileLedgerFiles::open(folder_);
    constexpr std::size_t size = 8192;
    ASSERT_TRUE(files->write({{"tile/0/000", base::Bytes(size, 0)}}));
    std::atomic<bool> is_done = false;
    std::thread writer([&] {
        for (int round = 1; round <= 200; ++round) {
            const auto written =
                files->write({{"tile/0/000", base::Bytes(size, static_cast<std::uint8_t>(round))}});
            EXPECT_TRUE(written.has_value());
        }
        is_done = true;
    });
    int looks = 0;
    while (!is_done || looks == 0) {
        const auto seen = files->read("tile/0/000");
        ++looks;
        if (!seen || *seen != base::Bytes(size, seen->empty() ? 0 : seen->front())) {
            ADD_FAILURE() << "a torn file at look " << looks;
            break;
        }
    }
    writer.join();
    EXPECT_GT(looks, 0);
}

TEST_F(FileLedgerFilesTest, reports_a_folder_that_cannot_be_made) {
    std::ofstream(folder_ / "file") << "in the way";
    EXPECT_FALSE(FileLedgerFiles::open(folder_ / "file").has_value());
}

}  // namespace
}  // namespace comity::files
