#include "ground/ledger/stored_tree.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "ground/ledger/written_for_test.h"

namespace comity::ledger {
namespace {

TEST(StoredTree, gives_the_proofs_of_the_tree_in_memory) {
    Written written;
    for (const std::uint64_t size : {1U, 2U, 255U, 256U, 257U, 700U}) {
        written.grow_to(size);
    }
    StoredTree stored = written.stored(700);
    for (std::uint64_t size = 0; size <= 700; size += 7) {
        EXPECT_EQ(stored.root_at(size).value(), written.tree.root_at(size)) << size;
        for (std::uint64_t index = size % 5; index < size; index += 11) {
            EXPECT_EQ(stored.inclusion(index, size).value(),
                      written.tree.inclusion(index, size).value());
            EXPECT_EQ(stored.consistency(index, size).value(),
                      written.tree.consistency(index, size).value());
        }
    }
    for (std::uint64_t i = 0; i < 700; ++i) {
        EXPECT_EQ(stored.entry(i).value(), entry_at(i));
    }
}

TEST(StoredTree, reads_ledgers_of_any_size_grown_in_any_steps) {
    EXPECT_TRUE(rc::check("stored and in memory", [] {
        Written written;
        const int steps = *rc::gen::inRange(1, 6);
        for (int i = 0; i < steps; ++i) {
            written.grow_to(written.tree.size() + *rc::gen::inRange<std::uint64_t>(0, 900));
        }
        if (*rc::gen::arbitrary<bool>()) {
            written.collect();
        }
        const std::uint64_t size = written.tree.size();
        StoredTree stored = written.stored(size);
        RC_ASSERT(stored.root_at(size).value() == written.tree.root());
        if (size > 0) {
            const auto index = *rc::gen::inRange<std::uint64_t>(0, size);
            RC_ASSERT(stored.inclusion(index, size).value() ==
                      written.tree.inclusion(index, size).value());
            RC_ASSERT(stored.consistency(index, size).value() ==
                      written.tree.consistency(index, size).value());
        }
    }));
}

TEST(StoredTree, spans_levels_of_tiles) {
    Written written;
    written.grow_to(256 * 256 + 300);
    StoredTree stored = written.stored(written.tree.size());
    for (const std::uint64_t index : {0U, 255U, 256U, 65'535U, 65'536U, 65'800U}) {
        EXPECT_EQ(stored.inclusion(index, written.tree.size()).value(),
                  written.tree.inclusion(index, written.tree.size()).value());
    }
    EXPECT_EQ(stored.consistency(65'537, 65'800).value(),
              written.tree.consistency(65'537, 65'800).value());
}

TEST(StoredTree, says_what_lacks_and_what_is_not_a_tile) {
    Written written;
    written.grow_to(300);
    StoredTree stored = written.stored(300);
    EXPECT_EQ(stored.root_at(301).error().kind, base::ErrorKind::not_found);
    EXPECT_EQ(stored.inclusion(300, 300).error().kind, base::ErrorKind::not_found);
    EXPECT_EQ(stored.inclusion(0, 301).error().kind, base::ErrorKind::not_found);
    EXPECT_EQ(stored.consistency(9, 8).error().kind, base::ErrorKind::not_found);
    EXPECT_EQ(stored.entry(300).error().kind, base::ErrorKind::not_found);
    written.files["tile/0/000"].pop_back();
    written.files.erase("tile/entries/000");
    StoredTree damaged = written.stored(300);
    EXPECT_EQ(damaged.inclusion(3, 300).error().kind, base::ErrorKind::malformed);
    EXPECT_EQ(damaged.inclusion(3, 300).error().place, "tile/0/000");
    EXPECT_EQ(damaged.entry(3).error().kind, base::ErrorKind::not_found);
    StoredTree more = written.stored(1000);  // a head that claims more than there is
    EXPECT_EQ(more.root_at(1000).error().kind, base::ErrorKind::not_found);
}

}  // namespace
}  // namespace comity::ledger
