#pragma once

// reporting: what acts amount to, for people who were not there. Folds; nothing here is a truth of
// its own, and whoever holds the same proof file computes the same report.
//
//   custody.h           who held which item when, under which clause: from a proof file
//   custody_record.h    the report as one canonical JSON record, and as CASE/UCO JSON-LD
//   custody_document.h  the report in words, English or French
//   erasures.h          erasures due, done, held and overdue, and openings: exact, and for the
//   public document.h          headings, paragraphs and tables, for whatever shows them

#include "domain/reporting/custody.h"           // IWYU pragma: export
#include "domain/reporting/custody_document.h"  // IWYU pragma: export
#include "domain/reporting/custody_record.h"    // IWYU pragma: export
#include "domain/reporting/document.h"          // IWYU pragma: export
#include "domain/reporting/erasures.h"          // IWYU pragma: export
