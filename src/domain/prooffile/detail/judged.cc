#include "domain/prooffile/detail/judged.h"

#include <algorithm>

namespace comity::prooffile::detail {

bool is_judged(const law::ActKind& kind, std::size_t place) {
    if (place == 0 || place > kind.fields.size()) {
        return true;
    }
    const law::ActField& field = kind.fields[place - 1];
    const bool words = field.type == law::FieldType::text || field.type == law::FieldType::list;
    return !words || !field.fact.empty() || field.name == kind.restrains.field ||
           field.name == kind.item_category || kind.mechanisms.accredits;
}

std::vector<std::size_t> withheld_in(const casework::Act& act, const OpenedFields& opened) {
    std::vector<std::size_t> places;
    const auto known = opened.find(act.id());
    if (known == opened.end()) {
        return places;
    }
    for (const std::int64_t place : known->second) {
        if (std::ranges::find(act.openings, place, &casework::Opening::index) ==
            act.openings.end()) {
            places.push_back(static_cast<std::size_t>(place));
        }
    }
    return places;
}

std::vector<std::size_t> lacking_in(const law::ActKind& kind, const casework::Act& act,
                                    const OpenedFields& opened) {
    std::vector<std::size_t> places = withheld_in(act, opened);
    for (std::size_t place = 1; place <= kind.fields.size(); ++place) {
        const bool open = std::ranges::find(act.openings, static_cast<std::int64_t>(place),
                                            &casework::Opening::index) != act.openings.end();
        if (!open && kind.fields[place - 1].audience.empty()) {
            places.push_back(place);
        }
    }
    std::erase_if(places, [&](std::size_t place) { return !is_judged(kind, place); });
    std::ranges::sort(places);
    const auto twice = std::ranges::unique(places);
    places.erase(twice.begin(), twice.end());
    return places;
}

bool opens_more(const casework::Act& act, const OpenedFields& opened) {
    const auto known = opened.find(act.id());
    return known != opened.end() &&
           std::ranges::any_of(act.openings, [&](const casework::Opening& opening) {
               return std::ranges::find(known->second, opening.index) == known->second.end();
           });
}

std::vector<std::string> names_of(const law::ActKind* kind,
                                  const std::vector<std::size_t>& places) {
    std::vector<std::string> names;
    for (const std::size_t place : places) {
        if (kind != nullptr && place <= kind->fields.size()) {
            names.push_back(place == 0 ? "kind" : kind->fields[place - 1].name);
        } else {
            names.push_back("field " + std::to_string(place));
        }
    }
    return names;
}

const law::ActKind* kind_of(const law::Library* library, const casework::Act& act) {
    const law::Procedure* procedure =
        library == nullptr ? nullptr : library->procedure(act.header.procedure);
    const auto name = act.text("kind");
    return procedure == nullptr || !name ? nullptr : procedure->act(*name);
}

}  // namespace comity::prooffile::detail
