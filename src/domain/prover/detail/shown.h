#pragma once

// What prover.cc's parts share: examples made small, and their words.

#include <string>
#include <vector>

#include "domain/prover/detail/question.h"
#include "domain/prover/detail/solver.h"
#include "domain/prover/prover.h"

namespace comity::prover::detail {

/// "data is content": the known facts, in the order of the vocabulary.
[[nodiscard]] std::vector<std::string> known_facts(const law::Library& library,
                                                   const law::Facts& facts);

/// Whether a request still shows what it is an example of.
using Shows = std::function<base::Result<bool>(const law::Question& request,
                                               const std::vector<std::string>& elapsed)>;

/// The request with as few facts known as still show it. Kind failure if even the whole does not:
/// solver and assessment disagree.
[[nodiscard]] base::Result<Example> smallest(const law::Library& library, law::Question request,
                                             const Shows& shows);

/// The values of all wires under a model.
[[nodiscard]] std::vector<bool> values_of(const Solver& solver, const Circuit::Clauses& clauses,
                                          Circuit& circuit);

/// The guardrails that ask for examples, not for a proof: `all clauses can fire`, `some route`,
/// and `no gap`, which counts days.
void show_clauses_fire(const law::Library& library, const law::Instrument& instrument,
                       Finding& finding);
void show_some_route(Question& question, Finding& finding);
void show_no_gap(const law::Library& library, const law::Instrument& instrument,
                 const law::detail::Guardrail& guardrail, Finding& finding);

}  // namespace comity::prover::detail
