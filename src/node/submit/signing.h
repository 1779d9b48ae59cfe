#pragma once

// Making a signature record: the same for an official's key at the office and for the node's own.

#include <string_view>

#include "domain/casework/casework.h"
#include "ground/base/base.h"
#include "node/ports/ports.h"

namespace comity::submit {

/// Signs `subject` with `key` for `purpose` at `node`, with a fresh nonce (DESIGN 5.13).
[[nodiscard]] base::Result<casework::SignatureRecord> sign_for(
    const base::Digest& subject, std::string_view purpose, base::Realm realm,
    const base::PartyId& node, base::Instant expires, ports::Signer& key, crypto::Random& random);

}  // namespace comity::submit
