#include <cstddef>
#include <cstdint>

#include "domain/casework/casework.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto annex = codec::read_text<casework::Annex>(base::text_of({data, size}));
    if (annex && casework::check(*annex)) {
        const auto again = codec::read_text<casework::Annex>(codec::write(*annex));
        COMITY_ENSURE(again && digest_of(*again) == digest_of(*annex));
        for (const casework::PartyEntry& party : annex->parties) {
            COMITY_ENSURE(annex->find(party.party) != nullptr);
        }
    }
    return 0;
}
