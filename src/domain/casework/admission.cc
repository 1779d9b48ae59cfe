// What the mechanisms ask of an act before it is admitted: nothing open restricts it, and what it
// answers is there to be answered.

#include <algorithm>

#include "domain/casework/mechanism.h"
#include "domain/casework/refusal.h"
#include "domain/casework/state.h"

namespace comity::casework {
namespace {

/// Cites the restricting act, by its clause and its id.
std::unexpected<base::Error> stopped_by(const Restriction& restriction) {
    return inadmissible(restriction.kind->clause,
                        "a restriction is open: " + restriction.kind->title,
                        "act " + restriction.act.hex() + " of " + restriction.party.text(),
                        "it ends only by an act that lifts it");
}

bool spares(const Restriction& restriction, const law::ActKind& kind, const Signer& signer) {
    const auto& office = restriction.kind->restrains.spares;
    return office && office->side == kind.by_side &&
           std::ranges::find(office->roles, signer.role) != office->roles.end();
}

base::Result<void> check_releasing(const law::Vocabulary& vocabulary, const law::ActKind& kind,
                                   const Act& act, const MatterState& before) {
    const std::string category = category_of(vocabulary, before, kind, act);
    const auto named = named_act(act, kind.opened_field);
    for (const Restriction& one : before.restrictions) {
        const bool concerned =
            one.item ? named == one.item
                     : one.categories.empty() || category.empty() ||
                           std::ranges::find(one.categories, category) != one.categories.end();
        if (one.binds(law::Bound::release) && concerned) {
            return stopped_by(one);
        }
    }
    return {};
}

base::Result<void> check_opening(const law::ActKind& kind, const Act& act,
                                 const MatterState& before, const Signer& signer) {
    const Release* release = COMITY_TRY(release_named(kind, act, kind.opened_field, before));
    bool spared = false;
    for (const Restriction& one : before.restrictions) {
        if (!one.binds(law::Bound::opening) || !concerns(one, *release)) {
            continue;
        }
        if (!spares(one, kind, signer)) {
            return stopped_by(one);
        }
        spared = true;
    }
    if (!spared && release->reader != signer.party) {
        return inadmissible(kind.clause, "the item is sealed to another party");
    }
    if (const Release* gone = recalled_along(before, *release)) {
        return inadmissible(gone->kind->clause, "the item was recalled",
                            "act " + gone->recalled->hex());
    }
    if (release->erased.contains(signer.party)) {
        return inadmissible(kind.clause, "the item was erased here",
                            "act " + release->erased.at(signer.party).hex());
    }
    if (!spared && release->set_aside.contains(signer.party)) {
        return inadmissible(kind.clause, "the item was set aside");
    }
    return {};
}

base::Result<void> check_erasing(const law::ActKind& kind, const Act& act,
                                 const MatterState& before, const Signer& signer) {
    const Release* named = nullptr;
    if (named_act(act, kind.erases)) {
        named = COMITY_TRY(release_named(kind, act, kind.erases, before));
        if (!named->holders().contains(signer.party)) {
            return inadmissible(kind.clause, signer.party.text() + " does not hold the item");
        }
    }
    for (const Release& release : before.releases) {
        const Restriction* hold = erasure_hold(before, release);
        const bool meant = named == nullptr || named == &release;
        if (meant && hold != nullptr && release.holders().contains(signer.party)) {
            return stopped_by(*hold);
        }
    }
    for (const Restriction& one : before.restrictions) {
        if (named == nullptr && one.binds(law::Bound::erasure) && !one.item) {
            return stopped_by(one);
        }
    }
    return {};
}

base::Result<void> check_lifting(const law::ActKind& kind, const Act& act,
                                 const MatterState& before, const Signer& signer) {
    const auto named = named_act(act, kind.lifts->field);
    const Restriction* restriction = named ? before.restriction(*named) : nullptr;
    if (restriction == nullptr) {
        return inadmissible(kind.clause, "the act names no restriction of this matter");
    }
    if (std::ranges::find(kind.lifts->of, restriction->kind->name) == kind.lifts->of.end()) {
        return inadmissible(
            kind.clause, "this act does not lift what " + restriction->kind->clause + " restricts");
    }
    if (restriction->lifted) {
        return inadmissible(kind.clause, "the restriction is lifted already",
                            "act " + restriction->lifted->hex());
    }
    if (!kind.lifts->as_authority && restriction->party != signer.party) {
        return inadmissible(restriction->kind->clause,
                            "only " + restriction->party.text() + ", who raised it, may lift it",
                            "act " + restriction->act.hex());
    }
    return {};
}

std::optional<base::Instant> instant_in(const Act& act, const std::string& field) {
    const auto text = act.text(field);
    const auto instant =
        text ? base::Instant::parse(*text) : base::fail(base::ErrorKind::malformed, "no instant");
    return instant ? std::optional(*instant) : std::nullopt;
}

base::Result<void> check_outage(const law::ActKind& kind, const Act& act) {
    const auto from = instant_in(act, kind.outage->from);
    const auto until = instant_in(act, kind.outage->until);
    if (!from || !until || *until <= *from || act.header.at < *until) {
        return inadmissible(kind.clause,
                            "an outage ends after it began, and not after it is recorded");
    }
    return {};
}

}  // namespace

base::Result<void> check_restrictions(const law::Vocabulary& vocabulary, const law::ActKind& kind,
                                      const Act& act, const MatterState& before,
                                      const Signer& signer) {
    if (kind.is_release()) {
        COMITY_TRY(check_releasing(vocabulary, kind, act, before));
    }
    if (!kind.opened_field.empty()) {
        COMITY_TRY(check_opening(kind, act, before, signer));
    }
    if (!kind.erases.empty()) {
        COMITY_TRY(check_erasing(kind, act, before, signer));
    }
    return {};
}

base::Result<void> check_readers(const law::ActKind& kind, const Act& act,
                                 const MatterState& after) {
    for (const MatterItem& item : after.items) {
        const codec::Value* reader = item.act == act.id() && item.descriptor.is_object()
                                         ? item.descriptor.get_object().if_contains("reader")
                                         : nullptr;
        if (reader != nullptr && *reader != codec::Value(item.reader.text())) {
            return inadmissible(kind.clause, "the item is sealed to another party",
                                "it is for " + item.reader.text());
        }
    }
    return {};
}

base::Result<void> check_answers(const law::ActKind& kind, const Act& act,
                                 const MatterState& before, const Signer& signer) {
    if (kind.lifts) {
        COMITY_TRY(check_lifting(kind, act, before, signer));
    }
    if (kind.outage) {
        COMITY_TRY(check_outage(kind, act));
    }
    if (!kind.recalls.empty()) {
        const Release* release = COMITY_TRY(release_named(kind, act, kind.recalls, before));
        if (release->holder != signer.party) {
            return inadmissible(kind.clause, "only who released it recalls it",
                                "it was released by " + release->holder.text());
        }
        if (release->recalled) {
            return inadmissible(kind.clause, "it is recalled already",
                                "act " + release->recalled->hex());
        }
    }
    if (!kind.sets_aside.empty()) {
        const Release* release = COMITY_TRY(release_named(kind, act, kind.sets_aside, before));
        if (release->reader != signer.party) {
            return inadmissible(kind.clause, "the item is sealed to another party");
        }
    }
    const law::ActField* bound = kind.field(kind.restrains.field);
    if (bound != nullptr && bound->type == law::FieldType::act &&
        act.value(bound->name).has_value()) {
        COMITY_TRY(release_named(kind, act, bound->name, before));
    }
    return {};
}

base::Result<void> check_claims(const law::Vocabulary& vocabulary, const law::ActKind& kind,
                                const Act& act, const MatterState& before, const Signer& signer) {
    for (const std::string& fact : kind.contests) {
        const auto claims = before.claims.find(fact);
        if (!vocabulary.may_contest(fact, kind.by_side, signer.role)) {
            return inadmissible(
                kind.clause,
                "a " + signer.role + " of the side " + kind.by_side + " may not contest " + fact,
                "the vocabulary names who may");
        }
        if (claims == before.claims.end() ||
            (claims->second.by_side.empty() && !claims->second.decided)) {
            return inadmissible(kind.clause, "nobody has stated " + fact);
        }
        if (claims->second.decided && claims->second.open().empty()) {
            return inadmissible(kind.clause, "the named authority has decided " + fact,
                                "act " + claims->second.decided->act.hex());
        }
    }
    // An authority that is nobody to state the fact itself speaks only once it is contested.
    for (const law::ActField& field : kind.fields) {
        const law::FactDeclaration* fact =
            field.type == law::FieldType::fact ? vocabulary.fact(field.fact) : nullptr;
        if (fact == nullptr || !fact->disputable() || !act.value(field.name) ||
            vocabulary.is_asserter(field.fact, kind.by_side, signer.role)) {
            continue;
        }
        const auto claims = before.claims.find(field.fact);
        if (claims == before.claims.end() || !claims->second.contested()) {
            return inadmissible(kind.clause, "the fact " + field.fact + " is not contested",
                                "its authority decides once it is");
        }
    }
    return {};
}

}  // namespace comity::casework
