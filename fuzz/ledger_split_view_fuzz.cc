#include <cstddef>
#include <cstdint>

#include "ground/ledger/ledger.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const base::ByteView input(data, size);
    if (const auto evidence = ledger::SplitView::parse(base::text_of(input))) {
        COMITY_ENSURE(evidence->encode() == base::text_of(input));
        static_cast<void>(ledger::check_split_view(*evidence));
    }
    return 0;
}
