#include "ground/ledger/mirror.h"

#include <algorithm>

#include "ground/crypto/crypto.h"
#include "ground/ledger/detail/files.h"

namespace comity::ledger {
namespace {

constexpr std::int64_t shortest_interval = 60;
constexpr std::int64_t longest_interval = 7 * 24 * 3600;
constexpr std::uint64_t largest_number = 65'536;
constexpr std::size_t hash_bytes = 32;
constexpr std::string_view padding_tag = "comity/padding/v1";

using Read = std::function<base::Result<base::Bytes>(std::string_view path)>;

base::Bytes content_of(const std::vector<base::Digest>& hashes) {
    base::Bytes content;
    content.reserve(hashes.size() * hash_bytes);
    for (const base::Digest& hash : hashes) {
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

base::Result<base::Bytes> read_tile(const Read& read, const TilePath& tile) {
    const auto path_of = [&tile](unsigned width) {
        return TilePath{tile.level, tile.index, width}.text();
    };
    base::Bytes content = COMITY_TRY(detail::read_file(read, tile.width, path_of));
    const std::size_t wanted = (tile.width == 0 ? tile_width : tile.width) * hash_bytes;
    if (content.size() != wanted && content.size() != std::size_t{tile_width} * hash_bytes) {
        return disagrees("a tile has " + std::to_string(content.size()) + " bytes instead of " +
                             std::to_string(wanted),
                         path_of(tile.width));
    }
    content.resize(wanted);
    return content;
}

base::Result<void> read_leaves(const Read& read, std::uint64_t size, Tree& tree) {
    for (std::uint64_t index = 0; tree.size() < size; ++index) {
        const base::Bytes content =
            COMITY_TRY(read_tile(read, {0, index, detail::width_of(index, size)}));
        for (std::size_t at = 0; at < content.size(); at += hash_bytes) {
            base::Digest hash;
            std::ranges::copy(base::ByteView(content).subspan(at, hash_bytes), hash.bytes.begin());
            tree.append(hash);
        }
    }
    return {};
}

base::Result<void> check_upper_tiles(const Read& read, const Tree& tree) {
    unsigned level = 1;
    for (std::uint64_t hashes = tree.size() / tile_width; hashes > 0; hashes /= tile_width) {
        for (std::uint64_t index = 0; index * tile_width < hashes; ++index) {
            const TilePath tile{level, index, detail::width_of(index, hashes)};
            const base::Bytes content = COMITY_TRY(read_tile(read, tile));
            const std::uint64_t count = content.size() / hash_bytes;
            if (content != content_of(tree.tile_hashes(level, index * tile_width, count))) {
                return disagrees("a tile does not hold the hashes of those below it", tile.text());
            }
        }
        ++level;
    }
    return {};
}

}  // namespace

base::Result<void> MirrorRule::check() const {
    if (interval < shortest_interval || interval > longest_interval) {
        return base::fail(base::ErrorKind::malformed,
                          "the interval of a mirror is 60 to 604800 seconds");
    }
    if (batch < 1 || batch > largest_number || carry < 1 || carry > largest_number) {
        return base::fail(base::ErrorKind::malformed,
                          "batch and carry of a mirror are numbers from 1 to 65536");
    }
    return {};
}

base::Instant MirrorRule::next_time(base::Instant now) const {
    const std::int64_t length = interval * 1000;
    return base::Instant{(now.milliseconds / length + 1) * length};
}

MirrorStep next_mirror_step(const MirrorRule& rule, std::uint64_t published, std::uint64_t size,
                            std::span<const std::uint64_t> attested) {
    MirrorStep step;
    const bool takes_all = size - published > rule.carry * rule.batch;
    bool more = false;  // attested, and kept for a later time
    for (const std::uint64_t head : attested) {
        if (head <= published || head % rule.batch != 0 || head > size) {
            continue;
        }
        if (takes_all || !step.publish) {
            step.publish = head;
        } else {
            more = more || head > *step.publish;
        }
    }
    const std::uint64_t shown = step.publish.value_or(published);
    const bool has_next = more || (size > shown && size % rule.batch == 0);
    if (!has_next) {
        step.pad = rule.boundary(size) + rule.batch - size;
    }
    return step;
}

Leaf padding_leaf(const base::SecretBytes& key, std::uint64_t index,
                  const std::optional<Leaf>& before) {
    base::Bytes message = base::bytes_of(padding_tag);
    for (int shift = 56; shift >= 0; shift -= 8) {
        message.push_back(static_cast<std::uint8_t>(index >> shift));
    }
    Leaf leaf;
    leaf.leaf_class = LeafClass::padding;
    leaf.commitment = crypto::hmac_sha256(key.view(), message);
    if (before) {
        leaf.unseal_by = before->unseal_by;
        leaf.delete_by = before->delete_by;
    }
    return leaf;
}

std::vector<StaticFile> mirror_files_for_growth(const Tree& tree, std::uint64_t old_size,
                                                std::uint64_t size) {
    COMITY_ENSURE(old_size <= size && size <= tree.size());
    std::vector<StaticFile> files;
    std::uint64_t had = old_size;
    std::uint64_t has = size;
    for (unsigned level = 0; has > had; ++level) {
        for (std::uint64_t index = had / tile_width; index * tile_width < has; ++index) {
            const unsigned width = detail::width_of(index, has);
            const std::uint64_t count = width == 0 ? tile_width : width;
            files.push_back({TilePath{level, index, width}.text(),
                             content_of(tree.tile_hashes(level, index * tile_width, count))});
        }
        had /= tile_width;
        has /= tile_width;
    }
    return files;
}

base::Result<std::vector<base::Digest>> check_static_mirror(const Read& read, std::uint64_t size,
                                                            const base::Digest& root) {
    Tree tree;
    COMITY_TRY(read_leaves(read, size, tree));
    COMITY_TRY(check_upper_tiles(read, tree));
    if (tree.root() != root) {
        return disagrees("the tiles do not give the checkpoint's root", "checkpoint");
    }
    return tree.tile_hashes(0, 0, size);
}

}  // namespace comity::ledger
