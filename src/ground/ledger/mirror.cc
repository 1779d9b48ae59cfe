#include "ground/ledger/mirror.h"

#include <algorithm>

#include "ground/crypto/crypto.h"
#include "ground/ledger/detail/files.h"

namespace comity::ledger {
namespace {

constexpr std::int64_t shortest_interval = 60;
constexpr std::int64_t longest_interval = 7 * 24 * 3600;
constexpr std::uint64_t largest_number = 65'536;
constexpr std::string_view padding_tag = "comity/padding/v1";

using detail::disagrees;
using detail::hash_bytes;
using detail::Read;

/// The hashes of the leaves in tile `index`, whose content is all that there is to go by.
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
    const auto keep = [&](const TilePath& tile) {
        files.push_back({tile.text(), detail::tile_content(tree, tile)});
        return base::Result<void>{};
    };
    COMITY_ENSURE(detail::each_tile(old_size, size, keep).has_value());
    return files;
}

base::Result<std::vector<base::Digest>> check_static_mirror(const Read& read, std::uint64_t size,
                                                            const base::Digest& root) {
    Tree tree;
    COMITY_TRY(read_leaves(read, size, tree));
    COMITY_TRY(detail::each_tile(0, size, [&](const TilePath& tile) {
        return tile.level == 0
                   ? base::Result<void>{}
                   : detail::check_tile(read, tile, tree,
                                        "a tile does not hold the hashes of those below it");
    }));
    if (tree.root() != root) {
        return disagrees("the tiles do not give the checkpoint's root", "checkpoint");
    }
    return tree.tile_hashes(0, 0, size);
}

}  // namespace comity::ledger
