#include <cstddef>
#include <cstdint>

#include "domain/casework/casework.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto envelope =
        casework::read_envelope(base::text_of({data, size}), base::Realm::exercise);
    if (!envelope) {
        return 0;
    }
    const auto again = casework::read_envelope(codec::write(*envelope), base::Realm::exercise);
    COMITY_ENSURE(again && *again == *envelope);
    const casework::Annex nobody;
    for (const casework::ProvenEntry& proven : envelope->entries) {
        COMITY_ENSURE(!casework::check_proof(nobody, proven));
        COMITY_ENSURE(!casework::check_proof(nobody, proven, ledger::SignedCheckpoint{}));
    }
    return 0;
}
