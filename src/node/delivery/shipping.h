#pragma once

// What travels beside an act: the sealed items that it carries.

#include <vector>

#include "node/submit/institution.h"

namespace comity::delivery {

/// The items of an act that `party` wrote or may read, as far as they are here: those that have
/// ended are left out. Kind failure.
[[nodiscard]] base::Result<std::vector<casework::ShippedItem>> items_with(
    const submit::Institution& institution, const submit::Matter& matter, const casework::Act& act,
    const base::PartyId& party);

}  // namespace comity::delivery
