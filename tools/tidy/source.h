#pragma once

// A C++ file as tidy reads it: no parser, only enough of a lexer to tell code from text.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace comity::tidy {

struct Literal {
    std::size_t line = 0;
    std::size_t column = 0;  ///< bytes of the line in front of the opening quote
    std::string text;        ///< as written, between the quotes
};

struct Include {
    std::size_t line = 0;
    bool quoted = false;  ///< "..." and not <...>
    std::string path;
};

struct Source {
    std::vector<std::string> lines;  ///< as they are
    std::vector<std::string> code;   ///< the same with comments and the insides of literals blanked
    std::vector<Literal> literals;   ///< string literals, includes not among them
    std::vector<Include> includes;
};

[[nodiscard]] Source read_source(std::string_view text);

/// A function body's braces: where it begins and how many lines it has.
struct FunctionLength {
    std::size_t line = 0;
    std::size_t lines = 0;
};
[[nodiscard]] std::vector<FunctionLength> functions_of(const Source& source);

/// True if `word` stands in `code` at `at` as a whole identifier.
[[nodiscard]] bool is_word_at(std::string_view code, std::size_t at, std::string_view word);
[[nodiscard]] bool has_word(std::string_view code, std::string_view word);

}  // namespace comity::tidy
