#pragma once

// What this thread has verified and read before, while a crypto::VerifyOnce lives (testing.h). In
// a server none ever does: then memory() is nullptr, and everything is computed.

#include <cstdint>
#include <map>
#include <set>

#include "ground/base/base.h"
#include "ground/crypto/keys.h"

namespace comity::crypto::detail {

/// Results of pure functions, by digests of all that they are computed from.
struct Memory {
    std::set<base::Digest> verified;           ///< signatures that hold
    std::map<base::Digest, base::KeyId> read;  ///< public keys that are points, and their ids
    std::map<base::Bytes, Verifier> parsed;    ///< keys ready to verify under, by their raw bytes
    std::uint64_t computed = 0;
    std::uint64_t repeated = 0;
};

/// The memory of this thread; nullptr: none.
[[nodiscard]] Memory*& memory();

/// SHA-256 over the three, each with its length in front.
[[nodiscard]] base::Digest digest_of(Algorithm algorithm, base::ByteView key,
                                     base::ByteView message, base::ByteView signature);

}  // namespace comity::crypto::detail
