#include "ground/crypto/merkle.h"

#include <bit>
#include <fstream>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <sstream>
#include <string>

#include "ground/codec/codec.h"
#include "ground/crypto/hash.h"

namespace comity::crypto {
namespace {

using Hashes = std::vector<base::Digest>;

std::string file(const std::string& name) {
    std::ifstream in(std::string(COMITY_TEST_DATA "/tlog/") + name, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

/// The definition itself, RFC 9162 2.1.1.
base::Digest slow_root(std::span<const base::Digest> leaves) {
    if (leaves.empty()) {
        return sha256(std::string_view{});
    }
    if (leaves.size() == 1) {
        return leaves[0];
    }
    const std::size_t split = std::bit_floor(leaves.size() - 1);
    return merkle_node(slow_root(leaves.first(split)), slow_root(leaves.subspan(split)));
}

/// RFC 9162 2.1.4.1.
void slow_consistency(std::size_t old_size, std::span<const base::Digest> leaves, bool is_whole,
                      Hashes& proof) {
    if (old_size == leaves.size()) {
        if (!is_whole) {
            proof.push_back(slow_root(leaves));
        }
        return;
    }
    const std::size_t split = std::bit_floor(leaves.size() - 1);
    if (old_size <= split) {
        slow_consistency(old_size, leaves.first(split), is_whole, proof);
        proof.push_back(slow_root(leaves.subspan(split)));
    } else {
        slow_consistency(old_size - split, leaves.subspan(split), false, proof);
        proof.push_back(slow_root(leaves.first(split)));
    }
}

Hashes leaves_of(std::size_t count) {
    Hashes leaves;
    for (std::size_t i = 0; i < count; ++i) {
        leaves.push_back(merkle_leaf(base::view_of(std::to_string(i))));
    }
    return leaves;
}

/// A hash of the vectors: base64, of any length. None if it is no hash at all.
std::optional<base::Digest> hash_of(const codec::Value& text) {
    const auto bytes = base::from_base64(std::string_view(text.get_string()));
    const auto digest =
        bytes ? base::Digest::from_bytes(*bytes) : base::fail(base::ErrorKind::malformed, "");
    return digest ? std::optional(*digest) : std::nullopt;
}

std::optional<Hashes> proof_of(const codec::Value& list) {
    Hashes proof;
    if (list.is_array()) {
        for (const codec::Value& member : list.get_array()) {
            const auto hash = hash_of(member);
            if (!hash) {
                return std::nullopt;
            }
            proof.push_back(*hash);
        }
    }
    return proof;
}

/// One line of the vectors. An index of 2^64-1 stands in two of them as a number, which the strict
/// reader refuses; it is read as -1, which number() turns into the same bits.
codec::Object case_of(std::string line) {
    constexpr std::string_view largest = "18446744073709551615";
    const std::size_t at = line.find(largest);
    if (at != std::string::npos) {
        line.replace(at, largest.size(), "-1");
    }
    return codec::parse(line).value().get_object();
}

std::uint64_t number(const codec::Value& value) {
    return static_cast<std::uint64_t>(value.get_int64());
}

TEST(Merkle, builds_the_classic_tree_of_certificate_transparency) {
    const codec::Object vectors = codec::parse(file("rfc6962_tree.json")).value().get_object();
    Hashes leaves;
    for (const codec::Value& leaf : vectors.at("leaves_hex").get_array()) {
        leaves.push_back(merkle_leaf(base::from_hex(std::string_view(leaf.get_string())).value()));
    }
    const codec::Array& roots = vectors.at("roots_hex_by_size").get_array();
    ASSERT_EQ(roots.size(), 9U);
    for (std::size_t size = 0; size < roots.size(); ++size) {
        EXPECT_EQ(merkle_root(std::span(leaves).first(size)).hex(),
                  std::string_view(roots[size].get_string()));
    }
}

TEST(Merkle, judges_the_shared_inclusion_vectors) {
    std::istringstream lines(file("inclusion.jsonl"));
    int count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
        const codec::Object one = case_of(line);
        const auto root = hash_of(one.at("root"));
        const auto leaf = hash_of(one.at("leafHash"));
        const auto proof = proof_of(one.at("proof"));
        const bool holds = root && leaf && proof &&
                           verify_inclusion(*leaf, number(one.at("leafIdx")),
                                            number(one.at("treeSize")), *proof, *root)
                               .has_value();
        EXPECT_EQ(holds, !one.at("wantErr").get_bool()) << line;
    }
    EXPECT_EQ(count, 54);
}

TEST(Merkle, judges_the_shared_consistency_vectors) {
    std::istringstream lines(file("consistency.jsonl"));
    int count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
        const codec::Object one = case_of(line);
        const auto old_root = hash_of(one.at("root1"));
        const auto new_root = hash_of(one.at("root2"));
        const auto proof = proof_of(one.at("proof"));
        const bool holds = old_root && new_root && proof &&
                           verify_consistency(number(one.at("size1")), *old_root,
                                              number(one.at("size2")), *new_root, *proof)
                               .has_value();
        EXPECT_EQ(holds, !one.at("wantErr").get_bool()) << line;
    }
    EXPECT_EQ(count, 49);
}

TEST(Merkle, agrees_with_the_definition_for_every_small_tree) {
    for (std::size_t size = 0; size <= 40; ++size) {
        const Hashes leaves = leaves_of(size);
        const base::Digest root = merkle_root(leaves);
        ASSERT_EQ(root, slow_root(leaves));
        for (std::size_t index = 0; index < size; ++index) {
            const Hashes proof = merkle_inclusion(leaves, index);
            ASSERT_TRUE(verify_inclusion(leaves[index], index, size, proof, root).has_value());
            for (std::size_t other = 0; other < size; ++other) {
                ASSERT_EQ(verify_inclusion(leaves[other], index, size, proof, root).has_value(),
                          other == index);
            }
        }
        for (std::size_t old_size = 1; old_size <= size; ++old_size) {
            Hashes proof;
            slow_consistency(old_size, leaves, true, proof);
            const base::Digest old_root = slow_root(std::span(leaves).first(old_size));
            ASSERT_TRUE(verify_consistency(old_size, old_root, size, root, proof).has_value());
            const auto older = older_root_in(old_size, size, root, proof);
            const bool is_left_out = std::has_single_bit(old_size) || old_size == size;
            ASSERT_EQ(older.has_value(), !is_left_out) << old_size << " of " << size;
            ASSERT_EQ(older.value_or(old_root), old_root);
            ASSERT_FALSE(older_root_in(old_size, size, old_root, proof) && old_root != root);
        }
    }
}

TEST(Merkle, refuses_every_altered_proof) {
    EXPECT_TRUE(rc::check("altered", [] {
        const auto size = *rc::gen::inRange<std::size_t>(2, 200);
        const auto index = *rc::gen::inRange<std::size_t>(0, size);
        const auto old_size = *rc::gen::inRange<std::size_t>(1, size);
        const Hashes leaves = leaves_of(size);
        const base::Digest root = merkle_root(leaves);
        const base::Digest old_root = merkle_root(std::span(leaves).first(old_size));
        Hashes inclusion = merkle_inclusion(leaves, index);
        Hashes consistency;
        slow_consistency(old_size, leaves, true, consistency);
        const auto in = [&](const Hashes& proof) {
            return verify_inclusion(leaves[index], index, size, proof, root).has_value();
        };
        const auto con = [&](const Hashes& proof) {
            return verify_consistency(old_size, old_root, size, root, proof).has_value();
        };
        RC_ASSERT(in(inclusion) && con(consistency));
        for (Hashes* proof : {&inclusion, &consistency}) {
            const bool is_inclusion = proof == &inclusion;
            const auto holds = [&](const Hashes& one) { return is_inclusion ? in(one) : con(one); };
            Hashes longer = *proof;
            longer.push_back(root);
            RC_ASSERT(!holds(longer));
            Hashes shorter = *proof;
            shorter.pop_back();
            RC_ASSERT(!holds(shorter));
            const auto at = *rc::gen::inRange<std::size_t>(0, proof->size());
            Hashes flipped = *proof;
            flipped[at].bytes[*rc::gen::inRange<std::size_t>(0, 32)] ^= 1;
            RC_ASSERT(!holds(flipped));
        }
        RC_ASSERT(!verify_inclusion(leaves[index], size, size, inclusion, root).has_value());
        RC_ASSERT(!verify_consistency(0, old_root, size, root, {}).has_value());
        RC_ASSERT(!verify_consistency(size + 1, root, size, root, {}).has_value());
    }));
}

}  // namespace
}  // namespace comity::crypto
