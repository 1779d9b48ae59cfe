#pragma once

// cose: what a ledger proves, in the form that readers of COSE know (RFC 9942, RFC 9052).
//
//   cbor.h     one strict, deterministic CBOR reader and writer: the only place that knows libcbor
//   receipt.h  COSE receipts of inclusion and of consistency over an RFC 9162 tree
//
// An export: nothing in Comity rests on these receipts, and they say no more than the ledger's
// signed checkpoint and its proofs say (docs/formats/cose-receipt.md).

#include "ground/cose/cbor.h"     // IWYU pragma: export
#include "ground/cose/receipt.h"  // IWYU pragma: export
