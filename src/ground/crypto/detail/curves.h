#pragma once

// Points and Diffie-Hellman on the two curves that items are sealed to, and the checks of public
// keys of all four kinds.

#include "ground/base/base.h"
#include "ground/crypto/keys.h"
#include "ground/crypto/random.h"

namespace comity::crypto::detail {

/// Kind invalid unless `raw` is 04||x||y of a point on P-256.
[[nodiscard]] base::Result<void> check_p256(base::ByteView raw);
/// Kind invalid unless `raw` is the canonical encoding (RFC 8032 5.1.3) of a point of large order.
[[nodiscard]] base::Result<void> check_ed25519(base::ByteView raw);
/// Kind invalid unless `raw` is a canonical u-coordinate (RFC 7748 5) of large order.
[[nodiscard]] base::Result<void> check_x25519(base::ByteView raw);

struct KeyPair {
    SealingKey public_key;
    base::SecretBytes private_key;  ///< 32 bytes: scalar, big-endian on P-256, RFC 7748 on X25519
};

[[nodiscard]] KeyPair make_key_pair(Curve curve, Random& random);
/// The ECDH shared secret: the x-coordinate on P-256 (RFC 7518 4.6), RFC 7748 6.1 on X25519. Both
/// keys are of the same curve; kind invalid if the secret is the neutral element.
[[nodiscard]] base::Result<base::SecretBytes> shared_secret(const base::SecretBytes& private_key,
                                                            const SealingKey& peer);

}  // namespace comity::crypto::detail
