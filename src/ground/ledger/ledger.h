#pragma once

// ledger: a tamper-evident log in the public tiled-log format (c2sp.org), as pure functions.
//
//   leaf.h     what the world may see of an act
//   tree.h     the growing RFC 6962 tree with its proofs
//   tiles.h    the static files: paths, contents, reading them back
//   note.h     signed notes, verifier keys, checkpoints, cosignatures
//   witness.h  the witness protocol's messages and decision
//
// No disk and no socket: files are values, signatures come from a Signer port, time is handed in.

#include "ground/ledger/leaf.h"     // IWYU pragma: export
#include "ground/ledger/note.h"     // IWYU pragma: export
#include "ground/ledger/tiles.h"    // IWYU pragma: export
#include "ground/ledger/tree.h"     // IWYU pragma: export
#include "ground/ledger/witness.h"  // IWYU pragma: export
