#pragma once

// What the solver found, judged again by the ordinary assessment: only that counts.

#include <optional>
#include <string>
#include <vector>

#include "domain/prover/detail/encoder.h"
#include "domain/prover/detail/setting.h"

namespace comity::prover::detail {

/// An assessment and the route that it chose, with every clause judged.
struct Judged {
    law::Assessment assessment;
    law::detail::FactTable table;
    law::detail::Route route;
};

[[nodiscard]] base::Result<Judged> judge(const law::Library& library,
                                         const law::Question& question);

/// How a condition stands in the chosen route, as a clause of its leading text.
[[nodiscard]] law::Truth truth_of(const law::detail::Condition& condition, const Judged& judged);

/// Whether a clause of this id, or of this table, surely applies in the chosen route.
[[nodiscard]] bool applies(const Judged& judged, const law::Instrument& instrument,
                           std::string_view reference);

/// The question that the wires' values say: facts, and events so far back that holds are over.
[[nodiscard]] base::Result<law::Question> question_of(const World& world,
                                                      const law::Library& library,
                                                      const law::Question& sides,
                                                      const std::vector<bool>& values);

/// The event did not take place, or lies so far back that every hold that runs from it is over.
void set_elapsed(law::Question& question, const law::Library& library, const std::string& event);

}  // namespace comity::prover::detail
