#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "ground/cose/cose.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const base::ByteView input(data, size);
    const auto receipt = cose::Receipt::parse(input);
    if (!receipt) {
        return 0;
    }
    COMITY_ENSURE(std::ranges::equal(receipt->encode(), input));
    const cose::Issuer issuer{receipt->issuer, {}};
    // Whatever the proof says, it is refused and not followed: no key signed it.
    COMITY_ENSURE(!cose::check_inclusion(*receipt, base::view_of("entry"), issuer));
    COMITY_ENSURE(!cose::check_consistency(*receipt, 3, {}, issuer));
    return 0;
}
