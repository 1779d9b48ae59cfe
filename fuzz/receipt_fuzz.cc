#include <cstddef>
#include <cstdint>

#include "domain/casework/casework.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto receipt = codec::read_text<casework::Receipt>(base::text_of({data, size}));
    if (receipt) {
        const auto again = codec::read_text<casework::Receipt>(codec::write(*receipt));
        COMITY_ENSURE(again && *again == *receipt && again->id() == receipt->id());
    }
    return 0;
}
