#include "ground/ledger/matter_map.h"

#include <gtest/gtest.h>
#include <map>
#include <rapidcheck.h>

#include "ground/crypto/crypto.h"

namespace comity::ledger {
namespace {

using Held = std::map<base::Digest, MatterActs>;

base::Digest hash_of_place(const base::Digest& pseudonym, const MatterActs& acts) {
    base::Bytes entry;
    base::append(entry, pseudonym.view());
    base::append_u64(entry, acts.count);
    base::append(entry, acts.head.view());
    return crypto::merkle_leaf(entry);
}

/// The slow twin: the root as the format defines it, over everything that is held.
base::Digest slow_root(const Held& held, std::size_t depth = 0) {
    if (held.empty()) {
        return {};
    }
    if (held.size() == 1) {
        return hash_of_place(held.begin()->first, held.begin()->second);
    }
    Held sides[2];
    for (const auto& [pseudonym, acts] : held) {
        const unsigned bit = pseudonym.bytes[depth / 8] >> (7 - depth % 8) & 1U;
        sides[bit].emplace(pseudonym, acts);
    }
    return crypto::merkle_node(slow_root(sides[0], depth + 1), slow_root(sides[1], depth + 1));
}

MatterActs acts_of(std::uint64_t count) {
    MatterActs acts;
    for (std::uint64_t i = 0; i < count; ++i) {
        acts = acts.with(i, crypto::sha256(std::to_string(i)));
    }
    return acts;
}

/// Few different pseudonyms, many of which share a long way.
rc::Gen<base::Digest> pseudonyms() {
    return rc::gen::map(rc::gen::inRange(0, 64), [](int number) {
        base::Digest pseudonym;
        pseudonym.bytes[0] = static_cast<std::uint8_t>((number & 3) << 6);
        pseudonym.bytes[5] = static_cast<std::uint8_t>((number & 4) << 3);
        pseudonym.bytes[31] = static_cast<std::uint8_t>(number >> 3);
        return pseudonym;
    });
}

struct Filled {
    Held held;
    MatterMap map;
};

/// A map after random changes, among them such that take pseudonyms out.
Filled filled() {
    Filled one;
    const auto changes = *rc::gen::container<std::vector<std::pair<base::Digest, std::uint64_t>>>(
        rc::gen::pair(pseudonyms(), rc::gen::inRange<std::uint64_t>(0, 4)));
    for (const auto& [pseudonym, count] : changes) {
        one.map.set(pseudonym, acts_of(count));
        if (count == 0) {
            one.held.erase(pseudonym);
        } else {
            one.held.insert_or_assign(pseudonym, acts_of(count));
        }
    }
    return one;
}

TEST(MatterMap, has_the_root_and_the_size_of_the_slow_twin_whatever_the_order_of_changes) {
    EXPECT_TRUE(rc::check("twin", [] {
        const Filled one = filled();
        RC_ASSERT(one.map.root() == slow_root(one.held));
        RC_ASSERT(one.map.size() == one.held.size());
        for (const auto& [pseudonym, acts] : one.held) {
            RC_ASSERT(one.map.find(pseudonym) == acts);
        }
    }));
}

TEST(MatterMap, proves_what_it_holds_and_what_it_does_not_hold) {
    EXPECT_TRUE(rc::check("proofs", [] {
        const Filled one = filled();
        const base::Digest asked = *pseudonyms();
        const MatterActs acts = one.map.find(asked);
        const MapPath path = one.map.path(asked);
        RC_ASSERT(verify_map_path(one.map.root(), asked, acts, path).has_value());
        // Nothing else can be proven about it with this path.
        const MatterActs longer = acts.with(7, {});
        RC_ASSERT(!verify_map_path(one.map.root(), asked, longer, path).has_value());
        if (acts.count != 0) {
            RC_ASSERT(!verify_map_path(one.map.root(), asked, {}, path).has_value());
        }
    }));
}

TEST(MatterMap, refuses_a_path_that_is_changed_anywhere) {
    EXPECT_TRUE(rc::check("changes", [] {
        const Filled one = filled();
        const base::Digest asked = *pseudonyms();
        const MatterActs acts = one.map.find(asked);
        MapPath path = one.map.path(asked);
        const auto holds = [&] {
            return verify_map_path(one.map.root(), asked, acts, path).has_value();
        };
        if (path.siblings.empty()) {
            return;
        }
        const auto at = *rc::gen::inRange<std::size_t>(0, path.siblings.size());
        const MapPath good = path;
        path.siblings[at].bytes[*rc::gen::inRange<std::size_t>(0, 32)] ^= 1;
        RC_ASSERT(!holds());
        path = good;
        path.siblings.erase(path.siblings.begin() + static_cast<std::ptrdiff_t>(at));
        RC_ASSERT(!holds());
        path = good;
        path.siblings.push_back({});
        RC_ASSERT(!holds());
    }));
}

TEST(MatterMap, shows_no_absence_by_a_matter_of_another_place_or_by_the_matter_itself) {
    MatterMap map;
    base::Digest left;
    base::Digest right;
    right.bytes[0] = 0x80;
    map.set(left, acts_of(1));
    map.set(right, acts_of(2));
    MapPath path = map.path(right);
    path.other = MapPath::Other{right, acts_of(2)};
    EXPECT_FALSE(verify_map_path(map.root(), right, {}, path));  // it is the matter itself
    path = map.path(left);
    path.other = MapPath::Other{left, acts_of(1)};
    base::Digest asked = right;
    asked.bytes[31] = 1;
    EXPECT_FALSE(verify_map_path(map.root(), asked, {}, path));  // of the other side
    EXPECT_TRUE(verify_map_path(map.root(), asked, {}, map.path(asked)));
    path.siblings.assign(257, {});
    EXPECT_FALSE(verify_map_path(map.root(), asked, {}, path));
}

TEST(MatterMap, a_copy_stays_as_it_is) {
    EXPECT_TRUE(rc::check("copies", [] {
        Filled one = filled();
        const MatterMap before = one.map;
        const base::Digest root = before.root();
        one.map.set(*pseudonyms(), acts_of(9));
        RC_ASSERT(before.root() == root);
        RC_ASSERT(before.size() == one.held.size());
        RC_ASSERT(one.map.root() != root);
    }));
}

TEST(MatterMap, every_part_of_a_map_leaf_is_committed_to) {
    const MapHead head{crypto::sha256("root"), crypto::sha256("key"), 3};
    MapHead other = head;
    other.lost = 4;
    EXPECT_NE(head.leaf(), other.leaf());
    other = head;
    other.key = {};
    EXPECT_NE(head.leaf(), other.leaf());
    other = head;
    other.root = {};
    EXPECT_NE(head.leaf(), other.leaf());
    const base::Bytes bytes = head.leaf().encode();
    EXPECT_EQ(Leaf::parse(bytes).value(), head.leaf());
    base::Bytes dated = bytes;
    dated.back() = 1;
    EXPECT_FALSE(Leaf::parse(dated));
    base::Bytes older = bytes;
    older[0] = 1;
    EXPECT_FALSE(Leaf::parse(older));
    base::Bytes act = bytes;
    act[1] = 1;
    EXPECT_FALSE(Leaf::parse(act));
}

TEST(MatterMap, pseudonyms_differ_by_key_and_by_matter) {
    const MapKey key(base::Bytes(32, 1));
    const MapKey other(base::Bytes(32, 2));
    EXPECT_NE(matter_pseudonym(key, "a"), matter_pseudonym(key, "b"));
    EXPECT_NE(matter_pseudonym(key, "a"), matter_pseudonym(other, "a"));
    EXPECT_NE(map_key_commitment(key), map_key_commitment(other));
}

}  // namespace
}  // namespace comity::ledger
