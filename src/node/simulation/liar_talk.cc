// The liar among the others: what it says truly, to some only, or without any sense.

#include <algorithm>
#include <array>

#include "domain/items/items.h"
#include "node/delivery/delivery.h"
#include "node/service/service.h"
#include "node/simulation/liar.h"
#include "node/submit/signing.h"

namespace comity::simulation {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_matters = 4;

}  // namespace

/// Its own register first, as everybody's. True if that is what it did.
bool Liar::set_up(const Reach& reach) {
    const auto matter = casework::Registry::matter_of(self_.party).value();
    Place place = place_of(matter);
    place.procedure = cast_.registry;
    std::optional<Made> made;
    if (place.heard.empty()) {
        codec::Object fields;
        const law::ActKind& opening = *opening_of(*cast_.registry);
        for (const law::ActField& field : opening.fields) {
            codec::Array others;
            for (const Member& other : cast_.members) {
                if (other.party != self_.party) {
                    others.emplace_back(other.party.text());
                }
            }
            fields[field.name] = field.type == law::FieldType::parties
                                     ? codec::Value(others)
                                     : codec::Value(self_.party.text());
        }
        made = make(place, place, opening, self_.institution(), {std::move(fields), {}}, Lie::none);
    } else {
        const auto kind = std::ranges::find_if(
            cast_.registry->acts, [](const auto& one) { return one.mechanisms.accredits; });
        for (const Official& official : self_.officials) {
            const codec::Value key = official.key->public_key().jwk();
            const bool granted = std::ranges::any_of(place.heard, [&](const KnownAct* act) {
                return act->kind->mechanisms.accredits && act->fields.at("key") == key;
            });
            if (official.accredited && !made && !granted) {
                made = make(place, place, *kind, self_.institution(),
                            {accreditation(*kind, official), {}}, Lie::none);
            }
        }
    }
    if (!made) {
        return false;
    }
    const auto proof = append(made->known.id.digest, ledger::LeafClass::registry, reach);
    if (proof) {
        made->known.leaf = static_cast<std::uint64_t>(proof->index);
        oracle_.know(made->known);
        keep(*made, *proof);
    }
    return true;
}

std::set<base::PartyId> Liar::parties(const Place& place, const KnownAct* act) const {
    std::vector<const KnownAct*> acts = place.heard;
    if (act != nullptr && std::ranges::find(acts, act->id, &KnownAct::id) == acts.end()) {
        acts.push_back(act);
    }
    std::set<base::PartyId> all = model_of(setting_.library, std::move(acts)).parties();
    all.erase(self_.party);
    std::erase_if(all, [&](const base::PartyId& one) { return cast_.annex.find(one) == nullptr; });
    return all;
}

void Liar::tell_everybody() {
    for (const base::MatterId& matter : changed_) {
        const std::vector<Own>& own = own_[matter];
        for (const base::PartyId& peer : parties(place_of(matter), nullptr)) {
            std::size_t& told = told_[{matter, peer}];
            for (; told < own.size(); ++told) {
                const Own& one = own[told];
                post(one.act ? copy(*one.act, one.proof, peer) : *one.receipt,
                     one.act ? one.act->items : std::vector<casework::ShippedItem>{}, peer);
            }
        }
    }
    changed_.clear();
}

std::optional<Liar::Place> Liar::somewhere() {
    std::vector<base::MatterId> known;
    for (const auto& [matter, acts] : heard_) {
        const bool own = matter == casework::Registry::matter_of(self_.party).value();
        if (!acts.empty() && (!own || dice_.percent(30))) {
            known.push_back(matter);
        }
    }
    if (known.empty() || (known.size() < most_matters && dice_.percent(25))) {
        const auto procedures = setting_.library.procedures();
        base::Bytes id(16);
        random_.fill(id);
        return Place{base::MatterId::parse(base::to_hex(id)).value(), dice_.pick(procedures), {}};
    }
    Place place = place_of(dice_.pick(known));
    if (place.procedure == nullptr) {
        return std::nullopt;
    }
    return place;
}

/// Two acts with one number, one told here first, the other there.
void Liar::equivocate(const Place& place, const Reach& reach) {
    if (place.matter.text().starts_with(casework::registry_prefix)) {
        return;
    }
    auto one = invent(place, Lie::none);
    auto other = invent(place, Lie::none);
    if (!one || !other || !one->known.lie.empty() || !other->known.lie.empty() ||
        one->known.id == other->known.id) {
        return;
    }
    const auto first = append(one->known.id.digest, ledger::LeafClass::act, reach);
    const auto second = append(other->known.id.digest, ledger::LeafClass::act, reach);
    if (!first || !second) {
        return;
    }
    one->known.leaf = static_cast<std::uint64_t>(first->index);
    other->known.leaf = static_cast<std::uint64_t>(second->index);
    oracle_.know(one->known);
    oracle_.know(other->known);
    oracle_.taint(place.matter);
    bool turn = dice_.percent(50);
    for (const base::PartyId& peer : parties(place, &one->known)) {
        post(copy(turn ? *one : *other, turn ? *first : *second, peer), one->items, peer);
        post(copy(turn ? *other : *one, turn ? *second : *first, peer), other->items, peer);
        turn = !turn;
    }
    keep(*one, *first);
    for (const base::PartyId& peer : parties(place, &one->known)) {
        told_[{place.matter, peer}] = own_[place.matter].size();
    }
}

void Liar::receipt_something(const Place& place, const Reach& reach) {
    Chain& chain = chains_[place.matter];
    std::vector<const KnownAct*> fresh;
    for (const KnownAct* act : place.heard) {
        if (act->header.author != self_.party &&
            std::ranges::find(chain.seen, act->id) == chain.seen.end()) {
            fresh.push_back(act);
        }
    }
    const bool member = model_of(setting_.library, place.heard).parties().contains(self_.party);
    if (fresh.empty() || !member) {
        return;
    }
    const KnownAct& act = *dice_.pick(fresh);
    casework::ProvenEntry proven;
    casework::Receipt receipt;
    receipt.header.realm = base::Realm::exercise;
    receipt.header.matter = place.matter;
    receipt.header.author = self_.party;
    receipt.header.at = std::max({now_, act.header.at, chain.latest});
    receipt.header.sequence = chain.next;
    receipt.header.previous = chain.previous;
    receipt.header.act = act.id;
    receipt.signature =
        submit::sign_for(receipt.id(), "receipt", base::Realm::exercise, self_.party,
                         receipt.header.at + 10min, *self_.node, random_)
            .value();
    const auto proof = append(receipt.id(), ledger::LeafClass::receipt, reach);
    if (!proof) {
        return;
    }
    ++chain.next;
    chain.previous = receipt.id();
    chain.seen.push_back(act.id);
    chain.latest = receipt.header.at;
    proven.receipt = std::move(receipt);
    proven.proof = *proof;
    own_[place.matter].push_back({std::nullopt, std::move(proven), *proof});
    changed_.insert(place.matter);
}

/// Old letters of others, noise, and the same again and again.
void Liar::babble(std::vector<Sent>& out) {
    const Member& to = dice_.pick(cast_.members);
    if (to.liar) {
        return;
    }
    message::Request request;
    request.method = dice_.percent(90) ? "POST" : "GET";
    request.target =
        std::string(dice_.percent(70) ? delivery::envelope_path : delivery::witness_path);
    request.body = dice_.percent(50) ? "{\"v\":1}" : "old 18446744073709551615\n\n";
    if (!overheard_.empty() && dice_.percent(70)) {
        request.body = dice_.pick(overheard_);
        if (dice_.percent(40)) {
            // The same entries in an envelope of its own.
            auto envelope = casework::read_envelope(request.body, base::Realm::exercise);
            COMITY_ENSURE(envelope.has_value());
            envelope->from = self_.party;
            envelope->to = to.party;
            request.body = codec::write(*envelope);
        }
    }
    const std::size_t times = dice_.percent(15) ? 12 : 1;
    for (std::size_t i = 0; i < times; ++i) {
        out.push_back({Parcel{self_.party, to.party, 1, 0, request, std::nullopt}, "noise"});
    }
}

/// Asks for what is not for it: whatever it gets is refused, whoever it says that it is.
void Liar::trespass(std::vector<Sent>& out) {
    const Member& to = dice_.pick(cast_.members);
    const std::string matter =
        heard_.empty()
            ? "none"
            : std::next(heard_.begin(), static_cast<std::ptrdiff_t>(dice_.below(heard_.size())))
                  ->first.text();
    const auto what = static_cast<unsigned>(dice_.below(4));
    const bool overheard = !overheard_.empty();
    const std::size_t which = overheard ? dice_.below(overheard_.size()) : 0;
    if (to.liar) {
        return;
    }
    message::Request request;
    request.method = "POST";
    if (what == 0) {
        static constexpr std::array pages{"/status", "/officials", "/matters"};
        request.method = "GET";
        request.target = dice_.percent(50) ? std::string(dice_.pick(pages)) : "/matters/" + matter;
    } else if (what == 1) {
        request.target = "/acts";
        const casework::Act* made = some_own_act();
        if (made == nullptr) {
            return;
        }
        request.body = codec::write(service::SubmittedAct{
            {made->header, made->commitments, made->openings}, made->signature, {}});
    } else if (overheard) {
        // What another sent to the liar, as if that other were on this connection.
        request.target = std::string(delivery::envelope_path);
        auto envelope = casework::read_envelope(overheard_[which], base::Realm::exercise);
        COMITY_ENSURE(envelope.has_value());
        if (envelope->from == to.party) {
            return;
        }
        envelope->to = to.party;
        request.body = codec::write(*envelope);
    } else {
        return;
    }
    out.push_back({Parcel{self_.party, to.party, 1, 0, std::move(request), std::nullopt},
                   "what is not for it to send or ask"});
}

/// One of its own acts; nullptr if it took none yet.
const casework::Act* Liar::some_own_act() const {
    for (const auto& [matter, own] : own_) {
        for (const Own& one : own) {
            if (one.act) {
                return &one.act->act;
            }
        }
    }
    return nullptr;
}

bool Liar::bend(Written& written, const law::ActKind& kind, Lie lie) {
    if (lie == Lie::unlawful_role) {
        std::vector<std::string> unlawful;
        for (const auto& [role, declared] : setting_.library.vocabulary().roles) {
            if (!setting_.library.vocabulary().may_accredit(self_.kind, role)) {
                unlawful.push_back(role);
            }
        }
        if (!kind.mechanisms.accredits || unlawful.empty()) {
            return false;
        }
        written.fields = accreditation(kind, self_.officials.back());
        written.fields["role"] = dice_.pick(unlawful);
    }
    if (lie == Lie::other_reader) {
        for (const law::ActField& field : kind.fields) {
            const codec::Value* value = written.fields.if_contains(field.name);
            if (field.type != law::FieldType::item || value == nullptr) {
                continue;
            }
            auto item = codec::read<items::ItemDescriptor>(*value);
            COMITY_ENSURE(item.has_value());
            if (item->reader == self_.party) {
                return false;
            }
            item->reader = self_.party;
            written.fields[field.name] = codec::to_value(*item);
            return true;
        }
        return false;
    }
    return true;
}

}  // namespace comity::simulation
