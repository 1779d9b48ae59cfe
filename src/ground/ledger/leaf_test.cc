#include "ground/ledger/leaf.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "ground/crypto/crypto.h"
#include "ground/ledger/detail/vectors_for_test.h"

namespace comity::ledger {
namespace {

base::Date date_of(const std::string& text) {
    return base::Date::parse(text).value();
}

TEST(Leaf, is_written_and_read_as_in_the_vectors_of_the_format) {
    int good = 0;
    for (const std::string& line : lines_of(read_data("ledger/leaves.jsonl"))) {
        if (has_member(line, "bad")) {
            continue;
        }
        ++good;
        Leaf leaf;
        leaf.leaf_class = static_cast<LeafClass>(std::stoi(member(line, "class")));
        leaf.commitment =
            leaf_commitment(digest_of(member(line, "salt")), digest_of(member(line, "id")));
        leaf.unseal_by = date_of(member(line, "unseal_by"));
        leaf.delete_by = date_of(member(line, "delete_by"));
        EXPECT_EQ(leaf.commitment.hex(), member(line, "commitment"));
        EXPECT_EQ(base::to_hex(leaf.encode()), member(line, "leaf"));
        EXPECT_EQ(crypto::merkle_leaf(leaf.encode()).hex(), member(line, "leaf_hash"));
        const auto read = Leaf::parse(leaf.encode());
        ASSERT_TRUE(read.has_value()) << read.error().text();
        EXPECT_EQ(*read, leaf);
    }
    EXPECT_EQ(good, 6);
}

TEST(Leaf, refuses_other_lengths_versions_classes_and_days_out_of_range) {
    int bad = 0;
    for (const std::string& line : lines_of(read_data("ledger/leaves.jsonl"))) {
        if (!has_member(line, "bad")) {
            continue;
        }
        ++bad;
        const auto bytes = base::from_hex(member(line, "leaf"));
        ASSERT_TRUE(bytes.has_value());
        const auto read = Leaf::parse(*bytes);
        ASSERT_FALSE(read.has_value()) << member(line, "bad");
        EXPECT_EQ(read.error().kind, base::ErrorKind::malformed);
    }
    EXPECT_EQ(bad, 9);
}

TEST(Leaf, writes_a_day_before_the_epoch_as_long_past_and_not_as_unset) {
    Leaf leaf;
    leaf.delete_by = base::Date{-400};
    const auto read = Leaf::parse(leaf.encode());
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->delete_by, base::Date{1});
    EXPECT_EQ(read->unseal_by, base::Date{0});
}

TEST(Leaf, bytes_that_are_read_are_the_bytes_that_would_be_written) {
    EXPECT_TRUE(rc::check("parse then encode is the identity", [] {
        auto bytes = *rc::gen::container<base::Bytes>(42, rc::gen::arbitrary<std::uint8_t>());
        bytes[0] = 1;
        bytes[1] = *rc::gen::inRange<std::uint8_t>(1, 6);
        for (const std::size_t day : {std::size_t{34}, std::size_t{38}}) {
            bytes[day] = 0;
            bytes[day + 1] = *rc::gen::inRange<std::uint8_t>(0, 0x2c);  // below 9999-12-31
        }
        const auto leaf = Leaf::parse(bytes);
        RC_ASSERT(leaf.has_value());
        RC_ASSERT(leaf->encode() == bytes);
    }));
}

}  // namespace
}  // namespace comity::ledger
