#include "domain/law/procedure.h"

#include <algorithm>

namespace comity::law {

const ActField* ActKind::field(std::string_view field_name) const {
    const auto found = std::ranges::find(fields, field_name, &ActField::name);
    return found == fields.end() ? nullptr : &*found;
}

bool ActKind::restricts(Bound bound) const {
    return std::ranges::find(restrains.binds, bound) != restrains.binds.end();
}

bool ActKind::hands_over() const {
    return mechanisms.seals_item || mechanisms.releases;
}

bool ActKind::is_release() const {
    return need == LawNeed::release || need == LawNeed::release_own || hands_over();
}

bool ActKind::stands() const {
    return !restrains.binds.empty() || lifts || !recalls.empty() || !sets_aside.empty() ||
           !erases.empty() || !contests.empty() || outage.has_value();
}

const ActKind* Procedure::act(std::string_view act_name) const {
    const auto found = std::ranges::find(acts, act_name, &ActKind::name);
    return found == acts.end() ? nullptr : &*found;
}

}  // namespace comity::law
