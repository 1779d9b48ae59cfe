#include <cstddef>
#include <cstdint>

#include "ground/ledger/ledger.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const base::ByteView input(data, size);
    // What is read is written back byte for byte: one note has one text.
    if (const auto note = ledger::Note::parse(base::text_of(input))) {
        COMITY_ENSURE(note->encode() == base::text_of(input));
        static const auto known = ledger::NoteKey::parse(
            "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx");
        static_cast<void>(ledger::verify_note(*note, {&*known, 1}));
    }
    if (const auto key = ledger::NoteKey::parse(base::text_of(input))) {
        COMITY_ENSURE(key->vkey() == base::text_of(input));
    }
    return 0;
}
