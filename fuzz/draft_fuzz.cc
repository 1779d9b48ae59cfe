#include <cstddef>
#include <cstdint>

#include "domain/casework/casework.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto draft = codec::read_text<casework::Draft>(base::text_of({data, size}));
    if (draft) {
        const auto again = codec::read_text<casework::Draft>(codec::write(*draft));
        COMITY_ENSURE(again && *again == *draft);
        static_cast<void>(casework::check_draft(*draft, draft->header.matter, draft->header.key,
                                                "ask", codec::Object{}));
    }
    return 0;
}
