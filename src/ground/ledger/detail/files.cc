#include "ground/ledger/detail/files.h"

#include "ground/ledger/tiles.h"

namespace comity::ledger::detail {

unsigned width_of(std::uint64_t index, std::uint64_t hashes) {
    const std::uint64_t left = hashes - index * tile_width;
    return left >= tile_width ? 0 : static_cast<unsigned>(left);
}

base::Result<base::Bytes> read_file(
    const std::function<base::Result<base::Bytes>(std::string_view path)>& read, unsigned width,
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
