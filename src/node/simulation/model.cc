#include "node/simulation/model.h"

#include <algorithm>

#include "node/simulation/silence.h"

namespace comity::simulation {
namespace {

std::vector<std::string> names_in(const codec::Value& value) {
    std::vector<std::string> names;
    if (value.is_string()) {
        names.emplace_back(value.get_string());
    } else if (value.is_array()) {
        for (const codec::Value& one : value.get_array()) {
            names.emplace_back(one.get_string());
        }
    }
    return names;
}

void take_side(Model& model, const law::ActField& field, const codec::Value& value) {
    if (field.side.empty()) {
        return;
    }
    for (const std::string& name : names_in(value)) {
        const base::PartyId party = base::PartyId::parse(name).value();
        if (!model.side_of(party)) {
            model.sides[field.side].insert(party);
        }
    }
}

/// A scale that the text sets only rises, a set only grows, all else takes the new value.
void set_by_text(const law::Library& library, Model& model, const law::FactSetting& setting) {
    const law::FactDeclaration& declared = *library.vocabulary().fact(setting.fact);
    codec::Value value = setting.value;
    const law::Possible* old = model.facts.find(setting.fact);
    if (old != nullptr && declared.type == law::FactType::scale) {
        for (std::size_t i = 0; i < declared.values.size(); ++i) {
            if (old->mask == std::uint64_t{1} << i &&
                std::string_view(declared.values[i]) != std::string_view(value.get_string())) {
                const auto fresh =
                    std::ranges::find(declared.values, std::string(value.get_string()));
                if (fresh - declared.values.begin() < static_cast<std::ptrdiff_t>(i)) {
                    value = codec::Value(declared.values[i]);
                }
            }
        }
    }
    if (old != nullptr && declared.type == law::FactType::set) {
        const std::vector<std::string> fresh = names_in(value);
        codec::Array all;
        for (std::size_t i = 0; i < declared.values.size(); ++i) {
            if ((old->must >> i & 1U) != 0 || contains(fresh, declared.values[i])) {
                all.emplace_back(declared.values[i]);
            }
        }
        value = all;
    }
    (void)model.facts.set(library.vocabulary(), setting.fact, value);
}

}  // namespace

std::optional<std::string> Model::side_of(const base::PartyId& party) const {
    for (const auto& [side, members] : sides) {
        if (members.contains(party)) {
            return side;
        }
    }
    return std::nullopt;
}

std::set<base::PartyId> Model::parties() const {
    std::set<base::PartyId> all;
    for (const auto& [side, members] : sides) {
        all.insert(members.begin(), members.end());
    }
    return all;
}

const base::PartyId* Model::only(const std::string& side) const {
    const auto found = sides.find(side);
    return found == sides.end() || found->second.size() != 1 ? nullptr : &*found->second.begin();
}

std::set<base::ActId> Model::past(const std::vector<base::ActId>& after) const {
    std::set<base::ActId> found;
    std::vector<base::ActId> open(after.begin(), after.end());
    while (!open.empty()) {
        const base::ActId id = open.back();
        open.pop_back();
        const auto one = std::ranges::find_if(
            done, [&](const ModelAct& candidate) { return candidate.act->id == id; });
        if (one != done.end() && found.insert(id).second) {
            const auto& before = one->act->header.after;
            open.insert(open.end(), before.begin(), before.end());
        }
    }
    return found;
}

bool Model::lifted(const base::ActId& restricting) const {
    return std::ranges::any_of(done, [&](const ModelAct& one) {
        return one.act->kind->lifts && !one.overtaken &&
               named_by(*one.act, one.act->kind->lifts->field) == restricting;
    });
}

std::optional<base::ActId> named_by(const KnownAct& act, const std::string& field) {
    const codec::Value* value = field.empty() ? nullptr : act.fields.if_contains(field);
    const auto id = value != nullptr && value->is_string()
                        ? base::ActId::from_hex(std::string_view(value->get_string()))
                        : base::fail(base::ErrorKind::not_found, "no act is named");
    return id ? std::optional(*id) : std::nullopt;
}

bool contains(const std::vector<std::string>& list, const std::string& word) {
    return std::ranges::find(list, word) != list.end();
}

std::optional<base::Instant> instant_in(const KnownAct& act, const std::string& field) {
    const codec::Value* value = act.fields.if_contains(field);
    const auto at = value != nullptr && value->is_string()
                        ? base::Instant::parse(std::string_view(value->get_string()))
                        : base::fail(base::ErrorKind::not_found, "no instant");
    return at ? std::optional(*at) : std::nullopt;
}

const ModelAct* handover(const Model& model, const std::optional<base::ActId>& named) {
    const auto found = std::ranges::find_if(model.done, [&](const ModelAct& done) {
        return named == done.act->id && done.act->kind->hands_over();
    });
    return found == model.done.end() ? nullptr : &*found;
}

bool is_plain(const law::ActKind& kind) {
    return !kind.stands() && !kind.tacit && !kind.opens_duty && kind.opened_field.empty() &&
           kind.attends.empty() && kind.item_category.empty() && !kind.is_release();
}

namespace {

/// The authority's word, else what all sides that speak agree on, else nothing.
void settle(const law::Vocabulary& vocabulary, Model& model, const std::string& fact) {
    const Claim& claim = model.claims[fact];
    const bool contested = std::ranges::any_of(claim.contests, [&](const base::ActId& one) {
        return !claim.decided || !claim.decision_knew.contains(one);
    });
    const Claim::Said* said = nullptr;
    if (!contested && claim.decided) {
        said = &*claim.decided;
    } else if (!contested && !claim.by_side.empty()) {
        const bool agreed = std::ranges::all_of(claim.by_side, [&](const auto& one) {
            return one.second.possible == claim.by_side.begin()->second.possible;
        });
        said = agreed ? &claim.by_side.begin()->second : nullptr;
    }
    model.facts.forget(fact);
    if (said != nullptr) {
        (void)model.facts.set(vocabulary, fact, said->value);
    }
}

/// Sides do not overwrite each other in what can be contested (invariant 4).
void state_fact(const law::Library& library, Model& model, const KnownAct& act,
                const std::string& name, const codec::Value& value) {
    const law::Vocabulary& vocabulary = library.vocabulary();
    const law::FactDeclaration& fact = *vocabulary.fact(name);
    if (fact.contested_by_sides.empty() && fact.decided_by_sides.empty()) {
        (void)model.facts.set(vocabulary, name, value);
        return;
    }
    law::Facts alone;
    (void)alone.set(vocabulary, name, value);
    const law::Possible* possible = alone.find(name);
    Claim& claim = model.claims[name];
    const Claim::Said said{value, possible == nullptr ? law::Possible{} : *possible};
    const std::string& side = act.kind->by_side;
    const bool decides =
        contains(fact.decided_by_sides, side) &&
        (fact.decided_by_roles.empty() || contains(fact.decided_by_roles, act.role));
    if (decides) {
        claim.decided = said;
        claim.decision_knew = model.past(act.header.after);
    } else {
        claim.by_side[side] = said;
    }
    settle(vocabulary, model, name);
}

/// The effect that a text attaches to silence is had once, and not if somebody spoke in time.
bool silence_was_broken(const Model& model, const KnownAct& act) {
    const law::TacitEffect& tacit = *act.kind->tacit;
    const auto from = instant_in(act, tacit.from);
    const auto until = instant_in(act, tacit.until);
    const bool declared = std::ranges::any_of(model.done, [&](const ModelAct& done) {
        const auto& other = done.act->kind->tacit;
        return !done.overtaken && other && other->event == tacit.event &&
               instant_in(*done.act, other->from) == from &&
               instant_in(*done.act, other->until) == until;
    });
    return declared || (from && until && is_answered(model, tacit.event, *from, *until));
}

}  // namespace

namespace {

void take_effect(const law::Library& library, Model& model, const KnownAct& act, bool opens) {
    const law::ActKind& kind = *act.kind;
    if (opens) {
        model.sides[kind.by_side] = {act.header.author};
    }
    for (const law::ActField& field : kind.fields) {
        const codec::Value* value = act.fields.if_contains(field.name);
        if (value == nullptr || value->is_null()) {
            continue;
        }
        if (field.type == law::FieldType::fact) {
            state_fact(library, model, act, field.fact, *value);
        } else if (field.type == law::FieldType::party || field.type == law::FieldType::parties) {
            take_side(model, field, *value);
        }
    }
    for (const law::FactSetting& setting : kind.sets) {
        const law::FactDeclaration& fact = *library.vocabulary().fact(setting.fact);
        if (fact.contested_by_sides.empty() && fact.decided_by_sides.empty()) {
            set_by_text(library, model, setting);
        } else {
            state_fact(library, model, act, setting.fact, setting.value);
        }
    }
    for (const std::string& fact : kind.contests) {
        model.claims[fact].contests.insert(act.id);
        settle(library.vocabulary(), model, fact);
    }
    for (const std::string& event : kind.marks) {
        model.events[event] = act.header.at;
    }
    if (!kind.to.empty()) {
        model.state = kind.to;
    }
}

/// The category that the matter is about.
void note_data(const law::Vocabulary& vocabulary, Model& model) {
    const law::FactDeclaration* data = vocabulary.fact(law::data_fact);
    const law::Possible* about = model.facts.find(law::data_fact);
    model.data.clear();
    for (std::size_t i = 0; data != nullptr && about != nullptr && i < data->values.size(); ++i) {
        if (about->mask == std::uint64_t{1} << i) {
            model.data = data->values[i];
        }
    }
}

}  // namespace

void take(const law::Library& library, Model& model, const KnownAct& act) {
    const law::ActKind& kind = *act.kind;
    if (model.procedure == nullptr) {
        model.procedure = act.procedure;
        for (const law::FactSetting& assumed : act.procedure->assumes) {
            (void)model.facts.set(library.vocabulary(), assumed.fact, assumed.value);
        }
    }
    const bool opens = kind.from.empty() && model.done.empty();
    // What restricts, or answers what does, is never overtaken (DESIGN 5.4).
    const bool fits =
        opens || contains(kind.from, model.state) || (kind.stands() && !model.done.empty());
    const bool overtaken = !fits || (kind.tacit && silence_was_broken(model, act));
    model.done.push_back({&act, overtaken, {}, {}});
    if (!overtaken) {
        take_effect(library, model, act, opens);
    }
    // Whom an act let in has been told, and stays.
    for (const law::ActField& field : kind.fields) {
        const codec::Value* value = act.fields.if_contains(field.name);
        const bool names =
            field.type == law::FieldType::party || field.type == law::FieldType::parties;
        if (overtaken && names && value != nullptr && !value->is_null() && model.done.size() > 1) {
            take_side(model, field, *value);
        }
    }
    note_data(library.vocabulary(), model);
    // What was handed over is out of hand, whether or not the matter had ended elsewhere.
    if (kind.hands_over()) {
        model.done.back().category = category_in(model, act);
        if (const base::PartyId* reader = model.only(kind.item_reader)) {
            model.done.back().reader = *reader;
        }
    }
}

Model model_of(const law::Library& library, std::vector<const KnownAct*> acts) {
    Model model;
    std::set<base::ActId> taken;
    while (!acts.empty()) {
        auto next = acts.end();
        for (auto one = acts.begin(); one != acts.end(); ++one) {
            const bool ready = std::ranges::all_of(
                (*one)->header.after,
                [&](const base::ActId& before) { return taken.contains(before); });
            if (ready && (next == acts.end() || std::pair((*one)->header.at, (*one)->id) <
                                                    std::pair((*next)->header.at, (*next)->id))) {
                next = one;
            }
        }
        if (next == acts.end()) {
            break;  // the rest hangs on acts that are not among these
        }
        take(library, model, **next);
        taken.insert((*next)->id);
        acts.erase(next);
    }
    return model;
}

}  // namespace comity::simulation
