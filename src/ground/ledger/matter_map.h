#pragma once

// The map of matters (docs/formats/matter-map.md): under a keyed pseudonym of each matter, what
// this ledger holds of it. Its root is a leaf of the ledger, so that "these are all" and "there is
// none" can be proven, and followed again from the leaves by whoever may open them.
//
// A sparse Merkle tree over 256 bits of pseudonym: a subtree without a matter is 32 zero bytes, one
// with a single matter is that matter's hash, at whatever depth it stands.

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "ground/base/base.h"
#include "ground/ledger/leaf.h"

namespace comity::ledger {

/// The key of a ledger's pseudonyms: 32 bytes. Whoever has it and knows a matter's id can tell
/// which pseudonym is the matter's; it opens nothing else.
using MapKey = base::SecretBytes;

/// HMAC-SHA-256(key, "comity/matter-pseudonym/v1" || lp(matter)).
[[nodiscard]] base::Digest matter_pseudonym(const MapKey& key, std::string_view matter);
/// What a map leaf tells of its key: tagged_hash("comity/matter-map-key/v1", key).
[[nodiscard]] base::Digest map_key_commitment(const MapKey& key);

/// What a ledger holds of one matter: how many leaves, and a hash chain over them in their order.
struct MatterActs {
    std::uint64_t count = 0;
    base::Digest head;  ///< of none: 32 zero bytes

    /// With one leaf more: head' = tagged_hash("comity/matter-act/v1", head || index || hash).
    [[nodiscard]] MatterActs with(std::uint64_t index, const base::Digest& leaf_hash) const;
    friend bool operator==(const MatterActs&, const MatterActs&) = default;
};

/// What a map leaf commits to.
struct MapHead {
    base::Digest root;
    base::Digest key;        ///< map_key_commitment()
    std::uint64_t lost = 0;  ///< leaves before it that its node can lay to no matter any more

    /// The leaf: class map, commitment tagged_hash("comity/matter-map/v1", root || key || lost).
    [[nodiscard]] Leaf leaf() const;
    friend bool operator==(const MapHead&, const MapHead&) = default;
};

/// The way from the root to the place of a pseudonym.
struct MapPath {
    /// Beside the way, from the root down; 32 zero bytes: an empty subtree. At most 256.
    std::vector<base::Digest> siblings;
    /// The matter that stands in the place instead; none: the place is its own, or empty.
    struct Other {
        base::Digest pseudonym;
        MatterActs acts;
        friend bool operator==(const Other&, const Other&) = default;
    };
    std::optional<Other> other;

    friend bool operator==(const MapPath&, const MapPath&) = default;
};

/// Whether the map under `root` holds `acts` of `pseudonym` (of count 0: holds none). A root never
/// agrees to two different answers. Kind invalid.
[[nodiscard]] base::Result<void> verify_map_path(const base::Digest& root,
                                                 const base::Digest& pseudonym,
                                                 const MatterActs& acts, const MapPath& path);

/// The map itself. A copy costs nothing and stays as it is: copies share what is equal.
class MatterMap {
 public:
    /// What the map holds of a pseudonym; of none: count 0.
    [[nodiscard]] MatterActs find(const base::Digest& pseudonym) const;
    /// Of count 0: takes the pseudonym out. Costs as many hashes as the place is deep, about
    /// log2(size()). The root depends on what is held only, not on the order of changes.
    void set(const base::Digest& pseudonym, const MatterActs& acts);

    /// 32 zero bytes of an empty map.
    [[nodiscard]] base::Digest root() const;
    [[nodiscard]] std::uint64_t size() const { return size_; }
    [[nodiscard]] MapPath path(const base::Digest& pseudonym) const;

 private:
    struct Node;
    struct Fork;
    struct Place;
    using Link = std::shared_ptr<const Node>;
    [[nodiscard]] static Link changed(const Link& at, unsigned depth, const base::Digest& pseudonym,
                                      const MatterActs& acts);
    [[nodiscard]] static Link joined(Link left, Link right);

    Link root_;
    std::uint64_t size_ = 0;
};

}  // namespace comity::ledger
