#include <cstddef>
#include <cstdint>

#include "ground/ledger/ledger.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const base::ByteView input(data, size);
    if (const auto proof = ledger::LogProof::parse(base::text_of(input))) {
        COMITY_ENSURE(proof->encode() == base::text_of(input));
    }
    return 0;
}
