#include "ground/ledger/stored_tree.h"

#include <algorithm>
#include <string>

#include "ground/crypto/crypto.h"
#include "ground/ledger/detail/files.h"
#include "ground/ledger/detail/ranges.h"
#include "ground/ledger/tiles.h"

namespace comity::ledger {
namespace {

constexpr std::size_t most_tiles_kept = 1024;  // 16 KiB each
constexpr unsigned tile_height = 8;

std::unexpected<base::Error> not_so_large(std::uint64_t asked, std::uint64_t size) {
    return base::fail(base::ErrorKind::not_found,
                      "the ledger has no tree of " + std::to_string(asked) + " leaves",
                      "it has " + std::to_string(size) + " leaves",
                      "ask again when a later checkpoint is out");
}

std::vector<base::Digest> hashes_in(base::ByteView content, std::size_t count) {
    std::vector<base::Digest> hashes(count);
    for (std::size_t i = 0; i < count; ++i) {
        std::ranges::copy(content.subspan(i * hashes[i].bytes.size(), hashes[i].bytes.size()),
                          hashes[i].bytes.begin());
    }
    return hashes;
}

}  // namespace

base::Result<const StoredTree::Tile*> StoredTree::tile(unsigned level, std::uint64_t index) {
    const auto known = tiles_.find({level, index});
    if (known != tiles_.end()) {
        return &known->second;
    }
    const unsigned width = detail::width_of(index, size_ >> (tile_height * level));
    const auto path_of = [&](unsigned w) { return TilePath{level, index, w}.text(); };
    const base::Bytes content = COMITY_TRY(detail::read_file(read_, width, path_of));
    const std::size_t count = width == 0 ? tile_width : width;
    constexpr std::size_t hash_bytes = sizeof(base::Digest::bytes);
    if (content.size() != count * hash_bytes && content.size() != tile_width * hash_bytes) {
        return std::unexpected(base::Error{base::ErrorKind::malformed,
                                           "a tile has " + std::to_string(content.size()) +
                                               " bytes instead of " +
                                               std::to_string(count * hash_bytes),
                                           {},
                                           {},
                                           path_of(width),
                                           {}});
    }
    Tile tile;
    tile.heights[0] = hashes_in(content, count);
    for (unsigned h = 1; h < tile_height; ++h) {
        const auto& below = tile.heights[h - 1];
        for (std::size_t i = 0; i + 1 < below.size(); i += 2) {
            tile.heights[h].push_back(crypto::merkle_node(below[i], below[i + 1]));
        }
    }
    if (tiles_.size() >= most_tiles_kept) {
        tiles_.clear();
    }
    return &tiles_.emplace(std::pair{level, index}, std::move(tile)).first->second;
}

base::Result<base::Digest> StoredTree::subtree(unsigned height, std::uint64_t index) {
    const unsigned inside = height % tile_height;
    const std::uint64_t first = index << inside;  // of the tile level's hashes
    const Tile* found = COMITY_TRY(tile(height / tile_height, first / tile_width));
    return found->heights[inside][(first % tile_width) >> inside];
}

base::Result<base::Digest> StoredTree::range_root(std::uint64_t begin, std::uint64_t end) {
    std::vector<base::Digest> roots;
    for (const detail::Subtree& part : detail::subtrees_of({begin, end})) {
        roots.push_back(COMITY_TRY(subtree(part.height, part.index)));
    }
    return detail::join(roots);
}

base::Result<base::Digest> StoredTree::root_at(std::uint64_t size) {
    if (size > size_) {
        return not_so_large(size, size_);
    }
    return size == 0 ? crypto::merkle_root({}) : range_root(0, size);
}

base::Result<std::vector<base::Digest>> StoredTree::inclusion(std::uint64_t index,
                                                              std::uint64_t size) {
    if (size > size_) {
        return not_so_large(size, size_);
    }
    if (index >= size) {
        return base::fail(
            base::ErrorKind::not_found,
            "leaf " + std::to_string(index) + " is not in a tree of " + std::to_string(size));
    }
    std::vector<base::Digest> proof;
    for (const detail::Range& range : detail::inclusion_ranges(index, size)) {
        proof.push_back(COMITY_TRY(range_root(range.begin, range.end)));
    }
    return proof;
}

base::Result<std::vector<base::Digest>> StoredTree::consistency(std::uint64_t old_size,
                                                                std::uint64_t new_size) {
    if (new_size > size_ || old_size > new_size) {
        return not_so_large(std::max(new_size, old_size), size_);
    }
    std::vector<base::Digest> proof;
    for (const detail::Range& range : detail::consistency_ranges(old_size, new_size)) {
        proof.push_back(COMITY_TRY(range_root(range.begin, range.end)));
    }
    return proof;
}

base::Result<base::Bytes> StoredTree::entry(std::uint64_t index) {
    if (index >= size_) {
        return not_so_large(index + 1, size_);
    }
    const std::uint64_t bundle = index / tile_width;
    const unsigned width = detail::width_of(bundle, size_);
    const auto path_of = [bundle](unsigned w) { return entries_path(bundle, w); };
    const base::Bytes content = COMITY_TRY(detail::read_file(read_, width, path_of));
    auto entries = parse_entries(content);
    if (!entries) {
        return std::unexpected(base::at_place(std::move(entries).error(), path_of(width)));
    }
    const std::size_t at = index % tile_width;
    if (at >= entries->size()) {
        return std::unexpected(base::Error{base::ErrorKind::malformed,
                                           "an entry bundle is too short",
                                           {},
                                           {},
                                           path_of(width),
                                           {}});
    }
    return std::move((*entries)[at]);
}

}  // namespace comity::ledger
