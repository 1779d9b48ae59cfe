// Keys: one key has one text, and whatever is read can be used.

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "ground/crypto/crypto.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace comity;
    const auto value = codec::parse(base::text_of({data, size}));
    if (!value) {
        return 0;
    }
    if (const auto key = crypto::PublicKey::from_jwk(*value)) {
        if (key->jwk() != *value || !crypto::Verifier::of(*key)) {
            std::abort();
        }
    }
    if (const auto key = crypto::SealingKey::from_jwk(*value)) {
        if (key->jwk() != *value ||
            crypto::SealingKey::from_raw(key->curve(), key->raw()) != *key) {
            std::abort();
        }
    }
    return 0;
}
