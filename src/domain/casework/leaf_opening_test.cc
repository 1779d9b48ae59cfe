#include "domain/casework/leaf_opening.h"

#include <gtest/gtest.h>

#include "tests/kit/kit.h"

namespace comity::casework {
namespace {

using base::ErrorKind;

/// The opening of a receipt's leaf.
LeafOpening opening() {
    LeafOpening one;
    one.index = 7;
    one.salt = crypto::sha256("salt");
    one.receipt = ReceiptHeader{};
    one.receipt->matter = base::MatterId::parse("0123456789abcdef0123456789abcdef").value();
    one.receipt->author = kit::party(kit::xa_court);
    ledger::Leaf leaf;
    leaf.leaf_class = ledger::LeafClass::receipt;
    leaf.commitment = ledger::leaf_commitment(*one.salt, one.entry());
    one.leaf = leaf.encode();
    return one;
}

TEST(LeafOpening, shows_the_matter_that_its_leaf_commits_to) {
    const LeafOpening good = opening();
    EXPECT_EQ(check_opening(good).value(), LeafOpened::shown);
    EXPECT_EQ(good.matter(), good.receipt->matter);
    const auto read = read_leaf_opening(codec::write(good));
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_EQ(*read, good);
}

TEST(LeafOpening, of_another_entry_salt_or_class_is_invalid) {
    LeafOpening bad = opening();
    bad.receipt->sequence = 1;
    EXPECT_EQ(check_opening(bad).error().kind, ErrorKind::invalid);
    bad = opening();
    bad.salt = crypto::sha256("another");
    EXPECT_EQ(check_opening(bad).error().kind, ErrorKind::invalid);
    bad = opening();
    bad.leaf[1] = 1;  // says that it is of an act
    EXPECT_EQ(check_opening(bad).error().kind, ErrorKind::invalid);
    bad = opening();
    bad.leaf.pop_back();
    EXPECT_EQ(check_opening(bad).error().kind, ErrorKind::malformed);
}

TEST(LeafOpening, without_its_salt_rests_on_the_nodes_word) {
    LeafOpening erased = opening();
    erased.salt.reset();
    EXPECT_EQ(check_opening(erased).value(), LeafOpened::told);
    EXPECT_EQ(read_leaf_opening(codec::write(erased)).value(), erased);
}

TEST(LeafOpening, is_of_one_entry_and_of_bounded_size) {
    LeafOpening none = opening();
    none.receipt.reset();
    EXPECT_EQ(read_leaf_opening(codec::write(none)).error().kind, ErrorKind::malformed);
    LeafOpening both = opening();
    both.act = Header{};
    EXPECT_FALSE(read_leaf_opening(codec::write(both)));
    LeafOpening before = opening();
    before.index = -1;
    EXPECT_EQ(read_leaf_opening(codec::write(before)).error().kind, ErrorKind::malformed);
    EXPECT_EQ(read_leaf_opening(std::string(max_leaf_opening_bytes + 1, ' ')).error().kind,
              ErrorKind::too_large);
}

}  // namespace
}  // namespace comity::casework
