#include <cstddef>
#include <cstdint>

#include "domain/casework/equivocation.h"

// What is read is written back as the same value.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace comity;
    const auto read = casework::read_equivocation(base::text_of({data, size}));
    if (read) {
        const auto again = casework::read_equivocation(codec::write(*read));
        COMITY_ENSURE(again && *again == *read);
    }
    return 0;
}
