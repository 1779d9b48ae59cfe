// What the liar says.

#include <algorithm>

#include "node/simulation/liar.h"
#include "node/submit/signing.h"

namespace comity::simulation {
namespace {

using namespace std::chrono_literals;

constexpr int attempts = 8;  // to make a lie of which nothing else is wrong
constexpr base::Duration signature_life = 10min;

constexpr std::array<std::string_view, 23> names{
    "nothing wrong",
    "an act whose past omits what its author had seen",
    "an act dated before its own past",
    "an act dated long before it was witnessed",
    "an act dated long after it was witnessed",
    "an act that leaves out a number",
    "an act with a number that was taken",
    "an act that does not follow its chain",
    "an act of another realm",
    "an act under other law texts",
    "an act with a forged signature",
    "an act signed by another key",
    "an act without countersignature",
    "an act countersigned by another key",
    "an act that nobody attested",
    "an act attested by its own author",
    "an act that its ledger does not hold",
    "an act with a hidden field",
    "an act with a changed field",
    "an act in another party's name",
    "the registry of another party",
    "an accreditation that its institution may not grant",
    "an item sealed to another reader",
};

}  // namespace

std::string_view name_of(Lie lie) {
    return names[static_cast<std::size_t>(lie)];
}

Liar::Place Liar::place_of(const base::MatterId& matter) const {
    Place place{matter, nullptr, {}};
    const auto heard = heard_.find(matter);
    if (heard != heard_.end()) {
        for (const base::ActId& id : heard->second) {
            if (const KnownAct* act = oracle_.known(id)) {
                place.heard.push_back(act);
                place.procedure = act->procedure;
            }
        }
    }
    return place;
}

std::vector<base::ActId> Liar::heads(const Place& place) const {
    std::set<base::ActId> found;
    for (const KnownAct* act : place.heard) {
        found.insert(act->id);
    }
    for (const KnownAct* act : place.heard) {
        for (const base::ActId& before : act->header.after) {
            found.erase(before);
        }
    }
    return {found.begin(), found.end()};
}

bool Liar::accredited(const Official& official, base::Instant at) const {
    if (official.role == casework::root_role) {
        return true;
    }
    const Place registry = place_of(casework::Registry::matter_of(self_.party).value());
    const codec::Value key = official.key->public_key().jwk();
    const auto when = [](const KnownAct& act, std::string_view field) {
        return base::Instant::parse(act.fields.at(field).get_string()).value();
    };
    const auto grants = [&](const KnownAct* act) {
        return act->kind->mechanisms.accredits && act->fields.at("key") == key &&
               act->fields.at("person") == codec::Value(official.person.text()) &&
               act->fields.at("role") == codec::Value(official.role) && when(*act, "from") <= at &&
               at < when(*act, "until");
    };
    const auto suspends = [&](const KnownAct* act) {
        return act->kind->mechanisms.suspends && act->fields.at("key") == key;
    };
    // Of several grants the newest that is in force counts: only one is simple.
    return std::ranges::count_if(registry.heard, grants) == 1 &&
           std::ranges::none_of(registry.heard, suspends) && grants_of(official) == 1;
}

std::size_t Liar::grants_of(const Official& official) const {
    const Place registry = place_of(casework::Registry::matter_of(self_.party).value());
    const codec::Value key = official.key->public_key().jwk();
    return static_cast<std::size_t>(std::ranges::count_if(registry.heard, [&](const KnownAct* act) {
        return act->kind->mechanisms.accredits && act->fields.at("key") == key;
    }));
}

casework::Header Liar::header_for(const Place& place, const Official& official) const {
    casework::Header header;
    header.realm = base::Realm::exercise;
    header.procedure = place.procedure->digest;
    header.matter = place.matter;
    header.author = self_.party;
    header.key = official.key->public_key().id();
    header.at = now_;
    for (const KnownAct* act : place.heard) {
        header.at = std::max(header.at, act->header.at);
    }
    header.after = heads(place);
    const auto chain = chains_.find(place.matter);
    if (chain != chains_.end()) {
        header.sequence = chain->second.next;
        header.previous = chain->second.previous;
        header.at = std::max(header.at, chain->second.latest);
    }
    header.law = setting_.library.digest();
    const auto registry = chains_.find(casework::Registry::matter_of(self_.party).value());
    if (official.role != casework::root_role && registry != chains_.end()) {
        header.registry = registry->second.previous;
    }
    return header;
}

/// Makes the header a lie. False if there is nothing here to lie about in that way.
bool Liar::bend(casework::Header& header, const Place& place, Lie lie) {
    const base::Duration skew = std::chrono::seconds(cast_.annex.skew_seconds);
    const auto chain = chains_.find(place.matter);
    const bool has_chain = chain != chains_.end() && chain->second.next > 0;
    if (lie == Lie::before_past) {
        base::Instant latest{};
        for (const KnownAct* act : place.heard) {
            latest = std::max(latest, act->header.at);
        }
        header.at = latest - 1ms;
        return !place.heard.empty() && (!has_chain || chain->second.latest <= header.at);
    } else if (lie == Lie::long_ago) {
        header.at = now_ - skew - skew;
    } else if (lie == Lie::ahead) {
        header.at = now_ + skew + skew;
    } else if (lie == Lie::skips_number) {
        ++header.sequence;
        header.previous = crypto::sha256("an entry that was never made");
    } else if (lie == Lie::reuses_number) {
        // Not the first number: who has not seen the true first entry could not tell.
        --header.sequence;
        header.previous = crypto::sha256("before");
        return has_chain && header.sequence > 0;
    } else if (lie == Lie::other_previous) {
        header.previous = crypto::sha256("an entry of another chain");
    } else if (lie == Lie::other_realm) {
        header.realm = base::Realm::live;
    } else if (lie == Lie::other_law) {
        header.law.digest = crypto::sha256("other texts");
    }
    return true;
}

void Liar::sign(casework::Act& act, const Official& official, Lie lie) {
    const base::Digest id = act.id().digest;
    const auto expires = act.header.at + signature_life;
    ports::Signer& signer = lie == Lie::strangers_signature ? *self_.node : *official.key;
    act.signature =
        submit::sign_for(id, "act", act.header.realm, self_.party, expires, signer, random_)
            .value();
    ports::Signer& node = lie == Lie::other_countersignature ? *self_.root : *self_.node;
    act.countersignature =
        submit::sign_for(id, "countersign", act.header.realm, self_.party, expires, node, random_)
            .value();
    if (lie == Lie::forged_signature) {
        act.signature.signature[7] ^= 1U;
    }
    if (lie == Lie::no_countersignature) {
        std::ranges::fill(act.countersignature.signature, std::uint8_t{0});
    }
}

/// The matter as one of its acts found it, of those after which the own chain saw more.
std::optional<Liar::Place> Liar::omitting(const Place& place) {
    const auto chain = chains_.find(place.matter);
    if (place.heard.empty() || chain == chains_.end()) {
        return std::nullopt;
    }
    const Model all = model_of(setting_.library, place.heard);
    for (int i = 0; i < attempts; ++i) {
        const std::set<base::ActId> past = all.past({dice_.pick(place.heard)->id});
        const auto omitted = [&](const base::ActId& seen) { return !past.contains(seen); };
        if (std::ranges::any_of(chain->second.seen, omitted)) {
            Place earlier = place;
            std::erase_if(earlier.heard, [&](const KnownAct* act) { return omitted(act->id); });
            return earlier;
        }
    }
    return std::nullopt;
}

/// The kinds that may be taken there, mostly only those that the state is open for.
std::vector<const law::ActKind*> Liar::kinds_for(const Place& place, const Model& before, Lie lie) {
    const auto side = before.side_of(self_.party);
    std::vector<const law::ActKind*> fitting;
    std::vector<const law::ActKind*> open;
    for (const law::ActKind& kind : place.procedure->acts) {
        const bool fits = place.heard.empty() ? kind.from.empty() : side == kind.by_side;
        const bool item = lie != Lie::other_reader || kind.mechanisms.seals_item;
        const bool grant = lie != Lie::unlawful_role || kind.mechanisms.accredits;
        const bool sure = is_plain(kind) || lie != Lie::none;
        if (!fits || !item || !grant || !sure) {
            continue;
        }
        fitting.push_back(&kind);
        if (place.heard.empty() || std::ranges::find(kind.from, before.state) != kind.from.end()) {
            open.push_back(&kind);
        }
    }
    return open.empty() || dice_.percent(10) ? fitting : open;
}

std::optional<Liar::Made> Liar::make(const Place& place, const Place& from,
                                     const law::ActKind& kind, const Official& official,
                                     Written written, Lie lie) {
    casework::Header header = header_for(place, official);
    header.after = heads(from);
    if (!bend(header, place, lie)) {
        return std::nullopt;
    }
    base::SecretBytes record_key(32);
    random_.fill(record_key.writable());
    auto draft = casework::compose(setting_.library.vocabulary(), kind, written.fields,
                                   std::move(header), record_key);
    if (!draft) {
        return std::nullopt;
    }
    Made made;
    made.act.header = draft->header;
    made.act.commitments = draft->commitments;
    made.act.openings = draft->openings;
    sign(made.act, official, lie);
    made.known = {made.act.id(),
                  made.act.header,
                  place.procedure,
                  &kind,
                  written.fields,
                  official.person,
                  official.role,
                  {},
                  {},
                  {}};
    made.items = std::move(written.items);
    return made;
}

/// An act in that place; for most lies one of which nothing else is wrong.
std::optional<Liar::Made> Liar::invent(const Place& place, Lie lie) {
    // What omits something must be in order where it pretends to stand: else that is its fault.
    const auto earlier = lie == Lie::omits_past ? omitting(place) : std::optional(place);
    if (!earlier) {
        return std::nullopt;
    }
    const Model before = model_of(setting_.library, earlier->heard);
    std::vector<base::ActId> ids;
    for (const KnownAct* act : earlier->heard) {
        ids.push_back(act->id);
    }
    for (int i = 0; i < attempts; ++i) {
        const std::vector<const law::ActKind*> kinds = kinds_for(*earlier, before, lie);
        if (kinds.empty()) {
            return std::nullopt;
        }
        const law::ActKind& kind = *dice_.pick(kinds);
        std::vector<Official> signers = self_.officials;
        signers.push_back(self_.institution());
        const bool any = dice_.percent(8);
        std::erase_if(signers, [&](const Official& one) {
            return !any && std::ranges::find(kind.by_roles, one.role) == kind.by_roles.end();
        });
        if (signers.empty()) {
            continue;
        }
        const Official& official = dice_.pick(signers);
        Written written = write_fields({cast_, setting_.library, *place.procedure, kind, before,
                                        self_, ids, place.matter, now_, 97},
                                       dice_, random_);
        const bool bent = bend(written, kind, lie);
        auto made =
            bent ? make(place, *earlier, kind, official, std::move(written), lie) : std::nullopt;
        if (!made) {
            continue;
        }
        // Of a lie: would anything else be wrong with it?
        KnownAct twin = made->known;
        twin.header = header_for(place, official);
        twin.header.after = heads(*earlier);
        const auto objection = objection_to(twin, before, cast_, setting_.library);
        const bool by_itself =
            lie == Lie::foreign_registry || lie == Lie::unlawful_role || lie == Lie::other_reader;
        // Its date may lie ahead, of an act by somebody whose clock is fast.
        const bool wrong = (objection && !by_itself) || !accredited(official, twin.header.at);
        // Who may sign under a key that was granted twice, or what receipts had arrived where, is
        // not simple enough to lie about.
        if (lie == Lie::none && !objection && (kind.tacit || (wrong && grants_of(official) > 1))) {
            continue;
        }
        if (wrong && i + 1 < attempts && (lie != Lie::none || dice_.percent(80))) {
            continue;  // rather one of which nothing else is wrong
        }
        if (lie != Lie::none) {
            made->known.lie = name_of(lie);
        } else if (wrong) {
            made->known.lie = objection ? objection->what : "an act of somebody not accredited";
        }
        return made;
    }
    return std::nullopt;
}

void Liar::keep(const Made& made, const casework::LeafProof& proof) {
    own_[made.known.header.matter].push_back({made, std::nullopt, proof});
    changed_.insert(made.known.header.matter);
    Chain& chain = chains_[made.known.header.matter];
    ++chain.next;
    chain.previous = made.known.id.digest;
    chain.seen.push_back(made.known.id);
    chain.latest = made.known.header.at;
    heard_[made.known.header.matter].insert(made.known.id);
}

bool Liar::say(const Place& place, Lie lie, const Reach& reach, std::vector<Sent>& out) {
    auto made = invent(place, lie);
    if (!made) {
        return false;
    }
    const bool registry = place.matter.text().starts_with(casework::registry_prefix);
    const auto proof =
        append(made->known.id.digest,
               registry ? ledger::LeafClass::registry : ledger::LeafClass::act, reach);
    if (!proof) {
        return true;  // nobody attests now
    }
    made->known.leaf = static_cast<std::uint64_t>(proof->index);
    oracle_.know(made->known);
    const bool true_one = made->known.lie.empty();
    if (true_one) {
        keep(*made, *proof);
        return true;
    }
    const std::set<base::PartyId> asked = parties(place, &made->known);
    for (const Member& member : cast_.members) {
        casework::ProvenEntry entry = copy(*made, *proof, member.party);
        const bool nothing_to_hide = lie == Lie::hidden_field && entry.act->openings.size() < 2;
        const bool told = asked.contains(member.party) || dice_.percent(20);
        if (member.party == self_.party || !told || nothing_to_hide) {
            continue;
        }
        bend(entry, *made->known.kind, lie);
        casework::Envelope envelope;
        envelope.entries = {std::move(entry)};
        envelope.items = made->items;
        for (const Member& other : cast_.members) {
            if (lie == Lie::other_name && !other.liar && other.party != member.party) {
                envelope.from = other.party;
            }
        }
        out.push_back({parcel(member.party, std::move(envelope), 0), made->known.lie});
    }
    return true;
}

void Liar::say_something(const Reach& reach, std::vector<Sent>& out) {
    if (dice_.percent(8)) {
        (void)lie_about({}, Lie::foreign_registry, reach, out);
        return;
    }
    if (set_up(reach)) {
        return;
    }
    if (dice_.percent(12)) {
        dice_.percent(35) ? trespass(out) : babble(out);
        return;
    }
    const auto place = somewhere();
    if (!place) {
        return;
    }
    const unsigned what = static_cast<unsigned>(dice_.below(100));
    if (what < 3) {
        equivocate(*place, reach);
    } else if (what < 18) {
        receipt_something(*place, reach);
    } else if (what < 42) {
        (void)say(*place, Lie::none, reach, out);
    } else {
        // Not every lie can be told everywhere.
        for (int i = 0; i < attempts; ++i) {
            const Lie lie = static_cast<Lie>(1 + dice_.below(names.size() - 1));
            if (lie_about(*place, lie, reach, out)) {
                return;
            }
        }
    }
}

bool Liar::lie_about(const Place& place, Lie lie, const Reach& reach, std::vector<Sent>& out) {
    if (lie == Lie::unlawful_role) {
        return say(place_of(casework::Registry::matter_of(self_.party).value()), lie, reach, out);
    }
    if (lie == Lie::foreign_registry) {
        const Member& victim = dice_.pick(cast_.members);
        const auto matter = casework::Registry::matter_of(victim.party).value();
        return !victim.liar && say(Place{matter, cast_.registry, {}}, lie, reach, out);
    }
    return say(place, lie, reach, out);
}

}  // namespace comity::simulation
