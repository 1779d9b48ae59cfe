#pragma once

// The library that a proof file brings.

#include "domain/law/law.h"
#include "domain/prooffile/proof.h"
#include "ground/base/base.h"

namespace comity::prooffile::detail {

/// Kind not_proven if the texts do not read.
[[nodiscard]] base::Result<law::Library> library_of(const ProofContents& contents);

}  // namespace comity::prooffile::detail
