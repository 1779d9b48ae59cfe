#pragma once

// Text outside of every tag (the footer) is no part of the document's structure: ISO 32000-1,
// 14.8.2.2 calls it an artifact, and ISO 19005-3 asks that it be marked as one.

#include <string>
#include <string_view>

namespace comity::pdf::detail {

/// A page's content with `/Artifact BMC` and `EMC` around every text object that stands in no
/// marked content.
[[nodiscard]] std::string with_artifacts(std::string_view content);

}  // namespace comity::pdf::detail
