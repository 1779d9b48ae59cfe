#pragma once

// The rule of two persons for an access (DESIGN 6.8): an item is opened only where a second person
// of the same party has agreed to just this access by an act of their own, and one such act serves
// one opening. Both are acts of that party, so both are leaves of its own ledger.
//
// What a person reads again of what was opened once, on their own machine, no node sees.

#include <optional>
#include <string>
#include <vector>

#include "domain/law/law.h"
#include "ground/base/base.h"

namespace comity::casework {

struct Act;
struct DoneAct;
struct MatterState;
struct Signer;

/// A person agrees to one access to what a release handed over.
struct Attendance {
    base::ActId act;
    const law::ActKind* kind = nullptr;
    base::PartyId party;
    base::PersonId person;
    base::KeyId key;
    base::ActId release;
    std::optional<base::ActId> used;  ///< by which opening
};

/// Whether the party has an attendance to the release that no opening has used.
[[nodiscard]] bool attended(const MatterState& state, const law::ActKind& kind,
                            const base::PartyId& party, const base::ActId& release);

// --- for the fold (state.cc)

/// Notes what an act attends, or which attendance it uses: also an opening that was overtaken has
/// used it.
void note_attendance(MatterState& state, const Act& act, const law::ActKind& kind,
                     const DoneAct& done);

// --- for judge()

/// Checks an act that attends, or that is to be attended, against the state of its past. Kind
/// inadmissible, with the clause and what is missing.
[[nodiscard]] base::Result<void> check_attendance(const law::ActKind& kind, const Act& act,
                                                  const MatterState& before, const Signer& signer);

}  // namespace comity::casework
