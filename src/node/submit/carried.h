#pragma once

// The item that an act carries: its descriptor stands in the act, and what is sealed to the reader
// travels beside it: all of a small item, the key box of a stream (docs/formats/item.md,
// docs/formats/sealed-stream.md).

#include <optional>
#include <span>

#include "domain/casework/casework.h"
#include "domain/items/items.h"
#include "ground/base/base.h"
#include "node/ports/ports.h"

namespace comity::submit {

/// The descriptor in the act's field of type item; none if this copy shows no item. Kinds:
/// malformed, invalid (sealed in another realm).
[[nodiscard]] base::Result<std::optional<items::ItemDescriptor>> carried_item(
    const law::ActKind& kind, const casework::Act& act);

/// The descriptor of an item of a matter; none if this copy does not show it.
[[nodiscard]] std::optional<items::ItemDescriptor> descriptor_of(
    const casework::MatterItem& carried);
/// The item that an act of the matter carries; none: it carries none, or this copy shows none.
[[nodiscard]] std::optional<items::ItemDescriptor> item_of(const casework::MatterState& state,
                                                           const base::ActId& act);
/// Who carried the item into the matter; nullptr: nobody, as far as this copy shows.
[[nodiscard]] const casework::MatterItem* carrier_of(const casework::MatterState& state,
                                                     const base::Digest& item);

/// What travels with the item, out of all that came. Kinds: malformed (it is not there, or too
/// large), invalid (other bytes than the descriptor's).
[[nodiscard]] base::Result<casework::ShippedItem> shipped_with(
    const items::ItemDescriptor& item, std::span<const casework::ShippedItem> shipped);

/// Whether an item that an act of this institution carries has a day to end on. Kind inadmissible.
[[nodiscard]] base::Result<void> check_not_ended(const std::optional<base::Date>& end,
                                                 const items::ItemDescriptor& item);
/// Whether the item came with its act. Kind try_later: its sender may have ended it an instant
/// before its day comes here as well; then the act is taken without it.
[[nodiscard]] base::Result<void> check_sent(const items::ItemDescriptor& item,
                                            std::span<const casework::ShippedItem> shipped);

/// A stream that this institution may read and that is not whole here yet.
struct AwaitedStream {
    base::PartyId from;
    base::MatterId matter;
    std::uint64_t size = 0;  ///< bytes of all its sealed segments
};

[[nodiscard]] AwaitedStream awaited_stream(const items::ItemDescriptor& item,
                                           const casework::Header& carrier);

/// What a stream is called while it is not whole.
[[nodiscard]] ports::BlobName upload_name(const base::Digest& item);

}  // namespace comity::submit
