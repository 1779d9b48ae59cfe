// The JWE reader, and opening with a key of either curve: never more than a refusal.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "ground/crypto/crypto.h"
#include "ground/crypto/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace comity;
    static crypto::CountingRandom random(1);
    static crypto::HeldSealingKey p256(crypto::Curve::p256, random);
    static crypto::HeldSealingKey x25519(crypto::Curve::x25519, random);
    const std::string_view text = base::text_of({data, size});
    for (crypto::HeldSealingKey* key : {&p256, &x25519}) {
        // Nothing was ever sealed to these keys under this context.
        if (crypto::open(text, "comity/item/v1 example", *key)) {
            std::abort();
        }
    }
    return 0;
}
