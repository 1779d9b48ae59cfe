#include "ground/crypto/bulk.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "ground/crypto/crypto.h"
#include "ground/crypto/testing.h"

namespace comity::crypto {
namespace {

base::Bytes random_bytes(std::size_t size, std::uint64_t seed) {
    CountingRandom random(seed);
    base::Bytes bytes(size);
    random.fill(bytes);
    return bytes;
}

TEST(BulkCipher, gives_what_the_single_cipher_opens) {
    const base::Bytes key = random_bytes(bulk_key_bytes, 1);
    const base::Bytes nonce = random_bytes(bulk_nonce_bytes, 2);
    BulkCipher cipher;
    for (const std::size_t size : {0U, 1U, 15U, 16U, 17U, 70'000U}) {
        const base::Bytes plaintext = random_bytes(size, size);
        base::Bytes sealed(size + bulk_tag_bytes);
        cipher.encrypt(key, nonce, base::view_of("context"), plaintext, sealed);
        base::Bytes with_nonce = nonce;
        base::append(with_nonce, sealed);
        base::SecretBytes secret{base::Bytes(key)};
        const auto opened = decrypt(secret, with_nonce, "context");
        ASSERT_TRUE(opened.has_value()) << size;
        EXPECT_EQ(base::to_hex(opened->view()), base::to_hex(plaintext));
        base::Bytes out(size);
        ASSERT_TRUE(cipher.decrypt(key, nonce, base::view_of("context"), sealed, out));
        EXPECT_EQ(out, plaintext);
    }
}

TEST(BulkCipher, has_the_vector_of_the_gcm_specification) {
    // McGrew and Viega, The Galois/Counter Mode of Operation, test cases 13 and 14.
    const base::Bytes zeros(32);
    BulkCipher cipher;
    base::Bytes tag_only(bulk_tag_bytes);
    cipher.encrypt(zeros, base::ByteView(zeros).first(12), {}, {}, tag_only);
    EXPECT_EQ(base::to_hex(tag_only), "530f8afbc74536b9a963b4f1c4cb738b");
    base::Bytes sealed(16 + bulk_tag_bytes);
    cipher.encrypt(zeros, base::ByteView(zeros).first(12), {}, base::ByteView(zeros).first(16),
                   sealed);
    EXPECT_EQ(base::to_hex(sealed),
              "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");
}

TEST(BulkCipher, gives_nothing_of_altered_bytes) {
    const base::Bytes key = random_bytes(bulk_key_bytes, 1);
    const base::Bytes nonce = random_bytes(bulk_nonce_bytes, 2);
    const base::Bytes plaintext = random_bytes(100, 3);
    BulkCipher cipher;
    base::Bytes sealed(plaintext.size() + bulk_tag_bytes);
    cipher.encrypt(key, nonce, {}, plaintext, sealed);
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        base::Bytes altered = sealed;
        altered[i] ^= 1;
        base::Bytes out(plaintext.size(), 0xaa);
        const auto opened = cipher.decrypt(key, nonce, {}, altered, out);
        ASSERT_FALSE(opened.has_value());
        EXPECT_EQ(opened.error().kind, base::ErrorKind::invalid);
        EXPECT_EQ(out, base::Bytes(plaintext.size()));
    }
    base::Bytes out(plaintext.size());
    EXPECT_FALSE(cipher.decrypt(key, nonce, base::view_of("x"), sealed, out));
    EXPECT_TRUE(cipher.decrypt(key, nonce, {}, sealed, out));  // a failure leaves no trace
}

TEST(MerkleFrontier, has_the_root_of_the_whole_tree_at_every_size_and_after_every_restart) {
    std::vector<base::Digest> leaves;
    MerkleFrontier frontier;
    EXPECT_EQ(frontier.root(), merkle_root({}));
    for (std::uint64_t i = 0; i < 300; ++i) {
        leaves.push_back(sha256(std::to_string(i)));
        frontier.add(leaves.back());
        ASSERT_EQ(frontier.root(), merkle_root(leaves)) << i;
        auto restored = MerkleFrontier::restore(frontier.size(), frontier.roots());
        ASSERT_TRUE(restored.has_value());
        frontier = *std::move(restored);
    }
    EXPECT_FALSE(MerkleFrontier::restore(3, {leaves[0]}));
    EXPECT_FALSE(MerkleFrontier::restore(0, {leaves[0]}));
}

TEST(PieceTree, cuts_bytes_that_arrive_in_any_parts) {
    EXPECT_TRUE(rc::check("the parts do not matter", [] {
        const auto bytes = *rc::gen::arbitrary<base::Bytes>();
        const auto piece = *rc::gen::inRange<std::size_t>(1, 9);
        // Slow twin: all pieces at once.
        std::vector<base::Digest> leaves;
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            leaves.push_back(
                merkle_leaf(base::ByteView(bytes).subspan(at, std::min(piece, bytes.size() - at))));
        }
        PieceTree tree(piece);
        base::ByteView rest = bytes;
        while (!rest.empty()) {
            const auto size = *rc::gen::inRange<std::size_t>(1, rest.size() + 1);
            tree.update(rest.first(size));
            rest = rest.subspan(size);
        }
        RC_ASSERT(tree.finish() == merkle_root(leaves));
        RC_ASSERT(tree.finish() == merkle_root({}));
    }));
}

TEST(MerkleLeafOfLarge, is_the_leaf_hash) {
    Sha256 hash;
    const base::Bytes entry = random_bytes(5000, 9);
    EXPECT_EQ(merkle_leaf_of_large(hash, entry), merkle_leaf(entry));
    EXPECT_EQ(merkle_leaf_of_large(hash, entry), merkle_leaf(entry));
}

}  // namespace
}  // namespace comity::crypto
