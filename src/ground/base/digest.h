#pragma once

// 256-bit digests and the identifiers that are digests. Each kind of identifier is a type of its
// own, so that an act's id cannot be passed where a law's digest is meant.

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "ground/base/bytes.h"
#include "ground/base/result.h"

namespace comity::base {

/// 32 bytes, the output of SHA-256. Text form: 64 lower-case hexadecimal digits.
struct Digest {
    std::array<std::uint8_t, 32> bytes{};

    [[nodiscard]] ByteView view() const { return bytes; }
    [[nodiscard]] std::string hex() const { return to_hex(bytes); }
    [[nodiscard]] bool is_zero() const { return *this == Digest{}; }
    [[nodiscard]] static Result<Digest> from_hex(std::string_view text);
    [[nodiscard]] static Result<Digest> from_bytes(ByteView bytes);

    friend auto operator<=>(const Digest&, const Digest&) = default;
};

/// A digest that identifies one kind of thing. `Tag` is a phantom type.
template <class Tag>
struct DigestId {
    Digest digest;

    [[nodiscard]] std::string hex() const { return digest.hex(); }
    /// The first eight hexadecimal digits, for screens and progress lines only.
    [[nodiscard]] std::string brief() const { return digest.hex().substr(0, 8); }
    [[nodiscard]] static Result<DigestId> from_hex(std::string_view text) {
        auto parsed = Digest::from_hex(text);
        if (!parsed) {
            return std::unexpected(std::move(parsed).error());
        }
        return DigestId{*parsed};
    }

    friend auto operator<=>(const DigestId&, const DigestId&) = default;
};

using ActId = DigestId<struct ActIdTag>;            ///< an act (DESIGN 5.2)
using KeyId = DigestId<struct KeyIdTag>;            ///< a public key: RFC 7638 thumbprint
using LawDigest = DigestId<struct LawDigestTag>;    ///< a set of law texts (DESIGN 5.12)
using TextDigest = DigestId<struct TextDigestTag>;  ///< one law text, e.g. a procedure

}  // namespace comity::base

template <>
struct std::hash<comity::base::Digest> {
    std::size_t operator()(const comity::base::Digest& digest) const noexcept {
        std::size_t value = 0;
        for (std::size_t i = 0; i < sizeof value; ++i) {
            value = (value << 8) | digest.bytes[i];
        }
        return value;
    }
};

template <class Tag>
struct std::hash<comity::base::DigestId<Tag>> {
    std::size_t operator()(const comity::base::DigestId<Tag>& id) const noexcept {
        return std::hash<comity::base::Digest>{}(id.digest);
    }
};
