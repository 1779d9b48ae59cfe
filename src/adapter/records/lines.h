#pragma once

// Lines of a text that may be larger than memory.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <istream>
#include <optional>
#include <string>
#include <string_view>

#include "ground/base/base.h"

namespace comity::records {

inline constexpr std::size_t max_line_bytes = 8192;

/// Hands out a stream's lines one by one, in constant memory. A line ends in LF or CRLF; the last
/// one too, so that a file cut short is noticed. Lines hold UTF-8 without control characters.
class LineReader {
 public:
    /// `stream` outlives the reader; `name` stands in the place of errors.
    LineReader(std::istream& stream, std::string name);

    /// The next line without its end, valid until the next call; none at the end of the text.
    /// Kinds malformed, too_large, failure; place NAME:LINE.
    [[nodiscard]] base::Result<std::optional<std::string_view>> next();
    /// The number of the line handed out last, from 1.
    [[nodiscard]] std::uint64_t number() const { return number_; }
    /// `error` at the line handed out last.
    [[nodiscard]] base::Error here(base::Error error) const;

 private:
    [[nodiscard]] base::Result<std::string_view> check(std::string_view line) const;

    std::istream& stream_;
    std::string name_;
    std::string buffer_;
    std::size_t begin_ = 0;  ///< of what is not handed out yet, in buffer_
    std::size_t end_ = 0;
    std::uint64_t number_ = 0;
};

/// True if `text` is well-formed UTF-8 (RFC 3629) without U+0000 to U+001F and U+007F.
[[nodiscard]] bool is_clean_text(std::string_view text);

}  // namespace comity::records
