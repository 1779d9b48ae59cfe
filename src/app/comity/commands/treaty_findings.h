#pragma once

// What became of the guardrails of texts, for the commands that decide them: `comity treaty check`
// and `comity treaty prove`.

#include <cstdint>
#include <iosfwd>
#include <vector>

#include "app/comity/commands/treaty_inputs.h"
#include "domain/prover/prover.h"
#include "ground/codec/codec.h"

namespace comity::app {

/// Whether texts are also asked what every text is asked (prover::prove_usual).
enum class Usual : std::uint8_t { left_out, added };

/// The findings on the files asked for, in their order.
[[nodiscard]] std::vector<prover::Finding> findings_on(const law::Library& library,
                                                       const Asked& asked, Usual usual);

/// Tells one finding; of a refuted one with the request that breaks it.
void tell_finding(const prover::Finding& finding, std::ostream& out);
/// "3 of 5 guardrails proven".
void tell_count(const std::vector<prover::Finding>& findings, std::ostream& out);
[[nodiscard]] codec::Array findings_json(const law::Library& library,
                                         const std::vector<prover::Finding>& findings);

/// 9 if one is refuted, else 7 if one is not decided, else 0.
[[nodiscard]] int exit_of(const std::vector<prover::Finding>& findings);

}  // namespace comity::app
