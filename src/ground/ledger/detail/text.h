#pragma once

// What the text formats of c2sp.org share: lines, decimal numbers, characters, hashes in base64.

#include <cstdint>
#include <string_view>
#include <vector>

#include "ground/base/base.h"

namespace comity::ledger::detail {

/// A line without its LF, and what stands behind it.
struct Line {
    std::string_view text;
    std::string_view rest;
};

/// Splits the first line off; kind malformed if no LF ends it.
[[nodiscard]] base::Result<Line> first_line(std::string_view text);

/// ASCII decimal without sign or leading zero, at most 2^64-1. Kind malformed.
[[nodiscard]] base::Result<std::uint64_t> parse_decimal(std::string_view text);

/// A 32-byte hash in strict base64. Kind malformed.
[[nodiscard]] base::Result<base::Digest> parse_hash(std::string_view base64);

/// The hashes of a proof, one a line up to an empty line, and what stands behind that. `what` is
/// proven is said in the error. Kinds malformed; too_large: more than `most`.
struct HashLines {
    std::vector<base::Digest> hashes;
    std::string_view rest;
};
[[nodiscard]] base::Result<HashLines> hash_lines(std::string_view text, std::size_t most,
                                                 std::string_view what);

/// Valid UTF-8 (no overlong form, no surrogate) without any character below U+0020 but LF.
[[nodiscard]] bool is_note_text(std::string_view text);

/// A key name of c2sp.org/signed-note: not empty, no Unicode space, no `+`, and here at most 255
/// bytes, because c2sp.org/tlog-cosignature counts names in one byte.
[[nodiscard]] bool is_key_name(std::string_view name);

}  // namespace comity::ledger::detail
