#pragma once

// law: texts that a node executes.
//
//   library.h    texts, read and checked; one digest over them
//   facts.h      facts as sets of possible values; three-valued truth; the vocabulary
//   assess.h     one request against the texts of both sides: outcome, grounds, duties, trace
//   navigate.h   every way between two sides, and what each lacks
//   pattern.h    cases with the answer that a legal text gives to them
//   procedure.h  the compiled form of a procedure, which casework runs
//   witnessing.h whose cosignatures what releases or destroys waits for
//
// An unknown never becomes false. Forbid and mandatory refusal always win; every obligation kind
// has one fixed merge rule. Human judgement is a named fact, never computed. Nothing here reads a
// clock.

#include "domain/law/assess.h"      // IWYU pragma: export
#include "domain/law/facts.h"       // IWYU pragma: export
#include "domain/law/library.h"     // IWYU pragma: export
#include "domain/law/navigate.h"    // IWYU pragma: export
#include "domain/law/pattern.h"     // IWYU pragma: export
#include "domain/law/procedure.h"   // IWYU pragma: export
#include "domain/law/witnessing.h"  // IWYU pragma: export
