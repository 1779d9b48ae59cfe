#include "ground/ledger/matter_proof.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "ground/ledger/detail/vectors_for_test.h"
#include "ground/ledger/log_for_test.h"
#include "ground/ledger/matter_replay.h"

namespace comity::ledger {
namespace {

using base::ErrorKind;

/// A ledger of matters `matter 0` to `matter 9` with a map leaf and some leaves behind it.
class MatterProofs : public ::testing::Test {
 protected:
    MatterProofs() : fold(map_key_commitment(key)) {
        for (std::uint64_t i = 0; i < 50; ++i) {
            add("matter " + std::to_string(i * i % 10));
        }
        map_leaf = tree.size();
        tree.append(crypto::merkle_leaf(fold.head().leaf().encode()));
        for (std::uint64_t i = 0; i < 5; ++i) {
            tree.append(crypto::sha256("later " + std::to_string(i)));
        }
    }
    void add(const std::string& matter) {
        const base::Digest hash = crypto::merkle_leaf(base::bytes_of(matter));
        fold.add(matter_pseudonym(key, matter), tree.size(), hash);
        acts[matter].push_back({tree.size(), hash});
        tree.append(hash);
    }
    [[nodiscard]] MatterProof proof_of(const std::string& matter) {
        MatterProof proof;
        proof.pseudonym = matter_pseudonym(key, matter);
        proof.map = fold.head();
        proof.path = fold.map().path(proof.pseudonym);
        proof.acts = acts[matter];
        proof.map_leaf = map_leaf;
        proof.inclusion = tree.inclusion(map_leaf, tree.size()).value();
        proof.checkpoint = log.head(tree, tree.size());
        return proof;
    }
    [[nodiscard]] base::Result<SignedCheckpoint> check(const MatterProof& proof) {
        return check_matter_proof(proof, log.key(), {});
    }

    MapKey key{base::Bytes(32, 7)};
    NoteSigner log{"log.example", NoteKeyType::ed25519};
    Tree tree;
    MatterFold fold;
    std::map<std::string, std::vector<MatterProof::Act>> acts;
    std::uint64_t map_leaf = 0;
};

TEST_F(MatterProofs, show_all_leaves_of_a_matter_or_that_there_is_none) {
    for (int i = 0; i < 12; ++i) {
        const MatterProof proof = proof_of("matter " + std::to_string(i));
        EXPECT_EQ(proof.acts.empty(), fold.map().find(proof.pseudonym).count == 0);
        const auto read = MatterProof::parse(proof.encode());
        ASSERT_TRUE(read) << read.error().text();
        EXPECT_EQ(*read, proof);
        const auto checked = check(*read);
        ASSERT_TRUE(checked) << checked.error().text();
        EXPECT_EQ(checked->checkpoint.size, tree.size());
    }
}

TEST_F(MatterProofs, refuse_a_leaf_left_out_added_named_twice_or_in_another_order) {
    const MatterProof good = proof_of("matter 4");
    ASSERT_GT(good.acts.size(), 2U);
    const auto refused = [&](const auto& change) {
        MatterProof bad = good;
        change(bad);
        const auto checked = check(bad);
        return !checked && checked.error().kind == ErrorKind::invalid;
    };
    EXPECT_TRUE(refused([](MatterProof& bad) { bad.acts.pop_back(); }));
    EXPECT_TRUE(refused([](MatterProof& bad) { bad.acts.erase(bad.acts.begin()); }));
    EXPECT_TRUE(refused([](MatterProof& bad) { bad.acts.clear(); }));
    EXPECT_TRUE(refused([](MatterProof& bad) { bad.acts.push_back(bad.acts.back()); }));
    EXPECT_TRUE(refused([](MatterProof& bad) { std::swap(bad.acts[0], bad.acts[1]); }));
    EXPECT_TRUE(refused([](MatterProof& bad) { bad.acts[0].hash.bytes[3] ^= 1; }));
    EXPECT_TRUE(refused([](MatterProof& bad) { bad.path.siblings[0].bytes[0] ^= 1; }));
    EXPECT_TRUE(refused([](MatterProof& bad) { bad.inclusion[0].bytes[0] ^= 1; }));
    EXPECT_TRUE(refused([](MatterProof& bad) { bad.map.lost = 1; }));
    EXPECT_TRUE(refused([](MatterProof& bad) { ++bad.map_leaf; }));
    EXPECT_TRUE(refused([](MatterProof& bad) { bad.pseudonym.bytes[31] ^= 1; }));
}

TEST_F(MatterProofs, refuse_absence_of_a_matter_that_is_there) {
    MatterProof lie = proof_of("matter 4");
    lie.acts.clear();
    lie.path = fold.map().path(matter_pseudonym(key, "matter 99"));
    EXPECT_FALSE(check(lie));
}

TEST_F(MatterProofs, refuse_another_ledgers_checkpoint_and_one_that_is_not_witnessed) {
    NoteSigner other("other.example", NoteKeyType::ed25519);
    const MatterProof proof = proof_of("matter 1");
    EXPECT_EQ(check_matter_proof(proof, other.key(), {}).error().kind, ErrorKind::not_proven);
    NoteSigner board("board.example", NoteKeyType::cosignature);
    const auto policy =
        Policy::parse("witness board " + board.key().vkey() + "\nquorum board\n").value();
    EXPECT_EQ(check_matter_proof(proof, log.key(), policy).error().kind, ErrorKind::not_proven);
    MatterProof cosigned = proof;
    cosigned.checkpoint.signatures.push_back(board.sign(cosigned.checkpoint.text));
    EXPECT_TRUE(check_matter_proof(cosigned, log.key(), policy));
    // The map of this ledger under the head of another one.
    MatterProof moved = proof;
    moved.checkpoint = other.head(tree_of("other", 60), 60);
    EXPECT_EQ(check_matter_proof(moved, other.key(), {}).error().kind, ErrorKind::invalid);
}

TEST_F(MatterProofs, every_cut_and_every_flipped_bit_is_refused) {
    const base::Bytes good = proof_of("matter 6").encode();
    for (std::size_t size = 0; size < good.size(); ++size) {
        const auto read = MatterProof::parse(base::ByteView(good).first(size));
        EXPECT_TRUE(!read || !check(*read)) << size;
    }
    for (std::size_t i = 0; i < good.size() * 8; ++i) {
        base::Bytes bad = good;
        bad[i / 8] = static_cast<std::uint8_t>(bad[i / 8] ^ (1U << (i % 8)));
        const auto read = MatterProof::parse(bad);
        EXPECT_TRUE(!read || !check(*read)) << i;
    }
    base::Bytes longer = good;
    longer.push_back('\n');
    EXPECT_FALSE(MatterProof::parse(longer));
    longer.resize(max_matter_proof_bytes + 1);
    EXPECT_EQ(MatterProof::parse(longer).error().kind, ErrorKind::too_large);
}

TEST_F(MatterProofs, bytes_that_are_read_are_the_bytes_that_would_be_written) {
    const base::Bytes good = proof_of("matter 3").encode();
    EXPECT_TRUE(rc::check("parse then encode is the identity", [&] {
        base::Bytes bytes = good;
        const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
        bytes[at] = *rc::gen::arbitrary<std::uint8_t>();
        const auto read = MatterProof::parse(bytes);
        if (read) {
            RC_ASSERT(read->encode() == bytes);
        }
    }));
}

TEST_F(MatterProofs, stay_below_two_kibibytes_in_a_ledger_of_ten_million_leaves) {
    MatterProof large = proof_of("matter 4");
    large.path.siblings.assign(24, crypto::sha256("beside"));
    large.inclusion.assign(23, crypto::sha256("beside"));
    large.acts.clear();
    for (std::uint64_t i = 0; i < 10; ++i) {
        large.acts.push_back({i * 1'000'000, {}});
    }
    large.map_leaf = 10'000'000;
    large.checkpoint.signatures.clear();
    EXPECT_LT(large.encode().size(), 2048U);
}

TEST(MatterMapVectors, are_those_of_the_format) {
    int cases = 0;
    for (const std::string& line : lines_of(read_data("ledger/matter_map.jsonl"))) {
        const MapKey key(base::from_hex(member(line, "key")).value());
        MatterFold fold(map_key_commitment(key));
        std::uint64_t index = 0;
        // `matters`: the matter of each leaf, one letter each; the leaf's entry is `leaf N`.
        for (const char matter : member(line, "matters")) {
            fold.add(matter_pseudonym(key, std::string(1, matter)), index,
                     crypto::merkle_leaf(base::bytes_of("leaf " + std::to_string(index))));
            ++index;
        }
        EXPECT_EQ(fold.head().key.hex(), member(line, "key_commitment"));
        EXPECT_EQ(matter_pseudonym(key, "a").hex(), member(line, "pseudonym_of_a"));
        EXPECT_EQ(fold.map().find(matter_pseudonym(key, "a")).head.hex(),
                  member(line, "head_of_a"));
        EXPECT_EQ(fold.map().root().hex(), member(line, "root"));
        EXPECT_EQ(base::to_hex(fold.head().leaf().encode()), member(line, "leaf"));
        ++cases;
    }
    EXPECT_EQ(cases, 4);
}

}  // namespace
}  // namespace comity::ledger
