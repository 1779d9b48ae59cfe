#include "ground/crypto/hash.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <thread>
#include <vector>

namespace comity::crypto {
namespace {

TEST(Sha256, hashes_the_vectors_of_fips_180_4) {
    EXPECT_EQ(sha256(std::string_view{}).hex(),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256("abc").hex(),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq").hex(),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(sha256(std::string(1000000, 'a')).hex(),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, does_not_care_how_a_message_is_cut) {
    EXPECT_TRUE(rc::check("parts", [](const std::vector<base::Bytes>& parts) {
        Sha256 hash;
        base::Bytes whole;
        for (const base::Bytes& part : parts) {
            hash.update(part);
            base::append(whole, part);
        }
        RC_ASSERT(hash.finish() == sha256(whole));
        RC_ASSERT(hash.finish() == sha256(std::string_view{}));  // it starts anew
    }));
}

TEST(Sha256, is_right_in_several_threads_at_once) {
    const base::Digest expected = sha256("abc");
    std::vector<int> wrong(4);
    {
        std::vector<std::jthread> threads;
        for (int& count : wrong) {
            threads.emplace_back([&count, &expected] {
                for (int i = 0; i < 2000; ++i) {
                    count += sha256("abc") == expected ? 0 : 1;
                }
            });
        }
    }
    EXPECT_EQ(wrong, std::vector<int>(4));
}

TEST(Hmac, hashes_the_vectors_of_rfc_4231) {
    const auto hmac = [](const base::Bytes& key, std::string_view message) {
        return hmac_sha256(key, base::view_of(message)).hex();
    };
    EXPECT_EQ(hmac(base::Bytes(20, 0x0b), "Hi There"),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(hmac(base::bytes_of("Jefe"), "what do ya want for nothing?"),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(
        hmac(base::Bytes(131, 0xaa), "Test Using Larger Than Block-Size Key - Hash Key First"),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(TaggedHash, keeps_tag_and_message_apart) {
    EXPECT_EQ(tagged_hash("a", base::view_of("bc")), sha256(std::string_view("a\0bc", 4)));
    EXPECT_NE(tagged_hash("a", base::view_of("bc")), tagged_hash("ab", base::view_of("c")));
}

}  // namespace
}  // namespace comity::crypto
