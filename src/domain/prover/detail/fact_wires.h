#pragma once

// What may be known of a request, as wires: the same sets of possible values as law::Facts.
//
// Yes-no, enumeration, scale: one wire per possible value, at least one of them. Integer and date:
// the values between two constants that any text compares with behave alike, so an interval is two
// rows of wires in that order. Set: known or not, and one wire per element. A derived fact has no
// wires of its own.

#include <map>
#include <span>
#include <string>
#include <vector>

#include "domain/law/compiled.h"
#include "domain/prover/detail/circuit.h"

namespace comity::prover::detail {

/// A truth of three values: `yes` implies `maybe`.
struct Ternary {
    Wire yes = never;
    Wire maybe = never;
};

inline constexpr Ternary surely{always, always};
inline constexpr Ternary surely_not{never, never};
[[nodiscard]] Ternary both(Circuit& circuit, Ternary left, Ternary right);
[[nodiscard]] Ternary either(Circuit& circuit, Ternary left, Ternary right);
[[nodiscard]] Ternary negated(Ternary truth);

class FactWires {
 public:
    /// Wires for the facts that the literals read.
    FactWires(Circuit& circuit, const law::Vocabulary& vocabulary,
              std::span<const law::detail::Literal* const> literals);

    /// The literal's plain truth, before its negation; it is on a fact.
    [[nodiscard]] Ternary plain(const law::detail::Literal& literal) const;
    /// That the wires say what facts can be: at least one value, intervals in order.
    [[nodiscard]] const std::vector<Wire>& well_formed() const { return well_formed_; }
    /// The facts as a request states them, of values by wire; what is unknown is left out.
    [[nodiscard]] codec::Object stated(const std::vector<bool>& values) const;
    /// The inputs that say what `possible` says of a fact (for tests).
    void state(std::size_t fact, const law::detail::FactTable& table,
               std::vector<bool>& values) const;

 private:
    struct One {
        bool read = false;
        std::vector<Wire> possible;        ///< per value
        std::vector<std::int64_t> starts;  ///< of the cells of an integer or date
        std::vector<Wire> low;             ///< the least value lies in this cell or above
        std::vector<Wire> high;            ///< the greatest value does
        Wire known = never;                ///< set
        std::vector<Wire> elements;
    };

    void make(const law::FactDeclaration& fact, std::span<const std::int64_t> bounds);
    [[nodiscard]] Ternary range(const law::detail::Literal& literal) const;
    [[nodiscard]] Ternary derived(const law::FactDeclaration& fact,
                                  const law::detail::Literal& literal) const;
    [[nodiscard]] Ternary of_set(const law::detail::Literal& literal) const;

    Circuit& circuit_;
    const law::Vocabulary& vocabulary_;
    std::vector<One> facts_;  // by FactDeclaration::order
    std::vector<Wire> well_formed_;
};

}  // namespace comity::prover::detail
