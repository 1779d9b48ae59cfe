// The body of a peer's error: whatever comes back, it is an error that can be told again.

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "ground/message/message.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace comity;
    message::Response response{400, {}, std::string(base::text_of({data, size}))};
    const base::Error error = message::error_of(response);
    if (error.kind != base::ErrorKind::unavailable &&
        message::error_of(message::error_response(error)) != error) {
        std::abort();
    }
    return 0;
}
