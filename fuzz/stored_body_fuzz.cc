#include <cstddef>
#include <cstdint>

#include "node/submit/body.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = base::text_of({data, size});
    const auto body = codec::read_text<submit::Body>(text);
    if (body) {
        const std::string written = codec::write(*body);
        const auto again = codec::read_text<submit::Body>(written);
        COMITY_ENSURE(again && codec::write(*again) == written);
    }
    ports::StoredEntry row;
    row.header = std::string(text);
    row.attestation = std::string(text);
    for (const auto kind : {ports::EntryKind::act, ports::EntryKind::receipt}) {
        row.kind = kind;
        static_cast<void>(submit::entry_of(row, body ? *body : submit::Body{}));
    }
    return 0;
}
