// Every text form of base: what is read is what would be written.

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "ground/base/base.h"

namespace {

void require(bool condition) {
    if (!condition) {
        std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace comity::base;
    const std::string_view text = text_of({data, size});
    if (const auto bytes = from_hex(text)) {
        require(to_hex(*bytes) == text);
    }
    if (const auto bytes = from_base64(text)) {
        require(to_base64(*bytes) == text);
    }
    if (const auto bytes = from_base64url(text)) {
        require(to_base64url(*bytes) == text);
    }
    if (const auto instant = Instant::parse(text)) {
        require(instant->text() == text);
    }
    if (const auto date = Date::parse(text)) {
        require(date->text() == text);
    }
    if (const auto name = PartyId::parse(text)) {
        require(name->text() == text && is_plain_name(text));
    }
    if (const auto digest = Digest::from_hex(text)) {
        require(digest->hex() == text);
    }
    return 0;
}
