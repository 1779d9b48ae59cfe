#pragma once

// Calling peers where the node's folder says that they listen.

#include "adapter/http/http.h"
#include "app/comity/node_folder.h"
#include "app/comity/recollect.h"

namespace comity::app {

/// `node` and `client` outlive what is returned. A peer without an address: kind unavailable.
[[nodiscard]] Call calls_to_peers(const OpenNode& node, http::Client& client);

}  // namespace comity::app
