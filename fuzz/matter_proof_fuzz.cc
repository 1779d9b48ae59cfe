#include <cstddef>
#include <cstdint>

#include "ground/ledger/ledger.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const base::ByteView input(data, size);
    if (const auto proof = ledger::MatterProof::parse(input)) {
        const base::Bytes written = proof->encode();
        COMITY_ENSURE(written.size() == size);
        COMITY_ENSURE(base::to_hex(written) == base::to_hex(input));
        const ledger::Checkpoint head{"log", proof->map_leaf + 1, {}};
        (void)ledger::check_matter_paths(*proof, head);
    }
    return 0;
}
