#include "domain/law/procedure.h"

#include <algorithm>

namespace comity::law {

const ActField* ActKind::field(std::string_view field_name) const {
    const auto found = std::ranges::find(fields, field_name, &ActField::name);
    return found == fields.end() ? nullptr : &*found;
}

const ActKind* Procedure::act(std::string_view act_name) const {
    const auto found = std::ranges::find(acts, act_name, &ActKind::name);
    return found == acts.end() ? nullptr : &*found;
}

}  // namespace comity::law
