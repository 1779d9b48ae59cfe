// What the reference has against handing over, opening, erasing and calling back: what is
// restricted stays so until an act lifts it (invariants 3 and 6).

#include <algorithm>

#include "node/simulation/model.h"

namespace comity::simulation {
namespace {

using MaybeObjection = std::optional<Objection>;

/// What a restriction is limited to: some categories, or one item; neither: it binds everything.
struct Limit {
    std::vector<std::string> categories;
    std::optional<base::ActId> item;
};

Limit limit_of(const KnownAct& restricting) {
    const std::string& field = restricting.kind->restrains.field;
    const codec::Value* value = field.empty() ? nullptr : restricting.fields.if_contains(field);
    Limit limit;
    if (value != nullptr && value->is_string()) {
        limit.item = named_by(restricting, field);
    } else if (value != nullptr && value->is_array()) {
        for (const codec::Value& one : value->get_array()) {
            limit.categories.emplace_back(one.get_string());
        }
    }
    return limit;
}

/// Whether it binds an item of that category; one whose category nobody knows is bound by all.
bool binds(const Limit& limit, const std::optional<base::ActId>& item,
           const std::string& category) {
    if (limit.item) {
        return limit.item == item;
    }
    return limit.categories.empty() || category.empty() || contains(limit.categories, category);
}

/// The acts that restrict that, and that nothing has lifted.
std::vector<const KnownAct*> open_restrictions(const Model& before, law::Bound bound) {
    std::vector<const KnownAct*> open;
    for (const ModelAct& done : before.done) {
        const auto& bounds = done.act->kind->restrains.binds;
        if (std::ranges::find(bounds, bound) != bounds.end() && !before.lifted(done.act->id)) {
            open.push_back(done.act);
        }
    }
    return open;
}

bool holds(const ModelAct& handed, const base::PartyId& party) {
    return handed.act->header.author == party || handed.reader == party;
}

/// Whether an act after the handing over does `what` to that item; of `by`, if that is given.
std::vector<const KnownAct*> acts_that(const Model& before, std::string law::ActKind::* what,
                                       const ModelAct& handed, const base::PartyId* by) {
    std::vector<const KnownAct*> found;
    for (const ModelAct* done = &handed; done != before.done.data() + before.done.size(); ++done) {
        const std::string& field = done->act->kind->*what;
        if (!field.empty() && (by == nullptr || done->act->header.author == *by) &&
            named_by(*done->act, field).value_or(handed.act->id) == handed.act->id) {
            found.push_back(done->act);
        }
    }
    return found;
}

bool was_done(const Model& before, std::string law::ActKind::* what, const ModelAct& handed,
              const base::PartyId* by) {
    return !acts_that(before, what, handed, by).empty();
}

MaybeObjection against_release(const KnownAct& act, const Model& before) {
    if (!act.kind->is_release()) {
        return std::nullopt;
    }
    const auto named = named_by(act, act.kind->opened_field);
    const ModelAct* opened = handover(before, named);
    const std::string category = opened != nullptr                 ? opened->category
                                 : act.kind->item_category.empty() ? ""
                                                                   : category_in(before, act);
    for (const KnownAct* restricting : open_restrictions(before, law::Bound::release)) {
        if (binds(limit_of(*restricting), named, category)) {
            return Objection{"DESIGN 6.3", "a release while a restriction is open"};
        }
    }
    return std::nullopt;
}

/// Only the reader opens, or who is to filter; nothing that was called back, erased, set aside.
MaybeObjection against_opening(const KnownAct& act, const Model& before) {
    if (act.kind->opened_field.empty()) {
        return std::nullopt;
    }
    const ModelAct* opened = handover(before, named_by(act, act.kind->opened_field));
    if (opened == nullptr) {
        return Objection{"DESIGN 6.1", "an act opens what was never handed over"};
    }
    bool spared = false;
    for (const KnownAct* restricting : open_restrictions(before, law::Bound::opening)) {
        if (!binds(limit_of(*restricting), opened->act->id, opened->category)) {
            continue;
        }
        const auto& office = restricting->kind->restrains.spares;
        spared = office && office->side == act.kind->by_side && contains(office->roles, act.role);
        if (!spared) {
            return Objection{"DESIGN 6.3", "an item is opened while its opening is restricted"};
        }
    }
    const base::PartyId& party = act.header.author;
    if (!spared && opened->reader != party) {
        return Objection{"DESIGN 6.1", "an item is opened by another than its reader"};
    }
    if (was_done(before, &law::ActKind::recalls, *opened, nullptr)) {
        return Objection{"DESIGN 6.3", "an item is opened that was called back"};
    }
    if (holds(*opened, party) && was_done(before, &law::ActKind::erases, *opened, &party)) {
        return Objection{"DESIGN 6.5", "an item is opened that was erased there"};
    }
    if (!spared && was_done(before, &law::ActKind::sets_aside, *opened, &party)) {
        return Objection{"DESIGN 6.3", "an item is opened that was set aside"};
    }
    return std::nullopt;
}

/// A hold postpones the end, and nothing else does.
MaybeObjection against_erasing(const KnownAct& act, const Model& before) {
    if (act.kind->erases.empty()) {
        return std::nullopt;
    }
    const auto named = named_by(act, act.kind->erases);
    const ModelAct* one = handover(before, named);
    if (named && (one == nullptr || !holds(*one, act.header.author))) {
        return Objection{"DESIGN 6.5", "a party erases what it does not hold"};
    }
    for (const KnownAct* restricting : open_restrictions(before, law::Bound::erasure)) {
        const Limit limit = limit_of(*restricting);
        const bool meant = std::ranges::any_of(before.done, [&](const ModelAct& done) {
            return done.act->kind->hands_over() && holds(done, act.header.author) &&
                   (!named || named == done.act->id) && binds(limit, done.act->id, done.category);
        });
        if (meant || (!named && !limit.item)) {
            return Objection{"DESIGN 6.6", "an erasure while it is held up"};
        }
    }
    return std::nullopt;
}

/// Who handed over calls back, once; whom it was for sets it aside.
MaybeObjection against_recall(const KnownAct& act, const Model& before) {
    if (!act.kind->recalls.empty()) {
        const ModelAct* handed = handover(before, named_by(act, act.kind->recalls));
        if (handed == nullptr || handed->act->header.author != act.header.author ||
            was_done(before, &law::ActKind::recalls, *handed, nullptr)) {
            return Objection{"DESIGN 6.3", "an act calls back what cannot be called back"};
        }
    }
    if (!act.kind->sets_aside.empty()) {
        const ModelAct* handed = handover(before, named_by(act, act.kind->sets_aside));
        if (handed == nullptr || handed->reader != act.header.author) {
            return Objection{"DESIGN 6.3", "a party sets aside what was not for it"};
        }
    }
    return std::nullopt;
}

/// Whoever lifts a restriction raised it, unless the text names an authority.
MaybeObjection against_lifting(const KnownAct& act, const Model& before) {
    if (!act.kind->lifts) {
        return std::nullopt;
    }
    const auto named = named_by(act, act.kind->lifts->field);
    const auto restricting = std::ranges::find_if(before.done, [&](const ModelAct& done) {
        return named == done.act->id && !done.act->kind->restrains.binds.empty();
    });
    if (restricting == before.done.end() || before.lifted(*named)) {
        return Objection{"DESIGN 6.3", "an act that lifts what is not restricted"};
    }
    if (!act.kind->lifts->as_authority && restricting->act->header.author != act.header.author) {
        return Objection{"DESIGN 6.3", "a restriction lifted by another than its raiser"};
    }
    return std::nullopt;
}

}  // namespace

bool is_held_up(const Model& model, const std::optional<base::ActId>& carrier) {
    const ModelAct* handed = handover(model, carrier);
    return std::ranges::any_of(
        open_restrictions(model, law::Bound::erasure), [&](const KnownAct* restricting) {
            return !carrier ||
                   (handed != nullptr && binds(limit_of(*restricting), carrier, handed->category));
        });
}

Erasing erasing(const Model& model, const base::ActId& carrier, const base::PartyId& party) {
    const ModelAct* handed = handover(model, carrier);
    if (handed == nullptr) {
        return Erasing::none;
    }
    const auto said = acts_that(model, &law::ActKind::erases, *handed, &party);
    const bool at_once = std::ranges::any_of(
        said, [](const KnownAct* act) { return !act->kind->witnessing.has_value(); });
    return said.empty() ? Erasing::none : at_once ? Erasing::at_once : Erasing::once_witnessed;
}

std::string category_in(const Model& model, const KnownAct& act) {
    const codec::Value* said = act.fields.if_contains(act.kind->item_category);
    if (act.kind->item_category.empty()) {
        return "";
    }
    if (said != nullptr && said->is_string()) {
        return std::string(said->get_string());
    }
    return model.data;
}

std::optional<Objection> against_handling(const KnownAct& act, const Model& before) {
    for (const auto against :
         {&against_release, &against_opening, &against_erasing, &against_recall, &against_lifting,
          &against_onward, &against_attendance}) {
        if (auto found = against(act, before)) {
            return found;
        }
    }
    return std::nullopt;
}

}  // namespace comity::simulation
