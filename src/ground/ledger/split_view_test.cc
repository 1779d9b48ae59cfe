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
        SplitView split{log.key(), log.head(older, old_size), log.head(newer, new_size), {}, {}};
        if (old_size < new_size) {
            split.prefix = newer.root_at(old_size);
            split.proof = newer.consistency(old_size, new_size).value();
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
