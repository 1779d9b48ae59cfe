#include "ground/ledger/matter_map.h"

#include <algorithm>

#include "ground/crypto/crypto.h"

namespace comity::ledger {
namespace {

constexpr unsigned most_depth = 256;

/// Bit `depth` of a pseudonym, counted from its most significant one: which way the path goes.
bool goes_right(const base::Digest& pseudonym, std::size_t depth) {
    return ((pseudonym.bytes[depth / 8] >> (7 - depth % 8)) & 1U) != 0;
}

/// The hash of a subtree that holds one matter only.
base::Digest place_hash(const base::Digest& pseudonym, const MatterActs& acts) {
    base::Bytes entry;
    entry.reserve(2 * sizeof(base::Digest) + sizeof(std::uint64_t));
    base::append(entry, pseudonym.view());
    base::append_u64(entry, acts.count);
    base::append(entry, acts.head.view());
    return crypto::merkle_leaf(entry);
}

base::Result<void> refuse(std::string why) {
    return base::fail(base::ErrorKind::invalid, "the map of matters does not say this",
                      std::move(why));
}

}  // namespace

base::Digest matter_pseudonym(const MapKey& key, std::string_view matter) {
    base::Bytes message = base::bytes_of("comity/matter-pseudonym/v1");
    base::append_length_prefixed(message, base::view_of(matter));
    return crypto::hmac_sha256(key.view(), message);
}

base::Digest map_key_commitment(const MapKey& key) {
    return crypto::tagged_hash("comity/matter-map-key/v1", key.view());
}

MatterActs MatterActs::with(std::uint64_t index, const base::Digest& leaf_hash) const {
    base::Bytes message;
    base::append(message, head.view());
    base::append_u64(message, index);
    base::append(message, leaf_hash.view());
    return {count + 1, crypto::tagged_hash("comity/matter-act/v1", message)};
}

Leaf MapHead::leaf() const {
    base::Bytes message;
    base::append(message, root.view());
    base::append(message, key.view());
    base::append_u64(message, lost);
    Leaf leaf;
    leaf.leaf_class = LeafClass::map;
    leaf.commitment = crypto::tagged_hash("comity/matter-map/v1", message);
    return leaf;
}

base::Result<void> verify_map_path(const base::Digest& root, const base::Digest& pseudonym,
                                   const MatterActs& acts, const MapPath& path) {
    const std::size_t depth = path.siblings.size();
    if (depth > most_depth) {
        return refuse("the way to a pseudonym has at most 256 steps");
    }
    base::Digest hash;  // of an empty place
    if (acts.count != 0) {
        if (path.other) {
            return refuse("another matter stands in the place");
        }
        hash = place_hash(pseudonym, acts);
    } else if (path.other) {
        const base::Digest& other = path.other->pseudonym;
        for (std::size_t i = 0; i < depth; ++i) {
            if (goes_right(other, i) != goes_right(pseudonym, i)) {
                return refuse("the matter in the place does not belong there");
            }
        }
        if (other == pseudonym || path.other->acts.count == 0) {
            return refuse("the matter in the place is no other one");
        }
        hash = place_hash(other, path.other->acts);
    }
    for (std::size_t i = depth; i-- > 0;) {
        hash = goes_right(pseudonym, i) ? crypto::merkle_node(path.siblings[i], hash)
                                        : crypto::merkle_node(hash, path.siblings[i]);
    }
    return hash == root ? base::Result<void>{} : refuse("the path leads to another root");
}

/// A subtree: a Fork with `is_fork`, else a Place.
struct MatterMap::Node {
    base::Digest hash;
    bool is_fork = false;
};

struct MatterMap::Fork : Node {
    Fork(Link l, Link r) : left(std::move(l)), right(std::move(r)) {
        hash = crypto::merkle_node(left ? left->hash : base::Digest{},
                                   right ? right->hash : base::Digest{});
        is_fork = true;
    }
    Link left;
    Link right;
};

struct MatterMap::Place : Node {
    Place(const base::Digest& of, const MatterActs& what) : pseudonym(of), acts(what) {
        hash = place_hash(pseudonym, acts);
    }
    base::Digest pseudonym;
    MatterActs acts;
};

/// Of two subtrees one: what holds a single matter only is that matter's place.
MatterMap::Link MatterMap::joined(Link left, Link right) {
    if (!left && (!right || !right->is_fork)) {
        return right;
    }
    if (!right && !left->is_fork) {
        return left;
    }
    return std::make_shared<Fork>(std::move(left), std::move(right));
}

MatterMap::Link MatterMap::changed(const Link& at, unsigned depth, const base::Digest& pseudonym,
                                   const MatterActs& acts) {
    const Link place = acts.count != 0 ? std::make_shared<Place>(pseudonym, acts) : Link{};
    if (!at) {
        return place;
    }
    if (at->is_fork) {
        const auto& fork = static_cast<const Fork&>(*at);
        const bool right = goes_right(pseudonym, depth);
        Link below = changed(right ? fork.right : fork.left, depth + 1, pseudonym, acts);
        return right ? joined(fork.left, std::move(below)) : joined(std::move(below), fork.right);
    }
    const base::Digest& standing = static_cast<const Place&>(*at).pseudonym;
    if (standing == pseudonym) {
        return place;
    }
    if (!place) {
        return at;
    }
    const bool right = goes_right(pseudonym, depth);
    if (goes_right(standing, depth) == right) {
        Link below = changed(at, depth + 1, pseudonym, acts);
        return right ? joined({}, std::move(below)) : joined(std::move(below), {});
    }
    return right ? joined(at, place) : joined(place, at);
}

MatterActs MatterMap::find(const base::Digest& pseudonym) const {
    const Node* at = root_.get();
    for (std::size_t depth = 0; at != nullptr && at->is_fork; ++depth) {
        const auto& fork = static_cast<const Fork&>(*at);
        at = goes_right(pseudonym, depth) ? fork.right.get() : fork.left.get();
    }
    if (at == nullptr) {
        return {};
    }
    const auto& place = static_cast<const Place&>(*at);
    return place.pseudonym == pseudonym ? place.acts : MatterActs{};
}

void MatterMap::set(const base::Digest& pseudonym, const MatterActs& acts) {
    const bool was_there = find(pseudonym).count != 0;
    const bool is_there = acts.count != 0;
    size_ = size_ + (is_there ? 1U : 0U) - (was_there ? 1U : 0U);
    root_ = changed(root_, 0, pseudonym, acts);
}

base::Digest MatterMap::root() const {
    return root_ ? root_->hash : base::Digest{};
}

MapPath MatterMap::path(const base::Digest& pseudonym) const {
    MapPath path;
    const Node* at = root_.get();
    for (std::size_t depth = 0; at != nullptr && at->is_fork; ++depth) {
        const auto& fork = static_cast<const Fork&>(*at);
        const bool right = goes_right(pseudonym, depth);
        const Node* beside = right ? fork.left.get() : fork.right.get();
        path.siblings.push_back(beside != nullptr ? beside->hash : base::Digest{});
        at = right ? fork.right.get() : fork.left.get();
    }
    if (at != nullptr && static_cast<const Place&>(*at).pseudonym != pseudonym) {
        const auto& other = static_cast<const Place&>(*at);
        path.other = MapPath::Other{other.pseudonym, other.acts};
    }
    return path;
}

}  // namespace comity::ledger
