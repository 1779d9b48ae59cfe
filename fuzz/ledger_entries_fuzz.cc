#include <cstddef>
#include <cstdint>

#include "ground/ledger/ledger.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const base::ByteView input(data, size);
    if (const auto entries = ledger::parse_entries(input)) {
        std::size_t bytes = 0;
        for (const base::Bytes& entry : *entries) {
            bytes += 2 + entry.size();
        }
        COMITY_ENSURE(bytes == size);
        COMITY_ENSURE(entries->size() <= ledger::tile_width);
    }
    return 0;
}
