#include "domain/items/parts.h"

#include "domain/items/stream_for_test.h"

namespace comity::items {
namespace {

using base::ErrorKind;
using testing::Made;

constexpr std::size_t mib = std::size_t{1} << 20;

class PartsTest : public ::testing::Test {
 protected:
    crypto::CountingRandom random_{7};
    crypto::HeldSealingKey key_{crypto::Curve::x25519, random_};
    base::Bytes plaintext_ = testing::plaintext_of(4 * mib + 100);
    Made made_ = testing::seal_all(plaintext_, testing::terms_for({key_.public_key()}), random_);
};

TEST_F(PartsTest, the_list_of_segments_checks_each_as_it_comes) {
    const auto list = SegmentList::of(made_.descriptor, made_.leaves);
    ASSERT_TRUE(list.has_value());
    EXPECT_EQ(list->size(), 5U);
    for (std::uint64_t i = 0; i < 5; ++i) {
        EXPECT_TRUE(list->check(i, made_.segments[i]));
        EXPECT_EQ(list->check(i, made_.segments[(i + 1) % 5]).error().place,
                  "segment " + std::to_string(i));
    }
    EXPECT_EQ(list->check(5, made_.segments[0]).error().place, "segment 5");
}

TEST_F(PartsTest, the_list_of_segments_is_the_items_or_refused) {
    const auto list = SegmentList::of(made_.descriptor, made_.leaves);
    const base::Bytes written = list->write();
    EXPECT_TRUE(SegmentList::read(made_.descriptor, written).has_value());
    EXPECT_EQ(SegmentList::read(made_.descriptor, base::ByteView(written).first(31)).error().kind,
              ErrorKind::invalid);
    base::Bytes altered = written;
    altered[40] ^= 1;
    EXPECT_EQ(SegmentList::read(made_.descriptor, altered).error().kind, ErrorKind::invalid);
    auto fewer = made_.leaves;
    fewer.pop_back();
    EXPECT_EQ(SegmentList::of(made_.descriptor, fewer).error().kind, ErrorKind::invalid);
    ItemDescriptor small = made_.descriptor;
    small.version = item_version;
    EXPECT_EQ(SegmentList::of(small, made_.leaves).error().kind, ErrorKind::malformed);
}

TEST_F(PartsTest, a_part_is_proven_and_opened_without_the_rest) {
    const auto list = SegmentList::of(made_.descriptor, made_.leaves);
    const auto file_key = open_box(made_.descriptor, made_.box, key_);
    for (std::uint64_t i = 0; i < 5; ++i) {
        const auto proof = list->proof(i);
        EXPECT_TRUE(verify_segment(made_.descriptor, i, made_.segments[i], proof));
        EXPECT_EQ(
            verify_segment(made_.descriptor, (i + 1) % 5, made_.segments[i], proof).error().kind,
            ErrorKind::invalid);
        const auto opened = open_segment(made_.descriptor, *file_key, i, made_.segments[i]);
        ASSERT_TRUE(opened.has_value()) << opened.error().text();
        const auto expected = base::ByteView(plaintext_).subspan(i * mib, opened->size());
        EXPECT_TRUE(std::ranges::equal(opened->view(), expected));
        EXPECT_FALSE(open_segment(made_.descriptor, *file_key, (i + 1) % 5, made_.segments[i]));
    }
    EXPECT_FALSE(open_segment(made_.descriptor, *file_key, 5, made_.segments[0]));
    EXPECT_FALSE(open_segment(made_.descriptor, *file_key, 0, {}));
    EXPECT_FALSE(open_segment(made_.descriptor, base::SecretBytes(32), 0, made_.segments[0]));
}

TEST_F(PartsTest, a_whole_stream_is_checked_without_a_key) {
    const base::Bytes sealed = made_.sealed();
    const auto checked = [&](base::ByteView bytes, std::size_t part) {
        auto check = StreamCheck::start(made_.descriptor);
        while (!bytes.empty()) {
            const base::ByteView now = bytes.first(std::min(part, bytes.size()));
            check->write(now);
            bytes = bytes.subspan(now.size());
        }
        return check->finish();
    };
    EXPECT_TRUE(checked(sealed, 100'000));
    EXPECT_TRUE(checked(sealed, sealed.size()));
    EXPECT_EQ(checked(base::ByteView(sealed).first(sealed.size() - 1), mib).error().kind,
              ErrorKind::invalid);
    base::Bytes altered = sealed;
    altered[3 * mib] ^= 1;
    EXPECT_EQ(checked(altered, mib).error().kind, ErrorKind::invalid);
    ItemDescriptor small = made_.descriptor;
    small.version = item_version;
    EXPECT_FALSE(StreamCheck::start(small));
}

}  // namespace
}  // namespace comity::items
