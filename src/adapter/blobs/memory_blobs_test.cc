#include "adapter/blobs/memory_blobs.h"

#include <gtest/gtest.h>

#include "ground/crypto/crypto.h"

namespace comity::blobs {
namespace {

using base::ErrorKind;
using ports::BlobCheck;

class MemoryBlobsTest : public testing::Test {
 protected:
    MemoryBlobs blobs_;
    ports::BlobName a_ = *ports::BlobName::parse("a");
    ports::BlobName b_ = *ports::BlobName::parse("b");
    base::Bytes bytes_ = base::Bytes(1000, 7);
    base::Digest id_ = [this] {
        crypto::PieceTree tree(ports::blob_piece_bytes);
        tree.update(bytes_);
        return tree.finish();
    }();
};

TEST_F(MemoryBlobsTest, fail_once_and_then_go_on) {
    blobs_.fail_after(1, DiskFault::full);
    EXPECT_TRUE(blobs_.append(a_, 0, bytes_));
    EXPECT_EQ(blobs_.append(a_, 1000, bytes_).error().kind, ErrorKind::try_later);
    EXPECT_EQ(*blobs_.upload_size(a_), 1000U);
    blobs_.fail_after(0, DiskFault::broken);
    EXPECT_EQ(blobs_.append(a_, 1000, bytes_).error().kind, ErrorKind::failure);
    EXPECT_TRUE(blobs_.append(a_, 1000, bytes_));
}

TEST_F(MemoryBlobsTest, whose_sync_failed_are_never_kept) {
    ASSERT_TRUE(blobs_.append(a_, 0, bytes_));
    blobs_.fail_after(0, DiskFault::sync_fails);
    EXPECT_EQ(blobs_.sync(a_).error().kind, ErrorKind::failure);
    EXPECT_EQ(blobs_.sync(a_).error().kind, ErrorKind::failure);
    EXPECT_EQ(blobs_.keep(a_, id_, BlobCheck::read_again).error().kind, ErrorKind::failure);
    EXPECT_TRUE(blobs_.discard(a_));
    ASSERT_TRUE(blobs_.append(a_, 0, bytes_));
    EXPECT_TRUE(blobs_.keep(a_, id_, BlobCheck::read_again));
}

TEST_F(MemoryBlobsTest, have_the_room_that_they_are_given) {
    blobs_.limit_room(1500);
    ASSERT_TRUE(blobs_.append(a_, 0, bytes_));
    EXPECT_EQ(blobs_.append(b_, 0, bytes_).error().kind, ErrorKind::try_later);
    ASSERT_TRUE(blobs_.keep(a_, id_, BlobCheck::read_again));
    EXPECT_EQ(blobs_.append(b_, 0, bytes_).error().kind, ErrorKind::try_later);
    ASSERT_TRUE(blobs_.remove(id_));
    EXPECT_TRUE(blobs_.append(b_, 0, bytes_));
}

TEST_F(MemoryBlobsTest, lose_in_a_crash_what_was_not_synced) {
    ASSERT_TRUE(blobs_.append(a_, 0, bytes_));
    ASSERT_TRUE(blobs_.sync(a_));
    ASSERT_TRUE(blobs_.append(a_, 1000, bytes_));
    ASSERT_TRUE(blobs_.append(b_, 0, bytes_));
    blobs_.crash(10);
    EXPECT_EQ(*blobs_.upload_size(a_), 1010U);  // a torn tail
    EXPECT_EQ(blobs_.upload_size(b_).error().kind, ErrorKind::not_found);
    ASSERT_TRUE(blobs_.cut(a_, 1000));
    ASSERT_TRUE(blobs_.keep(a_, id_, BlobCheck::read_again));
    blobs_.crash(0);
    EXPECT_EQ(*blobs_.size(id_), 1000U);
}

TEST_F(MemoryBlobsTest, can_be_damaged) {
    ASSERT_TRUE(blobs_.append(a_, 0, bytes_));
    ASSERT_TRUE(blobs_.keep(a_, id_, BlobCheck::read_again));
    blobs_.flip(id_, 5);
    base::Bytes out(10);
    ASSERT_TRUE(blobs_.read(id_, 0, out));
    EXPECT_EQ(out[5], 6);
}

}  // namespace
}  // namespace comity::blobs
