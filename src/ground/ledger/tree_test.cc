#include "ground/ledger/tree.h"

#include <gtest/gtest.h>
#include <map>
#include <rapidcheck.h>

#include "ground/crypto/crypto.h"

namespace comity::ledger {
namespace {

using Hashes = std::vector<base::Digest>;

base::Digest leaf_hash(std::uint64_t i) {
    return crypto::merkle_leaf(base::view_of(std::to_string(i)));
}

/// RFC 6962 2.1 word by word, over leaves 0, 1, 2, ... Only the roots of ranges are remembered.
class Naive {
 public:
    base::Digest root(std::uint64_t begin, std::uint64_t end) {
        if (end == begin) {
            return crypto::sha256(std::string_view());
        }
        if (end - begin == 1) {
            return leaf_hash(begin);
        }
        const auto known = roots_.find({begin, end});
        if (known != roots_.end()) {
            return known->second;
        }
        const std::uint64_t middle = begin + split(end - begin);
        return roots_[{begin, end}] = crypto::merkle_node(root(begin, middle), root(middle, end));
    }

    /// PATH(m, D[n]).
    Hashes path(std::uint64_t m, std::uint64_t begin, std::uint64_t end) {
        if (end - begin == 1) {
            return {};
        }
        const std::uint64_t k = split(end - begin);
        if (m < k) {
            return with(path(m, begin, begin + k), root(begin + k, end));
        }
        return with(path(m - k, begin + k, end), root(begin, begin + k));
    }

    /// SUBPROOF(m, D[n], b).
    Hashes subproof(std::uint64_t m, std::uint64_t begin, std::uint64_t end, bool whole) {
        if (m == end - begin) {
            return whole ? Hashes{} : Hashes{root(begin, end)};
        }
        const std::uint64_t k = split(end - begin);
        if (m <= k) {
            return with(subproof(m, begin, begin + k, whole), root(begin + k, end));
        }
        return with(subproof(m - k, begin + k, end, false), root(begin, begin + k));
    }

 private:
    static std::uint64_t split(std::uint64_t count) {
        std::uint64_t k = 1;
        while (k * 2 < count) {
            k *= 2;
        }
        return k;
    }
    static Hashes with(Hashes hashes, const base::Digest& last) {
        hashes.push_back(last);
        return hashes;
    }
    std::map<std::pair<std::uint64_t, std::uint64_t>, base::Digest> roots_;
};

Tree tree_of(std::uint64_t size) {
    Tree tree;
    for (std::uint64_t i = 0; i < size; ++i) {
        tree.append(leaf_hash(i));
    }
    return tree;
}

constexpr std::uint64_t sizes = 300;

TEST(Tree, gives_the_root_of_every_size_so_far) {
    Naive naive;
    Tree tree;
    for (std::uint64_t size = 0; size <= sizes; ++size) {
        EXPECT_EQ(tree.root(), naive.root(0, size)) << size;
        tree.append(leaf_hash(size));
    }
    for (std::uint64_t size = 0; size <= sizes; ++size) {
        EXPECT_EQ(tree.root_at(size), naive.root(0, size)) << size;
    }
}

TEST(Tree, proves_the_inclusion_of_every_leaf_in_every_size) {
    Naive naive;
    const Tree tree = tree_of(sizes);
    for (std::uint64_t size = 1; size <= sizes; ++size) {
        for (std::uint64_t index = 0; index < size; ++index) {
            const auto proof = tree.inclusion(index, size);
            ASSERT_TRUE(proof.has_value());
            ASSERT_EQ(*proof, naive.path(index, 0, size)) << index << " in " << size;
        }
    }
}

TEST(Tree, proves_the_consistency_of_every_pair_of_sizes) {
    Naive naive;
    const Tree tree = tree_of(sizes);
    for (std::uint64_t size = 1; size <= sizes; ++size) {
        for (std::uint64_t old = 1; old <= size; ++old) {
            const auto proof = tree.consistency(old, size);
            ASSERT_TRUE(proof.has_value());
            ASSERT_EQ(*proof, naive.subproof(old, 0, size, true)) << old << " to " << size;
        }
    }
}

TEST(Tree, gives_proofs_that_the_verifiers_of_crypto_accept) {
    const Tree tree = tree_of(sizes);
    EXPECT_TRUE(rc::check("proofs verify", [&tree] {
        const auto size = *rc::gen::inRange<std::uint64_t>(1, sizes + 1);
        const auto index = *rc::gen::inRange<std::uint64_t>(0, size);
        const auto inclusion = tree.inclusion(index, size);
        RC_ASSERT(inclusion.has_value());
        RC_ASSERT(
            crypto::verify_inclusion(tree.leaf(index), index, size, *inclusion, tree.root_at(size))
                .has_value());
        const auto consistency = tree.consistency(index + 1, size);
        RC_ASSERT(consistency.has_value());
        RC_ASSERT(crypto::verify_consistency(index + 1, tree.root_at(index + 1), size,
                                             tree.root_at(size), *consistency)
                      .has_value());
    }));
}

TEST(Tree, refuses_proofs_that_cannot_be) {
    const Tree tree = tree_of(5);
    EXPECT_EQ(tree.inclusion(5, 5).error().kind, base::ErrorKind::not_found);
    EXPECT_EQ(tree.inclusion(0, 0).error().kind, base::ErrorKind::not_found);
    EXPECT_EQ(tree.inclusion(0, 6).error().kind, base::ErrorKind::not_found);
    EXPECT_EQ(tree.consistency(4, 3).error().kind, base::ErrorKind::not_found);
    EXPECT_EQ(tree.consistency(4, 6).error().kind, base::ErrorKind::not_found);
    EXPECT_EQ(tree.consistency(0, 5).value(), Hashes{});
}

TEST(Tree, is_after_taking_leaves_back_as_if_they_had_never_come) {
    Naive naive;
    EXPECT_TRUE(rc::check("truncate undoes append", [&naive] {
        const auto first = *rc::gen::inRange<std::uint64_t>(0, 200);
        const auto more = *rc::gen::inRange<std::uint64_t>(0, 200);
        Tree tree = tree_of(first);
        for (std::uint64_t i = 0; i < more; ++i) {
            tree.append(leaf_hash(1000 + i));
        }
        tree.truncate(first);
        RC_ASSERT(tree.root() == naive.root(0, first));
        for (std::uint64_t i = first; i < first + more; ++i) {
            tree.append(leaf_hash(i));
        }
        RC_ASSERT(tree.root() == naive.root(0, first + more));
    }));
}

TEST(Tree, gives_the_hashes_of_tiles_and_no_more_than_there_are) {
    Naive naive;
    const Tree tree = tree_of(256 * 3 + 7);
    EXPECT_EQ(tree.tile_hashes(0, 256 * 3, 256).size(), 7);
    EXPECT_EQ(tree.tile_hashes(0, 5, 2), (Hashes{leaf_hash(5), leaf_hash(6)}));
    EXPECT_EQ(tree.tile_hashes(1, 0, 256),
              (Hashes{naive.root(0, 256), naive.root(256, 512), naive.root(512, 768)}));
    EXPECT_EQ(tree.tile_hashes(2, 0, 256), Hashes{});
    EXPECT_EQ(tree.tile_hashes(63, 9, 256), Hashes{});
    EXPECT_EQ(tree.tile_hashes(0, 10000, 1), Hashes{});
}

}  // namespace
}  // namespace comity::ledger
