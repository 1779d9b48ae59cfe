#include "ground/ledger/detail/files.h"

#include <algorithm>

namespace comity::ledger::detail {

unsigned width_of(std::uint64_t index, std::uint64_t hashes) {
    const std::uint64_t left = hashes - index * tile_width;
    return left >= tile_width ? 0 : static_cast<unsigned>(left);
}

base::Result<void> each_tile(std::uint64_t had, std::uint64_t has,
                             const std::function<base::Result<void>(const TilePath& tile)>& visit) {
    for (unsigned level = 0; has > had; ++level) {
        // From the tile that was not full to the last one; only that one may be partial.
        for (std::uint64_t index = had / tile_width; index * tile_width < has; ++index) {
            COMITY_TRY(visit({level, index, width_of(index, has)}));
        }
        had /= tile_width;
        has /= tile_width;
    }
    return {};
}

base::Bytes tile_content(const Tree& tree, const TilePath& tile) {
    const std::uint64_t count = tile.width == 0 ? tile_width : tile.width;
    base::Bytes content;
    content.reserve(count * hash_bytes);
    for (const base::Digest& hash : tree.tile_hashes(tile.level, tile.index * tile_width, count)) {
        base::append(content, hash.view());
    }
    return content;
}

std::unexpected<base::Error> disagrees(std::string what, std::string place) {
    auto failed = base::fail(base::ErrorKind::invalid, std::move(what), {},
                             "keep the files as evidence and read the ledger from another copy");
    failed.error().place = std::move(place);
    return failed;
}

base::Result<void> check_tile(const Read& read, const TilePath& tile, const Tree& tree,
                              std::string_view what) {
    const auto path_of = [&tile](unsigned width) {
        return TilePath{tile.level, tile.index, width}.text();
    };
    const base::Bytes content = COMITY_TRY(read_file(read, tile.width, path_of));
    const base::Bytes expected = tile_content(tree, tile);
    const bool whole =
        content.size() == expected.size() || content.size() == std::size_t{tile_width} * hash_bytes;
    if (!whole || !std::ranges::equal(expected, base::ByteView(content).first(expected.size()))) {
        return disagrees(std::string(what), path_of(tile.width));
    }
    return {};
}

base::Result<base::Bytes> read_file(const Read& read, unsigned width,
                                    const std::function<std::string(unsigned width)>& path_of) {
    auto content = read(path_of(width));
    if (!content && content.error().kind == base::ErrorKind::not_found && width > 0) {
        content = read(path_of(0));
    }
    if (!content) {
        return std::unexpected(base::at_place(std::move(content).error(), path_of(width)));
    }
    return content;
}

}  // namespace comity::ledger::detail
