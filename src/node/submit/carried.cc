#include "node/submit/carried.h"

#include <algorithm>

namespace comity::submit {

base::Result<std::optional<items::ItemDescriptor>> carried_item(const law::ActKind& kind,
                                                                const casework::Act& act) {
    for (const law::ActField& field : kind.fields) {
        const auto value =
            field.type == law::FieldType::item ? act.value(field.name) : std::nullopt;
        if (!value) {
            continue;
        }
        const std::string place = "/fields/" + field.name;
        auto descriptor = items::read_descriptor(codec::canonical(*value));
        if (!descriptor) {
            base::Error error = std::move(descriptor).error();
            error.place = place + error.place;  // a JSON pointer goes on where it stands
            return std::unexpected(std::move(error));
        }
        if (descriptor->realm != act.header.realm) {
            return std::unexpected(base::Error{base::ErrorKind::invalid,
                                               "the item was sealed in another realm",
                                               {},
                                               {},
                                               place + "/realm",
                                               {}});
        }
        return std::optional(*std::move(descriptor));
    }
    return std::nullopt;
}

std::optional<items::ItemDescriptor> descriptor_of(const casework::MatterItem& carried) {
    auto item = items::read_descriptor(codec::canonical(carried.descriptor));
    return item ? std::optional(*std::move(item)) : std::nullopt;
}

std::optional<items::ItemDescriptor> item_of(const casework::MatterState& state,
                                             const base::ActId& act) {
    const auto carried = std::ranges::find(state.items, act, &casework::MatterItem::act);
    return carried == state.items.end() ? std::nullopt : descriptor_of(*carried);
}

const casework::MatterItem* carrier_of(const casework::MatterState& state,
                                       const base::Digest& item) {
    const auto carried = std::ranges::find_if(state.items, [&](const casework::MatterItem& one) {
        const auto descriptor = descriptor_of(one);
        return descriptor && descriptor->id == item;
    });
    return carried == state.items.end() ? nullptr : &*carried;
}

base::Result<casework::ShippedItem> shipped_with(const items::ItemDescriptor& item,
                                                 std::span<const casework::ShippedItem> shipped) {
    const auto found = std::ranges::find(shipped, item.id, &casework::ShippedItem::id);
    if (found == shipped.end()) {
        return base::fail(base::ErrorKind::malformed, "the act's item is not with it",
                          "item " + item.id.hex(), "send the sealed item together with the act");
    }
    // A key box opens for its readers only: whether it is the item's shows when they open it.
    if (item.version == items::stream_version) {
        if (found->sealed.size() > items::max_box_bytes) {
            return base::fail(base::ErrorKind::malformed, "this is no key box: it is too large");
        }
        return *found;
    }
    COMITY_TRY(items::check_sealed(item, found->sealed));
    return *found;
}

base::Result<void> check_not_ended(const std::optional<base::Date>& end,
                                   const items::ItemDescriptor& item) {
    if (end) {
        return {};
    }
    return base::fail(base::ErrorKind::inadmissible, "the item has ended",
                      "its last day was " + item.end.text(), "seal it anew with a later end");
}

base::Result<void> check_sent(const items::ItemDescriptor& item,
                              std::span<const casework::ShippedItem> shipped) {
    if (std::ranges::find(shipped, item.id, &casework::ShippedItem::id) != shipped.end()) {
        return {};
    }
    return base::fail(base::ErrorKind::try_later, "the act's item is not with it",
                      "item " + item.id.hex() + ", which ends on " + item.end.text(),
                      "send the sealed item together with the act");
}

AwaitedStream awaited_stream(const items::ItemDescriptor& item, const casework::Header& carrier) {
    return {carrier.author, carrier.matter, items::sealed_size_of(item.size)};
}

ports::BlobName upload_name(const base::Digest& item) {
    constexpr std::size_t digits = 60;  // a name has at most 64 characters
    return *ports::BlobName::parse("in-" + item.hex().substr(0, digits));
}

}  // namespace comity::submit
