#pragma once

// The JWE general JSON serialization (RFC 7516 7.2.1), reduced to the closed set that we write and
// read: docs/formats/sealing.md.

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "ground/base/base.h"
#include "ground/codec/codec.h"
#include "ground/crypto/keys.h"
#include "ground/crypto/sealing.h"

namespace comity::crypto::detail {

inline constexpr std::string_view key_algorithm = "ECDH-ES+A256KW";
inline constexpr std::string_view content_algorithm = "A256GCM";
inline constexpr std::size_t context_limit = 4096;

/// Bytes of base64url text for `bytes` bytes.
constexpr std::size_t base64url_size(std::size_t bytes) {
    return (bytes * 4 + 2) / 3;
}

struct ProtectedHeader {
    std::optional<std::string> alg;
    std::string enc;
};

struct RecipientHeader {
    std::optional<std::string> alg;
    SealingKey epk;
    std::optional<std::string> kid;
};

struct Recipient {
    RecipientHeader header;
    base::Bytes encrypted_key;
};

struct Jwe {
    std::string protected_header;  ///< its base64url text, because that is what is authenticated
    std::vector<Recipient> recipients;
    std::optional<base::Bytes> aad;
    base::Bytes iv;
    base::Bytes ciphertext;
    base::Bytes tag;
};

/// Reads and checks everything that can be checked without a key.
[[nodiscard]] base::Result<Jwe> read_jwe(std::string_view text);

/// The bytes that the tag authenticates: RFC 7516 5.1 step 14.
[[nodiscard]] std::string authenticated_data(std::string_view protected_header,
                                             std::string_view context);

}  // namespace comity::crypto::detail

namespace comity::codec {

template <>
struct Message<crypto::detail::ProtectedHeader> {
    using Header = crypto::detail::ProtectedHeader;
    static constexpr std::string_view name = "jwe-protected-header";
    static constexpr auto fields =
        std::tuple{field("alg", &Header::alg, "ECDH-ES+A256KW, here or in every recipient", 32),
                   field("enc", &Header::enc, "A256GCM", 32)};
};

template <>
struct Message<crypto::detail::RecipientHeader> {
    using Header = crypto::detail::RecipientHeader;
    static constexpr std::string_view name = "jwe-recipient-header";
    static constexpr auto fields =
        std::tuple{field("alg", &Header::alg, "ECDH-ES+A256KW", 32),
                   field("epk", &Header::epk, "ephemeral key of this recipient"),
                   field("kid", &Header::kid, "thumbprint of the reader's key, hexadecimal", 64)};
};

template <>
struct Message<crypto::detail::Recipient> {
    using Recipient = crypto::detail::Recipient;
    static constexpr std::string_view name = "jwe-recipient";
    static constexpr auto fields =
        std::tuple{field("header", &Recipient::header, "how this reader gets the key"),
                   field("encrypted_key", &Recipient::encrypted_key, "RFC 3394, 40 bytes", 64)};
};

template <>
struct Message<crypto::detail::Jwe> {
    using Jwe = crypto::detail::Jwe;
    static constexpr std::string_view name = "jwe";
    static constexpr auto fields = std::tuple{
        field("protected", &Jwe::protected_header, "base64url of the protected header", 128),
        field("recipients", &Jwe::recipients, "1 to 16 readers", crypto::most_readers),
        field("aad", &Jwe::aad, "the context; absent if it is empty",
              crypto::detail::base64url_size(crypto::detail::context_limit)),
        field("iv", &Jwe::iv, "12 bytes", 32),
        field("ciphertext", &Jwe::ciphertext, "as long as the plaintext",
              crypto::detail::base64url_size(crypto::sealing_limit)),
        field("tag", &Jwe::tag, "16 bytes", 32)};
};

}  // namespace comity::codec
