#include <cstddef>
#include <cstdint>

#include "domain/casework/casework.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto act = codec::read_text<casework::Act>(base::text_of({data, size}));
    if (!act) {
        return 0;
    }
    const auto again = codec::read_text<casework::Act>(codec::write(*act));
    COMITY_ENSURE(again && *again == *act && again->id() == act->id());
    if (casework::check_form(*act)) {
        for (const casework::Opening& opening : act->openings) {
            static_cast<void>(act->value(opening.path));
        }
    }
    return 0;
}
