#include <fstream>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <rapidcheck.h>
#include <sstream>
#include <thread>
#include <vector>

#include "ground/crypto/detail/openssl.h"
#include "ground/crypto/keys.h"
#include "ground/crypto/testing.h"

namespace comity::crypto {
namespace {

struct Case {
    PublicKey key;
    std::string message;
    base::Bytes signature;
};

std::vector<Case> rfc_cases() {
    std::ifstream in(COMITY_TEST_DATA "/jose/signatures.json", std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    std::vector<Case> cases;
    const codec::Value list = codec::parse(text.str()).value();
    for (const codec::Value& one : list.get_array()) {
        cases.push_back(
            {PublicKey::from_jwk(one.at("jwk")).value(),
             std::string(std::string_view(one.at("message").get_string())),
             base::from_base64url(std::string_view(one.at("signature").get_string())).value()});
        EXPECT_EQ(name_of(cases.back().key.algorithm()),
                  std::string_view(one.at("algorithm").get_string()));
    }
    return cases;
}

bool holds(const PublicKey& key, std::string_view message, base::ByteView signature) {
    return verify(key, base::view_of(message), signature).has_value();
}

TEST(Verify, accepts_the_signatures_of_the_rfcs) {
    const std::vector<Case> cases = rfc_cases();
    ASSERT_EQ(cases.size(), 2U);
    for (const Case& one : cases) {
        EXPECT_TRUE(holds(one.key, one.message, one.signature));
    }
}

TEST(Verify, refuses_every_flipped_bit) {
    for (const Case& one : rfc_cases()) {
        for (std::size_t bit = 0; bit < one.signature.size() * 8; ++bit) {
            base::Bytes flipped = one.signature;
            flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
            ASSERT_FALSE(holds(one.key, one.message, flipped)) << bit;
        }
        std::string message = one.message;
        message.back() = static_cast<char>(message.back() ^ 1);
        EXPECT_EQ(verify(one.key, base::view_of(message), one.signature).error().kind,
                  base::ErrorKind::invalid);
        EXPECT_FALSE(holds(one.key, one.message, base::ByteView(one.signature).first(63)));
        base::Bytes longer = one.signature;
        longer.push_back(0);
        EXPECT_FALSE(holds(one.key, one.message, longer));
        EXPECT_FALSE(holds(one.key, one.message, {}));
    }
}

TEST(Verify, refuses_es256_numbers_out_of_range) {
    const Case one = rfc_cases().front();
    const base::Bytes order =
        base::from_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551").value();
    for (const base::Bytes& bad : {base::Bytes(32, 0), order, base::Bytes(32, 0xff)}) {
        base::Bytes bad_r = bad;
        base::append(bad_r, base::ByteView(one.signature).subspan(32));
        EXPECT_FALSE(holds(one.key, one.message, bad_r));
        base::Bytes bad_s(one.signature.begin(), one.signature.begin() + 32);
        base::append(bad_s, bad);
        EXPECT_FALSE(holds(one.key, one.message, bad_s));
    }
}

/// A fresh key pair of OpenSSL's own.
detail::Key new_key(Algorithm algorithm) {
    return detail::Key(algorithm == Algorithm::es256
                           ? EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "prime256v1")
                           : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
}

PublicKey public_half(Algorithm algorithm, EVP_PKEY* key) {
    base::Bytes raw(algorithm == Algorithm::es256 ? 65 : 32);
    std::size_t size = raw.size();
    EXPECT_EQ(EVP_PKEY_get_octet_string_param(key, "pub", raw.data(), raw.size(), &size), 1);
    return PublicKey::from_raw(algorithm, raw).value();
}

/// OpenSSL's signature; for ES256 taken out of its DER by OpenSSL itself.
base::Bytes sign(Algorithm algorithm, EVP_PKEY* key, base::ByteView message) {
    const detail::DigestContext context(EVP_MD_CTX_new());
    const char* digest = algorithm == Algorithm::es256 ? "SHA256" : nullptr;
    EXPECT_EQ(EVP_DigestSignInit_ex(context.get(), nullptr, digest, nullptr, nullptr, key, nullptr),
              1);
    base::Bytes out(128);
    std::size_t size = out.size();
    EXPECT_EQ(EVP_DigestSign(context.get(), out.data(), &size, message.data(), message.size()), 1);
    out.resize(size);
    if (algorithm == Algorithm::ed25519) {
        return out;
    }
    const std::uint8_t* der = out.data();
    ECDSA_SIG* parsed = d2i_ECDSA_SIG(nullptr, &der, static_cast<long>(out.size()));
    base::Bytes signature(64);
    EXPECT_EQ(BN_bn2binpad(ECDSA_SIG_get0_r(parsed), signature.data(), 32), 32);
    EXPECT_EQ(BN_bn2binpad(ECDSA_SIG_get0_s(parsed), signature.data() + 32, 32), 32);
    ECDSA_SIG_free(parsed);
    return signature;
}

TEST(Verify, accepts_what_openssl_signs_and_nothing_else) {
    for (const Algorithm algorithm : {Algorithm::es256, Algorithm::ed25519}) {
        const detail::Key key = new_key(algorithm);
        const Verifier verifier = Verifier::of(public_half(algorithm, key.get())).value();
        const Verifier stranger =
            Verifier::of(public_half(algorithm, new_key(algorithm).get())).value();
        EXPECT_TRUE(rc::check("sign and verify", [&](const base::Bytes& message) {
            const base::Bytes signature = sign(algorithm, key.get(), message);
            RC_ASSERT(verifier.verify(message, signature).has_value());
            RC_ASSERT(!stranger.verify(message, signature).has_value());
        }));
    }
}

TEST(Verifier, serves_several_threads_at_once) {
    const std::vector<Case> cases = rfc_cases();
    for (const Case& one : cases) {
        const Verifier verifier = Verifier::of(one.key).value();
        std::vector<int> wrong(4);
        {
            std::vector<std::jthread> threads;
            for (int& count : wrong) {
                threads.emplace_back([&count, &one, copy = verifier] {
                    for (int i = 0; i < 50; ++i) {
                        const auto result = copy.verify(base::view_of(one.message), one.signature);
                        count += result.has_value() ? 0 : 1;
                    }
                });
            }
        }
        EXPECT_EQ(wrong, std::vector<int>(4));
    }
}

TEST(VerifyOnce, gives_the_answers_that_are_given_without_it) {
    const std::vector<Case> cases = rfc_cases();
    const VerifyOnce once;
    for (int round = 0; round < 3; ++round) {
        for (const Case& one : cases) {
            EXPECT_TRUE(holds(one.key, one.message, one.signature));
            EXPECT_FALSE(holds(one.key, one.message + "x", one.signature));
            base::Bytes flipped = one.signature;
            flipped[9] ^= 1U;
            EXPECT_FALSE(holds(one.key, one.message, flipped));
            EXPECT_EQ(PublicKey::from_jwk(one.key.jwk()).value(), one.key);
        }
        // A signature that holds under one key holds under no other.
        EXPECT_FALSE(holds(cases[0].key, cases[1].message, cases[1].signature));
        EXPECT_FALSE(holds(cases[1].key, cases[0].message, cases[0].signature));
    }
    EXPECT_FALSE(PublicKey::from_raw(Algorithm::es256, base::Bytes(65, 4)).has_value());
    EXPECT_FALSE(PublicKey::from_raw(Algorithm::es256, base::Bytes(65, 4)).has_value());
}

TEST(VerifyOnce, computes_once_what_holds_and_every_time_what_does_not) {
    const std::vector<Case> cases = rfc_cases();
    const Verifier verifier = Verifier::of(cases[0].key).value();
    const VerifyOnce once;
    EXPECT_TRUE(verifier.verify(base::view_of(cases[0].message), cases[0].signature).has_value());
    EXPECT_TRUE(holds(cases[0].key, cases[0].message, cases[0].signature));
    EXPECT_EQ(once.computed(), 1U);
    EXPECT_EQ(once.repeated(), 1U);
    EXPECT_FALSE(holds(cases[0].key, "another", cases[0].signature));
    EXPECT_FALSE(holds(cases[0].key, "another", cases[0].signature));
    EXPECT_EQ(once.computed(), 3U);
}

TEST(VerifyOnce, ends_with_its_scope_and_stays_on_its_thread) {
    const Case one = rfc_cases().front();
    const VerifyOnce outer;
    {
        const VerifyOnce inner;
        EXPECT_TRUE(holds(one.key, one.message, one.signature));
        EXPECT_EQ(inner.computed(), 1U);
        std::jthread([&one] { EXPECT_TRUE(holds(one.key, one.message, one.signature)); }).join();
        EXPECT_EQ(inner.repeated(), 0U);
    }
    EXPECT_EQ(outer.computed(), 0U);
    EXPECT_TRUE(holds(one.key, one.message, one.signature));
    EXPECT_EQ(outer.computed(), 1U);
}

TEST(Verifier, refuses_a_key_that_was_never_set) {
    EXPECT_FALSE(Verifier::of(PublicKey{}).has_value());
}

}  // namespace
}  // namespace comity::crypto
