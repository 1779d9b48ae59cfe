#pragma once

// Clocks: the duties that run in a matter, whoever set them (a clause of the law, an act, a
// restriction, an item's end), and what follows from silence.

#include <optional>
#include <string>
#include <vector>

#include "domain/casework/act.h"
#include "domain/casework/dossier.h"
#include "domain/casework/state.h"
#include "domain/law/law.h"
#include "ground/base/base.h"

namespace comity::casework {

/// An act that somebody must take by a date.
struct RunningDuty {
    std::string what;  ///< the event that would answer it, e.g. "answer"; of what acts of the
                       ///< matter call for: "recall", "set-aside", "erasure"
    std::string who;   ///< the clause's word: requested, provider, ...
    std::optional<base::PartyId> party;
    base::Instant since;
    base::Instant due;
    bool late = false;       ///< `now` has reached the due instant
    std::string instrument;  ///< a procedure's name, if the duty is the procedure's
    std::string clause;
    std::string on_silence;  ///< what the clause attaches to silence
    bool certain = true;     ///< false: facts lack that decide whether the clause applies
    std::optional<base::Instant> answered;  ///< the first act that answers it; none: it still runs
    std::optional<base::ActId> began;       ///< the act that started the clock
    std::optional<base::ActId> about;       ///< the release to recall, set aside or erase
    std::optional<base::ActId> held_by;     ///< the restriction that postpones it
    std::vector<const law::ActKind*> acts;  ///< by which acts of the bearer it is discharged
};

/// The assessment of a matter as it stands, with the release gate asked for; none for a matter that
/// no agreement stands behind.
[[nodiscard]] base::Result<std::optional<law::Assessment>> assess_now(const World& world,
                                                                      const MatterState& state,
                                                                      base::Instant now);

/// All duties of the matter, the answered ones too, earliest due first. `assessment` may be none.
[[nodiscard]] std::vector<RunningDuty> clocks_of(const World& world, const MatterState& state,
                                                 const std::optional<law::Assessment>& assessment,
                                                 base::Instant now);

/// Whether silence on a duty may count at `at` (DESIGN 5.7): its bearer knew of what started the
/// clock, and either went on later than the deadline, so that no answer in time is still to come in
/// its chain, or the annex's skew has passed since, so that none can become witnessed any more.
/// Kinds inadmissible (nobody bears it), try_later (the entries are not known here, or not yet).
[[nodiscard]] base::Result<void> check_heard(const World& world, const Dossier& dossier,
                                             const RunningDuty& duty, base::Instant at);

/// Checks an act that declares the effect of a silence (DESIGN 5.7): the duty exists with exactly
/// this effect, surely applies, its time has run out before the act, nothing answered in time, and
/// the silence counts. Kinds inadmissible, lacks_facts, and those of check_heard().
[[nodiscard]] base::Result<void> check_silence(const World& world, const Dossier& dossier,
                                               const law::ActKind& kind, const Act& act,
                                               const MatterState& before);

}  // namespace comity::casework
