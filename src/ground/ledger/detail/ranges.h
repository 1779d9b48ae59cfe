#pragma once

// Which parts of a tree its proofs consist of (RFC 9162 2.1), whatever the hashes are read from.

#include <cstdint>
#include <span>
#include <vector>

#include "ground/base/base.h"

namespace comity::ledger::detail {

/// The leaves [begin, end), one of the cuts that RFC 9162 2.1.1 makes.
struct Range {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    friend bool operator==(const Range&, const Range&) = default;
};

/// The whole subtree of 2^height leaves that starts at leaf index * 2^height.
struct Subtree {
    unsigned height = 0;
    std::uint64_t index = 0;
    friend bool operator==(const Subtree&, const Subtree&) = default;
};

/// Where RFC 9162 2.1.1 splits a tree of `count` > 1 leaves: the largest power of two below it.
[[nodiscard]] std::uint64_t split_of(std::uint64_t count);

/// What proves that leaf `index` < `size` is in the tree of `size`, from the leaf up.
[[nodiscard]] std::vector<Range> inclusion_ranges(std::uint64_t index, std::uint64_t size);
/// What proves that the tree of `new_size` extends that of `old_size` <= new_size; nothing for old
/// size 0, which every tree extends (c2sp.org/tlog-witness).
[[nodiscard]] std::vector<Range> consistency_ranges(std::uint64_t old_size, std::uint64_t new_size);

/// The whole subtrees that a range consists of, left to right; the range is not empty.
[[nodiscard]] std::vector<Subtree> subtrees_of(Range range);
/// The root over such subtrees' roots, left to right; at least one.
[[nodiscard]] base::Digest join(std::span<const base::Digest> roots);

}  // namespace comity::ledger::detail
