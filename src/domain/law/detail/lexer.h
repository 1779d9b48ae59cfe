#pragma once

// Lexical rules of the notation (docs/formats/law.md 2): words, numbers, dates, references,
// strings.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/law/library.h"

namespace comity::law::detail {

inline constexpr std::size_t max_text_bytes = 1 << 20;
inline constexpr std::size_t max_string_bytes = 4096;
inline constexpr std::size_t max_word_bytes = 64;

enum class TokenKind { word, number, date, reference, string, punctuation, end };

struct Token {
    TokenKind kind = TokenKind::end;
    std::string_view text;   ///< of a string: without the quotes
    std::int64_t value = 0;  ///< of a number; of a date: days since 1970-01-01
    int line = 1;
    int column = 1;
    bool first_on_line = false;  ///< where reading may start again after an error
};

struct Tokens {
    std::vector<Token> tokens;  ///< the last one is always TokenKind::end
    std::vector<Diagnostic> diagnostics;
};

/// The tokens of a text; they point into it. Never fails: what cannot be read is reported and
/// skipped.
[[nodiscard]] Tokens tokens_of(std::string_view file, std::string_view text);

}  // namespace comity::law::detail
