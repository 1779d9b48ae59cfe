// Item descriptors: what is read is valid, and is written back byte for byte.

#include <cstdlib>

#include "domain/items/items.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace comity;
    const std::string_view text = base::text_of(base::ByteView(data, size));
    const auto descriptor = items::read_descriptor(text);
    if (descriptor && (codec::write(*descriptor) != text || !items::check(*descriptor))) {
        std::abort();
    }
    return 0;
}
