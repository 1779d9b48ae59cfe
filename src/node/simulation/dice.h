#pragma once

// Chances that repeat from their seed: SplitMix64. For the course of a simulation, never for keys.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ground/base/base.h"
#include "ground/crypto/crypto.h"

namespace comity::simulation {

class Dice {
 public:
    /// Every purpose has a stream of its own: taking one kind of fault away leaves all others.
    Dice(std::uint64_t seed, std::string_view purpose) {
        base::Bytes input = base::bytes_of(purpose);
        base::append_u64(input, seed);
        for (const std::uint8_t byte : crypto::sha256(input).bytes) {
            state_ = state_ << 8 | byte;
        }
    }

    [[nodiscard]] std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15U;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9U;
        mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebU;
        return mixed ^ mixed >> 31;
    }
    /// 0 up to, not including, `end`, which is at least 1.
    [[nodiscard]] std::size_t below(std::size_t end) { return next() % end; }
    /// From `low` to `high`, both included.
    [[nodiscard]] std::int64_t between(std::int64_t low, std::int64_t high) {
        return low + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(high - low + 1));
    }
    /// True in so many of 1000 throws.
    [[nodiscard]] bool permille(unsigned often) { return next() % 1000 < often; }
    [[nodiscard]] bool percent(unsigned often) { return next() % 100 < often; }
    /// A member of a container that is not empty and has an order of its own.
    template <class Container>
    [[nodiscard]] const auto& pick(const Container& from) {
        return from[below(from.size())];
    }

 private:
    std::uint64_t state_ = 0;
};

}  // namespace comity::simulation
