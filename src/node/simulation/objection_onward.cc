// What the reference has against granting and handing on (invariant 7): only what was received, by
// the grant of who first gave it, with every limit.

#include <algorithm>

#include "domain/items/items.h"
#include "node/simulation/model.h"

namespace comity::simulation {
namespace {

using MaybeObjection = std::optional<Objection>;

/// The act and those by which its item came, up to the first.
std::vector<const ModelAct*> way_of(const Model& before, const ModelAct& handed) {
    std::vector<const ModelAct*> way{&handed};
    while (way.back()->act->kind->hands_on) {
        const KnownAct& last = *way.back()->act;
        const ModelAct* source = handover(before, named_by(last, last.kind->hands_on->of));
        if (source == nullptr || std::ranges::find(way, source) != way.end()) {
            break;
        }
        way.push_back(source);
    }
    return way;
}

/// Whether an act of that kind of meaning names the handing over; `by`: one of that party.
bool is_named(const Model& before, const ModelAct& handed, std::string law::ActKind::* meaning,
              const base::PartyId* by) {
    return std::ranges::any_of(before.done, [&](const ModelAct& done) {
        const std::string& field = done.act->kind->*meaning;
        const bool meant = by == nullptr || done.act->header.author == *by;
        return !field.empty() && meant && named_by(*done.act, field) == handed.act->id;
    });
}

/// Whether the party has said since that it erased it; who names nothing means everything.
bool is_erased(const Model& before, const ModelAct& handed, const base::PartyId& by) {
    bool since = false;
    bool erased = false;
    for (const ModelAct& done : before.done) {
        const std::string& field = done.act->kind->erases;
        const bool meant =
            !field.empty() && named_by(*done.act, field).value_or(handed.act->id) == handed.act->id;
        erased = erased || (since && meant && done.act->header.author == by);
        since = since || &done == &handed;
    }
    return erased;
}

bool is_restricted(const Model& before, const ModelAct& handed) {
    return std::ranges::any_of(before.done, [&](const ModelAct& done) {
        const law::ActKind& kind = *done.act->kind;
        const bool stops =
            kind.restricts(law::Bound::release) || kind.restricts(law::Bound::opening);
        return stops && !before.lifted(done.act->id) &&
               named_by(*done.act, kind.restrains.field) == handed.act->id;
    });
}

std::optional<items::ItemDescriptor> item_of(const KnownAct& act) {
    for (const law::ActField& field : act.kind->fields) {
        const codec::Value* value =
            field.type == law::FieldType::item ? act.fields.if_contains(field.name) : nullptr;
        const auto item = value == nullptr ? base::fail(base::ErrorKind::not_found, "no item")
                                           : codec::read<items::ItemDescriptor>(*value);
        if (item) {
            return *item;
        }
    }
    return std::nullopt;
}

MaybeObjection against_terms(const KnownAct& received, const KnownAct& handed_on) {
    const auto before = item_of(received);
    const auto now = item_of(handed_on);
    if (!before || !now) {
        return Objection{"DESIGN 6.7", "an item is handed on that nobody can compare"};
    }
    std::size_t kept = 0;
    for (const std::string& limit : before->use_limits) {
        kept += static_cast<std::size_t>(std::ranges::count(now->use_limits, limit));
    }
    if (kept < before->use_limits.size()) {
        return Objection{"DESIGN 6.7", "an item is handed on without a limit of its use"};
    }
    return before->end < now->end || before->tier < now->tier
               ? MaybeObjection{{"DESIGN 6.7", "an item is handed on for longer than it was given"}}
               : std::nullopt;
}

MaybeObjection against_handing_on(const KnownAct& act, const Model& before) {
    const ModelAct* received = handover(before, named_by(act, act.kind->hands_on->of));
    if (received == nullptr || received->reader != act.header.author) {
        return Objection{"DESIGN 6.7", "a party hands on what it did not receive"};
    }
    const std::vector<const ModelAct*> way = way_of(before, *received);
    for (const ModelAct* one : way) {
        if (is_named(before, *one, &law::ActKind::recalls, nullptr) ||
            is_restricted(before, *one)) {
            return Objection{"DESIGN 6.3", "an item is handed on that was called back or held up"};
        }
    }
    if (is_named(before, *received, &law::ActKind::sets_aside, &act.header.author) ||
        is_erased(before, *received, act.header.author)) {
        return Objection{"DESIGN 6.5", "an item is handed on that was set aside or erased"};
    }
    const base::PartyId* reader = before.only(act.kind->item_reader);
    const bool granted = std::ranges::any_of(before.done, [&](const ModelAct& done) {
        const auto& grants = done.act->kind->grants;
        const codec::Value* to = grants ? done.act->fields.if_contains(grants->to) : nullptr;
        return to != nullptr && reader != nullptr && !done.overtaken &&
               *to == codec::Value(reader->text()) &&
               named_by(*done.act, grants->of) == received->act->id &&
               done.act->header.author == way.back()->act->header.author;
    });
    if (!granted) {
        return Objection{"DESIGN 6.7", "an item is handed on without the grant of its origin"};
    }
    return against_terms(*received->act, act);
}

}  // namespace

std::optional<Objection> against_onward(const KnownAct& act, const Model& before) {
    if (act.kind->grants) {
        const ModelAct* given = handover(before, named_by(act, act.kind->grants->of));
        if (given == nullptr ||
            way_of(before, *given).back()->act->header.author != act.header.author) {
            return Objection{"DESIGN 6.7", "a party grants what it did not give"};
        }
    }
    return act.kind->hands_on ? against_handing_on(act, before) : std::nullopt;
}

}  // namespace comity::simulation
