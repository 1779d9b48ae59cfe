#pragma once

// A serving node: one thread for the event loop (TLS, HTTP, reading of messages), one for the
// institution. The second takes whatever has queued, records it in one transaction, and answers.

#include <filesystem>
#include <ostream>

#include "ground/base/base.h"

namespace comity::app {

/// Serves the node in `folder` until SIGINT or SIGTERM, with a clock that is ahead of the machine's
/// (in an exercise only, see open_node). Prints the addresses on `out` once it
/// listens, one JSON object, and writes them to `addresses.json` in the folder.
[[nodiscard]] base::Result<void> serve(const std::filesystem::path& folder,
                                       base::Duration clock_ahead, std::ostream& out);

}  // namespace comity::app
