#pragma once

// Asking the attesting nodes before anything is signed (DESIGN 5.10): runs the loop until the
// answer is known. Meanwhile this node answers the same question to its peers, and gives back what
// one of them lost, and nothing else.

#include <optional>

#include "adapter/http/http.h"
#include "app/comity/node_folder.h"
#include "node/service/service.h"

namespace comity::app {

/// Sends one message to a peer; the answer comes on the loop's thread.
using Call = std::function<void(delivery::Outgoing, http::Callback)>;

/// The answer to what comes in while the attesting nodes are being asked.
[[nodiscard]] message::Response answer_meanwhile(const submit::Institution& institution,
                                                 const message::Request& request,
                                                 service::Listener listener);

/// Runs `loop` until the verdict, or until somebody stops the loop: then false. Kind conflict if
/// this node's data are older than what others attested.
[[nodiscard]] base::Result<bool> recollect(http::Loop& loop, submit::Institution& institution,
                                           ports::Clock& clock, const Call& call);

}  // namespace comity::app
