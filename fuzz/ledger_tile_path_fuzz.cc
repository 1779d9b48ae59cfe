#include <cstddef>
#include <cstdint>

#include "ground/ledger/ledger.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const base::ByteView input(data, size);
    if (const auto tile = ledger::TilePath::parse(base::text_of(input))) {
        COMITY_ENSURE(tile->text() == base::text_of(input));
    }
    return 0;
}
