#pragma once

// What the office asks of a ledger's key.

#include <optional>
#include <string_view>

#include "ground/message/message.h"
#include "node/submit/institution.h"

namespace comity::service {

/// GET /ledger-key: the first key, the present one, the changes between. None for other paths.
[[nodiscard]] std::optional<message::Response> get_ledger_key(
    const submit::Institution& institution, std::string_view path);
/// POST /ledger-key/rotate (no body), /ledger-key/endorse (a change; answers with its endorsement).
[[nodiscard]] std::optional<message::Response> post_ledger_key(submit::Institution& institution,
                                                               std::string_view path,
                                                               std::string_view body);

}  // namespace comity::service
