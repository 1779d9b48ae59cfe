#include "domain/prover/detail/solver.h"

#include <cstdio>
#include <cstdlib>

#include <cadical.hpp>

namespace comity::prover::detail {

struct Solver::State {
    // The record grows in memory; the C library owns the buffer until the stream is closed.
    char* buffer = nullptr;
    std::size_t size = 0;
    std::FILE* stream = nullptr;
    std::unique_ptr<CaDiCaL::Solver> solver;

    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() {
        solver.reset();
        if (stream != nullptr) {
            (void)std::fclose(stream);
        }
        std::free(buffer);  // NOLINT: made by open_memstream
    }
};

Solver::Solver(Proof proof) : state_(std::make_unique<State>()) {
    state_->solver = std::make_unique<CaDiCaL::Solver>();
    CaDiCaL::Solver& solver = *state_->solver;
    solver.set("quiet", 1);
    // Plain search: no step that rests on more than unit propagation, so no RAT in the record.
    solver.configure("plain");
    if (proof == Proof::record) {
        solver.set("binary", 1);
        state_->stream = open_memstream(&state_->buffer, &state_->size);
        if (state_->stream != nullptr) {
            solver.trace_proof(state_->stream, "memory");
        }
    }
}

Solver::~Solver() = default;
Solver::Solver(Solver&&) noexcept = default;
Solver& Solver::operator=(Solver&&) noexcept = default;

void Solver::add(const certificate::Formula& formula) {
    for (const auto& clause : formula.clauses) {
        add(clause);
    }
}

void Solver::add(std::span<const std::int32_t> clause) {
    for (const std::int32_t literal : clause) {
        state_->solver->add(literal);
    }
    state_->solver->add(0);
}

Verdict Solver::solve(std::span<const std::int32_t> assumed) {
    for (const std::int32_t literal : assumed) {
        state_->solver->assume(literal);
    }
    state_->solver->limit("conflicts", max_conflicts);
    const int answer = state_->solver->solve();
    return answer == 10   ? Verdict::satisfiable
           : answer == 20 ? Verdict::unsatisfiable
                          : Verdict::undecided;
}

bool Solver::value(std::int32_t variable) const {
    return state_->solver->val(variable) > 0;
}

std::string Solver::proof() {
    if (state_->stream == nullptr) {
        return {};
    }
    state_->solver->close_proof_trace();
    state_->solver.reset();
    (void)std::fflush(state_->stream);
    return {state_->buffer, state_->size};
}

}  // namespace comity::prover::detail
