#pragma once

// RFC 3161 timestamps: a third party's signed word that a digest existed at a time
// (docs/formats/timestamp.md). Requests, and the offline verification of responses.

#include <optional>
#include <string>
#include <string_view>

#include "ground/base/base.h"

namespace comity::crypto {

inline constexpr std::size_t max_timestamp_bytes = std::size_t{64} * 1024;
inline constexpr std::size_t max_authority_bytes = std::size_t{64} * 1024;
inline constexpr std::size_t max_authorities = 16;
inline constexpr std::size_t least_timestamp_nonce = 8;
inline constexpr std::size_t most_timestamp_nonce = 32;

/// A request as the authority reads it (RFC 3161, 2.4.1), in DER: version 1, the digest by SHA-256,
/// `nonce` (8 to 32 random bytes), the authority's certificate asked for, no policy.
[[nodiscard]] base::Bytes timestamp_request(const base::Digest& digest, base::ByteView nonce);

struct TimestampRequest {
    base::Digest digest;
    base::Bytes nonce;  ///< without leading zeros; empty: the request has none

    friend bool operator==(const TimestampRequest&, const TimestampRequest&) = default;
};
/// Reads a request over SHA-256. Kinds malformed, too_large.
[[nodiscard]] base::Result<TimestampRequest> read_timestamp_request(base::ByteView der);

/// Whether `authorities` are 1 to 16 certificates (PEM). Kinds malformed, too_large.
[[nodiscard]] base::Result<void> check_authorities(std::string_view authorities);

/// What a verified response says.
struct Timestamp {
    base::Instant at;          ///< whole seconds, rounded down
    std::string authority;     ///< subject of the certificate that signed, RFC 2253
    base::Digest certificate;  ///< SHA-256 of that certificate in DER
    std::string serial;        ///< of this timestamp, in hexadecimal digits
    std::string policy;        ///< under which it was given, as a dotted object id
    base::Bytes nonce;         ///< as in TimestampRequest

    friend bool operator==(const Timestamp&, const Timestamp&) = default;
};

/// Verifies a response (RFC 3161, 2.4.2, DER) for `digest`: granted, its signature by a certificate
/// that is for timestamps only, and that leads to one of the certificates in `authorities` (PEM),
/// each valid at the time that the response states. Revocation is not asked about. `nonce`: that of
/// the request, if the reader has it. Kinds: malformed (no response, or no certificates),
/// too_large, invalid (altered, or of another digest or nonce), not_proven (refused by the
/// authority; signed by nobody whom `authorities` name; a certificate outside its time).
[[nodiscard]] base::Result<Timestamp> verify_timestamp(
    base::ByteView response, const base::Digest& digest, std::string_view authorities,
    const std::optional<base::Bytes>& nonce = std::nullopt);

}  // namespace comity::crypto
