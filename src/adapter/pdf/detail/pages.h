#pragma once

// Lays a document out on A4 pages: tagged content with embedded fonts, by pango and cairo.

#include <string_view>

#include "domain/reporting/reporting.h"
#include "ground/base/base.h"

namespace comity::pdf::detail {

/// A PDF without metadata, colour profile and attachments. Kinds as pdf::render().
[[nodiscard]] base::Result<base::Bytes> lay_out(const reporting::Document& document,
                                                std::string_view fonts);

}  // namespace comity::pdf::detail
