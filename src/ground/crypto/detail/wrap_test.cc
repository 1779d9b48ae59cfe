#include "ground/crypto/detail/wrap.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "ground/crypto/testing.h"

namespace comity::crypto::detail {
namespace {

base::SecretBytes secret(std::string_view hex) {
    return base::SecretBytes(base::from_hex(hex).value());
}

TEST(KeyWrap, is_rfc_3394_section_4_6) {
    const base::SecretBytes wrapping =
        secret("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    const base::SecretBytes key =
        secret("00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f");
    const base::Bytes wrapped = wrap_key(wrapping, key);
    EXPECT_EQ(base::to_hex(wrapped),
              "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21");
    EXPECT_EQ(base::to_hex(unwrap_key(wrapping, wrapped)->view()), base::to_hex(key.view()));
    for (std::size_t i = 0; i < wrapped.size(); ++i) {
        base::Bytes altered = wrapped;
        altered[i] ^= 0x80;
        EXPECT_EQ(unwrap_key(wrapping, altered).error().kind, base::ErrorKind::invalid);
    }
    EXPECT_FALSE(unwrap_key(wrapping, base::ByteView(wrapped).first(32)).has_value());
    EXPECT_FALSE(unwrap_key(key, wrapped).has_value());
}

TEST(ConcatKdf, is_rfc_7518_appendix_c) {
    const auto coordinate = [](std::string_view text) {
        return base::from_base64url(text).value();
    };
    base::Bytes bob{0x04};
    base::append(bob, coordinate("weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ"));
    base::append(bob, coordinate("e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck"));
    const base::SecretBytes alice(coordinate("0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo"));
    const base::SecretBytes shared =
        shared_secret(alice, SealingKey::from_raw(Curve::p256, bob).value()).value();
    const base::SecretBytes key =
        concat_kdf(shared, "A128GCM", base::view_of("Alice"), base::view_of("Bob"), 16);
    EXPECT_EQ(base::to_base64url(key.view()), "VqqN6vgjbSBcIijNcacQGg");
}

TEST(KeyPairs, agree_from_both_sides) {
    CountingRandom random(3);
    for (const Curve curve : {Curve::p256, Curve::x25519}) {
        HeldSealingKey one(curve, random);
        HeldSealingKey other(curve, random);
        const base::SecretBytes here = one.agree(other.public_key()).value();
        const base::SecretBytes there = other.agree(one.public_key()).value();
        EXPECT_EQ(base::to_hex(here.view()), base::to_hex(there.view()));
        EXPECT_NE(one.public_key(), other.public_key());
    }
}

/// Gives scalars that are no scalars first: 0, then all ones, which is above the order of P-256.
class StubbornRandom : public Random {
 public:
    void fill(std::span<std::uint8_t> out) override {
        std::ranges::fill(out, next_);
        next_ = next_ == 0x00 ? 0xff : 0x07;
    }

 private:
    std::uint8_t next_ = 0x00;
};

TEST(KeyPairs, on_p256_reject_scalars_out_of_range) {
    StubbornRandom random;
    const HeldSealingKey key(Curve::p256, random);
    EXPECT_EQ(base::to_hex(key.private_key().view()), base::to_hex(base::Bytes(32, 0x07)));
}

}  // namespace
}  // namespace comity::crypto::detail
