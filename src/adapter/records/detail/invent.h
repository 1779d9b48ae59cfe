#pragma once

// Numbers and words for invented records: the same for the same seed with every compiler and
// library.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace comity::records::detail {

/// SplitMix64 (Steele, Lea, Flood 2014): a well-mixed 64-bit number for every input.
constexpr std::uint64_t mixed(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15U;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31);
}

/// One stream of numbers for each seed and stream number. Own code, because the standard
/// library's distributions differ between libraries.
class Numbers {
 public:
    Numbers(std::uint64_t seed, std::uint64_t stream) : state_(mixed(seed ^ mixed(stream))) {}

    /// From 0 to bound - 1; `bound` is 1 to 2^32. The bias is below 2^-32 a value.
    std::uint64_t below(std::uint64_t bound) {
        state_ += 0x9e3779b97f4a7c15U;
        return ((mixed(state_) >> 32) * bound) >> 32;
    }
    /// Eight bytes, all of them drawn.
    std::uint64_t whole() {
        state_ += 0x9e3779b97f4a7c15U;
        return mixed(state_);
    }
    template <std::size_t Size>
    std::string_view one_of(const std::array<std::string_view, Size>& list) {
        return list[below(Size)];
    }

 private:
    std::uint64_t state_;
};

inline constexpr std::array<std::string_view, 24> syllables = {
    "ta", "lor", "ve", "nim", "sko", "ri", "ba",  "qui", "no",  "dra", "mel", "zu",
    "po", "xan", "ke", "wi",  "ful", "go", "jed", "mo",  "pra", "sil", "tuk", "vo"};
inline std::string word(Numbers& numbers, std::uint64_t count) {
    std::string text;
    for (; count > 0; --count) {
        text += numbers.one_of(syllables);
    }
    return text;
}

inline std::string capital(std::string text) {
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

}  // namespace comity::records::detail
