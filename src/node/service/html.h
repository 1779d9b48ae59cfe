#pragma once

// HTML that escapes by construction: text enters an element only through text() and attributes only
// through the constructor, so no value can become markup.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace comity::service {

class Html {
 public:
    explicit Html(std::string_view tag,
                  std::vector<std::pair<std::string_view, std::string>> attributes = {});

    Html& text(std::string_view words);
    Html& add(Html child);
    [[nodiscard]] std::string str() const;

 private:
    std::string tag_;
    std::string open_;
    std::string inner_;
};

/// A table: its heads, then rows of as many cells. Each cell carries its head, so that on a narrow
/// screen a row can stand as a list; the roles keep it a table for a screen reader even then.
class Table {
 public:
    /// `label`: the id of the heading that names the table.
    Table(std::string_view label, std::vector<std::string> heads);

    void row(std::vector<Html> cells);
    [[nodiscard]] std::size_t rows() const { return rows_; }
    [[nodiscard]] Html html() &&;

 private:
    std::vector<std::string> heads_;
    Html table_;
    Html body_;
    std::size_t rows_ = 0;
};

/// Words in an element of their own.
[[nodiscard]] Html words(std::string_view text, std::string_view tag = "span");
/// Words that are written from left to right whatever stands around them: ids, hashes, times.
[[nodiscard]] Html code(std::string_view text);

/// What a Content-Security-Policy says of the one style that document() puts in: `sha256-...`.
[[nodiscard]] std::string style_source();
/// A whole document of a title and a body.
[[nodiscard]] std::string document(std::string_view title, const Html& body);

}  // namespace comity::service
