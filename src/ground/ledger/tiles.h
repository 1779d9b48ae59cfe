#pragma once

// Static tiles (c2sp.org/tlog-tiles): paths, contents, and what changes when a tree grows.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ground/base/base.h"
#include "ground/ledger/tree.h"

namespace comity::ledger {

inline constexpr unsigned tile_width = 256;

struct TilePath {
    unsigned level = 0;       ///< 0 to 63
    std::uint64_t index = 0;  ///< N
    unsigned width = 0;       ///< hashes in a partial tile, 0 for a full one

    /// `tile/<L>/<N>[.p/<W>]`.
    [[nodiscard]] std::string text() const;
    [[nodiscard]] static base::Result<TilePath> parse(std::string_view path);
    friend bool operator==(const TilePath&, const TilePath&) = default;
};

/// `tile/entries/<N>[.p/<W>]`.
[[nodiscard]] std::string entries_path(std::uint64_t index, unsigned width);

/// A static file of the ledger: its path below the prefix and its bytes.
struct StaticFile {
    std::string path;
    base::Bytes content;
};

/// The tiles and entry bundles that must be (re)written when the tree grew from `old_size` to
/// tree.size(). `entry_at(i)` gives the bytes of entry i (at most 65,535).
[[nodiscard]] std::vector<StaticFile> files_for_growth(
    const Tree& tree, std::uint64_t old_size,
    const std::function<base::Bytes(std::uint64_t)>& entry_at);

/// Compares the static files of the ledger as it was at `size`, which `tree` has reached, with what
/// they must be. Gives those that have to be written again: absent, or ending where writing them
/// stopped. `read` gives kind not_found where a file is absent. Kind invalid, with the file's path:
/// other bytes stand there.
[[nodiscard]] base::Result<std::vector<StaticFile>> unfinished_files(
    const std::function<base::Result<base::Bytes>(std::string_view path)>& read, const Tree& tree,
    std::uint64_t size, const std::function<base::Bytes(std::uint64_t)>& entry_at);

/// Reads an entry bundle: each entry as uint16 big-endian length and bytes. Kind malformed.
[[nodiscard]] base::Result<std::vector<base::Bytes>> parse_entries(base::ByteView bundle);

/// Reads a whole static ledger through `read(path)` (kind not_found where a file is absent) and
/// checks it against the checkpoint's size and root: returns all leaf hashes. Kind invalid if the
/// entries, the tiles and the root do not agree.
[[nodiscard]] base::Result<std::vector<base::Digest>> check_static_ledger(
    const std::function<base::Result<base::Bytes>(std::string_view path)>& read, std::uint64_t size,
    const base::Digest& root);

}  // namespace comity::ledger
