#include <cstddef>
#include <cstdint>

#include "ground/ledger/ledger.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const base::ByteView input(data, size);
    if (const auto request = ledger::AddCheckpoint::parse(base::text_of(input))) {
        COMITY_ENSURE(request->encode() == base::text_of(input));
        static const auto log = ledger::NoteKey::parse(
            "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx");
        static_cast<void>(ledger::decide(*request, *log, std::nullopt));
    }
    return 0;
}
