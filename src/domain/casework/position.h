#pragma once

// The position: the powers and the duties of everyone in a matter, from its acts, the law and the
// time. Nothing else decides who may do what.

#include <optional>
#include <string>
#include <vector>

#include "domain/casework/dossier.h"
#include "domain/casework/state.h"
#include "domain/law/law.h"
#include "ground/base/base.h"

namespace comity::casework {

/// An act that somebody may take now, as far as state, side and role decide.
struct Power {
    const law::ActKind* kind = nullptr;
    base::PartyId party;
};

/// An act that somebody must take by a date.
struct RunningDuty {
    std::string what;  ///< the event that would answer it, e.g. "answer"
    std::string who;   ///< the clause's word: requested, provider, ...
    std::optional<base::PartyId> party;
    base::Instant since;
    base::Instant due;
    bool late = false;  ///< `now` has reached the due instant
    std::string instrument;
    std::string clause;
    std::string on_silence;  ///< what the clause attaches to silence
};

struct Position {
    std::string state;
    bool final = false;
    std::vector<Power> powers;
    std::vector<RunningDuty> duties;  ///< earliest due first
    std::optional<law::Assessment> assessment;
};

/// The position in a matter of `state` at `now`.
[[nodiscard]] base::Result<Position> position(const World& world, const MatterState& state,
                                              base::Instant now);

}  // namespace comity::casework
