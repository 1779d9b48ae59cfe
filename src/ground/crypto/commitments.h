#pragma once

// Per-field commitments (docs/formats/commitments.md): hide now, open one by one later, and forget
// by destroying one key.
//
//   salt   = HMAC-SHA-256(record key, "comity/salt/v1" || lp(path))
//   commit = SHA-256("comity/field/v1" || lp(path) || lp(salt) || lp(value))     value: RFC 8785
//   root   = RFC 9162 tree over SHA-256(00 || commit), paths in schema order

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ground/base/base.h"

namespace comity::crypto {

/// The key that all salts of one record derive from: 32 bytes.
using RecordKey = base::SecretBytes;

[[nodiscard]] base::Digest field_salt(const RecordKey& key, std::string_view path);
[[nodiscard]] base::Digest field_commitment(std::string_view path, const base::Digest& salt,
                                            std::string_view canonical_value);
/// Root of the tree over the commitments in their order; of none: SHA-256 of the empty string.
[[nodiscard]] base::Digest commitment_root(std::span<const base::Digest> commitments);
/// Inclusion path of commitment `index`, leaf to root. `index` must be below the size.
[[nodiscard]] std::vector<base::Digest> commitment_path(std::span<const base::Digest> commitments,
                                                        std::size_t index);
/// Kind invalid if `commitment` is not at `index` of the tree of `size` under `root`.
[[nodiscard]] base::Result<void> verify_commitment(const base::Digest& commitment,
                                                   std::size_t index, std::size_t size,
                                                   std::span<const base::Digest> path,
                                                   const base::Digest& root);

}  // namespace comity::crypto
