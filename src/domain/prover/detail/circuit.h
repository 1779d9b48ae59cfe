#pragma once

// A circuit of ands over numbered inputs, every equal part kept once, and its clauses (Tseitin).

#include <cstdint>
#include <functional>
#include <span>
#include <unordered_map>
#include <vector>

#include "domain/certificate/check.h"

namespace comity::prover::detail {

/// A wire: an input or a gate, or its negative. `always` and its negative are constants.
using Wire = std::int32_t;
inline constexpr Wire always = 1;
inline constexpr Wire never = -1;

class Circuit {
 public:
    Circuit();

    [[nodiscard]] Wire input();
    [[nodiscard]] Wire all(std::vector<Wire> wires);
    [[nodiscard]] Wire any(std::vector<Wire> wires);
    [[nodiscard]] Wire all(Wire left, Wire right) { return all(std::vector<Wire>{left, right}); }
    [[nodiscard]] Wire any(Wire left, Wire right) { return any(std::vector<Wire>{left, right}); }

    /// Every wire's value under the inputs' values (by wire number); other entries are ignored.
    void evaluate(std::vector<bool>& values) const;
    [[nodiscard]] std::size_t size() const { return gates_.size(); }

    /// The clauses of what the roots rest on, with every root asserted; which variable stands for
    /// which wire (0: none).
    struct Clauses {
        certificate::Formula formula;
        std::vector<std::int32_t> variable_of;

        /// The literal of a wire that is among them.
        [[nodiscard]] std::int32_t literal(Wire wire) const;
    };
    [[nodiscard]] Clauses clauses(std::span<const Wire> asserted,
                                  std::span<const Wire> beside = {}) const;

 private:
    struct Gate {
        std::uint32_t first = 0;
        std::uint32_t count = 0;
        bool input = false;
    };
    struct Key {
        std::vector<Wire> parts;
        friend bool operator==(const Key&, const Key&) = default;
    };
    struct Hash {
        std::size_t operator()(const Key& key) const;
    };

    [[nodiscard]] std::span<const Wire> parts_of(std::size_t gate) const;

    std::vector<Gate> gates_;  // by wire number; 0 is not used, 1 is the constant
    std::vector<Wire> parts_;
    std::unordered_map<Key, Wire, Hash> known_;
};

}  // namespace comity::prover::detail
