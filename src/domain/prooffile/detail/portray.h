#pragma once

// What a report says of one act, taken from the act, its assessment and its checkpoint.

#include <set>
#include <string>
#include <vector>

#include "domain/prooffile/report.h"

namespace comity::prooffile::detail {

/// What the act says of itself.
[[nodiscard]] ReportedAct portrait_of(const casework::Act& act);

/// Adds what the texts say: title, clauses, facts on whose word, fields not opened by their names.
void add_law(const law::Library& library, const casework::Act& act,
             const casework::Admitted& admitted, ReportedAct& reported,
             std::set<std::string>& unreviewed);

/// The parties whose nodes cosigned the checkpoint.
[[nodiscard]] std::vector<std::string> attesting(const casework::Annex& annex,
                                                 const ledger::SignedCheckpoint& checkpoint);

}  // namespace comity::prooffile::detail
