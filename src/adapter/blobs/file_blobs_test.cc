#include "adapter/blobs/file_blobs.h"

#include <csignal>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ground/crypto/crypto.h"

namespace comity::blobs {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;
using ports::BlobCheck;

class FileBlobsTest : public testing::Test {
 protected:
    FileBlobsTest() {
        std::string pattern = testing::TempDir() + "comity-blobs-XXXXXX";
        folder_ = ::mkdtemp(pattern.data());
        blobs_ = *FileBlobs::open(folder_ / "blobs");
    }
    ~FileBlobsTest() override {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
    static unsigned mode_of(const fs::path& path) {
        struct stat status{};
        EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
        return status.st_mode & 0777;
    }
    [[nodiscard]] fs::path uploads() const { return folder_ / "blobs" / "uploads"; }

    fs::path folder_;
    std::unique_ptr<FileBlobs> blobs_;
    ports::BlobName upload_ = *ports::BlobName::parse("upload");
};

base::Digest root_of(base::ByteView bytes) {
    crypto::PieceTree tree(ports::blob_piece_bytes);
    tree.update(bytes);
    return tree.finish();
}

TEST_F(FileBlobsTest, are_readable_for_their_owner_only) {
    const base::Bytes bytes(100, 1);
    ASSERT_TRUE(blobs_->append(upload_, 0, bytes));
    EXPECT_EQ(mode_of(folder_ / "blobs"), 0700U);
    EXPECT_EQ(mode_of(uploads()), 0700U);
    EXPECT_EQ(mode_of(uploads() / "upload"), 0600U);
    const base::Digest id = root_of(bytes);
    ASSERT_TRUE(blobs_->keep(upload_, id, BlobCheck::read_again));
    const fs::path shard = folder_ / "blobs" / "kept" / id.hex().substr(0, 2);
    EXPECT_EQ(mode_of(shard), 0700U);
    EXPECT_EQ(mode_of(shard / id.hex()), 0600U);
}

TEST_F(FileBlobsTest, that_cannot_be_written_whole_are_not_written_at_all) {
    const base::Bytes bytes(5000, 1);
    ASSERT_TRUE(blobs_->append(upload_, 0, base::ByteView(bytes).first(1000)));
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    rlimit small = before;
    small.rlim_cur = 3000;
    const auto old = std::signal(SIGXFSZ, SIG_IGN);
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    const auto refused = blobs_->append(upload_, 1000, base::ByteView(bytes).first(4000));
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    std::signal(SIGXFSZ, old);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(*blobs_->upload_size(upload_), 1000U);  // the half that fitted is gone again
    EXPECT_TRUE(blobs_->append(upload_, 1000, base::ByteView(bytes).first(4000)));
    EXPECT_TRUE(blobs_->keep(upload_, root_of(bytes), BlobCheck::read_again));
}

TEST_F(FileBlobsTest, damaged_on_the_disk_are_not_kept) {
    const base::Bytes bytes(5000, 1);
    ASSERT_TRUE(blobs_->append(upload_, 0, bytes));
    {
        std::fstream file(uploads() / "upload", std::ios::binary | std::ios::in | std::ios::out);
        file.seekp(4000);
        file.put('x');
    }
    EXPECT_EQ(blobs_->keep(upload_, root_of(bytes), BlobCheck::read_again).error().kind,
              ErrorKind::invalid);
}

TEST_F(FileBlobsTest, follow_no_link_and_wait_for_no_pipe) {
    std::ofstream(folder_ / "elsewhere") << "secret";
    fs::create_symlink(folder_ / "elsewhere", uploads() / "link");
    const auto link = *ports::BlobName::parse("link");
    EXPECT_FALSE(blobs_->upload_size(link));
    EXPECT_FALSE(blobs_->append(link, 0, base::Bytes(1)));
    EXPECT_EQ(fs::file_size(folder_ / "elsewhere"), 6U);
    ASSERT_EQ(::mkfifo((uploads() / "pipe").c_str(), 0600), 0);
    EXPECT_FALSE(blobs_->upload_size(*ports::BlobName::parse("pipe")));
}

TEST_F(FileBlobsTest, list_only_what_is_theirs) {
    std::ofstream(uploads() / ".hidden") << "x";
    fs::create_directories(folder_ / "blobs" / "kept" / "00");
    std::ofstream(folder_ / "blobs" / "kept" / "00" / "note.txt") << "x";
    EXPECT_TRUE(blobs_->uploads()->empty());
    EXPECT_TRUE(blobs_->blobs()->empty());
}

TEST_F(FileBlobsTest, need_a_folder_that_can_be_made) {
    EXPECT_EQ(FileBlobs::open(folder_ / "no" / "such").error().kind, ErrorKind::not_found);
    std::ofstream(folder_ / "file") << "x";
    EXPECT_FALSE(FileBlobs::open(folder_ / "file").has_value());
}

}  // namespace
}  // namespace comity::blobs
