#pragma once

// The growing tree: append leaf hashes, read roots and proofs of any size so far.

#include <cstdint>
#include <vector>

#include "ground/base/base.h"
#include "ground/crypto/crypto.h"
#include "ground/ledger/detail/ranges.h"

namespace comity::ledger {

class Tree {
 public:
    Tree();
    /// Appends one leaf hash; O(1) amortised.
    void append(const base::Digest& leaf_hash);
    /// Takes back the youngest leaves (a transaction that did not commit); `size` at most size().
    void truncate(std::uint64_t size);

    [[nodiscard]] std::uint64_t size() const;
    [[nodiscard]] base::Digest root() const;
    /// Root when the tree had `size` leaves; `size` at most size().
    [[nodiscard]] base::Digest root_at(std::uint64_t size) const;
    /// The hash of leaf `index`, below size().
    [[nodiscard]] const base::Digest& leaf(std::uint64_t index) const;
    /// Proof that leaf `index` is in the tree of `size`; kind not_found if it cannot be.
    [[nodiscard]] base::Result<std::vector<base::Digest>> inclusion(std::uint64_t index,
                                                                    std::uint64_t size) const;
    /// Proof that the tree of `new_size` extends that of `old_size`; empty for old size 0, which
    /// every tree extends. Kind not_found if the sizes do not fit.
    [[nodiscard]] base::Result<std::vector<base::Digest>> consistency(std::uint64_t old_size,
                                                                      std::uint64_t new_size) const;
    /// Hashes [first, first + count) of tile level `level` (level 0: leaves; level 1: roots of full
    /// tiles of 256), for writing tiles. Fewer, where the tree does not reach so far.
    [[nodiscard]] std::vector<base::Digest> tile_hashes(unsigned level, std::uint64_t first,
                                                        std::uint64_t count) const;

 private:
    /// Root of the leaves [begin, end), one of the cuts that RFC 9162 2.1.1 makes.
    [[nodiscard]] base::Digest range_root(std::uint64_t begin, std::uint64_t end) const;
    [[nodiscard]] std::vector<base::Digest> roots_of(
        const std::vector<detail::Range>& ranges) const;

    /// levels_[h][i]: the root of the full subtree of 2^h leaves that starts at leaf i * 2^h.
    std::vector<std::vector<base::Digest>> levels_;
};

}  // namespace comity::ledger
