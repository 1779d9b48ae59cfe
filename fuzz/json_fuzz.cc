// The strict reader: what it accepts has one canonical form, which it accepts again unchanged.

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "ground/codec/codec.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace comity;
    const auto value = codec::parse(base::text_of({data, size}));
    if (!value) {
        return 0;
    }
    codec::JsonLimits limits;
    limits.bytes = 16 << 20;  // escapes and exponents may be longer in canonical form
    const std::string text = codec::canonical(*value);
    const auto again = codec::parse_canonical(text, limits);
    if (!again || *again != *value) {
        std::abort();
    }
    return 0;
}
