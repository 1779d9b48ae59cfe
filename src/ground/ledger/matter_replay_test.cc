#include "ground/ledger/matter_replay.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "ground/crypto/crypto.h"

namespace comity::ledger {
namespace {

using Why = ReplayFinding::Why;

/// A node that writes leaves and, as it is told, a map that leaves some out.
class Writer {
 public:
    void leaf(std::string matter, bool in_map = true, unsigned times = 1) {
        Leaf one;
        one.commitment = crypto::sha256("leaf " + std::to_string(leaves.size()));
        const base::Bytes bytes = one.encode();
        for (unsigned i = 0; in_map && i < times; ++i) {
            fold.add(matter_pseudonym(key, matter), leaves.size(), crypto::merkle_leaf(bytes));
        }
        leaves.push_back(bytes);
        matters.emplace_back(std::move(matter));
    }
    void lost() {
        leaf("", false);
        fold.add_lost();
        matters.back().reset();
    }
    void map() {
        leaves.push_back(fold.head().leaf().encode());
        matters.emplace_back();
    }
    void padding() {
        Leaf one;
        one.leaf_class = LeafClass::padding;
        leaves.push_back(one.encode());
        matters.emplace_back();
    }
    [[nodiscard]] ReplayFinding replayed() const {
        MapReplay replay(key.clone());
        for (std::size_t i = 0; i < leaves.size(); ++i) {
            EXPECT_TRUE(replay.add(leaves[i], matters[i]));
        }
        return replay.finding();
    }

    MapKey key{base::Bytes(32, 3)};
    MatterFold fold{map_key_commitment(key)};
    std::vector<base::Bytes> leaves;
    std::vector<std::optional<std::string>> matters;
};

TEST(MapReplay, follows_an_honest_map_from_leaf_to_leaf) {
    EXPECT_TRUE(rc::check("honest", [] {
        Writer writer;
        std::uint64_t maps = 0;
        for (const int what : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 8))) {
            if (what == 7) {
                writer.map();
                ++maps;
            } else if (what == 6) {
                writer.padding();
            } else {
                writer.leaf("matter " + std::to_string(what));
            }
        }
        const ReplayFinding finding = writer.replayed();
        RC_ASSERT(!finding.broken);
        RC_ASSERT(finding.map_leaves.size() == maps);
        RC_ASSERT(finding.leaves == writer.leaves.size());
        RC_ASSERT(finding.matters == writer.fold.map().size());
    }));
}

TEST(MapReplay, names_the_leaf_that_the_map_leaves_out) {
    for (const std::size_t out : {3U, 4U, 7U}) {
        Writer writer;
        for (std::size_t i = 0; i < 3; ++i) {
            writer.leaf("a");
        }
        writer.map();
        for (std::size_t i = 4; i < 9; ++i) {
            writer.leaf(i == 7 ? "alone" : "b", i != out);
        }
        writer.map();
        writer.leaf("a");
        const ReplayFinding finding = writer.replayed();
        if (out == 3) {  // nothing left out
            EXPECT_FALSE(finding.broken);
            EXPECT_EQ(finding.covered(), 9U);
            continue;
        }
        ASSERT_TRUE(finding.broken);
        EXPECT_EQ(finding.broken->map_leaf, 9U);
        EXPECT_EQ(finding.broken->why, Why::left_out);
        EXPECT_EQ(finding.broken->leaf, out);
        EXPECT_EQ(finding.covered(), 3U);
    }
}

TEST(MapReplay, names_the_leaf_that_is_counted_twice) {
    Writer writer;
    writer.leaf("a");
    writer.leaf("b", true, 2);
    writer.leaf("a");
    writer.map();
    const ReplayFinding finding = writer.replayed();
    ASSERT_TRUE(finding.broken);
    EXPECT_EQ(finding.broken->why, Why::counted_twice);
    EXPECT_EQ(finding.broken->leaf, 1U);
}

TEST(MapReplay, finds_a_matter_under_two_pseudonyms_and_a_root_out_of_nothing) {
    Writer twice;
    twice.leaf("a");
    twice.leaf("a, once more");
    twice.matters.back() = "a";
    twice.map();
    ASSERT_TRUE(twice.replayed().broken);
    EXPECT_EQ(twice.replayed().broken->why, Why::unknown);
    Writer forged;
    forged.leaf("a");
    forged.leaves.push_back(
        MapHead{crypto::sha256("x"), forged.fold.head().key, 0}.leaf().encode());
    forged.matters.emplace_back();
    ASSERT_TRUE(forged.replayed().broken);
    EXPECT_EQ(forged.replayed().broken->why, Why::unknown);
}

TEST(MapReplay, finds_a_root_that_is_too_old) {
    Writer writer;
    writer.leaf("a");
    writer.map();
    writer.leaf("b");
    writer.leaves.push_back(writer.leaves[1]);
    writer.matters.emplace_back();
    const ReplayFinding finding = writer.replayed();
    ASSERT_TRUE(finding.broken);
    EXPECT_EQ(finding.broken->why, Why::left_out);
    EXPECT_EQ(finding.broken->leaf, 2U);
}

TEST(MapReplay, does_not_decide_over_leaves_that_are_not_opened) {
    Writer writer;
    writer.leaf("a");
    writer.leaf("b");
    writer.matters.back().reset();
    writer.map();
    const ReplayFinding finding = writer.replayed();
    ASSERT_TRUE(finding.broken);
    EXPECT_EQ(finding.broken->why, Why::unopened);
    EXPECT_EQ(finding.unopened, std::vector<std::uint64_t>{1});
    // If the node itself says that it cannot lay it to a matter, it follows, and is told.
    Writer after_a_loss;
    after_a_loss.leaf("a");
    after_a_loss.lost();
    after_a_loss.map();
    EXPECT_FALSE(after_a_loss.replayed().broken);
    EXPECT_EQ(after_a_loss.replayed().unopened, std::vector<std::uint64_t>{1});
}

TEST(MapReplay, refuses_what_is_no_leaf) {
    MapReplay replay(MapKey(base::Bytes(32, 3)));
    EXPECT_FALSE(replay.add(base::bytes_of("no leaf"), "a"));
}

}  // namespace
}  // namespace comity::ledger
