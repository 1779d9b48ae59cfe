#pragma once

// One strict JSON reader and one RFC 8785 writer.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "ground/base/result.h"
#include "ground/codec/value.h"

namespace comity::codec {

/// Bounds that are checked before and while reading.
struct JsonLimits {
    std::size_t bytes = 1 << 20;         ///< of the whole text
    std::size_t depth = 16;              ///< of nested arrays and objects
    std::size_t members = 4096;          ///< of one array or object
    std::size_t values = 1 << 16;        ///< in the whole text
    std::size_t string_bytes = 1 << 20;  ///< of one string, after unescaping
};

/// Reads one JSON text (RFC 8259, I-JSON RFC 7493). Refuses with kind malformed or too_large and
/// the place as LINE:COL: duplicate member names (also by escapes), numbers outside the IEEE double
/// range and integers beyond +-(2^53-1), unpaired surrogates, invalid UTF-8, a byte order mark,
/// comments, anything behind the value.
[[nodiscard]] base::Result<Value> parse(std::string_view text, const JsonLimits& limits = {});

/// The canonical form of RFC 8785 (JCS): member names by UTF-16 code units, ECMAScript numbers,
/// shortest escapes, no white space.
[[nodiscard]] std::string canonical(const Value& value);
/// The same, appended to `out`: a value, a string with its quotes and escapes, an integer.
void append_value(std::string& out, const Value& value);
void append_string(std::string& out, std::string_view text);
void append_integer(std::string& out, std::int64_t number);

/// True if `text` is byte for byte the canonical form of the value it holds. Signed texts must be.
[[nodiscard]] base::Result<Value> parse_canonical(std::string_view text,
                                                  const JsonLimits& limits = {});

}  // namespace comity::codec
