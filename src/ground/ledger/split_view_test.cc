#include "ground/ledger/split_view.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "ground/ledger/log_for_test.h"

namespace comity::ledger {
namespace {

using base::ErrorKind;

/// A log that keeps two books, and an honest one beside it.
class SplitViews : public ::testing::Test {
 protected:
    SplitViews()
        : log("log.example", NoteKeyType::ed25519),
          shown(tree_of("shown", 40)),
          hidden(tree_of("hidden", 40)) {}

    /// What whoever holds the leaves of `newer` can say against a head of `older`.
    [[nodiscard]] SplitView evidence(const Tree& older, std::uint64_t old_size, const Tree& newer,
                                     std::uint64_t new_size) {
        return between(log.head(older, old_size), log.head(newer, new_size), newer);
    }

    /// `tree` with entries of `name` up to `size`.
    static Tree grown(Tree tree, const std::string& name, std::uint64_t size) {
        while (tree.size() < size) {
            tree.append(crypto::merkle_leaf(base::bytes_of(name + std::to_string(tree.size()))));
        }
        return tree;
    }
    /// Two heads, and what the newer one's tree holds in place of the older one.
    [[nodiscard]] SplitView between(Note older, Note newer, const Tree& tree) const {
        const std::uint64_t old_size = Checkpoint::parse(older.text)->size;
        const std::uint64_t new_size = Checkpoint::parse(newer.text)->size;
        SplitView split{log.key(), std::move(older), std::move(newer), {}, {}};
        if (old_size < new_size) {
            split.prefix = tree.root_at(old_size);
            split.proof = tree.consistency(old_size, new_size).value();
        }
        return split;
    }

    NoteSigner log;
    Tree shown;
    Tree hidden;
};

TEST_F(SplitViews, are_proven_for_every_pair_of_sizes) {
    for (std::uint64_t newer = 1; newer <= 40; ++newer) {
        for (std::uint64_t older = 1; older <= newer; ++older) {
            const auto checked = check_split_view(evidence(shown, older, hidden, newer));
            EXPECT_TRUE(checked) << older << " and " << newer;
        }
    }
}

TEST_F(SplitViews, accuse_no_log_that_only_grew) {
    for (std::uint64_t newer = 1; newer <= 40; ++newer) {
        for (std::uint64_t older = 1; older <= newer; ++older) {
            EXPECT_EQ(check_split_view(evidence(shown, older, shown, newer)).error().kind,
                      ErrorKind::not_proven)
                << older << " and " << newer;
        }
    }
}

TEST_F(SplitViews, accuse_nobody_with_a_made_up_prefix) {
    EXPECT_TRUE(rc::check("no prefix but the tree's own leads to its head", [&] {
        const auto newer = *rc::gen::inRange<std::uint64_t>(2, 41);
        const auto older = *rc::gen::inRange<std::uint64_t>(1, newer);
        SplitView split = evidence(shown, older, shown, newer);
        if (*rc::gen::arbitrary<bool>() || split.proof.empty()) {
            split.prefix = hidden.root_at(older);
        } else {
            const auto at = *rc::gen::inRange<std::size_t>(0, split.proof.size());
            split.proof[at].bytes[0] ^= 1;
            split.prefix.bytes[0] ^= *rc::gen::inRange<std::uint8_t>(0, 2);
        }
        RC_ASSERT(check_split_view(split).error().kind == ErrorKind::invalid);
    }));
}

TEST_F(SplitViews, need_both_heads_signed_by_the_log_and_in_their_order) {
    NoteSigner other("log.example", NoteKeyType::ed25519);
    SplitView split = evidence(shown, 9, hidden, 20);
    split.older = other.head(shown, 9);
    EXPECT_EQ(check_split_view(split).error().kind, ErrorKind::not_proven);
    NoteSigner elsewhere("elsewhere.example", NoteKeyType::ed25519);
    split = evidence(shown, 9, hidden, 20);
    split.newer = elsewhere.head(hidden, 20);
    EXPECT_FALSE(check_split_view(split));
    split = evidence(shown, 9, hidden, 20);
    std::swap(split.older, split.newer);
    EXPECT_EQ(check_split_view(split).error().kind, ErrorKind::not_proven);
    EXPECT_EQ(check_split_view(evidence(shown, 0, hidden, 20)).error().kind, ErrorKind::not_proven);
}

TEST_F(SplitViews, after_a_rotation_are_proven_from_the_first_key_by_whoever_has_the_file) {
    NoteSigner next("log.example", NoteKeyType::ed25519);
    const Tree before = tree_of("shown", 10);
    const KeyChange change =
        key_change(KeyChangeCause::rotation, log.key(), next.key(), before, {&log, &next});
    const Tree one = grown(with_leaf_of(change, before), "one", 20);
    const Tree other = grown(with_leaf_of(change, before), "other", 30);
    SplitView split = between(next.head(one, 20, {change}), next.head(other, 30, {change}), other);
    EXPECT_TRUE(check_split_view(split));
    EXPECT_EQ(SplitView::parse(split.encode()), split);
    // Without the change nothing leads from the first key to the one that signed.
    split.newer = next.head(other, 30);
    EXPECT_EQ(check_split_view(split).error().kind, ErrorKind::not_proven);
    // What the old key signed above the change is another history as well.
    split = between(next.head(one, 20, {change}), log.head(hidden, 30), hidden);
    EXPECT_TRUE(check_split_view(split));
    split = between(log.head(before, 10), next.head(one, 20, {change}), one);
    EXPECT_EQ(check_split_view(split).error().kind, ErrorKind::not_proven) << "it only grew";
}

TEST_F(SplitViews, after_a_recovery_are_proven_to_who_knows_those_named_for_it) {
    NoteSigner next("log.example", NoteKeyType::ed25519);
    NoteSigner board("board.example", NoteKeyType::cosignature);
    NoteSigner stranger("stranger.example", NoteKeyType::cosignature);
    const Tree before = tree_of("shown", 10);
    const KeyChange change =
        key_change(KeyChangeCause::recovery, log.key(), next.key(), before, {&next, &board});
    const Tree one = grown(with_leaf_of(change, before), "one", 20);
    const Tree other = grown(with_leaf_of(change, before), "other", 20);
    SplitView split = between(next.head(one, 20, {change}), next.head(other, 20, {change}), other);
    EXPECT_TRUE(check_split_view(split, {{board.key()}, 1}));
    EXPECT_EQ(check_split_view(split, {{stranger.key()}, 1}).error().kind, ErrorKind::not_proven);
    const auto unknown = check_split_view(split);
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().kind, ErrorKind::not_proven);
    EXPECT_NE(unknown.error().text().find(next.key().vkey()), std::string::npos);
    split.log = next.key();
    EXPECT_TRUE(check_split_view(split)) << "to who trusts the new key";
}

TEST_F(SplitViews, are_written_as_they_are_read_and_refused_in_any_other_form) {
    const SplitView split = evidence(shown, 9, hidden, 20);
    const std::string text = split.encode();
    EXPECT_EQ(SplitView::parse(text), split);
    EXPECT_EQ(SplitView::parse(evidence(shown, 9, hidden, 9).encode())->proof.size(), 0U);
    for (std::size_t cut = 0; cut < text.size(); ++cut) {
        const auto read = SplitView::parse(text.substr(0, cut));
        // A whole number of lines less is a shorter proof, which then does not hold.
        EXPECT_TRUE(!read || !check_split_view(*read)) << cut;
    }
    EXPECT_FALSE(SplitView::parse(text + "\n"));
    EXPECT_FALSE(SplitView::parse("comity/split-view@v2" + text.substr(20)));
}

}  // namespace
}  // namespace comity::ledger
