#pragma once

// A matter as a node holds it.

#include <utility>
#include <vector>

#include "domain/casework/casework.h"
#include "ground/base/base.h"

namespace comity::submit {

/// One matter as it stands here.
struct Matter {
    casework::Dossier dossier;
    casework::MatterState state;
    /// Bodies of it were erased here: its entries, proofs and order remain, its state cannot be
    /// told any more (`state` is empty) and it takes no further entries.
    bool erased = false;
    /// Who had a side when they were erased, ascending: a party is answered that they are gone,
    /// all others as if there were no such matter.
    std::vector<base::PartyId> parties_at_erasure = {};

    void forget_state(std::vector<base::PartyId> parties) {
        erased = true;
        state = {};
        parties_at_erasure = std::move(parties);
    }
};

/// Whether a matter takes further entries; nullptr: a new one does. Kind inadmissible.
[[nodiscard]] base::Result<void> check_not_erased(const Matter* matter);

}  // namespace comity::submit
