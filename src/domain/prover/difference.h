#pragma once

// What differs between two texts, for every request: the requests that are released, or decided, or
// burdened otherwise, grouped by the clauses that make the difference.

#include <string>
#include <vector>

#include "domain/prover/prover.h"

namespace comity::prover {

inline constexpr std::size_t max_changes = 64;

/// What became different.
enum class Aspect { newly_released, no_longer_released, outcome, ground, duty };
[[nodiscard]] std::string_view name_of(Aspect aspect);  ///< "newly-released", ...

/// One group: the clauses, and a request to which, in this respect, no others make a difference.
struct Change {
    Aspect aspect = Aspect::outcome;
    std::vector<std::string> clauses;  ///< ids, of either text; empty: what stands beside clauses
    law::Question request;             ///< as the newer text is asked
    std::vector<std::string> known;    ///< its facts, for people
    std::vector<std::string> elapsed;  ///< events so far back that holds from them are over
    law::Assessment before;
    law::Assessment after;
};

struct Difference {
    std::vector<std::string> in_force;  ///< days and parties of which only one text speaks
    std::vector<Change> changes;
    bool complete = true;  ///< false: there are more than 64 groups, or the solver gave up

    [[nodiscard]] bool none() const { return in_force.empty() && changes.empty() && complete; }
};

/// Each text alone (detail/setting.h). Kind malformed if they are written in different
/// vocabularies; kinds of prove() else.
[[nodiscard]] base::Result<Difference> difference(const law::Library& older_library,
                                                  const law::Instrument& older,
                                                  const law::Library& newer_library,
                                                  const law::Instrument& newer);

[[nodiscard]] codec::Value to_json(const law::Library& library, const Difference& difference);

}  // namespace comity::prover
