#include <cstddef>
#include <cstdint>

#include "ground/ledger/ledger.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const base::ByteView input(data, size);
    // Nothing cosigned meets a quorum, unless none is asked for.
    if (const auto policy = ledger::Policy::parse(base::text_of(input))) {
        static_cast<void>(policy->check_quorum({}));
    }
    return 0;
}
