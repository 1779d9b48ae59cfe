#pragma once

// A guardrail as one question to the solver: is there a request that breaks it?

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "domain/prover/detail/replay.h"

namespace comity::prover::detail {

/// Texts beside the guardrail's own: the older version.
struct Against {
    Setting setting;
    std::vector<law::Question> cases;  ///< one per case of the guardrail's own setting
};

struct Question {
    Question(Setting own, std::optional<Against> other);

    Setting setting;
    std::optional<Against> against;
    law::detail::Guardrail guardrail;
    World world;
    std::vector<Wire> broken;         ///< per case
    std::vector<Wire> surely_broken;  ///< per case: the condition surely holds
    std::vector<certificate::TextName> texts;

    /// The clauses that say "some case is broken".
    [[nodiscard]] Circuit::Clauses clauses(const std::vector<Wire>& cases);
};

/// Kinds not_found (no such version, nobody is bound), too_large.
[[nodiscard]] base::Result<std::unique_ptr<Question>> question_of(
    const law::Library& library, const law::Instrument& instrument,
    const law::detail::Guardrail& guardrail);

/// Whether assess() says that the request breaks the guardrail: yes; unknown: perhaps, since its
/// condition is not known; no.
[[nodiscard]] base::Result<law::Truth> breaks(const Question& question,
                                              const law::Question& request,
                                              const std::vector<std::string>& elapsed);

/// Whether the clause is at least what `always EFFECT` asks for.
[[nodiscard]] bool covers(const law::detail::Clause& clause, const law::detail::Clause& wanted);

}  // namespace comity::prover::detail
