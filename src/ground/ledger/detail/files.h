#pragma once

// Reading static files that may be partial (c2sp.org/tlog-tiles).

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "ground/base/base.h"

namespace comity::ledger::detail {

/// Tile `index` of a level that holds `hashes`: 0 for a full one, else the width of the last.
[[nodiscard]] unsigned width_of(std::uint64_t index, std::uint64_t hashes);

/// Reads a file of `width`, or the full one where the partial one was collected already: once a
/// full tile exists, the log may drop its partial ones.
[[nodiscard]] base::Result<base::Bytes> read_file(
    const std::function<base::Result<base::Bytes>(std::string_view path)>& read, unsigned width,
    const std::function<std::string(unsigned width)>& path_of);

}  // namespace comity::ledger::detail
