// Items that come with acts, and the streams that are fetched for them.

#include <algorithm>

#include "node/submit/transaction.h"

namespace comity::submit {

base::Result<void> Institution::check_whole(const items::ItemDescriptor& item) const {
    if (item.version != items::stream_version) {
        return {};
    }
    const auto size = ports_.blobs.size(item.id);
    if (!size && size.error().kind != base::ErrorKind::not_found) {
        return std::unexpected(size.error());
    }
    if (!size || *size != items::sealed_size_of(item.size)) {
        return base::fail(base::ErrorKind::inadmissible, "the item is not whole at this node",
                          "item " + item.id.hex(), "upload its sealed segments first");
    }
    return {};
}

base::Result<ports::StoredItem> Institution::take_item(
    const Transaction& transaction, const items::ItemDescriptor& item,
    const std::vector<casework::ShippedItem>& shipped, const base::MatterId& matter,
    base::Date erase_on) {
    const casework::ShippedItem with = COMITY_TRY(shipped_with(item, shipped));
    const auto known = ports_.store.item(item.id);
    if (!known && known.error().kind != base::ErrorKind::not_found) {
        return std::unexpected(known.error());
    }
    // An item has one end: under two acts it would have two.
    if (known || std::ranges::find(transaction.batch.items, item.id, &ports::StoredItem::id) !=
                     transaction.batch.items.end()) {
        return base::fail(base::ErrorKind::conflict, "this item came with another act before",
                          "item " + item.id.hex(), "seal it anew");
    }
    return keep_item(with, matter, erase_on, ports_.day_keys, ports_.random);
}

base::Result<void> Institution::take_carried(Transaction& transaction, const casework::Act& act,
                                             const items::ItemDescriptor& item,
                                             const casework::Envelope& envelope,
                                             base::Date erase_on) {
    COMITY_TRY(check_sent(item, envelope.items));
    transaction.batch.items.push_back(
        COMITY_TRY(take_item(transaction, item, envelope.items, act.header.matter, erase_on)));
    if (item.version == items::stream_version) {
        transaction.awaited.emplace(item.id, awaited_stream(item, act.header));
    }
    return {};
}

base::Result<void> Institution::load_awaited() {
    for (const auto& [id, matter] : matters_) {
        for (const casework::MatterItem& carried : matter.state.items) {
            const auto item =
                carried.reader == settings_.party ? descriptor_of(carried) : std::nullopt;
            if (!item || item->version != items::stream_version ||
                ports_.blobs.size(item->id).has_value()) {
                continue;
            }
            const auto row = ports_.store.item(item->id);
            if (!row && row.error().kind != base::ErrorKind::not_found) {
                return std::unexpected(row.error());
            }
            // Without its key box, which a loss may have taken, nobody could open it.
            if (row && !row->sealed.empty()) {
                awaited_.emplace(
                    item->id, AwaitedStream{carried.author, id, items::sealed_size_of(item->size)});
            }
        }
    }
    return {};
}

base::Result<void> Institution::check_fetch(const base::PartyId& peer,
                                            const base::Digest& item) const {
    const auto none = [&] {
        return base::fail(base::ErrorKind::not_found, "there is no such item", item.hex());
    };
    const auto row = ports_.store.item(item);
    const Matter* found = row ? matter(row->matter) : nullptr;
    if (found == nullptr || found->erased) {
        return none();
    }
    const casework::MatterState& state = found->state;
    const casework::MatterItem* carried = carrier_of(state, item);
    if (carried == nullptr || carried->reader != peer || carried->author != settings_.party) {
        return none();
    }
    const casework::Release* release = state.release(carried->act);
    if (release == nullptr || release->erased.contains(peer)) {
        return none();
    }
    COMITY_TRY(check_ledgers(state));
    if (effects_.waits(carried->act)) {
        return base::fail(base::ErrorKind::try_later, "the release is provisional",
                          effects_.reason(carried->act));
    }
    const auto reasons = casework::recall_reasons(state, *release);
    if (casework::recalled_along(state, *release) != nullptr || !reasons.empty()) {
        return base::fail(
            base::ErrorKind::inadmissible, "the item is held back",
            reasons.empty() ? "it was recalled" : "because of act " + reasons.front()->act.hex());
    }
    return {};
}

}  // namespace comity::submit
