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

    /// A table row of cells, `tag` being td or th.
    [[nodiscard]] static Html row(std::string_view tag, const std::vector<std::string>& cells);

 private:
    std::string tag_;
    std::string open_;
    std::string inner_;
};

/// What a Content-Security-Policy says of the one style that document() puts in: `sha256-...`.
[[nodiscard]] std::string style_source();
/// A whole document of a title and a body.
[[nodiscard]] std::string document(std::string_view title, const Html& body);

}  // namespace comity::service
