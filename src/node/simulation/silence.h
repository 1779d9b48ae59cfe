#pragma once

// Clocks of silence as the reference reckons them (DESIGN 5.7): from the acts of a matter and the
// texts alone, without casework's clocks.

#include <optional>
#include <vector>

#include "node/simulation/model.h"

namespace comity::simulation {

/// A clock to whose silence a text attaches an effect.
struct Silence {
    base::Instant since;
    base::Instant due;                    ///< with recorded outages left out of the time
    base::Instant due_without_outages;    ///< as if none had been recorded
    std::optional<base::PartyId> bearer;  ///< none: nobody, or several
    std::optional<base::ActId> began;     ///< the act that started it
    bool certain = true;                  ///< whether the clause surely applies
};

/// The clocks for which the effect is there to be had at `at`, answered or not, run out or not.
[[nodiscard]] std::vector<Silence> silences(const Model& model, const law::TacitEffect& effect,
                                            const Cast& cast, const law::Library& library,
                                            base::Instant at);
/// Whether an act up to `until` broke the silence.
[[nodiscard]] bool is_answered(const Model& model, const std::string& event, base::Instant since,
                               base::Instant until);
/// The clock that an act declaring silence speaks of; none if it speaks of none.
[[nodiscard]] std::optional<Silence> meant_by(const KnownAct& act, const Model& before,
                                              const Cast& cast, const law::Library& library);
/// What the acts in its past, and the texts, have against an act that declares silence or records
/// an outage. Whether delivery is proven and the bearer was waited for is the oracle's to ask: it
/// knows which receipts had arrived where.
[[nodiscard]] std::optional<Objection> against_timing(const KnownAct& act, const Model& before,
                                                      const Cast& cast,
                                                      const law::Library& library);

}  // namespace comity::simulation
