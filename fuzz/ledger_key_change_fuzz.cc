#include <cstddef>
#include <cstdint>

#include "ground/ledger/ledger.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = base::text_of(base::ByteView(data, size));
    const auto note = ledger::Note::parse(text);
    if (!note) {
        return 0;
    }
    if (const auto change = ledger::KeyChange::parse(*note)) {
        COMITY_ENSURE(change->text() == note->text);
        COMITY_ENSURE(ledger::Leaf::parse(change->leaf().encode()).has_value());
        static_cast<void>(ledger::check_key_change(*change, {}));
    }
    if (const auto changes = ledger::key_changes_in(*note); changes && !changes->empty()) {
        static_cast<void>(ledger::key_at(changes->front().from, *changes, {}, 1'000));
    }
    return 0;
}
