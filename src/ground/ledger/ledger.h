#pragma once

// ledger: a tamper-evident log in the public tiled-log format (c2sp.org), as pure functions.
//
//   leaf.h         what the world may see of an act
//   tree.h         the growing RFC 6962 tree with its proofs
//   tiles.h        the static files: paths, contents, reading them back
//   stored_tree.h  proofs from the static files alone
//   key_change.h   the log's key is replaced: endorsed, a leaf, carried by every later checkpoint
//   note.h         signed notes, verifier keys, checkpoints, cosignatures
//   policy.h       whom a reader trusts: logs, witnesses, their quorum
//   log_proof.h    one entry's proof in one file
//   witness.h      the witness protocol's messages and decision
//   split_view.h   two heads that do not fit, as evidence
//   matter_map.h   what the ledger holds of each matter, under pseudonyms; its root is a leaf
//   matter_proof.h all leaves of a matter, or that there is none, in one file
//   matter_replay.h  the map followed again from the leaves
//   mirror.h       what the public sees of a ledger, and when
//
// No disk and no socket: files are values, signatures come from a Signer port, time is handed in.

#include "ground/ledger/key_change.h"     // IWYU pragma: export
#include "ground/ledger/leaf.h"           // IWYU pragma: export
#include "ground/ledger/log_proof.h"      // IWYU pragma: export
#include "ground/ledger/matter_map.h"     // IWYU pragma: export
#include "ground/ledger/matter_proof.h"   // IWYU pragma: export
#include "ground/ledger/matter_replay.h"  // IWYU pragma: export
#include "ground/ledger/mirror.h"         // IWYU pragma: export
#include "ground/ledger/note.h"           // IWYU pragma: export
#include "ground/ledger/policy.h"         // IWYU pragma: export
#include "ground/ledger/split_view.h"     // IWYU pragma: export
#include "ground/ledger/stored_tree.h"    // IWYU pragma: export
#include "ground/ledger/tiles.h"          // IWYU pragma: export
#include "ground/ledger/tree.h"           // IWYU pragma: export
#include "ground/ledger/witness.h"        // IWYU pragma: export
