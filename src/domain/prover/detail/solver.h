#pragma once

// The solver, behind two doors: one question with a proof, and many questions about one formula.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/certificate/check.h"

namespace comity::prover::detail {

/// How much the solver may try: conflicts, never time, so that an answer is the same everywhere.
inline constexpr int max_conflicts = 2'000'000;

enum class Verdict : std::uint8_t { satisfiable, unsatisfiable, undecided };

class Solver {
 public:
    enum class Proof : std::uint8_t { none, record };

    explicit Solver(Proof proof = Proof::none);
    ~Solver();
    Solver(Solver&&) noexcept;
    Solver& operator=(Solver&&) noexcept;
    Solver(const Solver&) = delete;
    Solver& operator=(const Solver&) = delete;

    void add(const certificate::Formula& formula);
    void add(std::span<const std::int32_t> clause);
    /// Under these literals, for this call only.
    [[nodiscard]] Verdict solve(std::span<const std::int32_t> assumed = {});
    /// After `satisfiable`: whether the variable is true.
    [[nodiscard]] bool value(std::int32_t variable) const;
    /// What was recorded, binary DRAT; the solver is spent.
    [[nodiscard]] std::string proof();

 private:
    struct State;
    std::unique_ptr<State> state_;
};

/// A recorded proof as steps with hints, only those that the contradiction rests on. None if it
/// does not lead to one by unit propagation alone.
[[nodiscard]] std::optional<std::vector<certificate::Step>> steps_of(
    const certificate::Formula& formula, std::string_view drat);

}  // namespace comity::prover::detail
