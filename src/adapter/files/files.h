#pragma once

// files: what a node keeps as plain files.
//
//   ledger_files.h  FileLedgerFiles: tiles, entry bundles and the checkpoint, for any web server
//   text_files.h    reading a text or a tree of texts within bounds; writing one durably
//
// Writers go through a temporary name and a rename, so that a reader sees the old file or the new
// one and never half of either.

#include "adapter/files/ledger_files.h"  // IWYU pragma: export
#include "adapter/files/text_files.h"    // IWYU pragma: export
