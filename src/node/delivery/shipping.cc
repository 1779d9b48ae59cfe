#include "node/delivery/shipping.h"

#include "node/submit/carried.h"

namespace comity::delivery {

base::Result<std::vector<casework::ShippedItem>> items_with(const submit::Institution& institution,
                                                            const submit::Matter& matter,
                                                            const casework::Act& act,
                                                            const base::PartyId& party) {
    std::vector<casework::ShippedItem> items;
    if (institution.effects().waits(act.id())) {
        return items;  // fail closed: the act goes ahead, what it hands over stays (DESIGN 5.11)
    }
    for (const casework::MatterItem& carried : matter.state.items) {
        const bool may_hold = carried.author == party || carried.reader == party;
        const auto item =
            carried.act == act.id() && may_hold ? submit::descriptor_of(carried) : std::nullopt;
        if (!item) {
            continue;
        }
        auto sealed = institution.item(item->id);
        if (sealed) {
            items.push_back(*std::move(sealed));
        } else if (sealed.error().kind != base::ErrorKind::not_found) {
            return std::unexpected(std::move(sealed).error());
        }
    }
    return items;
}

}  // namespace comity::delivery
