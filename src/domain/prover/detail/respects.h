#pragma once

// In which respects two texts may differ, as wires.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/prover/detail/encoder.h"
#include "domain/prover/detail/setting.h"
#include "domain/prover/difference.h"

namespace comity::prover::detail {

/// All that a clause does when it applies, apart from when that is.
[[nodiscard]] std::string effect_of(const law::detail::Clause& clause);
/// What a clause leaves behind when it applies: a duty, or a ground on which a request is closed.
[[nodiscard]] std::optional<Aspect> leaves(const law::detail::Clause& clause);
/// Whether the clause takes part in the outcome or the release.
[[nodiscard]] bool decides(const law::detail::Clause& clause);

/// One respect in which the texts may differ, and the clauses that may make the difference.
struct Respect {
    Aspect aspect = Aspect::outcome;
    std::string effect;  ///< of a duty
    Wire differs = detail::never;
    std::map<std::string, Wire> by_clause;
};

/// Two texts, the world that they share, and one case of sides and days.
struct Pair {
    const Setting& older;
    const Setting& newer;
    law::Question before;
    law::Question after;
};

/// Kind not_found as of law::assess().
[[nodiscard]] base::Result<std::vector<Respect>> respects_of(World& world, const Pair& pair);

}  // namespace comity::prover::detail
