#pragma once

// A document in parts, before anybody decides what it looks like.

#include <string>
#include <variant>
#include <vector>

#include "domain/prooffile/screen.h"
#include "ground/base/base.h"

namespace comity::reporting {

using prooffile::Language;

struct Heading {
    int level = 1;  ///< 1 to 3
    std::string text;
};

struct Paragraph {
    std::string text;
};

/// Every row has as many cells as the head.
struct Table {
    std::vector<std::string> head;
    std::vector<std::vector<std::string>> rows;
};

using Block = std::variant<Heading, Paragraph, Table>;

struct Document {
    Language language = Language::english;
    std::string title;
    std::string footer;  ///< on every page
    base::Instant at;    ///< the date that it bears: of its source, never of now
    std::vector<Block> blocks;
};

/// For a terminal: no line is cut; a table of two columns a row a line, any other one cell a line.
/// The title stands in the blocks.
[[nodiscard]] std::string plain_text(const Document& document);

}  // namespace comity::reporting
