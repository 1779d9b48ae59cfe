#include <algorithm>

#include "domain/law/detail/parser.h"
#include "domain/law/detail/words.h"

// Onward sharing: who received an item hands it on by its origin's grant only (DESIGN 6.7).

namespace comity::law::detail {

/// `grants FIELD to FIELD`.
bool Parser::grants(ActKind& act) {
    OnwardGrant grant;
    const bool good = names_field(grant.of) && expect({"to"}) && names_field(grant.to);
    act.grants = std::move(grant);
    return good;
}

/// `hands-on FIELD granted by ACTS`.
bool Parser::hands_on(ActKind& act) {
    HandingOn onward;
    if (!names_field(onward.of) || !expect({"granted", "by"})) {
        return false;
    }
    onward.granted_by = strings("the name of an act");
    const bool good = !onward.granted_by.empty();
    act.hands_on = std::move(onward);
    return good;
}

void Parser::check_needed(const ActKind& act, const std::string& name, FieldType type,
                          const Place& at) {
    check_field_named(act, name, type, at);
    const ActField* field = act.field(name);
    if (field != nullptr && field->optional) {
        complain_at(at, "the field '" + name + "' is optional, but the act rests on it",
                    "a field that is not optional");
    }
}

/// Everybody judges the terms of what is handed on by those of what was received, and whoever
/// receives hands over in no other way.
void Parser::check_onward(const Procedure& procedure, const ActKind& act, const Place& at) {
    if (act.grants) {
        check_needed(act, act.grants->of, FieldType::act, at);
        check_needed(act, act.grants->to, FieldType::party, at);
        const ActField* to = act.field(act.grants->to);
        if (to != nullptr && to->side.empty()) {
            complain_at(at, "the field '" + to->name + "' names a party without a side",
                        "a field of type 'party as SIDE'");
        }
        if (act.is_release()) {
            complain_at(at, "an act that grants hands nothing over (act '" + act.name + "')");
        }
    }
    const bool receives = std::ranges::any_of(
        procedure.acts, [&](const ActKind& one) { return one.item_reader == act.by_side; });
    if (act.mechanisms.seals_item && receives && !act.hands_on) {
        complain_at(at,
                    "the side '" + act.by_side + "' receives items, so what it hands over (act '" +
                        act.name + "') needs the origin's grant",
                    "a line 'hands-on FIELD granted by ACTS'");
    }
    if (!act.hands_on) {
        return;
    }
    check_needed(act, act.hands_on->of, FieldType::act, at);
    if (!act.mechanisms.seals_item) {
        complain_at(at, "the act '" + act.name + "' hands on without sealing an item",
                    "a line 'seals item for SIDE'");
    }
    for (const std::string& of : act.hands_on->granted_by) {
        const ActKind* granting = procedure.act(of);
        if (granting == nullptr || !granting->grants) {
            complain_at(at, "the act '" + of + "' grants nothing that could be handed on",
                        "an act with a line 'grants FIELD to FIELD'");
        }
    }
    for (const ActKind& sealing : procedure.acts) {
        for (const ActField& field : sealing.fields) {
            const bool compared = sealing.item_reader == act.by_side || &sealing == &act;
            if (compared && field.type == FieldType::item &&
                (field.optional || !field.audience.empty())) {
                complain_at(at,
                            "the item of the act '" + sealing.name +
                                "' may be handed on, and is not open to all who judge that",
                            "a field without 'optional' and 'open to'");
            }
        }
    }
}

}  // namespace comity::law::detail
