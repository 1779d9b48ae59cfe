#pragma once

// The texts as assessment runs over them, and the steps that it takes: for domain/prover, which
// writes the same steps as a formula and replays what the solver finds through them. Everybody else
// asks assess().

#include "domain/law/detail/composition.h"  // IWYU pragma: export
#include "domain/law/detail/condition.h"    // IWYU pragma: export
#include "domain/law/detail/model.h"        // IWYU pragma: export
#include "domain/law/detail/route.h"        // IWYU pragma: export
