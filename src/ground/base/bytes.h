#pragma once

// Bytes and their text forms: hexadecimal (RFC 4648 section 8, lower case only), base64 (section 4,
// padded) and base64url (section 5, unpadded). All decoders are strict: one byte string has exactly
// one text form, so spare bits must be zero and nothing else may stand in between.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ground/base/result.h"

namespace comity::base {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

[[nodiscard]] ByteView view_of(std::string_view text);
[[nodiscard]] Bytes bytes_of(std::string_view text);
[[nodiscard]] std::string_view text_of(ByteView bytes);

[[nodiscard]] std::string to_hex(ByteView bytes);
[[nodiscard]] Result<Bytes> from_hex(std::string_view text);

[[nodiscard]] std::string to_base64(ByteView bytes);
[[nodiscard]] Result<Bytes> from_base64(std::string_view text);

[[nodiscard]] std::string to_base64url(ByteView bytes);
[[nodiscard]] Result<Bytes> from_base64url(std::string_view text);

/// Appends `bytes` to `out`.
void append(Bytes& out, ByteView bytes);
void append(Bytes& out, std::string_view text);

/// Appends the big-endian 32-bit length of `bytes` and then `bytes` (the `lp` of docs/formats).
void append_length_prefixed(Bytes& out, ByteView bytes);

/// Appends `value` in big-endian order, 8 bytes.
void append_u64(Bytes& out, std::uint64_t value);

}  // namespace comity::base
