#pragma once

// Texts from a file that nobody trusts yet must not move the cursor, add lines or turn the reading
// direction: what the eye sees has to be what was written here.

#include <string>
#include <string_view>

namespace comity::prooffile::detail {

/// `line` with a question mark for every control and every invisible or direction character.
[[nodiscard]] std::string plain(std::string_view line);

}  // namespace comity::prooffile::detail
