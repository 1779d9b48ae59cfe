#include "ground/crypto/keys.h"

#include <gtest/gtest.h>

#include "ground/crypto/hash.h"
#include "ground/crypto/testing.h"

namespace comity::crypto {
namespace {

constexpr std::string_view p256_jwk =
    R"({"crv":"P-256","kty":"EC","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
    R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})";
constexpr std::string_view ed25519_jwk =
    R"({"crv":"Ed25519","kty":"OKP","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})";

TEST(Keys, have_the_thumbprints_of_the_rfcs) {
    // RFC 8037 A.3
    EXPECT_EQ(
        base::to_base64url(codec::read_text<PublicKey>(ed25519_jwk).value().id().digest.bytes),
        "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    // RFC 7638 3.1 is an RSA key, which is not used here; the rule is the same.
    constexpr std::string_view rsa =
        R"({"e":"AQAB","kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4)"
        R"(cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9)"
        R"(yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu)"
        R"(6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBni)"
        R"(Iqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"})";
    EXPECT_EQ(base::to_base64url(sha256(codec::canonical(codec::parse(rsa).value())).bytes),
              "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

TEST(Keys, are_read_and_written_as_jwk) {
    for (const std::string_view text : {p256_jwk, ed25519_jwk}) {
        const PublicKey key = codec::read_text<PublicKey>(text).value();
        EXPECT_EQ(codec::write(key), text);
        EXPECT_EQ(PublicKey::from_raw(key.algorithm(), key.raw()).value(), key);
        EXPECT_EQ(key.id().digest, sha256(text));
    }
    CountingRandom random(1);
    for (const Curve curve : {Curve::p256, Curve::x25519}) {
        const SealingKey key = HeldSealingKey(curve, random).public_key();
        EXPECT_EQ(codec::read_text<SealingKey>(codec::write(key)).value(), key);
        EXPECT_EQ(SealingKey::from_raw(key.curve(), key.raw()).value(), key);
    }
    EXPECT_EQ(codec::shape_of<PublicKey>(), "signature key, a JWK on P-256 or Ed25519");
}

TEST(Keys, refuse_a_jwk_that_is_not_exactly_its_required_members) {
    for (const std::string_view text :
         {R"({})", R"([])", R"("key")", R"({"crv":"Ed25519","kty":"OKP"})",
          R"({"crv":"Ed25519","kty":"EC","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})",
          R"({"crv":"Ed25519","kid":"a","kty":"OKP",)"
          R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})",
          R"({"crv":"Ed25519","d":"AA","kty":"OKP",)"
          R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})",
          R"({"crv":"Ed25519","kty":"OKP","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo="})",
          R"({"crv":"Ed25519","kty":"OKP","x":"11qY"})", R"({"crv":"Ed25519","kty":"OKP","x":7})",
          R"({"crv":"P-384","kty":"EC","x":"AA","y":"AA"})",
          R"({"crv":"X25519","kty":"OKP","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})"}) {
        EXPECT_EQ(codec::read_text<PublicKey>(text).error().kind, base::ErrorKind::malformed)
            << text;
    }
    EXPECT_FALSE(codec::read_text<SealingKey>(ed25519_jwk).has_value());
}

TEST(Keys, are_points_on_their_curve) {
    const PublicKey key = codec::read_text<PublicKey>(p256_jwk).value();
    const base::Bytes raw(key.raw().begin(), key.raw().end());
    for (const std::size_t at : {1U, 40U, 64U}) {
        base::Bytes off_curve = raw;
        off_curve[at] ^= 1;
        EXPECT_EQ(PublicKey::from_raw(Algorithm::es256, off_curve).error().kind,
                  base::ErrorKind::invalid);
        EXPECT_FALSE(SealingKey::from_raw(Curve::p256, off_curve).has_value());
    }
    base::Bytes compressed(raw.begin(), raw.begin() + 33);
    compressed[0] = 0x02;
    EXPECT_FALSE(PublicKey::from_raw(Algorithm::es256, compressed).has_value());
    base::Bytes hybrid = raw;
    hybrid[0] = 0x06;
    EXPECT_FALSE(PublicKey::from_raw(Algorithm::es256, hybrid).has_value());
    EXPECT_FALSE(PublicKey::from_raw(Algorithm::es256, base::Bytes{0x00}).has_value());
    EXPECT_FALSE(PublicKey::from_raw(Algorithm::es256, {}).has_value());
    EXPECT_FALSE(PublicKey::from_raw(Algorithm::ed25519, base::Bytes(31)).has_value());
}

base::Bytes bytes(std::string_view hex) {
    return base::from_hex(hex).value();
}

TEST(Keys, on_ed25519_are_canonical_points_of_large_order) {
    for (const std::string_view small :
         {"0000000000000000000000000000000000000000000000000000000000000000",
          "0000000000000000000000000000000000000000000000000000000000000080",
          "0100000000000000000000000000000000000000000000000000000000000000",
          "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
          "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
          "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
          // y = p + 3: another text of y = 3
          "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"}) {
        EXPECT_FALSE(PublicKey::from_raw(Algorithm::ed25519, bytes(small)).has_value()) << small;
    }
    // About every second y has no x. RFC 8032 5.1: y = 2 has none, y = 4/5 is the base point.
    EXPECT_FALSE(PublicKey::from_raw(
                     Algorithm::ed25519,
                     bytes("0200000000000000000000000000000000000000000000000000000000000000"))
                     .has_value());
    EXPECT_TRUE(PublicKey::from_raw(
                    Algorithm::ed25519,
                    bytes("5866666666666666666666666666666666666666666666666666666666666666"))
                    .has_value());
}

TEST(Keys, on_x25519_cannot_force_a_shared_secret) {
    for (const std::string_view small :
         {"0000000000000000000000000000000000000000000000000000000000000000",
          "0100000000000000000000000000000000000000000000000000000000000000",
          "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
          "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
          "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
          "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
          "0900000000000000000000000000000000000000000000000000000000000080"}) {
        EXPECT_FALSE(SealingKey::from_raw(Curve::x25519, bytes(small)).has_value()) << small;
    }
    EXPECT_TRUE(SealingKey::from_raw(
                    Curve::x25519,
                    bytes("0900000000000000000000000000000000000000000000000000000000000000"))
                    .has_value());
}

}  // namespace
}  // namespace comity::crypto
