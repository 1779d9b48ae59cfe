#include "ground/crypto/detail/curves.h"

#include <algorithm>
#include <array>
#include <openssl/obj_mac.h>

#include "ground/crypto/detail/openssl.h"

namespace comity::crypto::detail {

namespace {

constexpr std::size_t scalar_size = 32;
constexpr std::size_t point_size = 65;

using Coordinate = std::array<std::uint8_t, 32>;  // little-endian, as in RFC 7748 and RFC 8032

/// 2^255 - 19.
constexpr Coordinate field_prime = [] {
    Coordinate prime{};
    prime.fill(0xff);
    prime[0] = 0xed;
    prime[31] = 0x7f;
    return prime;
}();

constexpr Coordinate from_literal(std::string_view hex) {
    Coordinate bytes{};
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::uint8_t>(digit(hex[2 * i]) * 16 + digit(hex[2 * i + 1]));
    }
    return bytes;
}

/// y of the points of order 1, 2, 4 and 8 on edwards25519, either sign of x.
constexpr std::array small_order_edwards = {
    from_literal("0000000000000000000000000000000000000000000000000000000000000000"),
    from_literal("0100000000000000000000000000000000000000000000000000000000000000"),
    from_literal("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    from_literal("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    from_literal("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")};

/// u of the points of small order on curve25519 and on its twist.
constexpr std::array small_order_montgomery = {
    from_literal("0000000000000000000000000000000000000000000000000000000000000000"),
    from_literal("0100000000000000000000000000000000000000000000000000000000000000"),
    from_literal("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    from_literal("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
    from_literal("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157")};

bool is_below_prime(const Coordinate& value) {
    return std::lexicographical_compare(value.rbegin(), value.rend(), field_prime.rbegin(),
                                        field_prime.rend());
}

std::unexpected<base::Error> bad_point(std::string what) {
    return base::fail(base::ErrorKind::invalid, std::move(what),
                      "the key is not a point that can be used");
}

struct NumberRelease {
    void operator()(BIGNUM* number) const { BN_free(number); }
};
using Number = std::unique_ptr<BIGNUM, NumberRelease>;
using NumberContext = std::unique_ptr<BN_CTX, Release<BN_CTX_free>>;

Number number_of(const Coordinate& bytes) {
    Number number(BN_lebin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
    COMITY_ENSURE(number != nullptr);
    return number;
}

Number new_number() {
    Number number(BN_new());
    COMITY_ENSURE(number != nullptr);
    return number;
}

/// d of edwards25519, RFC 8032 5.1.
constexpr Coordinate edwards_d =
    from_literal("a3785913ca4deb75abd841414d0a700098e879777940c78c73fe6f2bee6c0352");

/// True if x^2 = (y^2 - 1) / (d y^2 + 1) has a root (RFC 8032 5.1.3); for y other than 1 and -1.
bool has_x(const Coordinate& y_bytes) {
    const NumberContext context(BN_CTX_new());
    COMITY_ENSURE(context != nullptr);
    const Number prime = number_of(field_prime);
    const Number d = number_of(edwards_d);
    const Number y = number_of(y_bytes);
    const Number y_squared = new_number();
    const Number numerator = new_number();
    const Number denominator = new_number();
    COMITY_ENSURE(BN_mod_sqr(y_squared.get(), y.get(), prime.get(), context.get()) == 1);
    COMITY_ENSURE(BN_mod_sub(numerator.get(), y_squared.get(), BN_value_one(), prime.get(),
                             context.get()) == 1);
    COMITY_ENSURE(
        BN_mod_mul(denominator.get(), d.get(), y_squared.get(), prime.get(), context.get()) == 1);
    COMITY_ENSURE(BN_mod_add(denominator.get(), denominator.get(), BN_value_one(), prime.get(),
                             context.get()) == 1);
    // A quotient is a square exactly if the product is.
    COMITY_ENSURE(BN_mod_mul(numerator.get(), numerator.get(), denominator.get(), prime.get(),
                             context.get()) == 1);
    return BN_kronecker(numerator.get(), prime.get(), context.get()) == 1;
}

const EC_GROUP* p256() {
    static const Group group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
    COMITY_ENSURE(group != nullptr);
    return group.get();
}

Point point_of(base::ByteView raw) {
    Point point(EC_POINT_new(p256()));
    COMITY_ENSURE(point != nullptr);
    // EC_POINT_oct2point refuses what is not on the curve.
    if (raw.size() != point_size || raw[0] != 0x04 ||
        EC_POINT_oct2point(p256(), point.get(), raw.data(), raw.size(), nullptr) != 1) {
        return nullptr;
    }
    return point;
}

SecretNumber secret_number(base::ByteView bytes) {
    SecretNumber number(BN_secure_new());
    COMITY_ENSURE(number != nullptr);
    COMITY_ENSURE(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), number.get()) != nullptr);
    BN_set_flags(number.get(), BN_FLG_CONSTTIME);
    return number;
}

KeyPair make_p256(Random& random) {
    base::SecretBytes scalar(scalar_size);
    SecretNumber number;
    // Rejection keeps the scalar uniform in [1, n-1] (FIPS 186-5 A.2.2); n is so close to 2^256
    // that a second round is seen once in 2^32 keys.
    do {
        random.fill(scalar.writable());
        number = secret_number(scalar.view());
    } while (BN_is_zero(number.get()) || BN_cmp(number.get(), EC_GROUP_get0_order(p256())) >= 0);
    const Point point(EC_POINT_new(p256()));
    COMITY_ENSURE(point != nullptr);
    COMITY_ENSURE(EC_POINT_mul(p256(), point.get(), number.get(), nullptr, nullptr, nullptr) == 1);
    std::array<std::uint8_t, point_size> raw{};
    COMITY_ENSURE(EC_POINT_point2oct(p256(), point.get(), POINT_CONVERSION_UNCOMPRESSED, raw.data(),
                                     raw.size(), nullptr) == raw.size());
    auto public_key = SealingKey::from_raw(Curve::p256, raw);
    COMITY_ENSURE(public_key.has_value());
    return {*std::move(public_key), std::move(scalar)};
}

Key x25519_key(const base::SecretBytes& private_key) {
    Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, private_key.view().data(),
                                         private_key.size()));
    COMITY_ENSURE(key != nullptr);
    return key;
}

KeyPair make_x25519(Random& random) {
    base::SecretBytes scalar(scalar_size);
    random.fill(scalar.writable());
    const Key key = x25519_key(scalar);
    Coordinate raw{};
    std::size_t size = raw.size();
    COMITY_ENSURE(EVP_PKEY_get_raw_public_key(key.get(), raw.data(), &size) == 1);
    auto public_key = SealingKey::from_raw(Curve::x25519, raw);
    COMITY_ENSURE(public_key.has_value());
    return {*std::move(public_key), std::move(scalar)};
}

base::Result<base::SecretBytes> agree_p256(const base::SecretBytes& private_key,
                                           base::ByteView peer) {
    const Point point = point_of(peer);
    if (point == nullptr) {
        return bad_point("the other key is not on P-256");
    }
    const SecretNumber scalar = secret_number(private_key.view());
    const Point shared(EC_POINT_new(p256()));
    COMITY_ENSURE(shared != nullptr);
    COMITY_ENSURE(EC_POINT_mul(p256(), shared.get(), nullptr, point.get(), scalar.get(), nullptr) ==
                  1);
    if (EC_POINT_is_at_infinity(p256(), shared.get()) == 1) {
        return bad_point("the keys agree on nothing");
    }
    const SecretNumber x(BN_secure_new());
    COMITY_ENSURE(x != nullptr);
    COMITY_ENSURE(
        EC_POINT_get_affine_coordinates(p256(), shared.get(), x.get(), nullptr, nullptr) == 1);
    base::SecretBytes secret(scalar_size);
    COMITY_ENSURE(BN_bn2binpad(x.get(), secret.writable().data(), scalar_size) == scalar_size);
    return secret;
}

base::Result<base::SecretBytes> agree_x25519(const base::SecretBytes& private_key,
                                             base::ByteView peer) {
    const Key key = x25519_key(private_key);
    const Key other(
        EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, peer.data(), peer.size()));
    if (other == nullptr) {
        return bad_point("the other key is not on X25519");
    }
    const KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
    COMITY_ENSURE(context != nullptr);
    COMITY_ENSURE(EVP_PKEY_derive_init(context.get()) == 1);
    base::SecretBytes secret(scalar_size);
    std::size_t size = secret.size();
    // The derivation itself refuses an all-zero secret (RFC 7748 6.1).
    if (EVP_PKEY_derive_set_peer(context.get(), other.get()) != 1 ||
        EVP_PKEY_derive(context.get(), secret.writable().data(), &size) != 1) {
        return bad_point("the keys agree on nothing");
    }
    return secret;
}

}  // namespace

base::Result<void> check_p256(base::ByteView raw) {
    if (point_of(raw) == nullptr) {
        return bad_point("this is not a public key on P-256");
    }
    return {};
}

base::Result<void> check_ed25519(base::ByteView raw) {
    Coordinate y{};
    if (raw.size() != y.size()) {
        return bad_point("an Ed25519 public key has 32 bytes");
    }
    std::ranges::copy(raw, y.begin());
    y[31] &= 0x7f;  // the top bit is the sign of x
    if (!is_below_prime(y) ||
        std::ranges::find(small_order_edwards, y) != small_order_edwards.end() || !has_x(y)) {
        return bad_point("this is not a public key on Ed25519");
    }
    return {};
}

base::Result<void> check_x25519(base::ByteView raw) {
    Coordinate u{};
    if (raw.size() != u.size()) {
        return bad_point("an X25519 public key has 32 bytes");
    }
    std::ranges::copy(raw, u.begin());
    if (!is_below_prime(u) ||
        std::ranges::find(small_order_montgomery, u) != small_order_montgomery.end()) {
        return bad_point("this is not a public key on X25519");
    }
    return {};
}

KeyPair make_key_pair(Curve curve, Random& random) {
    switch (curve) {
        case Curve::p256: return make_p256(random);
        case Curve::x25519: return make_x25519(random);
    }
    std::unreachable();
}

base::Result<base::SecretBytes> shared_secret(const base::SecretBytes& private_key,
                                              const SealingKey& peer) {
    COMITY_ENSURE(private_key.size() == scalar_size);
    switch (peer.curve()) {
        case Curve::p256: return agree_p256(private_key, peer.raw());
        case Curve::x25519: return agree_x25519(private_key, peer.raw());
    }
    std::unreachable();
}

}  // namespace comity::crypto::detail
