#pragma once

// What tidy looks at: the project's files as values, so that its rules are tested on small strings.

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace comity::tidy {

/// Something that must be mended, printed as `FILE:LINE: rule: reason: replacement`.
struct Finding {
    std::string path;
    std::size_t line = 0;  ///< from 1; 0 for the file as a whole
    std::string rule;
    std::string reason;
    std::string replacement;

    [[nodiscard]] std::string text() const;
    friend bool operator==(const Finding&, const Finding&) = default;
};

/// A library and the libraries that it may use, from cmake/edges.txt.
struct Edges {
    std::string library;
    std::vector<std::string> needs;
};

/// All files by their path from the root of the project.
struct Project {
    std::map<std::string, std::string> files;

    /// The house, from the bottom to the top; empty if there is no cmake/edges.txt.
    [[nodiscard]] std::vector<Edges> house() const;
};

/// The words of `text` that white space, commas and backticks separate.
[[nodiscard]] std::vector<std::string> words_of(std::string_view text);
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);

[[nodiscard]] bool is_cpp(std::string_view path);
[[nodiscard]] bool is_header(std::string_view path);
/// `x_test.cc`, and headers that only tests include: `x_for_test.h`, `testing.h`.
[[nodiscard]] bool is_test(std::string_view path);
/// `ground/codec` for `src/ground/codec/...`; empty outside src/.
[[nodiscard]] std::string library_of(std::string_view path);

/// The picture of the house for ARCHITECTURE.md, in Mermaid, with its two marker lines.
[[nodiscard]] std::string picture_of(const std::vector<Edges>& house);

inline constexpr std::string_view picture_begin = "<!-- the house: made by `tidy --picture` -->";
inline constexpr std::string_view picture_end = "<!-- end of the house -->";

}  // namespace comity::tidy
