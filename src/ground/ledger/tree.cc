#include "ground/ledger/tree.h"

#include <algorithm>
#include <bit>
#include <string>

namespace comity::ledger {

Tree::Tree() : levels_(1) {
}

void Tree::append(const base::Digest& leaf_hash) {
    levels_[0].push_back(leaf_hash);
    // Each level that has just got its second half of a pair hands their parent up.
    for (std::size_t h = 0; levels_[h].size() % 2 == 0; ++h) {
        if (h + 1 == levels_.size()) {
            levels_.emplace_back();
        }
        const auto& below = levels_[h];
        levels_[h + 1].push_back(
            crypto::merkle_node(below[below.size() - 2], below[below.size() - 1]));
    }
}

void Tree::truncate(std::uint64_t size) {
    COMITY_ENSURE(size <= this->size());
    for (std::size_t h = 0; h < levels_.size(); ++h) {
        levels_[h].resize(size >> h);
    }
}

std::uint64_t Tree::size() const {
    return levels_[0].size();
}

base::Digest Tree::root() const {
    return root_at(size());
}

base::Digest Tree::root_at(std::uint64_t size) const {
    COMITY_ENSURE(size <= this->size());
    if (size == 0) {
        return crypto::merkle_root({});
    }
    return range_root(0, size);
}

const base::Digest& Tree::leaf(std::uint64_t index) const {
    COMITY_ENSURE(index < size());
    return levels_[0][index];
}

base::Digest Tree::range_root(std::uint64_t begin, std::uint64_t end) const {
    // Splitting off the right part until a full subtree is left never leaves the tree's own cuts:
    // `begin` is a multiple of every power of two up to the count.
    const std::uint64_t count = end - begin;
    if (std::has_single_bit(count)) {
        const auto height = static_cast<std::size_t>(std::countr_zero(count));
        return levels_[height][begin >> height];
    }
    const std::uint64_t middle = begin + detail::split_of(count);
    return crypto::merkle_node(range_root(begin, middle), range_root(middle, end));
}

base::Result<std::vector<base::Digest>> Tree::inclusion(std::uint64_t index,
                                                        std::uint64_t size) const {
    if (size > this->size()) {
        return base::fail(base::ErrorKind::not_found, "the ledger has not grown to this size",
                          "it has " + std::to_string(this->size()) + " leaves",
                          "ask again when a later checkpoint is out");
    }
    if (index >= size) {
        return base::fail(
            base::ErrorKind::not_found,
            "leaf " + std::to_string(index) + " is not in a tree of " + std::to_string(size));
    }
    return roots_of(detail::inclusion_ranges(index, size));
}

base::Result<std::vector<base::Digest>> Tree::consistency(std::uint64_t old_size,
                                                          std::uint64_t new_size) const {
    if (new_size > size() || old_size > new_size) {
        return base::fail(base::ErrorKind::not_found,
                          "there is no consistency proof from " + std::to_string(old_size) +
                              " to " + std::to_string(new_size),
                          "the ledger has " + std::to_string(size()) + " leaves");
    }
    return roots_of(detail::consistency_ranges(old_size, new_size));
}

std::vector<base::Digest> Tree::roots_of(const std::vector<detail::Range>& ranges) const {
    std::vector<base::Digest> roots;
    roots.reserve(ranges.size());
    for (const detail::Range& range : ranges) {
        roots.push_back(range_root(range.begin, range.end));
    }
    return roots;
}

std::vector<base::Digest> Tree::tile_hashes(unsigned level, std::uint64_t first,
                                            std::uint64_t count) const {
    const std::size_t height = std::size_t{level} * 8;
    if (height >= levels_.size()) {
        return {};
    }
    const auto& hashes = levels_[height];
    const std::uint64_t begin = std::min<std::uint64_t>(first, hashes.size());
    const std::uint64_t end = begin + std::min<std::uint64_t>(count, hashes.size() - begin);
    return {hashes.begin() + static_cast<std::ptrdiff_t>(begin),
            hashes.begin() + static_cast<std::ptrdiff_t>(end)};
}

}  // namespace comity::ledger
