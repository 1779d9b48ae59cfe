#pragma once

// Where a ledger's static files are read from: a folder, a node's folder, or a public URL. Reading
// changes nothing there.

#include <functional>
#include <string>
#include <string_view>

#include "ground/base/base.h"

namespace comity::app {

struct LedgerSource {
    /// The file at a path below the ledger's prefix. Kinds: not_found, too_large, unavailable.
    std::function<base::Result<base::Bytes>(std::string_view path)> read;
    std::string place;  ///< as it was given, for people
};

/// `text`: a folder that holds `checkpoint` or `ledger/checkpoint`, or a URL. Kinds: not_found,
/// malformed.
[[nodiscard]] base::Result<LedgerSource> ledger_source(std::string_view text);

/// The published head, as text.
[[nodiscard]] base::Result<std::string> checkpoint_of(const LedgerSource& source);

}  // namespace comity::app
