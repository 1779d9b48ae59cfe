#pragma once

// codec: how a message becomes bytes and back, once for everything that is signed, stored or sent.
//
//   json.h     the strict reader and the RFC 8785 writer
//   fields.h   one field list per message, and the reader that follows from it
//   writing.h  the writer that follows from it
//   schema.h   the same field list as the published schema
//   scalars.h  digests, names, instants, days, bytes as JSON strings
//   value.h    the value type between them
//
// Two parties must never read one signed text differently. So the reader refuses what JSON readers
// are known to disagree about, and what is signed is always the canonical form.

#include "ground/codec/fields.h"   // IWYU pragma: export
#include "ground/codec/json.h"     // IWYU pragma: export
#include "ground/codec/scalars.h"  // IWYU pragma: export
#include "ground/codec/schema.h"   // IWYU pragma: export
#include "ground/codec/value.h"    // IWYU pragma: export
#include "ground/codec/writing.h"  // IWYU pragma: export
