#pragma once

// The position: the powers and the duties of everyone in a matter, from its acts, the law and the
// time. Nothing else decides who may do what.

#include <optional>
#include <string>
#include <vector>

#include "domain/casework/clock.h"
#include "domain/casework/state.h"
#include "domain/law/law.h"
#include "ground/base/base.h"

namespace comity::casework {

/// An act that somebody may take now, as far as state, side and role decide.
struct Power {
    const law::ActKind* kind = nullptr;
    base::PartyId party;
};

struct Position {
    std::string state;
    bool final = false;
    std::vector<Power> powers;
    std::vector<RunningDuty> duties;               ///< that still run, earliest due first
    std::vector<const Restriction*> restrictions;  ///< that are open; they point into the state
    std::vector<std::string> contested;            ///< facts that are unknown until decided
    std::optional<law::Assessment> assessment;
};

/// The position in the matter of `dossier`, whose state is `state`, at `now`.
[[nodiscard]] base::Result<Position> position(const World& world, const Dossier& dossier,
                                              const MatterState& state, base::Instant now);

}  // namespace comity::casework
