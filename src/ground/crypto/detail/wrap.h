#pragma once

// The parts of JWE key management (RFC 7518 4.6) and content encryption (5.3).

#include <cstdint>
#include <span>
#include <string_view>

#include "ground/base/base.h"

namespace comity::crypto::detail {

inline constexpr std::size_t key_size = 32;
inline constexpr std::size_t nonce_size = 12;
inline constexpr std::size_t tag_size = 16;
inline constexpr std::size_t wrapped_size = key_size + 8;

/// Concat KDF of RFC 7518 4.6.2 with SHA-256: the first `key_bytes` (at most 32) of one round. We
/// always leave `apu` and `apv` empty.
[[nodiscard]] base::SecretBytes concat_kdf(const base::SecretBytes& secret,
                                           std::string_view algorithm, base::ByteView apu,
                                           base::ByteView apv, std::size_t key_bytes);

/// AES key wrap (RFC 3394) of a 32-byte key under a 32-byte key; 40 bytes.
[[nodiscard]] base::Bytes wrap_key(const base::SecretBytes& wrapping,
                                   const base::SecretBytes& wrapped);
/// Kind invalid if the integrity check fails.
[[nodiscard]] base::Result<base::SecretBytes> unwrap_key(const base::SecretBytes& wrapping,
                                                         base::ByteView wrapped);

/// AES-256-GCM: ciphertext || tag.
[[nodiscard]] base::Bytes gcm_encrypt(const base::SecretBytes& key, base::ByteView nonce,
                                      base::ByteView plaintext, base::ByteView context);
/// Kind invalid if the tag does not hold; nothing of the plaintext is given then.
[[nodiscard]] base::Result<base::SecretBytes> gcm_decrypt(const base::SecretBytes& key,
                                                          base::ByteView nonce,
                                                          base::ByteView ciphertext,
                                                          base::ByteView tag,
                                                          base::ByteView context);

}  // namespace comity::crypto::detail
