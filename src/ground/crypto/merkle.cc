#include "ground/crypto/merkle.h"

#include <algorithm>
#include <array>
#include <bit>

#include "ground/crypto/hash.h"

namespace comity::crypto {

namespace {

std::unexpected<base::Error> invalid_proof(std::string what) {
    return base::fail(base::ErrorKind::invalid, std::move(what));
}

/// Appends the inclusion path of leaf `index` (RFC 9162 2.1.3.1), leaf to root.
void collect_path(std::span<const base::Digest> leaf_hashes, std::uint64_t index,
                  std::vector<base::Digest>& path) {
    if (leaf_hashes.size() == 1) {
        return;
    }
    const std::size_t split = std::bit_floor(leaf_hashes.size() - 1);
    const std::span<const base::Digest> left = leaf_hashes.first(split);
    const std::span<const base::Digest> right = leaf_hashes.subspan(split);
    if (index < split) {
        collect_path(left, index, path);
        path.push_back(merkle_root(right));
    } else {
        collect_path(right, index - split, path);
        path.push_back(merkle_root(left));
    }
}

}  // namespace

base::Digest merkle_leaf(base::ByteView entry) {
    constexpr std::size_t small = 256;
    if (entry.size() < small) {
        std::array<std::uint8_t, small> input;
        input[0] = 0x00;
        std::ranges::copy(entry, input.begin() + 1);
        return sha256(base::ByteView(input).first(entry.size() + 1));
    }
    base::Bytes input{0x00};
    base::append(input, entry);
    return sha256(input);
}

base::Digest merkle_node(const base::Digest& left, const base::Digest& right) {
    std::array<std::uint8_t, 65> input;
    input[0] = 0x01;
    std::ranges::copy(left.bytes, input.begin() + 1);
    std::ranges::copy(right.bytes, input.begin() + 33);
    return sha256(input);
}

base::Digest merkle_root(std::span<const base::Digest> leaf_hashes) {
    if (leaf_hashes.empty()) {
        return sha256(std::string_view{});
    }
    // The roots of the full subtrees so far, largest first: one for each one-bit of the count.
    std::vector<base::Digest> roots;
    std::uint64_t count = 0;
    for (const base::Digest& leaf : leaf_hashes) {
        base::Digest node = leaf;
        for (std::uint64_t merged = count; (merged & 1) != 0; merged >>= 1) {
            node = merkle_node(roots.back(), node);
            roots.pop_back();
        }
        roots.push_back(node);
        ++count;
    }
    base::Digest root = roots.back();
    for (std::size_t i = roots.size() - 1; i > 0; --i) {
        root = merkle_node(roots[i - 1], root);
    }
    return root;
}

std::vector<base::Digest> merkle_inclusion(std::span<const base::Digest> leaf_hashes,
                                           std::uint64_t index) {
    COMITY_ENSURE(index < leaf_hashes.size());
    std::vector<base::Digest> path;
    collect_path(leaf_hashes, index, path);
    return path;
}

base::Result<void> verify_inclusion(const base::Digest& leaf_hash, std::uint64_t index,
                                    std::uint64_t size, std::span<const base::Digest> proof,
                                    const base::Digest& root) {
    if (index >= size) {
        return invalid_proof("the leaf lies outside the tree");
    }
    std::uint64_t node_index = index;     // fn of RFC 9162 2.1.3.2
    std::uint64_t last_index = size - 1;  // sn
    base::Digest node = leaf_hash;
    for (const base::Digest& sibling : proof) {
        if (last_index == 0) {
            return invalid_proof("the inclusion proof is too long");
        }
        if ((node_index & 1) != 0 || node_index == last_index) {
            node = merkle_node(sibling, node);
            while ((node_index & 1) == 0 && node_index != 0) {
                node_index >>= 1;
                last_index >>= 1;
            }
        } else {
            node = merkle_node(node, sibling);
        }
        node_index >>= 1;
        last_index >>= 1;
    }
    if (last_index != 0) {
        return invalid_proof("the inclusion proof is too short");
    }
    if (node != root) {
        return invalid_proof("the inclusion proof does not lead to the root");
    }
    return {};
}

namespace {

/// The roots that a consistency proof leads to (RFC 9162 2.1.4.2).
struct Roots {
    base::Digest older;
    base::Digest newer;
};

/// The roots of the trees of these sizes, 0 < old_size < new_size. `start`: the first node, which
/// is the older root itself if the older tree is a full subtree, and else begins the proof;
/// `siblings`: what comes after it.
base::Result<Roots> roots_in(std::uint64_t old_size, std::uint64_t new_size,
                             const base::Digest& start, std::span<const base::Digest> siblings) {
    std::uint64_t node_index = old_size - 1;
    std::uint64_t last_index = new_size - 1;
    while ((node_index & 1) != 0) {
        node_index >>= 1;
        last_index >>= 1;
    }
    Roots roots{start, start};
    for (const base::Digest& sibling : siblings) {
        if (last_index == 0) {
            return invalid_proof("the consistency proof is too long");
        }
        if ((node_index & 1) != 0 || node_index == last_index) {
            roots.older = merkle_node(sibling, roots.older);
            roots.newer = merkle_node(sibling, roots.newer);
            while ((node_index & 1) == 0 && node_index != 0) {
                node_index >>= 1;
                last_index >>= 1;
            }
        } else {
            roots.newer = merkle_node(roots.newer, sibling);
        }
        node_index >>= 1;
        last_index >>= 1;
    }
    if (last_index != 0) {
        return invalid_proof("the consistency proof is too short");
    }
    return roots;
}

}  // namespace

base::Result<void> verify_consistency(std::uint64_t old_size, const base::Digest& old_root,
                                      std::uint64_t new_size, const base::Digest& new_root,
                                      std::span<const base::Digest> proof) {
    if (old_size == 0 || old_size > new_size) {
        return invalid_proof("no consistency proof exists between these sizes");
    }
    if (old_size == new_size) {
        if (!proof.empty()) {
            return invalid_proof("the consistency proof is too long");
        }
        if (old_root != new_root) {
            return invalid_proof("two roots of one size differ");
        }
        return {};
    }
    // When the old tree is a full subtree, its root is the first node itself.
    const bool starts_at_root = std::has_single_bit(old_size);
    if (!starts_at_root && proof.empty()) {
        return invalid_proof("the consistency proof is too short");
    }
    const Roots roots =
        COMITY_TRY(roots_in(old_size, new_size, starts_at_root ? old_root : proof.front(),
                            starts_at_root ? proof : proof.subspan(1)));
    if (roots.older != old_root || roots.newer != new_root) {
        return invalid_proof("the consistency proof does not lead to both roots");
    }
    return {};
}

base::Result<base::Digest> older_root_in(std::uint64_t old_size, std::uint64_t new_size,
                                         const base::Digest& new_root,
                                         std::span<const base::Digest> proof) {
    if (old_size == 0 || old_size >= new_size || proof.empty()) {
        return invalid_proof("no consistency proof exists between these sizes");
    }
    if (std::has_single_bit(old_size)) {
        return base::fail(base::ErrorKind::not_proven,
                          "the proof leaves the older root out: it is a node of the newer tree");
    }
    const Roots roots = COMITY_TRY(roots_in(old_size, new_size, proof.front(), proof.subspan(1)));
    if (roots.newer != new_root) {
        return invalid_proof("the consistency proof does not lead to the newer root");
    }
    return roots.older;
}

}  // namespace comity::crypto
