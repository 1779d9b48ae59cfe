#pragma once

// One line of CSV, strictly (docs/formats/records.md): RFC 4180 without line breaks in fields.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ground/base/base.h"

namespace comity::records {

inline constexpr std::size_t max_csv_fields = 64;

/// Splits lines into fields. A field is bare and then holds no quotation mark, or stands in
/// quotation marks as a whole and then holds them doubled. Spaces belong to the field.
class CsvSplitter {
 public:
    /// The fields of `line`, valid until the next call and as long as `line` is. Kinds malformed,
    /// too_large.
    [[nodiscard]] base::Result<std::span<const std::string_view>> split(std::string_view line);

 private:
    [[nodiscard]] base::Result<std::size_t> read_quoted(std::string_view line, std::size_t at);

    std::vector<std::string_view> fields_;
    std::string unquoted_;  ///< fields whose doubled marks were halved
};

/// `field` as it is written: bare where it may be.
[[nodiscard]] std::string csv_field(std::string_view field);

}  // namespace comity::records
