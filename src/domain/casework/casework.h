#pragma once

// casework: acts, and what follows from them.
//
//   act.h       header, body, signatures; receipts; the ids that all else refers to
//   annex.h     the institutions of an agreement and the keys that stand for them
//   registry.h  who may act, for whom, as what, until when
//   dossier.h   all known entries of one matter: chains and causal order
//   schema.h    an act's fields against its procedure
//   state.h     the fold over a matter's acts
//   mechanism.h restrictions, releases, contested facts, outages: what acts set up in it
//   judge.h     is this act admissible in its own past
//   clock.h     which duties run, and what silence means
//   position.h  who may do what now, who must do what by when
//   compose.h   from what an official wants to say to what the key signs
//   quorum.h    whose cosignatures the effect of an act waits for
//   envelope.h  how entries travel, each with the proof that a witnessed ledger holds it
//   leaf_opening.h  a leaf's header and salt: what enumerating a ledger takes
//   equivocation.h  two entries in one place of a chain: evidence that anyone can check
//
// An act is valid by its causal past. A procedure is a text: no procedure and no act kind is known
// here by name. Everything is a value; nothing reads a clock.

#include "domain/casework/act.h"           // IWYU pragma: export
#include "domain/casework/annex.h"         // IWYU pragma: export
#include "domain/casework/clock.h"         // IWYU pragma: export
#include "domain/casework/compose.h"       // IWYU pragma: export
#include "domain/casework/dossier.h"       // IWYU pragma: export
#include "domain/casework/envelope.h"      // IWYU pragma: export
#include "domain/casework/equivocation.h"  // IWYU pragma: export
#include "domain/casework/judge.h"         // IWYU pragma: export
#include "domain/casework/leaf_opening.h"  // IWYU pragma: export
#include "domain/casework/mechanism.h"     // IWYU pragma: export
#include "domain/casework/position.h"      // IWYU pragma: export
#include "domain/casework/quorum.h"        // IWYU pragma: export
#include "domain/casework/registry.h"      // IWYU pragma: export
#include "domain/casework/schema.h"        // IWYU pragma: export
#include "domain/casework/state.h"         // IWYU pragma: export
