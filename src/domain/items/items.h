#pragma once

// items: what is handed over, sealed, with its conditions tied to it (docs/formats/item.md).
//
//   descriptor.h   ItemDescriptor: what everyone in the matter may know of an item
//   sealed_item.h  seal_item and open_item
//
//   ItemTerms terms{...};                                     // what the sender decides
//   auto sealed = COMITY_TRY(items::seal_item(plaintext, terms, reader_key, random));
//   ...                                                       // descriptor in an act, bytes beside
//   auto plaintext = COMITY_TRY(items::open_item(sealed.descriptor, sealed.sealed, key));
//
// The descriptor's id is the digest of the sealed bytes, and the bytes are sealed for the rest of
// the descriptor: neither can be exchanged, and no use limit be dropped, without the other failing.
// The descriptor holds a salted commitment to the plaintext, never its bare digest: contents that
// can be guessed (a name, an address) must not be confirmable by who only sees the descriptor.

#include "domain/items/descriptor.h"   // IWYU pragma: export
#include "domain/items/sealed_item.h"  // IWYU pragma: export
