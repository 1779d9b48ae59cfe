#include "ground/crypto/keys.h"

#include <array>

#include "ground/crypto/detail/curves.h"
#include "ground/crypto/detail/memory.h"
#include "ground/crypto/hash.h"

namespace comity::crypto {

namespace {

constexpr std::size_t coordinate_size = 32;
constexpr std::size_t most_remembered_keys = 1U << 14;

std::string_view curve_of(Algorithm algorithm) {
    switch (algorithm) {
        case Algorithm::es256: return "P-256";
        case Algorithm::ed25519: return "Ed25519";
    }
    std::unreachable();
}

std::string_view curve_of(Curve curve) {
    switch (curve) {
        case Curve::p256: return "P-256";
        case Curve::x25519: return "X25519";
    }
    std::unreachable();
}

/// The required members of RFC 7638 3.2 and no others, so that one key has one text. A raw key of
/// 65 bytes is 04||x||y.
codec::Value jwk_of(std::string_view curve, base::ByteView raw) {
    codec::Object jwk;
    jwk.emplace("crv", curve);
    const bool has_y = raw.size() > coordinate_size;
    jwk.emplace("kty", has_y ? "EC" : "OKP");
    const base::ByteView x = has_y ? raw.subspan(1, coordinate_size) : raw;
    jwk.emplace("x", base::to_base64url(x));
    if (has_y) {
        jwk.emplace("y", base::to_base64url(raw.subspan(1 + coordinate_size)));
    }
    return jwk;
}

base::KeyId thumbprint(const codec::Value& jwk) {
    return {sha256(codec::canonical(jwk))};
}

base::Result<base::Bytes> coordinate(const codec::Object& jwk, std::string_view name) {
    const codec::Value* value = jwk.if_contains(name);
    if (value == nullptr || !value->is_string()) {
        return base::fail(base::ErrorKind::malformed,
                          "a key lacks its member " + std::string(name));
    }
    base::Bytes bytes = COMITY_TRY(base::from_base64url(std::string_view(value->get_string())));
    if (bytes.size() != coordinate_size) {
        return base::fail(base::ErrorKind::malformed, "a coordinate of a key has not 32 bytes");
    }
    return bytes;
}

bool is_text(const codec::Object& object, std::string_view name, std::string_view text) {
    const codec::Value* value = object.if_contains(name);
    return value != nullptr && value->is_string() && value->get_string() == text;
}

/// The raw key of a JWK on `curve`, or nothing if the JWK is of another curve.
base::Result<std::optional<base::Bytes>> raw_of(const codec::Value& jwk, std::string_view curve) {
    if (!jwk.is_object()) {
        return base::fail(base::ErrorKind::malformed, "a key is a JSON object (RFC 7517)");
    }
    const codec::Object& object = jwk.get_object();
    const bool has_y = curve == "P-256";
    if (!is_text(object, "crv", curve) || !is_text(object, "kty", has_y ? "EC" : "OKP")) {
        return std::nullopt;
    }
    if (object.size() != (has_y ? 4U : 3U)) {
        return base::fail(base::ErrorKind::malformed,
                          "a key has members besides crv, kty and its coordinates");
    }
    base::Bytes raw;
    if (has_y) {
        raw.push_back(0x04);
    }
    base::append(raw, COMITY_TRY(coordinate(object, "x")));
    if (has_y) {
        base::append(raw, COMITY_TRY(coordinate(object, "y")));
    }
    return raw;
}

std::unexpected<base::Error> unknown_kind() {
    return base::fail(base::ErrorKind::malformed, "a key of this kind is not used here",
                      "signatures: P-256, Ed25519; sealing: P-256, X25519");
}

}  // namespace

std::string_view name_of(Algorithm algorithm) {
    switch (algorithm) {
        case Algorithm::es256: return "ES256";
        case Algorithm::ed25519: return "Ed25519";
    }
    std::unreachable();
}

base::Result<PublicKey> PublicKey::from_raw(Algorithm algorithm, base::ByteView raw) {
    PublicKey key;
    key.algorithm_ = algorithm;
    key.raw_.assign(raw.begin(), raw.end());
    detail::Memory* const memory = detail::memory();
    base::Digest remembered;
    if (memory != nullptr) {
        remembered = detail::digest_of(algorithm, raw, {}, {});
        if (const auto before = memory->read.find(remembered); before != memory->read.end()) {
            key.id_ = before->second;
            return key;
        }
    }
    switch (algorithm) {
        case Algorithm::es256: COMITY_TRY(detail::check_p256(raw)); break;
        case Algorithm::ed25519: COMITY_TRY(detail::check_ed25519(raw)); break;
    }
    key.id_ = thumbprint(key.jwk());
    if (memory != nullptr && memory->read.size() < most_remembered_keys) {
        memory->read.emplace(remembered, key.id_);
    }
    return key;
}

base::Result<PublicKey> PublicKey::from_jwk(const codec::Value& jwk) {
    for (const Algorithm algorithm : {Algorithm::es256, Algorithm::ed25519}) {
        const auto raw = COMITY_TRY(raw_of(jwk, curve_of(algorithm)));
        if (raw) {
            return from_raw(algorithm, *raw);
        }
    }
    return unknown_kind();
}

codec::Value PublicKey::jwk() const {
    return jwk_of(curve_of(algorithm_), raw_);
}

base::Result<SealingKey> SealingKey::from_raw(Curve curve, base::ByteView raw) {
    switch (curve) {
        case Curve::p256: COMITY_TRY(detail::check_p256(raw)); break;
        case Curve::x25519: COMITY_TRY(detail::check_x25519(raw)); break;
    }
    SealingKey key;
    key.curve_ = curve;
    key.raw_.assign(raw.begin(), raw.end());
    return key;
}

base::Result<SealingKey> SealingKey::from_jwk(const codec::Value& jwk) {
    for (const Curve curve : {Curve::p256, Curve::x25519}) {
        const auto raw = COMITY_TRY(raw_of(jwk, curve_of(curve)));
        if (raw) {
            return from_raw(curve, *raw);
        }
    }
    return unknown_kind();
}

codec::Value SealingKey::jwk() const {
    return jwk_of(curve_of(curve_), raw_);
}

base::KeyId SealingKey::id() const {
    return thumbprint(jwk());
}

}  // namespace comity::crypto

namespace comity::codec {

template <>
base::Result<crypto::PublicKey> read<crypto::PublicKey>(const Value& value,
                                                        std::string_view pointer,
                                                        std::size_t /*limit*/) {
    auto key = crypto::PublicKey::from_jwk(value);
    if (!key) {
        return std::unexpected(base::at_place(std::move(key).error(), pointer));
    }
    return key;
}

template <>
Value to_value<crypto::PublicKey>(const crypto::PublicKey& key) {
    return key.jwk();
}

template <>
base::Result<crypto::SealingKey> read<crypto::SealingKey>(const Value& value,
                                                          std::string_view pointer,
                                                          std::size_t /*limit*/) {
    auto key = crypto::SealingKey::from_jwk(value);
    if (!key) {
        return std::unexpected(base::at_place(std::move(key).error(), pointer));
    }
    return key;
}

template <>
Value to_value<crypto::SealingKey>(const crypto::SealingKey& key) {
    return key.jwk();
}

}  // namespace comity::codec
