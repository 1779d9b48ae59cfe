#pragma once

// base: the words every other library is written in.
//
//   result.h   Result<T>, Error {what happened, why, what to do next}, COMITY_TRY, COMITY_ENSURE
//   bytes.h    byte views, hexadecimal, base64, base64url, length prefixes
//   digest.h   256-bit digests and the identifiers that are digests
//   names.h    validated names: parties, matters, persons; the realm
//   text.h     lists of names as one text
//   time.h     instants and legal days; no clock
//   secret.h   bytes that wipe themselves
//
// Values only: no clock, no disk, no randomness, no threads.

#include "ground/base/bytes.h"   // IWYU pragma: export
#include "ground/base/digest.h"  // IWYU pragma: export
#include "ground/base/names.h"   // IWYU pragma: export
#include "ground/base/result.h"  // IWYU pragma: export
#include "ground/base/secret.h"  // IWYU pragma: export
#include "ground/base/text.h"    // IWYU pragma: export
#include "ground/base/time.h"    // IWYU pragma: export
