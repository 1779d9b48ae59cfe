#include <cstddef>
#include <cstdint>

#include "ground/ledger/ledger.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const base::ByteView input(data, size);
    if (const auto leaf = ledger::Leaf::parse(input)) {
        const base::Bytes written = leaf->encode();
        COMITY_ENSURE(base::text_of(written) == base::text_of(input));
        static_cast<void>(leaf->delete_by.text());
    }
    return 0;
}
