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
    const auto says = [&](bool law::Mechanisms::* what) {
        return std::ranges::any_of(registry.heard, [&](const KnownAct* act) {
            return act->kind->mechanisms.*what && act->fields.at("key") == key;
        });
    };
    return official.from <= at && at < official.until && says(&law::Mechanisms::accredits) &&
           !says(&law::Mechanisms::suspends);
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
    if (lie == Lie::omits_past) {
        std::vector<const KnownAct*> seen;
        for (const base::ActId& id : has_chain ? chain->second.seen : std::vector<base::ActId>{}) {
            const KnownAct* act = oracle_.known(id);
            if (act != nullptr && !act->header.after.empty()) {
                seen.push_back(act);
            }
        }
        if (seen.empty()) {
            return false;
        }
        header.after = dice_.pick(seen)->header.after;
    } else if (lie == Lie::before_past) {
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

std::optional<Liar::Made> Liar::make(const Place& place, const law::ActKind& kind,
                                     const Official& official, Written written, Lie lie) {
    casework::Header header = header_for(place, official);
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
    const Model before = model_of(setting_.library, place.heard);
    std::vector<base::ActId> ids;
    for (const KnownAct* act : place.heard) {
        ids.push_back(act->id);
    }
    const auto side = before.side_of(self_.party);
    for (int i = 0; i < attempts; ++i) {
        const law::ActKind& kind = dice_.pick(place.procedure->acts);
        const bool fits = place.heard.empty() ? kind.from.empty() : side == kind.by_side;
        const bool item = lie != Lie::other_reader || kind.mechanisms.seals_item;
        const bool sure = is_plain(kind) || lie != Lie::none;
        if (!fits || !item || !sure) {
            continue;
        }
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
        auto made = bent ? make(place, kind, official, std::move(written), lie) : std::nullopt;
        if (!made) {
            continue;
        }
        // Of a lie: would anything else be wrong with it?
        KnownAct twin = made->known;
        twin.header = header_for(place, official);
        const auto objection = objection_to(twin, before, cast_, setting_.library);
        const bool by_itself =
            lie == Lie::foreign_registry || lie == Lie::unlawful_role || lie == Lie::other_reader;
        const bool wrong = (objection && !by_itself) || !accredited(official, now_);
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
        bend(entry, lie);
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
    if (dice_.percent(10)) {
        babble(out);
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
