#pragma once

// Static files as a tree gives them, and reading those that may be partial (c2sp.org/tlog-tiles).

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "ground/base/base.h"
#include "ground/ledger/tiles.h"

namespace comity::ledger::detail {

/// Bytes of a hash in a tile.
inline constexpr std::size_t hash_bytes = 32;

using Read = std::function<base::Result<base::Bytes>(std::string_view path)>;

/// Tile `index` of a level that holds `hashes`: 0 for a full one, else the width of the last.
[[nodiscard]] unsigned width_of(std::uint64_t index, std::uint64_t hashes);

/// Visits every tile that differs between a tree of `had` leaves and one of `has`, level by level,
/// until a visit fails.
[[nodiscard]] base::Result<void> each_tile(
    std::uint64_t had, std::uint64_t has,
    const std::function<base::Result<void>(const TilePath& tile)>& visit);

/// What stands in that tile of `tree`.
[[nodiscard]] base::Bytes tile_content(const Tree& tree, const TilePath& tile);

/// What is published is not what it must be. Kind invalid, with the file.
[[nodiscard]] std::unexpected<base::Error> disagrees(std::string what, std::string place);

/// Compares a tile with what stands in that of `tree`; `what` is said if it is another. A partial
/// tile may have been replaced by the full one.
[[nodiscard]] base::Result<void> check_tile(const Read& read, const TilePath& tile,
                                            const Tree& tree, std::string_view what);

/// Reads a file of `width`, or the full one where the partial one was collected already: once a
/// full tile exists, the log may drop its partial ones.
[[nodiscard]] base::Result<base::Bytes> read_file(
    const Read& read, unsigned width, const std::function<std::string(unsigned width)>& path_of);

}  // namespace comity::ledger::detail
