#pragma once

// Sealing and opening an item.

#include <string>
#include <string_view>
#include <vector>

#include "domain/items/descriptor.h"
#include "ground/base/base.h"
#include "ground/crypto/crypto.h"

namespace comity::items {

/// What the sender decides about an item. Units and limits as in ItemDescriptor.
struct ItemTerms {
    base::Realm realm = base::Realm::exercise;
    std::string media_type;
    std::int64_t tier = 0;
    base::Date end;
    std::vector<std::string> use_limits;
    base::PartyId reader;
};

struct SealedItem {
    ItemDescriptor descriptor;
    std::string sealed;  ///< JWE, as it travels and is stored
};

/// Seals `plaintext` to `reader_key` under the terms. Kinds: malformed (terms), too_large.
[[nodiscard]] base::Result<SealedItem> seal_item(base::ByteView plaintext, const ItemTerms& terms,
                                                 const crypto::SealingKey& reader_key,
                                                 crypto::Random& random);

/// True to the descriptor without opening: the bytes have its id. Kind invalid.
[[nodiscard]] base::Result<void> check_sealed(const ItemDescriptor& descriptor,
                                              std::string_view sealed);

/// The plaintext. Kinds: malformed (descriptor or bytes are not what their format says), not_found
/// (sealed to another key than `key`), invalid (bytes, descriptor or plaintext were altered or
/// exchanged).
[[nodiscard]] base::Result<base::SecretBytes> open_item(const ItemDescriptor& descriptor,
                                                        std::string_view sealed,
                                                        crypto::KeyAgreement& key);

}  // namespace comity::items
