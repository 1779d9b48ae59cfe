#pragma once

// items: what is handed over, sealed, with its conditions tied to it (docs/formats/item.md,
// docs/formats/sealed-stream.md).
//
//   descriptor.h   ItemDescriptor: what everyone in the matter may know of an item
//   sealed_item.h  small items (version 1): seal_item and open_item, one JWE
//   stream.h       large items (version 2): sizes, terms, how far a stream got
//   sealer.h       Sealer: plaintext in, sealed segments out
//   opener.h       Opener: sealed segments in, plaintext out
//   box.h          the file key of a stream, sealed to its readers: its release
//   parts.h        segments one by one: transfers that resume, parts that are proven
//   held.h         what a holder keeps: keys under the key of the item's last day
//   mask.h         a view of a record, restricted to an order's scope (docs/formats/mask.md)
//   mail.h         what masks read of mails
//
//   Sealer sealer = COMITY_TRY(Sealer::start(terms, random));
//   while (...) { COMITY_TRY(sealer.write(bytes, sink)); }    // segments go to the sink
//   SealedStream stream = COMITY_TRY(sealer.finish(sink));    // descriptor and box
//
//   Opener opener = COMITY_TRY(Opener::start(descriptor, COMITY_TRY(open_box(...))));
//   while (...) { COMITY_TRY(opener.write(sealed, sink)); }
//   COMITY_TRY(opener.finish());                              // only now is it the whole item
//
// The descriptor's id is a digest of the sealed bytes, and the bytes are sealed for the rest of the
// descriptor: neither can be exchanged, and no use limit be dropped, without the other failing.
// The descriptor holds no bare digest of plaintext: contents that can be guessed (a name, an
// address) must not be confirmable by who only sees the descriptor.

#include "domain/items/box.h"          // IWYU pragma: export
#include "domain/items/descriptor.h"   // IWYU pragma: export
#include "domain/items/held.h"         // IWYU pragma: export
#include "domain/items/mail.h"         // IWYU pragma: export
#include "domain/items/mask.h"         // IWYU pragma: export
#include "domain/items/opener.h"       // IWYU pragma: export
#include "domain/items/parts.h"        // IWYU pragma: export
#include "domain/items/sealed_item.h"  // IWYU pragma: export
#include "domain/items/sealer.h"       // IWYU pragma: export
#include "domain/items/stream.h"       // IWYU pragma: export
