// What the reference has against an act, written as plainly as can be.

#include <algorithm>

#include "domain/items/items.h"
#include "node/simulation/model.h"
#include "node/simulation/silence.h"

namespace comity::simulation {
namespace {

using MaybeObjection = std::optional<Objection>;

MaybeObjection against_order(const KnownAct& act, const Model& before) {
    const law::ActKind& kind = *act.kind;
    if (kind.from.empty() ? !before.done.empty() : !contains(kind.from, before.state)) {
        return Objection{"DESIGN 5.4", "an act that is not open in the state " + before.state};
    }
    for (const std::string& needed : kind.after) {
        const bool there = std::ranges::any_of(before.done, [&](const ModelAct& done) {
            return done.act->kind->name == needed && !done.overtaken;
        });
        if (!there) {
            return Objection{"DESIGN 5.4", "an act that must come first is not in its past"};
        }
    }
    const auto& any = kind.after_any;
    if (!any.empty() && std::ranges::none_of(before.done, [&](const ModelAct& done) {
            return contains(any, done.act->kind->name) && !done.overtaken;
        })) {
        return Objection{"DESIGN 5.4", "none of the acts that must come first is in its past"};
    }
    for (const ModelAct& done : before.done) {
        if (act.header.at < done.act->header.at) {
            return Objection{"DESIGN 5.6", "an act dated before an act in its own past"};
        }
    }
    return std::nullopt;
}

MaybeObjection against_author(const KnownAct& act, const Model& before,
                              const law::Vocabulary& vocabulary) {
    const law::ActKind& kind = *act.kind;
    if (!kind.from.empty() && before.side_of(act.header.author) != kind.by_side) {
        return Objection{"DESIGN 6.4", "an act of another side"};
    }
    if (!contains(kind.by_roles, act.role)) {
        return Objection{"DESIGN 6.4", "an act that is not for a " + act.role};
    }
    for (const ModelAct& done : before.done) {
        const bool same =
            done.act->header.key == act.header.key ||
            (done.act->header.author == act.header.author && done.act->person == act.person);
        if (same && contains(kind.not_by_author_of, done.act->kind->name)) {
            return Objection{"DESIGN 6.4", act.person.text() + " approves what they asked for"};
        }
    }
    for (const law::ActField& field : kind.fields) {
        const codec::Value* value = act.fields.if_contains(field.name);
        if (field.type != law::FieldType::fact || value == nullptr || value->is_null()) {
            continue;
        }
        const law::FactDeclaration& fact = *vocabulary.fact(field.fact);
        const bool side =
            fact.asserted_by_sides.empty() || contains(fact.asserted_by_sides, kind.by_side);
        const bool role =
            fact.asserted_by_roles.empty() || contains(fact.asserted_by_roles, act.role);
        const bool decides =
            contains(fact.decided_by_sides, kind.by_side) &&
            (fact.decided_by_roles.empty() || contains(fact.decided_by_roles, act.role));
        if ((!side || !role) && !decides) {
            return Objection{"DESIGN 6.4", "a " + act.role + " asserts " + field.fact};
        }
    }
    return std::nullopt;
}

/// Whether something is said against what is said of the fact, and the authority has not spoken on
/// that yet.
bool is_contested(const Model& before, const std::string& fact) {
    const auto found = before.claims.find(fact);
    if (found == before.claims.end()) {
        return false;
    }
    const Claim& claim = found->second;
    const bool open = std::ranges::any_of(claim.contests, [&](const base::ActId& one) {
        return !claim.decided || !claim.decision_knew.contains(one);
    });
    const bool differ = !claim.decided && std::ranges::any_of(claim.by_side, [&](const auto& one) {
        return !(one.second.possible == claim.by_side.begin()->second.possible);
    });
    return open || differ;
}

/// What is contested was stated, and is not decided; an authority that may not state the fact
/// itself speaks once it is contested.
MaybeObjection against_claims(const KnownAct& act, const Model& before,
                              const law::Vocabulary& vocabulary) {
    const law::ActKind& kind = *act.kind;
    for (const std::string& fact : kind.contests) {
        const auto found = before.claims.find(fact);
        const bool stated = found != before.claims.end() &&
                            (!found->second.by_side.empty() || found->second.decided);
        if (!stated) {
            return Objection{"DESIGN 6.4", "a fact is contested that nobody has stated"};
        }
        if (found->second.decided && !is_contested(before, fact)) {
            return Objection{"DESIGN 6.4", "a fact is contested that its authority has decided"};
        }
    }
    for (const law::ActField& field : kind.fields) {
        const codec::Value* value = act.fields.if_contains(field.name);
        if (field.type != law::FieldType::fact || value == nullptr || value->is_null()) {
            continue;
        }
        const law::FactDeclaration& fact = *vocabulary.fact(field.fact);
        const bool disputable = !fact.contested_by_sides.empty() || !fact.decided_by_sides.empty();
        const bool states =
            (fact.asserted_by_sides.empty() || contains(fact.asserted_by_sides, kind.by_side)) &&
            (fact.asserted_by_roles.empty() || contains(fact.asserted_by_roles, act.role));
        if (disputable && !states && !is_contested(before, field.fact)) {
            return Objection{"DESIGN 6.4", "an authority decides what nobody contests"};
        }
    }
    return std::nullopt;
}

/// What an institution grants: a role that it may grant, some time, one key to one person.
MaybeObjection against_grant(const KnownAct& act, const Model& after, const Cast& cast,
                             const law::Vocabulary& vocabulary) {
    const std::string role(act.fields.at("role").get_string());
    const law::RoleDeclaration* declared = vocabulary.role(role);
    const std::string& kind = cast.of(act.header.author).kind;
    if (declared == nullptr || !contains(declared->accredited_by, kind)) {
        return Objection{"DESIGN 6.4", "a " + kind + " accredits a " + role};
    }
    const auto from = base::Instant::parse(act.fields.at("from").get_string());
    const auto until = base::Instant::parse(act.fields.at("until").get_string());
    if (!from || !until || *until <= *from) {
        return Objection{"DESIGN 6.1", "an accreditation that ends before it begins"};
    }
    for (const ModelAct& done : after.done) {
        if (done.act->kind->mechanisms.accredits &&
            done.act->fields.at("key") == act.fields.at("key") &&
            done.act->fields.at("person") != act.fields.at("person")) {
            return Objection{"DESIGN 6.4", "one key is granted to two persons"};
        }
    }
    return std::nullopt;
}

MaybeObjection against_mechanism(const KnownAct& act, const Model& after, const Cast& cast,
                                 const law::Vocabulary& vocabulary) {
    const law::Mechanisms& does = act.kind->mechanisms;
    const std::string own = "registry-" + act.header.author.text();
    if ((does.accredits || does.suspends) && act.header.matter.text() != own) {
        return Objection{"DESIGN 6.4", "a party accredits outside its own registry"};
    }
    if (act.header.matter.text().starts_with("registry-") && act.header.matter.text() != own &&
        act.kind->from.empty()) {
        return Objection{"DESIGN 6.4", "a party opens the registry of another"};
    }
    if (does.accredits) {
        if (auto found = against_grant(act, after, cast, vocabulary)) {
            return found;
        }
    }
    if (does.pins) {
        const codec::Value* pinned = act.fields.if_contains("annex");
        if (pinned == nullptr || !pinned->is_string() ||
            std::string(pinned->get_string()) != casework::digest_of(cast.annex).hex()) {
            return Objection{"DESIGN 5.1", "an act pins another annex"};
        }
        const codec::Value* text = act.fields.if_contains("agreement");
        if (text != nullptr && *text != codec::Value(cast.annex.text.hex())) {
            return Objection{"DESIGN 5.1", "an act pins another agreement"};
        }
    }
    if (does.seals_item) {
        const base::PartyId* reader = after.only(act.kind->item_reader);
        for (const law::ActField& field : act.kind->fields) {
            const codec::Value* value = act.fields.if_contains(field.name);
            if (field.type != law::FieldType::item || value == nullptr) {
                continue;
            }
            const auto item = codec::read<items::ItemDescriptor>(*value);
            if (!item || reader == nullptr || item->reader != *reader) {
                return Objection{"DESIGN 6.1", "an item sealed to another than the named reader"};
            }
        }
    }
    return std::nullopt;
}

MaybeObjection against_law(const KnownAct& act, const Model& after, const Cast& cast,
                           const law::Library& library) {
    const law::LawNeed need = act.kind->need;
    if (need == law::LawNeed::none) {
        return std::nullopt;
    }
    const base::PartyId* asks = after.only(std::string(law::requesting_side));
    const base::PartyId* answers = after.only(std::string(law::requested_side));
    if (asks == nullptr || answers == nullptr) {
        return Objection{"DESIGN 6.1", "an act is judged by the law without two sides"};
    }
    law::Facts facts = after.facts;
    if (!act.kind->opened_field.empty()) {
        return std::nullopt;  // assessed as the item that it opens: not modelled
    }
    if (const codec::Value* category = act.fields.if_contains(act.kind->item_category)) {
        (void)facts.set(library.vocabulary(), law::data_fact, *category);
    }
    const bool own = need == law::LawNeed::open_own || need == law::LawNeed::release_own;
    law::Question question;
    question.requesting = cast.of(*asks).jurisdiction;
    question.requested = cast.of(*answers).jurisdiction;
    question.as_of = base::utc_day_of(act.header.at);
    question.facts = std::move(facts);
    question.events.insert(after.events.begin(), after.events.end());
    question.now = act.header.at;
    question.as_far_as = own ? act.kind->by_side : "";
    const auto assessment = law::assess(library, question, law::Routes::best);
    if (!assessment || assessment->outcome != law::Outcome::open) {
        return Objection{"DESIGN 6.1", "the law does not open this request"};
    }
    const bool release = need == law::LawNeed::release || need == law::LawNeed::release_own;
    if (release && !assessment->release_up) {
        return Objection{"DESIGN 6.1", "a release without all that the law asks for"};
    }
    return std::nullopt;
}

}  // namespace

std::optional<Objection> objection_to_taking(const KnownAct& act, const Model& before,
                                             const law::Library& library) {
    if (auto found = against_order(act, before)) {
        return found;
    }
    return against_author(act, before, library.vocabulary());
}

std::optional<Objection> objection_to(const KnownAct& act, const Model& before, const Cast& cast,
                                      const law::Library& library, Regard regard) {
    if (!act.lie.empty()) {
        return Objection{"the liar", act.lie};
    }
    if (act.header.realm != cast.annex.realm) {
        return Objection{"DESIGN 6.9", "an act of another realm"};
    }
    if (act.header.law != library.digest()) {
        return Objection{"DESIGN 5.12", "an act under other law texts"};
    }
    if (before.procedure != nullptr && before.procedure != act.procedure) {
        return Objection{"DESIGN 5.12", "an act under another procedure than its matter"};
    }
    if (auto found = objection_to_taking(act, before, library)) {
        return found;
    }
    if (auto found = against_claims(act, before, library.vocabulary())) {
        return found;
    }
    if (regard == Regard::everything) {
        if (auto found = against_handling(act, before)) {
            return found;
        }
        if (auto found = against_timing(act, before, cast, library)) {
            return found;
        }
    }
    Model after = before;
    take(library, after, act);
    if (auto found = against_mechanism(act, after, cast, library.vocabulary())) {
        return found;
    }
    if (auto found = against_witnesses(act, after, cast)) {
        return found;
    }
    return against_law(act, after, cast, library);
}

}  // namespace comity::simulation
