#include "ground/ledger/detail/ranges.h"

#include <algorithm>
#include <bit>

#include "ground/crypto/crypto.h"

namespace comity::ledger::detail {

std::uint64_t split_of(std::uint64_t count) {
    return std::bit_floor(count - 1);
}

std::vector<Range> inclusion_ranges(std::uint64_t index, std::uint64_t size) {
    COMITY_ENSURE(index < size);
    // RFC 9162 2.1.3.1, from the root down; the proof is read from the leaf up.
    std::vector<Range> ranges;
    Range rest{0, size};
    while (rest.end - rest.begin > 1) {
        const std::uint64_t middle = rest.begin + split_of(rest.end - rest.begin);
        if (index < middle) {
            ranges.push_back({middle, rest.end});
            rest.end = middle;
        } else {
            ranges.push_back({rest.begin, middle});
            rest.begin = middle;
        }
    }
    std::ranges::reverse(ranges);
    return ranges;
}

std::vector<Range> consistency_ranges(std::uint64_t old_size, std::uint64_t new_size) {
    COMITY_ENSURE(old_size <= new_size);
    std::vector<Range> ranges;
    if (old_size == 0) {
        return ranges;
    }
    // RFC 9162 2.1.4.1. The old tree's root needs no place in the proof while it stands whole at
    // the left edge, because the verifier has it.
    Range rest{0, new_size};
    while (old_size != rest.end) {
        const std::uint64_t middle = rest.begin + split_of(rest.end - rest.begin);
        if (old_size <= middle) {
            ranges.push_back({middle, rest.end});
            rest.end = middle;
        } else {
            ranges.push_back({rest.begin, middle});
            rest.begin = middle;
        }
    }
    if (rest.begin != 0) {
        ranges.push_back(rest);
    }
    std::ranges::reverse(ranges);
    return ranges;
}

std::vector<Subtree> subtrees_of(Range range) {
    COMITY_ENSURE(range.begin < range.end);
    std::vector<Subtree> subtrees;
    // `begin` is a multiple of every power of two up to the count, so the largest one that fits
    // comes first.
    while (range.begin < range.end) {
        const std::uint64_t leaves = std::bit_floor(range.end - range.begin);
        const auto height = static_cast<unsigned>(std::countr_zero(leaves));
        subtrees.push_back({height, range.begin >> height});
        range.begin += leaves;
    }
    return subtrees;
}

base::Digest join(std::span<const base::Digest> roots) {
    COMITY_ENSURE(!roots.empty());
    base::Digest root = roots.back();
    for (std::size_t i = roots.size() - 1; i > 0; --i) {
        root = crypto::merkle_node(roots[i - 1], root);
    }
    return root;
}

}  // namespace comity::ledger::detail
