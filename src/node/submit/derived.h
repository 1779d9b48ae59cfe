#pragma once

// Keys that a ledger's own secret gives: for the pseudonyms of its matters and for its padding. A
// node that lost everything but its keys makes both again.

#include <string_view>

#include "ground/base/base.h"
#include "ground/crypto/crypto.h"
#include "node/ports/ports.h"

namespace comity::submit {

/// The secret of the ledger `origin`: a signature of its first key over a text that nothing else
/// signs. Kind failure if the key does not sign one text in one way.
[[nodiscard]] base::Result<base::SecretBytes> ledger_secret(ports::Signer& first_key,
                                                            std::string_view origin);

inline constexpr std::string_view map_secret_tag = "comity/matter-map-secret/v1";
inline constexpr std::string_view padding_secret_tag = "comity/padding-secret/v1";

/// 32 bytes: tagged_hash(tag, secret).
[[nodiscard]] base::SecretBytes derived_key(const base::SecretBytes& secret, std::string_view tag);

}  // namespace comity::submit
