#include "domain/casework/state.h"

#include <algorithm>

namespace comity::casework {

base::Result<Signer> signer_of(const World& world, const Act& act) {
    const Header& header = act.header;
    const PartyEntry* party = world.annex.find(header.author);
    if (party == nullptr) {
        return base::fail(base::ErrorKind::not_proven,
                          "the annex does not name the party " + header.author.text());
    }
    if (header.key == party->root.id()) {
        return Signer{header.author,          COMITY_TRY(base::PersonId::parse(root_role)),
                      std::string(root_role), party->root,
                      std::nullopt,           {}};
    }
    if (!header.registry) {
        return base::fail(base::ErrorKind::not_proven,
                          "the signing key is outside the chain of " + header.author.text(),
                          "it is not the root key and the act names no registry head");
    }
    Accreditation found =
        COMITY_TRY(world.registry.granted(header.author, header.key, *header.registry, header.at));
    return Signer{found.party, found.person,  found.role,
                  found.key,   found.sealing, found.competence};
}

std::optional<std::string> MatterState::side_of(const base::PartyId& party) const {
    for (const auto& [side, parties] : sides) {
        if (std::ranges::find(parties, party) != parties.end()) {
            return side;
        }
    }
    return std::nullopt;
}

const base::PartyId* MatterState::only_party_on(std::string_view side) const {
    const auto found = sides.find(side);
    return found == sides.end() || found->second.size() != 1 ? nullptr : &found->second.front();
}

std::vector<base::PartyId> MatterState::parties() const {
    std::set<base::PartyId> all;
    for (const auto& [side, parties] : sides) {
        all.insert(parties.begin(), parties.end());
    }
    return {all.begin(), all.end()};
}

const Restriction* MatterState::restriction(const base::ActId& act) const {
    const auto found = std::ranges::find(restrictions, act, &Restriction::act);
    return found == restrictions.end() ? nullptr : &*found;
}

const Release* MatterState::release(const base::ActId& act) const {
    const auto found = std::ranges::find(releases, act, &Release::act);
    return found == releases.end() ? nullptr : &*found;
}

base::Result<const law::ActKind*> kind_of(const law::Procedure& procedure, const Act& act) {
    if (act.openings.empty() || act.openings.front().index != 0 ||
        act.openings.front().path != "kind") {
        return base::fail(base::ErrorKind::malformed, "the act does not open its kind");
    }
    const auto name = act.text("kind");
    const law::ActKind* kind = name ? procedure.act(*name) : nullptr;
    if (kind == nullptr) {
        return base::fail(
            base::ErrorKind::malformed,
            "the procedure " + procedure.name + " has no act kind " + name.value_or("(none)"));
    }
    return kind;
}

base::Result<MatterState> initial(const law::Library& library, const law::Procedure& procedure) {
    MatterState state;
    state.procedure = &procedure;
    for (const law::FactSetting& assumed : procedure.assumes) {
        COMITY_TRY(state.facts.set(library.vocabulary(), assumed.fact, assumed.value));
    }
    return state;
}

namespace {

/// Parties join a side; one that stands on a side already stays there.
void join(MatterState& state, const std::string& side, const std::vector<base::PartyId>& parties) {
    for (const base::PartyId& party : parties) {
        if (!side.empty() && !state.side_of(party)) {
            state.sides[side].push_back(party);
        }
    }
}

/// The last value within a side; of a fact that can be contested, sides never overwrite each other
/// (invariant 4).
base::Result<void> assert_fact(const law::Vocabulary& vocabulary, MatterState& state,
                               const std::string& fact, const codec::Value& value,
                               const DoneAct& done, const std::string& side) {
    const law::FactDeclaration* declared = vocabulary.fact(fact);
    if (declared != nullptr && declared->disputable()) {
        return assert_claim(vocabulary, state, *declared, value, done, side);
    }
    COMITY_TRY(state.facts.set(vocabulary, fact, value));
    state.sources[fact] = FactSource{done.id, side, done.role};
    return {};
}

base::Result<void> apply_field(const law::Library& library, MatterState& state,
                               const law::ActField& field, const codec::Value& value,
                               const DoneAct& done, const std::string& side) {
    switch (field.type) {
        case law::FieldType::fact:
            COMITY_TRY(assert_fact(library.vocabulary(), state, field.fact, value, done, side));
            break;
        case law::FieldType::party:
            join(state, field.side, {COMITY_TRY(codec::read<base::PartyId>(value, field.name))});
            break;
        case law::FieldType::parties:
            join(state, field.side,
                 COMITY_TRY(codec::read<std::vector<base::PartyId>>(value, field.name)));
            break;
        case law::FieldType::item: {
            MatterItem item{done.id, done.party, {}, 0, value, {}};
            state.items.push_back(std::move(item));
            break;
        }
        case law::FieldType::text:
        case law::FieldType::person:
        case law::FieldType::role:
        case law::FieldType::realm:
        case law::FieldType::key:
        case law::FieldType::sealing:
        case law::FieldType::digest:
        case law::FieldType::date:
        case law::FieldType::instant:
        case law::FieldType::number:
        case law::FieldType::list:
        case law::FieldType::matter:
        case law::FieldType::act:
        case law::FieldType::vkey: break;
    }
    return {};
}

/// A scale only rises and a set only grows (law::FactSetting); every other fact takes the last
/// value.
base::Result<void> raise(const law::Vocabulary& vocabulary, const law::FactSetting& setting,
                         law::Facts& facts) {
    const law::FactDeclaration* declared = vocabulary.fact(setting.fact);
    const law::Possible* old = facts.find(setting.fact);
    if (declared == nullptr || old == nullptr) {
        return facts.set(vocabulary, setting.fact, setting.value);
    }
    law::Facts risen;
    COMITY_TRY(risen.set(vocabulary, setting.fact, setting.value));
    const law::Possible& fresh = *risen.find(setting.fact);
    if (declared->type == law::FactType::scale && old->mask >= fresh.mask) {
        return {};  // values stand from low to high, so the higher mask is the higher value
    }
    if (declared->type == law::FactType::set) {
        codec::Array all;
        for (std::size_t i = 0; i < declared->values.size(); ++i) {
            if ((((old->must | fresh.must) >> i) & 1U) != 0) {
                all.emplace_back(declared->values[i]);
            }
        }
        return facts.set(vocabulary, setting.fact, all);
    }
    return facts.set(vocabulary, setting.fact, setting.value);
}

/// What the text itself sets.
base::Result<void> set_fact(const law::Vocabulary& vocabulary, MatterState& state,
                            const law::FactSetting& setting, const DoneAct& done,
                            const std::string& side) {
    const law::FactDeclaration* declared = vocabulary.fact(setting.fact);
    if (declared != nullptr && declared->disputable()) {
        return assert_claim(vocabulary, state, *declared, setting.value, done, side);
    }
    COMITY_TRY(raise(vocabulary, setting, state.facts));
    state.sources[setting.fact] = FactSource{done.id, side, done.role};
    return {};
}

/// Whom the item that the act carries is for, and of which tier it is.
void tell_items(const law::Vocabulary& vocabulary, MatterState& state, const Act& act,
                const law::ActKind& kind, const DoneAct& done) {
    for (MatterItem& item : state.items) {
        if (!kind.mechanisms.seals_item || item.act != done.id) {
            continue;
        }
        item.tier = kind.item_tier;
        if (!kind.item_category.empty()) {
            item.category = category_of(vocabulary, state, kind, act);
            item.tier = static_cast<int>(
                vocabulary.derived_from(law::data_fact, item.category).value_or(kind.item_tier));
        }
        if (const base::PartyId* reader = state.only_party_on(kind.item_reader)) {
            item.reader = *reader;
        }
    }
}

/// What an act that was overtaken did all the same. Whom it let in has been told of the matter and
/// answers: without a place in it nobody could take its receipts (DESIGN 5.3). What it handed over
/// is under way to its reader, and stands (DESIGN 5.4).
base::Result<void> keep_done(const law::Library& library, MatterState& state, const Act& act,
                             const law::ActKind& kind, const DoneAct& done) {
    for (const law::ActField& field : kind.fields) {
        const bool names =
            field.type == law::FieldType::party || field.type == law::FieldType::parties;
        const bool carries = field.type == law::FieldType::item && kind.hands_over();
        const auto value = names || carries ? act.value(field.name) : std::nullopt;
        if (value && !state.done.empty()) {
            COMITY_TRY(apply_field(library, state, field, *value, done, kind.by_side));
        }
    }
    if (kind.hands_over()) {
        tell_items(library.vocabulary(), state, act, kind, done);
        hand_over(library.vocabulary(), state, act, kind, done);
    }
    return {};
}

}  // namespace

base::Result<MatterState> apply(const law::Library& library, MatterState state, const Act& act,
                                const law::ActKind& kind, const Signer& signer) {
    DoneAct done{act.id(),      &kind,       signer.party,
                 signer.person, signer.role, act.header.key,
                 act.header.at, false,       noted_in_past(state, act.header.after)};
    const bool opens = kind.from.empty() && state.done.empty();
    const bool in_state = std::ranges::find(kind.from, state.state) != kind.from.end();
    // What restricts never waits and is never overtaken (DESIGN 5.4).
    const bool fits = opens || in_state || (kind.stands() && !state.done.empty());
    if (!fits || (kind.tacit && !tacit_holds(state, kind, act))) {
        done.overtaken = true;
        note_attendance(state, act, kind, done);
        COMITY_TRY(keep_done(library, state, act, kind, done));
        state.done.push_back(std::move(done));
        return state;
    }
    if (opens) {
        state.sides[kind.by_side] = {signer.party};
    }
    for (const law::ActField& field : kind.fields) {
        if (const auto value = act.value(field.name)) {
            COMITY_TRY(apply_field(library, state, field, *value, done, kind.by_side));
        }
    }
    for (const law::FactSetting& setting : kind.sets) {
        COMITY_TRY(set_fact(library.vocabulary(), state, setting, done, kind.by_side));
    }
    tell_items(library.vocabulary(), state, act, kind, done);
    COMITY_TRY(apply_mechanisms(library, state, act, kind, done));
    note_attendance(state, act, kind, done);
    for (const std::string& event : kind.marks) {
        state.events.insert_or_assign(event, act.header.at);
    }
    if (!kind.to.empty()) {
        state.state = kind.to;
    }
    state.done.push_back(std::move(done));
    return state;
}

}  // namespace comity::casework
