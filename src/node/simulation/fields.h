#pragma once

// What somebody might write into an act: values drawn from the schema of its kind, mostly fitting,
// so that new procedures are played without new code.

#include <vector>

#include "domain/casework/casework.h"
#include "node/simulation/cast.h"
#include "node/simulation/dice.h"
#include "node/simulation/model.h"

namespace comity::simulation {

/// When and where an act is being written.
struct Occasion {
    const Cast& cast;
    const law::Library& library;
    const law::Procedure& procedure;
    const law::ActKind& kind;
    const Model& before;
    const Member& author;
    const std::vector<base::ActId>& acts;  ///< of the matter, known to the author
    base::MatterId matter;
    base::Instant now;
    unsigned sensible = 90;  ///< of 100 values, how many are meant to fit
};

struct Written {
    codec::Object fields;
    std::vector<casework::ShippedItem> items;
};

[[nodiscard]] Written write_fields(const Occasion& occasion, Dice& dice, crypto::Random& random);

/// The fields of the act that accredits `official` at its party.
[[nodiscard]] codec::Object accreditation(const law::ActKind& kind, const Official& official);

}  // namespace comity::simulation
