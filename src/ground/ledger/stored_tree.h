#pragma once

// Proofs from a ledger's static files alone (c2sp.org/tlog-tiles): three tiles for a leaf of 16
// million, however large the ledger is.

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "ground/base/base.h"

namespace comity::ledger {

/// A ledger of a given size in its tiles. What it gives is only as true as the tiles are: check a
/// proof against a signed checkpoint before relying on it.
class StoredTree {
 public:
    /// Gives the file at a path below the ledger's prefix; kind not_found where it is absent.
    using Read = std::function<base::Result<base::Bytes>(std::string_view path)>;

    StoredTree(Read read, std::uint64_t size) : read_(std::move(read)), size_(size) {}

    [[nodiscard]] std::uint64_t size() const { return size_; }
    /// Kinds: not_found (the size, the index or a tile), malformed (a tile of another length), and
    /// what reading gives.
    [[nodiscard]] base::Result<base::Digest> root_at(std::uint64_t size);
    [[nodiscard]] base::Result<std::vector<base::Digest>> inclusion(std::uint64_t index,
                                                                    std::uint64_t size);
    [[nodiscard]] base::Result<std::vector<base::Digest>> consistency(std::uint64_t old_size,
                                                                      std::uint64_t new_size);
    /// The bytes of entry `index`.
    [[nodiscard]] base::Result<base::Bytes> entry(std::uint64_t index);

 private:
    /// The roots of all whole subtrees within a tile, by height.
    struct Tile {
        std::array<std::vector<base::Digest>, 8> heights;
    };
    [[nodiscard]] base::Result<const Tile*> tile(unsigned level, std::uint64_t index);
    [[nodiscard]] base::Result<base::Digest> subtree(unsigned height, std::uint64_t index);
    [[nodiscard]] base::Result<base::Digest> range_root(std::uint64_t begin, std::uint64_t end);

    Read read_;
    std::uint64_t size_;
    std::map<std::pair<unsigned, std::uint64_t>, Tile> tiles_;  // dropped as a whole when full
};

}  // namespace comity::ledger
