#pragma once

// prooffile: one matter in one file that verifies offline (docs/formats/prooffile.md).
//
//   trust.h    the anchors, which come from outside the file (docs/formats/trust.md)
//   proof.h    what the file holds; its bytes, written and read
//   redact.h   the same file with fewer fields, and with fields put back
//   report.h   the answer AUTHENTIC, INVALID or NOT PROVEN, what was checked, and for whom it says
//   screen.h   the report on one screen, in English or French
//   verify.h   a file and its anchors -> the report
//   timestamp.h  the same with the timestamp that lies beside the file
//   within.h   that a request repeats fields of an order, in 1 KB and without opening them
//
// The file brings everything but the trust: the texts, the registries of the authors, the acts with
// their places in witnessed ledgers. The verifier replays what each node did and believes none of
// them. Pure: no clock, no disk.

#include "domain/prooffile/proof.h"      // IWYU pragma: export
#include "domain/prooffile/redact.h"     // IWYU pragma: export
#include "domain/prooffile/report.h"     // IWYU pragma: export
#include "domain/prooffile/screen.h"     // IWYU pragma: export
#include "domain/prooffile/timestamp.h"  // IWYU pragma: export
#include "domain/prooffile/trust.h"      // IWYU pragma: export
#include "domain/prooffile/verify.h"     // IWYU pragma: export
#include "domain/prooffile/within.h"     // IWYU pragma: export
