#include <algorithm>

#include "domain/law/detail/parser.h"
#include "domain/law/detail/words.h"

// What must fit together in a procedure, once all of it is read.

namespace comity::law::detail {
namespace {

std::vector<std::string> acts_of(const Procedure& procedure) {
    std::vector<std::string> acts;
    for (const ActKind& one : procedure.acts) {
        acts.push_back(one.name);
    }
    return acts;
}

std::vector<std::string> fields_of(const ActKind& act) {
    std::vector<std::string> fields;
    for (const ActField& one : act.fields) {
        fields.push_back(one.name);
    }
    return fields;
}

std::string_view word_for(FieldType type) {
    return type == FieldType::act       ? "act"
           : type == FieldType::instant ? "instant"
           : type == FieldType::party   ? "party"
                                        : "value FACT";
}

}  // namespace

void Parser::check_procedure(const Procedure& procedure, const std::vector<Place>& places) {
    std::size_t opening = 0;
    for (std::size_t i = 0; i < procedure.acts.size() && i < places.size(); ++i) {
        opening += procedure.acts[i].from.empty() ? 1U : 0U;
        check_act(procedure, procedure.acts[i], places[i]);
        check_facts(procedure.acts[i], places[i]);
        check_fields_named(procedure.acts[i], places[i]);
        check_restraint(procedure, procedure.acts[i], places[i]);
        check_tacit(procedure.acts[i], places[i]);
        check_onward(procedure, procedure.acts[i], places[i]);
        check_attendance(procedure, procedure.acts[i], places[i]);
        check_witnessing(procedure.acts[i], places[i]);
    }
    if (opening != 1) {
        complain_at(places.empty() ? place() : places.front(),
                    std::to_string(opening) + " acts open the matter", "exactly one");
    }
}

void Parser::check_act(const Procedure& procedure, const ActKind& act, const Place& at) {
    const std::vector<std::string> acts = acts_of(procedure);
    if (act.by_side.empty()) {
        complain_at(at, "nobody may take the act '" + act.name + "'", "a line 'by SIDE ROLE'");
    }
    if (act.title.empty() || act.title_fr.empty()) {
        complain_at(at, "the act '" + act.name + "' lacks a title", "title \"...\" fr \"...\"");
    }
    static const std::vector<std::string> nothing;
    const auto& lifted = act.lifts ? act.lifts->of : nothing;
    for (const auto* list : {&act.not_by_author_of, &act.after, &act.after_any, &lifted}) {
        for (const std::string& other : *list) {
            if (!holds(acts, other)) {
                complain_at(at, "'" + other + "' is not an act of this procedure", list_of(acts),
                            nearest(other, acts));
            }
        }
    }
    if (act.stands() && (!act.to.empty() || act.from.empty())) {
        complain_at(
            at,
            "the act '" + act.name + "' takes effect in any state, so it cannot lead to another",
            "a line 'from STATES' without 'to'");
    }
}

/// Facts are asserted, and contested, only by the side and role that the vocabulary names
/// (invariant 4), whether a field states them or the text does.
void Parser::check_facts(const ActKind& act, const Place& at) {
    const Vocabulary& vocabulary = reading_.data.vocabulary;
    const auto refuse = [&](const std::string& fact, std::string_view verb,
                            const std::string& role) {
        complain_at(at, "the fact '" + fact + "' may not be " + std::string(verb) + " by " +
                            act.by_side + " " + role + " (act '" + act.name + "')");
    };
    for (const std::string& role :
         act.by_side.empty() ? std::vector<std::string>{} : act.by_roles) {
        for (const ActField& field : act.fields) {
            if (field.type == FieldType::fact &&
                !vocabulary.may_assert(field.fact, act.by_side, role)) {
                refuse(field.fact, "asserted", role);
            }
        }
        for (const FactSetting& setting : act.sets) {
            const FactDeclaration* fact = vocabulary.fact(setting.fact);
            const bool of_the_file = fact != nullptr && fact->fact_class == FactClass::file &&
                                     fact->asserted_by_sides.empty();
            if (!of_the_file && !vocabulary.may_assert(setting.fact, act.by_side, role)) {
                refuse(setting.fact, "set", role);
            }
        }
        for (const std::string& fact : act.contests) {
            if (!vocabulary.may_contest(fact, act.by_side, role)) {
                refuse(fact, "contested", role);
            }
        }
    }
    // An element is supplied by an act only if the act cannot be taken without it.
    for (const FactSetting& setting : act.sets) {
        const FactDeclaration* fact = vocabulary.fact(setting.fact);
        if (fact == nullptr || fact->type != FactType::set || fact->name != "element") {
            continue;
        }
        for (const codec::Value& element : setting.value.get_array()) {
            const std::string name(element.get_string());
            const ActField* field = act.field(name);
            if (field == nullptr || field->optional) {
                complain_at(at, "the element '" + name + "' is set without a field of that name",
                            "a field '" + name + "' that is not optional");
            }
        }
    }
}

/// A mechanism's field exists, is of the type that it needs, and is read by every side: a clause
/// reads only fields open to all who must judge by it (DESIGN 5.3).
void Parser::check_field_named(const ActKind& act, const std::string& name, FieldType type,
                               const Place& at) {
    if (name.empty()) {
        return;
    }
    const std::vector<std::string> fields = fields_of(act);
    const ActField* field = act.field(name);
    if (field == nullptr) {
        complain_at(at, "'" + name + "' is not a field of the act '" + act.name + "'",
                    list_of(fields), nearest(name, fields));
        return;
    }
    if (field->type != type || (type == FieldType::text && field->fact != data_fact)) {
        complain_at(at, "the field '" + name + "' is of another type",
                    "a field of type " + std::string(word_for(type)));
    }
    if (!field->audience.empty()) {
        complain_at(at, "the field '" + name + "' is not open to all, but all judge by it",
                    "a field without 'open to'");
    }
}

void Parser::check_fields_named(const ActKind& act, const Place& at) {
    for (const std::string* name :
         {&act.opened_field, &act.recalls, &act.sets_aside, &act.erases}) {
        check_field_named(act, *name, FieldType::act, at);
    }
    if (act.lifts) {
        check_field_named(act, act.lifts->field, FieldType::act, at);
    }
    if (act.outage) {
        check_field_named(act, act.outage->from, FieldType::instant, at);
        check_field_named(act, act.outage->until, FieldType::instant, at);
    }
    check_field_named(act, act.item_category, FieldType::text, at);
    if (!act.item_category.empty() && !reading_.data.vocabulary.facts.empty()) {
        const FactDeclaration* data = reading_.data.vocabulary.fact(data_fact);
        if (data == nullptr ||
            !reading_.data.vocabulary.derived_from(data_fact, data->values.front())) {
            complain_at(at, "no tier follows from the category of an item",
                        "an integer derived from the fact '" + std::string(data_fact) + "'");
        }
    }
    // All but an erasure of everything, and an item of the matter's own category, say what they
    // are about.
    static const std::string none;
    for (const std::string* name :
         {&act.opened_field, &act.recalls, &act.sets_aside, act.lifts ? &act.lifts->field : &none,
          act.outage ? &act.outage->from : &none, act.outage ? &act.outage->until : &none}) {
        const ActField* field = act.field(*name);
        if (field != nullptr && field->optional) {
            complain_at(at, "the field '" + *name + "' is optional, but the act rests on it",
                        "a field that is not optional");
        }
    }
}

void Parser::check_restraint(const Procedure& procedure, const ActKind& act, const Place& at) {
    const std::string& name = act.restrains.field;
    const ActField* field = act.field(name);
    const bool categories =
        field != nullptr && field->type == FieldType::list && field->fact == data_fact;
    if (categories && !field->audience.empty()) {
        check_field_named(act, name, FieldType::list, at);
    } else if (!categories) {
        check_field_named(act, name, FieldType::act, at);
    }
    if (!act.lifts) {
        return;
    }
    for (const std::string& of : act.lifts->of) {
        const ActKind* restricting = procedure.act(of);
        if (restricting == nullptr) {
            continue;
        }
        if (restricting->restrains.binds.empty()) {
            complain_at(at, "the act '" + of + "' restricts nothing that could be lifted");
        } else if (!act.lifts->as_authority && restricting->by_side != act.by_side) {
            complain_at(
                at,
                "the restriction of '" + of + "' is its raiser's to lift (act '" + act.name + "')",
                "an act by " + restricting->by_side + ", or 'as authority'");
        }
    }
    // Whoever is to receive would otherwise clear what stands in the way.
    const bool reader = std::ranges::any_of(
        procedure.acts, [&](const ActKind& one) { return one.item_reader == act.by_side; });
    if (act.lifts->as_authority && reader) {
        complain_at(at,
                    "the side that items are sealed to cannot be the authority that lifts (act '" +
                        act.name + "')");
    }
}

/// DESIGN 5.7: no free fields, so that doubles collapse.
void Parser::check_tacit(const ActKind& act, const Place& at) {
    if (!act.tacit) {
        return;
    }
    check_field_named(act, act.tacit->from, FieldType::instant, at);
    check_field_named(act, act.tacit->until, FieldType::instant, at);
    const bool bound = std::ranges::all_of(act.fields, [&](const ActField& field) {
        return !field.optional && (field.name == act.tacit->from || field.name == act.tacit->until);
    });
    if (!bound || act.fields.size() != 2) {
        complain_at(at, "a tacit effect has no fields of its own (act '" + act.name + "')",
                    "the two that say when the clock began and when it ran out");
    }
    if (!act.sets.empty() || act.is_release() || act.stands() || act.from.empty()) {
        complain_at(at, "silence releases, asserts and lifts nothing (act '" + act.name + "')",
                    "an act that moves the matter, or only marks");
    }
}

}  // namespace comity::law::detail
