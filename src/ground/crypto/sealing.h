#pragma once

// Sealing: JWE general JSON (RFC 7516) with ECDH-ES+A256KW and A256GCM and nothing else, and the
// bare AES-256-GCM and key wrap that a node uses for what it keeps.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "ground/base/base.h"
#include "ground/crypto/keys.h"
#include "ground/crypto/random.h"

namespace comity::crypto {

/// A private key that can open what was sealed to its public half, whatever holds it (a file, a
/// token). Returns the ECDH shared secret with `peer`, 32 bytes; kind invalid for a bad point.
class KeyAgreement {
 public:
    virtual ~KeyAgreement() = default;
    [[nodiscard]] virtual const SealingKey& public_key() const = 0;
    [[nodiscard]] virtual base::Result<base::SecretBytes> agree(const SealingKey& peer) = 0;
};

/// The largest plaintext that seal() takes, and open() gives.
inline constexpr std::size_t sealing_limit = std::size_t{64} << 20;
inline constexpr std::size_t most_readers = 16;

/// Seals `plaintext` to every reader (1 to 16); `context` (at most 4096 bytes) is authenticated
/// (JWE "aad") and must be given again to open. Returns the JWE as canonical JSON
/// (docs/formats/sealing.md). Kind too_large beyond these bounds.
[[nodiscard]] base::Result<std::string> seal(base::ByteView plaintext, std::string_view context,
                                             std::span<const SealingKey> readers, Random& random);

/// Opens a JWE for the reader that holds `key`. Kinds: malformed (not this closed set of JWE),
/// too_large, not_found (not sealed to this key), invalid (altered, or another context), and what
/// `key` itself answers.
[[nodiscard]] base::Result<base::SecretBytes> open(std::string_view jwe, std::string_view context,
                                                   KeyAgreement& key);

/// AES-256-GCM with a random 96-bit nonce in front and the tag behind: nonce || ciphertext || tag.
/// `key`: 32 bytes. decrypt() is kind invalid for other bytes, another key or another context.
[[nodiscard]] base::Bytes encrypt(const base::SecretBytes& key, base::ByteView plaintext,
                                  std::string_view context, Random& random);
[[nodiscard]] base::Result<base::SecretBytes> decrypt(const base::SecretBytes& key,
                                                      base::ByteView sealed,
                                                      std::string_view context);

}  // namespace comity::crypto
