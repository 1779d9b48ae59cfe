#pragma once

// Which fields of an act a verifier needs to judge it by the texts, and which are words for people.

#include <string>
#include <vector>

#include "domain/casework/casework.h"
#include "domain/law/law.h"
#include "domain/prooffile/proof.h"

namespace comity::prooffile::detail {

/// Whether a clause or a mechanism may read the field: without it, an act could seem to conform
/// that does not. `place` as in Opening: 0 is the act's kind. Only free texts are not read.
[[nodiscard]] bool is_judged(const law::ActKind& kind, std::size_t place);

/// The places that the export opened and `act` does not any more, ascending.
[[nodiscard]] std::vector<std::size_t> withheld_in(const casework::Act& act,
                                                   const OpenedFields& opened);
/// The places that judging reads, and that are not open though the export opened them or their
/// audience is everybody.
[[nodiscard]] std::vector<std::size_t> lacking_in(const law::ActKind& kind,
                                                  const casework::Act& act,
                                                  const OpenedFields& opened);
/// Whether `act` opens a field that the export did not.
[[nodiscard]] bool opens_more(const casework::Act& act, const OpenedFields& opened);

/// The names of the fields at `places`: by the text if the act still says of what kind it is.
[[nodiscard]] std::vector<std::string> names_of(const law::ActKind* kind,
                                                const std::vector<std::size_t>& places);
/// The kind of act that the act says it is, of the procedure that it names; nullptr if the act does
/// not say it, or the library does not hold it.
[[nodiscard]] const law::ActKind* kind_of(const law::Library* library, const casework::Act& act);

}  // namespace comity::prooffile::detail
