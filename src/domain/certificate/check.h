#pragma once

// Formulas, proofs, and the checker. A formula is a list of clauses, each a list of literals: a
// variable's number, or its negative. A proof adds clauses that follow from earlier ones, each with
// the clauses that show it (LRAT), until the empty clause follows.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ground/base/base.h"

namespace comity::certificate {

inline constexpr std::int32_t max_variables = 1 << 22;
inline constexpr std::size_t max_literals = 1U << 24;  ///< of one formula, or of one proof

struct Formula {
    std::int32_t variables = 0;
    std::vector<std::vector<std::int32_t>> clauses;  ///< the first has the number 1
    friend bool operator==(const Formula&, const Formula&) = default;
};

struct Step {
    std::uint32_t number = 0;          ///< one above the last one; the first follows the formula
    std::vector<std::int32_t> clause;  ///< empty: the contradiction
    std::vector<std::uint32_t> hints;  ///< numbers of earlier clauses, in the order of use
    friend bool operator==(const Step&, const Step&) = default;
};

/// `p cnf VARIABLES CLAUSES`, then one clause a line: literals and a final 0.
[[nodiscard]] std::string dimacs_of(const Formula& formula);
/// Strict: single spaces, LF at every end, no comments, the counts are right. Kinds malformed,
/// too_large; the place is the line.
[[nodiscard]] base::Result<Formula> formula_from(std::string_view dimacs);

/// One step a line: number, literals, 0, hints, 0.
[[nodiscard]] std::string lrat_of(const std::vector<Step>& proof);
[[nodiscard]] base::Result<std::vector<Step>> proof_from(std::string_view lrat);

/// Whether the proof shows that no assignment satisfies the formula: each step by unit propagation
/// along its hints alone, the last step the empty clause. Kind invalid, with the step.
[[nodiscard]] base::Result<void> check(const Formula& formula, const std::vector<Step>& proof);

}  // namespace comity::certificate
