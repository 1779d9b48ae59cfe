#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "ground/cose/cose.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const base::ByteView input(data, size);
    if (const auto value = cose::read_cbor(input)) {
        COMITY_ENSURE(std::ranges::equal(cose::write_cbor(*value), input));
    }
    return 0;
}
