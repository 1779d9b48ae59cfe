#include "domain/casework/judge.h"

#include <algorithm>

#include "domain/casework/clock.h"
#include "domain/casework/quorum.h"
#include "domain/casework/refusal.h"
#include "domain/casework/schema.h"

namespace comity::casework {
namespace {

base::Error with_clause(base::Error error, std::string_view clause) {
    if (error.clause.empty()) {
        error.clause = std::string(clause);
    }
    return error;
}

base::Result<void> check_law(const World& world, const Header& header) {
    if (header.realm != world.annex.realm) {
        return base::fail(base::ErrorKind::inadmissible, "the act is of another realm");
    }
    if (header.law != world.library.digest()) {
        return base::fail(base::ErrorKind::lacks_facts, "the act rests on other law texts",
                          "it says " + header.law.brief() + ", here " +
                              world.library.digest().brief() + " is in force",
                          "bring both sides to the same texts");
    }
    return {};
}

bool state_allows(const law::ActKind& kind, const MatterState& before) {
    if (kind.from.empty()) {
        return before.done.empty();
    }
    return std::ranges::find(kind.from, before.state) != kind.from.end();
}

base::Result<void> check_order(const law::ActKind& kind, const MatterState& before) {
    if (!state_allows(kind, before)) {
        return inadmissible(
            kind.clause, "this act is not open in the matter's state",
            before.done.empty() ? "the matter is not opened yet" : "the matter is " + before.state);
    }
    const auto there = [&](const std::string& needed) {
        return std::ranges::any_of(before.done, [&](const DoneAct& done) {
            return done.kind->name == needed && !done.overtaken;
        });
    };
    for (const std::string& needed : kind.after) {
        if (!there(needed)) {
            return inadmissible(kind.clause, "another act must come first: " + needed);
        }
    }
    if (!kind.after_any.empty() && std::ranges::none_of(kind.after_any, there)) {
        std::string any;
        for (const std::string& one : kind.after_any) {
            any += (any.empty() ? "" : " or ") + one;
        }
        return inadmissible(kind.clause, "another act must come first: " + any);
    }
    return {};
}

base::Result<void> check_author(const law::ActKind& kind, const MatterState& before,
                                const Signer& signer) {
    const auto side = before.side_of(signer.party);
    if (!kind.from.empty() && side != kind.by_side) {
        return inadmissible(kind.clause, signer.party.text() + " may not take this act",
                            "it is for the side " + kind.by_side +
                                (side ? ", the party stands on the side " + *side : ""));
    }
    if (std::ranges::find(kind.by_roles, signer.role) == kind.by_roles.end()) {
        std::string roles;
        for (const std::string& role : kind.by_roles) {
            roles += (roles.empty() ? "" : " or ") + role;
        }
        return inadmissible(kind.clause, "a " + signer.role + " may not take this act",
                            "it is for " + roles);
    }
    return {};
}

/// Invariant 4: separations hold per person, whatever the role or key.
base::Result<void> check_separation(const law::ActKind& kind, const MatterState& before,
                                    const Signer& signer) {
    for (const DoneAct& done : before.done) {
        const bool separated = std::ranges::find(kind.not_by_author_of, done.kind->name) !=
                               kind.not_by_author_of.end();
        const bool same_person = done.party == signer.party && done.person == signer.person;
        if (separated && (same_person || done.key == signer.public_key.id())) {
            return inadmissible(
                kind.clause, "nobody approves their own request",
                signer.person.text() + " took the act " + done.kind->name + " in this matter",
                "another accredited person must take this act");
        }
    }
    return {};
}

/// An accreditation names the data categories that its holder may deal with (DESIGN 2). A category
/// that is not known yet counts as any.
base::Result<void> check_competence(const World& world, const law::ActKind& kind,
                                    const law::Facts& facts, const Signer& signer) {
    const law::FactDeclaration* data = world.library.vocabulary().fact(law::data_fact);
    const law::Possible* asked = facts.find(law::data_fact);
    if (signer.competence.empty() || data == nullptr || asked == nullptr) {
        return {};
    }
    for (std::size_t i = 0; i < data->values.size(); ++i) {
        const bool concerned = ((asked->mask >> i) & 1U) != 0;
        if (concerned &&
            std::ranges::find(signer.competence, data->values[i]) == signer.competence.end()) {
            return inadmissible(
                kind.clause,
                signer.person.text() + " is not competent for " + data->values[i] + " data",
                "the accreditation names the data categories");
        }
    }
    return {};
}

/// What an act deals with is assessed as what it is: an item of its own category, which is no
/// further up the tiers than what the matter is about. None: as the matter.
base::Result<std::optional<law::Facts>> facts_for(const World& world, const law::ActKind& kind,
                                                  const Act& act, const MatterState& before,
                                                  const MatterState& after) {
    const law::Vocabulary& vocabulary = world.library.vocabulary();
    const std::string category = category_of(vocabulary, before, kind, act);
    const law::FactDeclaration* data = vocabulary.fact(law::data_fact);
    const law::Possible* asked = after.facts.find(law::data_fact);
    if (category.empty() || data == nullptr || asked == nullptr) {
        return std::nullopt;
    }
    const std::int64_t tier = vocabulary.derived_from(law::data_fact, category).value_or(0);
    std::int64_t highest = 0;
    for (std::size_t i = 0; i < data->values.size(); ++i) {
        if (((asked->mask >> i) & 1U) != 0) {
            highest = std::max(
                highest, vocabulary.derived_from(law::data_fact, data->values[i]).value_or(0));
        }
    }
    if (tier > highest) {
        return inadmissible(kind.clause, category + " data are more than the matter is about");
    }
    for (const MatterItem& item : after.items) {
        const codec::Value* said = item.act == act.id() && item.descriptor.is_object()
                                       ? item.descriptor.get_object().if_contains("tier")
                                       : nullptr;
        if (said != nullptr && *said != codec::Value(tier)) {
            return inadmissible(kind.clause, "the item is sealed at another tier than its category",
                                category + " data are of tier " + std::to_string(tier));
        }
    }
    law::Facts facts = after.facts;
    COMITY_TRY(facts.set(vocabulary, law::data_fact, codec::Value(category)));
    return facts;
}

/// A channel pins the keys of exactly this annex under exactly this agreement.
base::Result<void> check_pins(const World& world, const law::ActKind& kind, const Act& act) {
    if (act.text("annex") != digest_of(world.annex).hex()) {
        return inadmissible(kind.clause, "the act pins another key annex than the one held here",
                            "compare the fingerprints of both annexes");
    }
    if (kind.field("agreement") != nullptr && act.text("agreement") != world.annex.text.hex()) {
        return inadmissible(kind.clause, "the act names another agreement text than the annex");
    }
    return {};
}

/// A registry belongs to its party alone: nobody else opens, fills or suspends in it.
base::Result<void> check_registry_matter(const law::ActKind& kind, const Act& act,
                                         const MatterState& before, const Signer& signer) {
    const bool own = act.header.matter == COMITY_TRY(Registry::matter_of(signer.party));
    const bool opens = before.done.empty();
    if (!own && opens && act.header.matter.text().starts_with(registry_prefix)) {
        return inadmissible(kind.clause, "only its own party opens a registry");
    }
    if (!own && (kind.mechanisms.accredits || kind.mechanisms.suspends)) {
        return inadmissible(kind.clause, "a party accredits and suspends in its own registry only");
    }
    return {};
}

/// One key stands for one person of a party (invariant 4), and never for an institution as well.
base::Result<void> check_key_is_free(const World& world, const law::ActKind& kind, const Act& act,
                                     const Accreditation& granted) {
    const base::KeyId key = granted.key.id();
    for (const PartyEntry& party : world.annex.parties) {
        if (key == party.root.id() || key == party.node.id()) {
            return inadmissible(kind.clause, "an institution's key cannot be an official's",
                                "it is a key of " + party.party.text());
        }
    }
    for (const Accreditation& earlier : world.registry.of(granted.party)) {
        const bool before = earlier.sequence < act.header.sequence;
        if (before && earlier.key.id() == key && earlier.person != granted.person) {
            return inadmissible(kind.clause, "one key stands for one person",
                                "it was granted to " + earlier.person.text());
        }
    }
    return {};
}

base::Result<void> check_mechanisms(const World& world, const law::ActKind& kind, const Act& act,
                                    const MatterState& before, const Signer& signer) {
    COMITY_TRY(check_registry_matter(kind, act, before, signer));
    if (kind.mechanisms.pins) {
        COMITY_TRY(check_pins(world, kind, act));
    }
    if (kind.mechanisms.suspends) {
        COMITY_TRY(suspension_in(act));
    }
    if (!kind.mechanisms.accredits) {
        return {};
    }
    const Accreditation granted = COMITY_TRY(accreditation_in(act));
    const PartyEntry* party = world.annex.find(signer.party);
    COMITY_ENSURE(party != nullptr);
    if (!world.library.vocabulary().may_accredit(party->kind, granted.role)) {
        return inadmissible(kind.clause, "a " + party->kind + " may not accredit a " + granted.role,
                            "the vocabulary names who accredits each role");
    }
    return check_key_is_free(world, kind, act, granted);
}

/// Who joins a matter is a party of the annex.
base::Result<void> check_sides(const World& world, const law::ActKind& kind,
                               const MatterState& after) {
    for (const base::PartyId& party : after.parties()) {
        if (world.annex.find(party) == nullptr) {
            return inadmissible(kind.clause, "the annex does not name the party " + party.text());
        }
    }
    return {};
}

std::unexpected<base::Error> not_open(const law::Assessment& assessment) {
    using law::Outcome;
    if (assessment.outcome == Outcome::needs_information) {
        std::string missing;
        for (const std::string& fact : assessment.missing) {
            missing += (missing.empty() ? "" : ", ") + fact;
        }
        base::Error error{base::ErrorKind::lacks_facts,
                          "facts are missing",
                          missing,
                          "state them, or ask whoever may",
                          {},
                          {}};
        if (!assessment.grounds.empty()) {
            error.clause =
                assessment.grounds.front().instrument + " " + assessment.grounds.front().clause;
        }
        return std::unexpected(std::move(error));
    }
    std::string clause;
    std::string why;
    if (!assessment.grounds.empty()) {
        const law::Ground& ground = assessment.grounds.front();
        clause = ground.instrument + " " + ground.clause;
        why = ground.kind;
    }
    return inadmissible(clause,
                        assessment.outcome == Outcome::needs_decision
                            ? "a decision is needed first"
                            : "the law closes this request",
                        why);
}

std::unexpected<base::Error> gate_down(const law::Assessment& assessment) {
    const law::Duty* obstacle = assessment.first_obstacle();
    if (obstacle == nullptr) {
        return inadmissible("", "the release gate is down");
    }
    const bool unknown = obstacle->satisfied == law::Truth::unknown;
    std::string clause = obstacle->instrument + " " + obstacle->clause;
    for (const std::string& also : obstacle->also) {
        clause += ", " + also;
    }
    return std::unexpected(
        base::Error{unknown ? base::ErrorKind::lacks_facts : base::ErrorKind::inadmissible,
                    "the law asks for more: " + obstacle->kind + " " + obstacle->what,
                    unknown ? "it is not known whether it is met" : "it is not met",
                    {},
                    {},
                    clause});
}

base::Result<void> check_assessment(const law::ActKind& kind, const law::Assessment& assessment) {
    if (assessment.outcome != law::Outcome::open) {
        return not_open(assessment);
    }
    const bool asks_release =
        kind.need == law::LawNeed::release || kind.need == law::LawNeed::release_own;
    if (asks_release && !assessment.release_up) {
        return gate_down(assessment);
    }
    return {};
}

}  // namespace

namespace {

/// The signature of `header`'s author, given at the author's own node.
template <class Signed>
base::Result<void> check_record(const SignatureRecord& record, const base::Digest& id,
                                std::string_view purpose, const Signed& header,
                                const crypto::PublicKey& key,
                                const VerifiedRecord* ahead = nullptr) {
    if (record.intent.node != header.author) {
        return base::fail(
            base::ErrorKind::invalid, "the signature was given at another node",
            "it says " + record.intent.node.text() + ", the author is " + header.author.text());
    }
    return verify(record, id, purpose, header.realm, header.at, key, ahead);
}

base::Result<const PartyEntry*> party_of(const Annex& annex, const base::PartyId& author) {
    const PartyEntry* party = annex.find(author);
    if (party == nullptr) {
        return base::fail(base::ErrorKind::not_proven,
                          "the annex does not name the party " + author.text());
    }
    return party;
}

}  // namespace

base::Result<Signer> check_signature(const World& world, const Act& act,
                                     const SignatureContext& context) {
    const Header& header = act.header;
    Signer signer = COMITY_TRY(signer_of(world, act));
    if (signer.role != root_role) {
        const Accreditation used = COMITY_TRY(
            world.registry.granted(header.author, header.key, *header.registry, header.at));
        COMITY_TRY(check_in_force(used, header.at));
        const bool stands =
            used.suspended && context.logged_before && context.logged_before(*used.suspended);
        if (!stands) {
            COMITY_TRY(check_not_suspended(used, header.at));
        }
    }
    auto official = check_record(act.signature, act.id().digest, "act", header, signer.public_key,
                                 context.ahead);
    if (!official) {
        return std::unexpected(base::at_place(std::move(official).error(), "/signature"));
    }
    return signer;
}

base::Result<void> check_countersignature(const Annex& annex, const Act& act) {
    const PartyEntry* party = COMITY_TRY(party_of(annex, act.header.author));
    auto node =
        check_record(act.countersignature, act.id().digest, "countersign", act.header, party->node);
    if (!node) {
        return std::unexpected(base::at_place(std::move(node).error(), "/countersignature"));
    }
    return {};
}

base::Result<void> check_signature(const Annex& annex, const Receipt& receipt) {
    const ReceiptHeader& header = receipt.header;
    const PartyEntry* party = COMITY_TRY(party_of(annex, header.author));
    if (header.version != act_version || header.realm != annex.realm) {
        return base::fail(base::ErrorKind::malformed, "the receipt is of another version or realm");
    }
    return check_record(receipt.signature, receipt.id(), "receipt", header, party->node);
}

base::Result<MatterState> fold(const World& world, const Dossier& dossier,
                               const std::set<base::ActId>* among) {
    const std::vector<const Act*> acts = dossier.in_order(among);
    if (acts.empty()) {
        return MatterState{};
    }
    const law::Procedure* procedure = world.library.procedure(acts.front()->header.procedure);
    if (procedure == nullptr) {
        return base::fail(base::ErrorKind::lacks_facts, "the procedure's text is not known here");
    }
    MatterState state = COMITY_TRY(initial(world.library, *procedure));
    for (const Act* act : acts) {
        const law::ActKind* kind = COMITY_TRY(kind_of(*procedure, *act));
        const Signer signer = COMITY_TRY(signer_of(world, *act));
        state = COMITY_TRY(apply(world.library, std::move(state), *act, *kind, signer));
    }
    return state;
}

namespace {

base::Result<std::optional<law::Assessment>> assess_with(const World& world,
                                                         const MatterState& state,
                                                         const law::Facts& facts,
                                                         const law::ActKind& kind, base::Instant at,
                                                         law::Routes told) {
    if (kind.need == law::LawNeed::none) {
        return std::nullopt;
    }
    auto jurisdiction_of = [&](std::string_view side) -> base::Result<std::string> {
        const base::PartyId* party = state.only_party_on(side);
        const PartyEntry* entry = party == nullptr ? nullptr : world.annex.find(*party);
        if (entry == nullptr) {
            return base::fail(base::ErrorKind::lacks_facts,
                              "no party takes the side " + std::string(side));
        }
        return entry->jurisdiction;
    };
    law::Question question;
    question.requesting = COMITY_TRY(jurisdiction_of(law::requesting_side));
    question.requested = COMITY_TRY(jurisdiction_of(law::requested_side));
    question.as_of = base::utc_day_of(at);
    question.facts = facts;
    question.events = state.events;
    question.now = at;
    if (kind.need == law::LawNeed::open_own || kind.need == law::LawNeed::release_own) {
        question.as_far_as = kind.by_side;
    }
    return COMITY_TRY(law::assess(world.library, question, told));
}

}  // namespace

base::Result<std::optional<law::Assessment>> assess_for(const World& world,
                                                        const MatterState& state,
                                                        const law::ActKind& kind,
                                                        base::Instant at) {
    return assess_with(world, state, state.facts, kind, at, law::Routes::all);
}

base::Result<Admitted> judge(const World& world, const Dossier& dossier, const MatterState* current,
                             const Act& act, const Signer& signer) {
    COMITY_TRY(check_law(world, act.header));
    const law::Procedure* procedure = world.library.procedure(act.header.procedure);
    if (procedure == nullptr) {
        return base::fail(base::ErrorKind::lacks_facts, "the procedure's text is not known here",
                          act.header.procedure.hex());
    }
    const law::ActKind* kind = COMITY_TRY(kind_of(*procedure, act));
    Admitted admitted{kind, signer, std::nullopt, {}, {}};
    if (dossier.empty()) {
        admitted.before = COMITY_TRY(initial(world.library, *procedure));
    } else if (current != nullptr && dossier.is_everything(act.header.after)) {
        admitted.before = *current;
    } else {
        const std::set<base::ActId> past = COMITY_TRY(dossier.past(act.header.after));
        admitted.before = COMITY_TRY(fold(world, dossier, &past));
    }
    if (admitted.before.procedure != procedure) {
        return inadmissible(kind->clause,
                            "a matter stays on the procedure that it was opened under");
    }
    auto checked = [&]() -> base::Result<void> {
        COMITY_TRY(check_order(*kind, admitted.before));
        COMITY_TRY(check_author(*kind, admitted.before, signer));
        COMITY_TRY(check_separation(*kind, admitted.before, signer));
        COMITY_TRY(check_fields(world.library.vocabulary(), *kind, act, signer.role));
        COMITY_TRY(check_mechanisms(world, *kind, act, admitted.before, signer));
        COMITY_TRY(
            check_restrictions(world.library.vocabulary(), *kind, act, admitted.before, signer));
        COMITY_TRY(check_answers(*kind, act, admitted.before, signer));
        COMITY_TRY(check_onward(world.library.vocabulary(), *kind, act, admitted.before, signer));
        COMITY_TRY(check_attendance(*kind, act, admitted.before, signer));
        COMITY_TRY(check_claims(world.library.vocabulary(), *kind, act, admitted.before, signer));
        return kind->tacit ? check_silence(world, dossier, *kind, act, admitted.before)
                           : base::Result<void>{};
    }();
    if (!checked) {
        return std::unexpected(with_clause(std::move(checked).error(), kind->clause));
    }
    admitted.after = COMITY_TRY(apply(world.library, admitted.before, act, *kind, signer));
    COMITY_TRY(check_sides(world, *kind, admitted.after));
    COMITY_TRY(check_readers(*kind, act, admitted.after));
    COMITY_TRY(check_witnesses(world.annex, *kind, signer.party, admitted.after));
    const std::optional<law::Facts> own =
        COMITY_TRY(facts_for(world, *kind, act, admitted.before, admitted.after));
    const law::Facts& facts = own ? *own : admitted.after.facts;
    COMITY_TRY(check_competence(world, *kind, facts, signer));
    admitted.assessment = COMITY_TRY(
        assess_with(world, admitted.after, facts, *kind, act.header.at, law::Routes::best));
    if (admitted.assessment) {
        auto lawful = check_assessment(*kind, *admitted.assessment);
        if (!lawful) {
            return std::unexpected(with_clause(std::move(lawful).error(), kind->clause));
        }
    }
    return admitted;
}

}  // namespace comity::casework
