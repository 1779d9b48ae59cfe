#include <cstddef>
#include <cstdint>

#include "node/delivery/giving_back.h"

using namespace comity;

namespace {

template <class T>
void read_and_write(std::string_view text) {
    const auto read = codec::read_text<T>(text);
    if (read) {
        const std::string written = codec::write(*read);
        const auto again = codec::read_text<T>(written);
        COMITY_ENSURE(again && codec::write(*again) == written);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = base::text_of({data, size});
    read_and_write<delivery::GiveBack>(text);
    read_and_write<delivery::GivenBack>(text);
    read_and_write<delivery::DeliverAgain>(text);
    return 0;
}
