#pragma once

// Randomness comes from outside (DESIGN 1: the core is pure). Adapters carry out this port.

#include <cstdint>
#include <span>

namespace comity::crypto {

class Random {
 public:
    virtual ~Random() = default;
    /// Fills `out` with unpredictable bytes. Never fails: an adapter that cannot deliver ends the
    /// process, because no caller could do anything right without it.
    virtual void fill(std::span<std::uint8_t> out) = 0;
};

}  // namespace comity::crypto
