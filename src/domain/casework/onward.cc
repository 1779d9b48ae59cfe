#include "domain/casework/onward.h"

#include <algorithm>
#include <string>

#include "domain/casework/refusal.h"
#include "domain/casework/state.h"

namespace comity::casework {
namespace {

/// What is read here of an item's descriptor (domain/items): the terms on which it is held.
struct Terms {
    std::int64_t tier = 0;
    base::Date end;
    std::vector<std::string> use_limits;
};
constexpr auto item_tier = codec::field("tier", &Terms::tier, "0 to 4");
constexpr auto item_end = codec::field("end", &Terms::end, "its last day");
constexpr auto item_limits = codec::field("use_limits", &Terms::use_limits, "how it may be used");

constexpr std::size_t most_limits = 16;  // items::max_use_limits

/// The terms in a descriptor. Kind malformed.
base::Result<Terms> terms_in(const codec::Value& descriptor) {
    const auto member = [&](std::string_view name) {
        const codec::Value* value =
            descriptor.is_object() ? descriptor.get_object().if_contains(name) : nullptr;
        return value == nullptr ? codec::Value() : *value;
    };
    Terms terms;
    terms.tier = COMITY_TRY(codec::read<std::int64_t>(member(item_tier.name), item_tier.name));
    terms.end = COMITY_TRY(codec::read<base::Date>(member(item_end.name), item_end.name));
    terms.use_limits = COMITY_TRY(codec::read<std::vector<std::string>>(
        member(item_limits.name), item_limits.name, most_limits));
    return terms;
}

const codec::Value* descriptor_in(const MatterState& state, const base::ActId& act) {
    const auto item = std::ranges::find(state.items, act, &MatterItem::act);
    return item == state.items.end() ? nullptr : &item->descriptor;
}

std::optional<codec::Value> descriptor_in(const law::ActKind& kind, const Act& act) {
    const auto field = std::ranges::find(kind.fields, law::FieldType::item, &law::ActField::type);
    return field == kind.fields.end() ? std::nullopt : act.value(field->name);
}

/// At most as wide: every limit is kept, and neither day nor tier is beyond those received.
base::Result<void> check_terms(const law::ActKind& kind, const Terms& received,
                               const Terms& handed_on) {
    for (const std::string& limit : received.use_limits) {
        if (std::ranges::find(handed_on.use_limits, limit) == handed_on.use_limits.end()) {
            return inadmissible(kind.clause, "a use limit of the item is dropped", limit,
                                "hand it on with every limit under which it came");
        }
    }
    if (received.end < handed_on.end) {
        return inadmissible(kind.clause, "the item would be kept longer than its origin allowed",
                            "it ends on " + received.end.text());
    }
    if (received.tier < handed_on.tier) {
        return inadmissible(kind.clause, "the item would be of a higher tier than it was received");
    }
    return {};
}

base::Result<void> check_grant(const law::ActKind& kind, const Act& act, const MatterState& before,
                               const Signer& signer) {
    const Release* release = COMITY_TRY(release_named(kind, act, kind.grants->of, before));
    const base::PartyId& origin = origin_of(before, *release);
    if (origin != signer.party) {
        return inadmissible(kind.clause, "only the origin of an item grants that it is handed on",
                            "it is of " + origin.text());
    }
    const law::ActField* to = kind.field(kind.grants->to);
    const base::PartyId* there = to == nullptr ? nullptr : before.only_party_on(to->side);
    if (there != nullptr && act.text(to->name) != there->text()) {
        return inadmissible(kind.clause, "another party stands there already",
                            there->text() + " on the side " + to->side);
    }
    return {};
}

/// The item was received, and may still be used.
base::Result<void> check_received(const law::ActKind& kind, const Release& release,
                                  const MatterState& before, const Signer& signer) {
    if (release.reader != signer.party) {
        return inadmissible(kind.clause, "what is handed on was sealed to another party");
    }
    if (const Release* gone = recalled_along(before, release)) {
        return inadmissible(gone->kind->clause, "the item was recalled",
                            "act " + gone->recalled->hex());
    }
    if (const auto reasons = reader_reasons(before, release); !reasons.empty()) {
        return inadmissible(
            reasons.front()->kind->clause, "a restriction is open: " + reasons.front()->kind->title,
            "act " + reasons.front()->act.hex(), "it ends only by an act that lifts it");
    }
    if (release.erased.contains(signer.party) || release.set_aside.contains(signer.party)) {
        return inadmissible(kind.clause, "the item was erased or set aside here");
    }
    return {};
}

base::Result<void> check_handing_on(const law::Vocabulary& vocabulary, const law::ActKind& kind,
                                    const Act& act, const MatterState& before,
                                    const Signer& signer) {
    const Release* release = COMITY_TRY(release_named(kind, act, kind.hands_on->of, before));
    COMITY_TRY(check_received(kind, *release, before, signer));
    const base::PartyId* reader = before.only_party_on(kind.item_reader);
    const base::PartyId& origin = origin_of(before, *release);
    const auto& kinds = kind.hands_on->granted_by;
    const bool granted = std::ranges::any_of(before.grants, [&](const Grant& grant) {
        return grant.release == release->act && grant.party == origin && reader != nullptr &&
               grant.to == *reader && std::ranges::find(kinds, grant.kind->name) != kinds.end();
    });
    if (!granted) {
        return inadmissible(kind.clause, "the origin has not granted that it is handed on",
                            "it is of " + origin.text(), "ask its origin first");
    }
    const std::string category = category_of(vocabulary, before, kind, act);
    if (category != release->category && !category.empty() && !release->category.empty()) {
        return inadmissible(kind.clause, "another category of data was received",
                            "it was " + release->category);
    }
    const codec::Value* received = descriptor_in(before, release->act);
    const auto handed_on = descriptor_in(kind, act);
    if (received == nullptr || !handed_on) {
        return inadmissible(kind.clause, "the terms of the item are not known here");
    }
    const Terms old_terms = COMITY_TRY(terms_in(*received));
    const Terms new_terms = COMITY_TRY(terms_in(*handed_on));
    return check_terms(kind, old_terms, new_terms);
}

}  // namespace

const base::PartyId& origin_of(const MatterState& state, const Release& release) {
    const Release* first =
        release.sources.empty() ? nullptr : state.release(release.sources.back());
    return first == nullptr ? release.holder : first->holder;
}

const Release* recalled_along(const MatterState& state, const Release& release) {
    if (release.recalled) {
        return &release;
    }
    for (const base::ActId& source : release.sources) {
        const Release* one = state.release(source);
        if (one != nullptr && one->recalled) {
            return one;
        }
    }
    return nullptr;
}

void note_grant(MatterState& state, const Act& act, const law::ActKind& kind, const DoneAct& done) {
    const auto release = kind.grants ? named_act(act, kind.grants->of) : std::nullopt;
    const auto to = kind.grants ? act.text(kind.grants->to) : std::nullopt;
    const auto party =
        to ? base::PartyId::parse(*to) : base::fail(base::ErrorKind::not_found, "no party");
    if (release && party) {
        state.grants.push_back({done.id, &kind, done.party, *release, *party});
    }
}

std::vector<base::ActId> sources_of(const MatterState& state, const Act& act,
                                    const law::ActKind& kind) {
    const auto named = kind.hands_on ? named_act(act, kind.hands_on->of) : std::nullopt;
    const Release* release = named ? state.release(*named) : nullptr;
    if (release == nullptr) {
        return {};
    }
    std::vector<base::ActId> sources{release->act};
    sources.insert(sources.end(), release->sources.begin(), release->sources.end());
    return sources;
}

base::Result<void> check_onward(const law::Vocabulary& vocabulary, const law::ActKind& kind,
                                const Act& act, const MatterState& before, const Signer& signer) {
    if (kind.grants) {
        COMITY_TRY(check_grant(kind, act, before, signer));
    }
    return kind.hands_on ? check_handing_on(vocabulary, kind, act, before, signer)
                         : base::Result<void>{};
}

}  // namespace comity::casework
