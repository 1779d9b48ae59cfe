#include <cstddef>
#include <cstdint>

#include "ground/ledger/ledger.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const base::ByteView input(data, size);
    if (const auto checkpoint = ledger::Checkpoint::parse(base::text_of(input))) {
        COMITY_ENSURE(base::text_of(input).starts_with(checkpoint->text()));
        COMITY_ENSURE(ledger::Checkpoint::parse(checkpoint->text()) == *checkpoint);
    }
    return 0;
}
