#include "ground/ledger/tiles.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "ground/crypto/crypto.h"
#include "ground/ledger/detail/files.h"
#include "ground/ledger/detail/text.h"

namespace comity::ledger {

namespace {

constexpr unsigned highest_level = 63;
constexpr std::size_t longest_entry = 0xFFFF;
constexpr std::size_t longest_path = 64;  // level 63, seven groups and a width have 40

/// `<N>[.p/<W>]`: groups of three digits, all but the last behind an `x`.
std::string index_text(std::uint64_t index, unsigned width) {
    std::string text;
    std::string_view mark;
    do {
        const std::string digits = std::to_string(1000 + index % 1000).substr(1);
        text = std::string(mark.empty() ? "" : "x") + digits + std::string(mark) + text;
        mark = "/";
        index /= 1000;
    } while (index > 0);
    if (width > 0) {
        text += ".p/" + std::to_string(width);
    }
    return text;
}

std::unexpected<base::Error> bad_path(std::string_view path) {
    return base::fail(base::ErrorKind::malformed,
                      "this is not a tile path: " + std::string(path.substr(0, longest_path)));
}

/// `x001/x234/067` as a number; nothing if it is none or does not fit.
std::optional<std::uint64_t> parse_index(std::string_view text) {
    std::uint64_t index = 0;
    while (true) {
        const bool more = text.starts_with('x');
        const std::string_view group = text.substr(more ? 1 : 0, 3);
        unsigned value = 0;
        const auto [end, error] = std::from_chars(group.data(), group.data() + group.size(), value);
        if (error != std::errc{} || end != group.data() + 3 || index > UINT64_MAX / 1000 ||
            index * 1000 > UINT64_MAX - value) {
            return std::nullopt;
        }
        index = index * 1000 + value;
        text.remove_prefix(more ? 4 : 3);
        if (!more) {
            return text.empty() ? std::optional(index) : std::nullopt;
        }
        if (!text.starts_with('/')) {
            return std::nullopt;
        }
        text.remove_prefix(1);
    }
}

base::Bytes bundle_content(std::uint64_t first, std::uint64_t count,
                           const std::function<base::Bytes(std::uint64_t)>& entry_at) {
    base::Bytes content;
    for (std::uint64_t i = first; i < first + count; ++i) {
        const base::Bytes entry = entry_at(i);
        COMITY_ENSURE(entry.size() <= longest_entry);
        content.push_back(static_cast<std::uint8_t>(entry.size() >> 8));
        content.push_back(static_cast<std::uint8_t>(entry.size()));
        base::append(content, base::ByteView(entry));
    }
    return content;
}

using detail::disagrees;
using detail::each_tile;
using detail::Read;
using detail::read_file;
using detail::width_of;

/// Reads the entries of bundle `index` and appends their hashes to `tree`.
base::Result<void> read_bundle(const Read& read, std::uint64_t index, std::uint64_t size,
                               Tree& tree) {
    const unsigned width = width_of(index, size);
    const auto path_of = [index](unsigned w) { return entries_path(index, w); };
    const base::Bytes content = COMITY_TRY(read_file(read, width, path_of));
    auto entries = parse_entries(content);
    if (!entries) {
        return std::unexpected(base::at_place(std::move(entries).error(), path_of(width)));
    }
    const std::size_t wanted = width == 0 ? tile_width : width;
    if (entries->size() != wanted && entries->size() != tile_width) {
        return disagrees("an entry bundle has " + std::to_string(entries->size()) +
                             " entries instead of " + std::to_string(wanted),
                         path_of(width));
    }
    for (std::size_t i = 0; i < wanted; ++i) {
        tree.append(crypto::merkle_leaf((*entries)[i]));
    }
    return {};
}

/// What files are made of.
struct Content {
    const Tree& tree;
    const std::function<base::Bytes(std::uint64_t)>& entry_at;
};

/// Visits every file that differs between the ledger at `had` leaves and at `has`, with its width
/// (0: full) and the path that it has when it is full.
base::Result<void> each_file(
    const Content& content, std::uint64_t had, std::uint64_t has,
    const std::function<base::Result<void>(StaticFile, unsigned width, std::string full)>& visit) {
    return each_tile(had, has, [&](const TilePath& tile) -> base::Result<void> {
        if (tile.level == 0) {
            const std::uint64_t count = tile.width == 0 ? tile_width : tile.width;
            COMITY_TRY(visit({entries_path(tile.index, tile.width),
                              bundle_content(tile.index * tile_width, count, content.entry_at)},
                             tile.width, entries_path(tile.index, 0)));
        }
        return visit({tile.text(), detail::tile_content(content.tree, tile)}, tile.width,
                     TilePath{tile.level, tile.index, 0}.text());
    });
}

/// Whether the file is there, itself or within the full one. Kind invalid if other bytes are.
base::Result<bool> is_written(const Read& read, const StaticFile& file, unsigned width,
                              const std::string& full) {
    auto found = read(file.path);
    const bool within = width > 0 && !found && found.error().kind == base::ErrorKind::not_found;
    if (within) {
        found = read(full);
    }
    if (!found && found.error().kind == base::ErrorKind::not_found) {
        return false;
    }
    const base::Bytes content = COMITY_TRY(std::move(found));
    const std::size_t common = std::min(content.size(), file.content.size());
    const bool longer = content.size() > file.content.size() && !within;
    if (longer || !std::ranges::equal(base::ByteView(content).first(common),
                                      base::ByteView(file.content).first(common))) {
        return disagrees("a published file does not hold what the ledger holds",
                         within ? full : file.path);
    }
    return content.size() >= file.content.size();
}

}  // namespace

std::string TilePath::text() const {
    return "tile/" + std::to_string(level) + "/" + index_text(index, width);
}

base::Result<TilePath> TilePath::parse(std::string_view path) {
    constexpr std::string_view prefix = "tile/";
    if (path.size() > longest_path || !path.starts_with(prefix)) {
        return bad_path(path);
    }
    const std::string_view rest = path.substr(prefix.size());
    const std::size_t slash = rest.find('/');
    if (slash == std::string_view::npos) {
        return bad_path(path);
    }
    const std::uint64_t level = COMITY_TRY(detail::parse_decimal(rest.substr(0, slash)));
    std::string_view index_part = rest.substr(slash + 1);
    std::uint64_t width = 0;
    if (const std::size_t partial = index_part.find(".p/"); partial != std::string_view::npos) {
        width = COMITY_TRY(detail::parse_decimal(index_part.substr(partial + 3)));
        if (width == 0) {
            return bad_path(path);
        }
        index_part = index_part.substr(0, partial);
    }
    const auto index = parse_index(index_part);
    if (level > highest_level || width >= tile_width || !index) {
        return bad_path(path);
    }
    const TilePath tile{static_cast<unsigned>(level), *index, static_cast<unsigned>(width)};
    // One tile has one path: `x000/001` would be a second one for tile 1.
    if (tile.text() != path) {
        return bad_path(path);
    }
    return tile;
}

std::string entries_path(std::uint64_t index, unsigned width) {
    return "tile/entries/" + index_text(index, width);
}

std::vector<StaticFile> files_for_growth(
    const Tree& tree, std::uint64_t old_size,
    const std::function<base::Bytes(std::uint64_t)>& entry_at) {
    COMITY_ENSURE(old_size <= tree.size());
    std::vector<StaticFile> files;
    const auto keep = [&files](StaticFile file, unsigned, std::string) {
        files.push_back(std::move(file));
        return base::Result<void>{};
    };
    COMITY_ENSURE(each_file({tree, entry_at}, old_size, tree.size(), keep).has_value());
    return files;
}

base::Result<std::vector<StaticFile>> unfinished_files(
    const Read& read, const Tree& tree, std::uint64_t size,
    const std::function<base::Bytes(std::uint64_t)>& entry_at) {
    COMITY_ENSURE(size <= tree.size());
    std::vector<StaticFile> unfinished;
    const auto compare = [&](StaticFile file, unsigned width,
                             std::string full) -> base::Result<void> {
        if (!COMITY_TRY(is_written(read, file, width, full))) {
            unfinished.push_back(std::move(file));
        }
        return {};
    };
    COMITY_TRY(each_file({tree, entry_at}, 0, size, compare));
    return unfinished;
}

base::Result<std::vector<base::Bytes>> parse_entries(base::ByteView bundle) {
    std::vector<base::Bytes> entries;
    while (!bundle.empty()) {
        if (entries.size() == tile_width) {
            return base::fail(base::ErrorKind::malformed,
                              "an entry bundle has more than 256 entries");
        }
        if (bundle.size() < 2) {
            return base::fail(base::ErrorKind::malformed, "an entry's length is cut off");
        }
        const std::size_t length = (std::size_t{bundle[0]} << 8) | bundle[1];
        if (bundle.size() - 2 < length) {
            return base::fail(base::ErrorKind::malformed, "an entry is cut off");
        }
        const base::ByteView entry = bundle.subspan(2, length);
        entries.emplace_back(entry.begin(), entry.end());
        bundle = bundle.subspan(2 + length);
    }
    if (entries.empty()) {
        return base::fail(base::ErrorKind::malformed, "an entry bundle is empty",
                          "a log serves no empty bundle");
    }
    return entries;
}

base::Result<std::vector<base::Digest>> check_static_ledger(const Read& read, std::uint64_t size,
                                                            const base::Digest& root) {
    // Nothing is reserved by `size`: memory grows only with what is really there to be read.
    Tree tree;
    for (std::uint64_t index = 0; tree.size() < size; ++index) {
        COMITY_TRY(read_bundle(read, index, size, tree));
    }
    COMITY_TRY(each_tile(0, size, [&](const TilePath& tile) {
        return detail::check_tile(read, tile, tree,
                                  "a tile does not hold the hashes of the entries");
    }));
    if (tree.root() != root) {
        return disagrees("the entries do not give the checkpoint's root", "checkpoint");
    }
    return tree.tile_hashes(0, 0, size);
}

}  // namespace comity::ledger
