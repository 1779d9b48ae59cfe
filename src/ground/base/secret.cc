#include "ground/base/secret.h"

#include <cstring>

namespace comity::base {

void wipe(std::span<std::uint8_t> bytes) {
    if (bytes.empty()) {
        return;
    }
    std::memset(bytes.data(), 0, bytes.size());
    // The barrier makes the zeros observable, so that no optimiser may drop the memset.
    __asm__ __volatile__("" : : "r"(bytes.data()) : "memory");
}

}  // namespace comity::base
