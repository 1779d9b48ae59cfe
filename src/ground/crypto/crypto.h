#pragma once

// crypto: the closed set of primitives that Comity uses, on OpenSSL 3, behind value types.
//
//   hash.h         SHA-256, HMAC, tagged hashes
//   keys.h         public keys (JWK), verification of ES256 and Ed25519
//   commitments.h  salted field commitments and their tree
//   sealing.h      JWE to named readers; AES-256-GCM for what a node keeps
//   bulk.h         many large pieces: AES-256-GCM, the frontier of a tree
//   merkle.h       RFC 6962 / RFC 9162 trees: roots, inclusion, consistency
//   random.h       the port through which randomness comes
//
// Nothing is negotiable: the algorithm follows from the key, never from a message. Private keys are
// held by adapters (adapter/softkeys, later PKCS#11); only KeyAgreement and node/ports' Signer see
// them, and only as a capability.

#include "ground/crypto/bulk.h"         // IWYU pragma: export
#include "ground/crypto/commitments.h"  // IWYU pragma: export
#include "ground/crypto/hash.h"         // IWYU pragma: export
#include "ground/crypto/keys.h"         // IWYU pragma: export
#include "ground/crypto/merkle.h"       // IWYU pragma: export
#include "ground/crypto/random.h"       // IWYU pragma: export
#include "ground/crypto/sealing.h"      // IWYU pragma: export
