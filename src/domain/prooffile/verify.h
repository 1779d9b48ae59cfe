#pragma once

// A proof file and its anchors -> the report.

#include <optional>
#include <string_view>

#include "domain/prooffile/report.h"
#include "domain/prooffile/trust.h"

namespace comity::prooffile {

/// Verifies the file: its form, every id, commitment, signature and place in a ledger; the chain of
/// keys from root to signer; the causal past; every act against the texts in the file. AUTHENTIC
/// only if every check holds and the anchors are those of `trust`. Never fails: what is wrong is
/// the report.
[[nodiscard]] Report verify_proof(std::string_view file, const std::optional<Trust>& trust);

}  // namespace comity::prooffile
