#pragma once

// Onward sharing (DESIGN 6.7): who received an item hands it on only with the grant of its origin,
// and on terms at most as wide as those on which it came. Both are read from the acts of the matter
// alone, so that the author's node and every receiving one judge alike (DESIGN 5.4): what is handed
// on is handed on within the matter in which it was received, to a party that the grant names.
//
// What a party does with an item outside Comity, or under another name in another matter, no node
// sees: contents are salted, and two equal ones cannot be told.

#include <vector>

#include "domain/law/law.h"
#include "ground/base/base.h"

namespace comity::casework {

struct Act;
struct DoneAct;
struct MatterState;
struct Release;
struct Signer;

/// The origin of an item lets its reader hand it on to one party.
struct Grant {
    base::ActId act;
    const law::ActKind* kind = nullptr;
    base::PartyId party;  ///< whose grant it is
    base::ActId release;
    base::PartyId to;
};

/// Who first handed over what the release handed on; its holder if it was its own.
[[nodiscard]] const base::PartyId& origin_of(const MatterState& state, const Release& release);
/// The first of the release and those that it hands on that was called back; nullptr: none was.
[[nodiscard]] const Release* recalled_along(const MatterState& state, const Release& release);

// --- for the fold (mechanism.cc)

/// Notes what an act grants.
void note_grant(MatterState& state, const Act& act, const law::ActKind& kind, const DoneAct& done);
/// What an act that hands on was received by, up to the origin's release; empty for any other act.
[[nodiscard]] std::vector<base::ActId> sources_of(const MatterState& state, const Act& act,
                                                  const law::ActKind& kind);

// --- for judge()

/// Checks an act that grants or hands on against the state of its past. Kind inadmissible, with the
/// clause and what stands in the way.
[[nodiscard]] base::Result<void> check_onward(const law::Vocabulary& vocabulary,
                                              const law::ActKind& kind, const Act& act,
                                              const MatterState& before, const Signer& signer);

}  // namespace comity::casework
