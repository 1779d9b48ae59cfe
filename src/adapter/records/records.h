#pragma once

// records: where a provider's answers come from (docs/formats/records.md).
//
//   csv_records.h  CsvRecords: ports::RecordHolder over a folder with accounts.csv and access.log
//   document.h     RecordDocument: the answer, one message
//   generate.h     invented records, the same bytes for the same seed everywhere
//   generate_mail.h  an invented mailbox, as reproducible
//   csv.h, access_log.h, lines.h   strict readers of one line, and of lines with bounded memory
//
// Every line of both files is checked as it is passed; what is wrong is reported as FILE:LINE and
// stops the search, because an answer from damaged records would be attested as if it were whole.

#include "adapter/records/access_log.h"     // IWYU pragma: export
#include "adapter/records/csv.h"            // IWYU pragma: export
#include "adapter/records/csv_records.h"    // IWYU pragma: export
#include "adapter/records/document.h"       // IWYU pragma: export
#include "adapter/records/generate.h"       // IWYU pragma: export
#include "adapter/records/generate_mail.h"  // IWYU pragma: export
#include "adapter/records/lines.h"          // IWYU pragma: export
