#include "domain/casework/registry.h"

#include <algorithm>
#include <ranges>

namespace comity::casework {
namespace {

template <class T>
base::Result<T> required(const Act& act, std::string_view path) {
    const auto value = act.value(path);
    if (!value) {
        return base::fail(base::ErrorKind::malformed,
                          "the act lacks its field " + std::string(path));
    }
    return codec::read<T>(*value, path);
}

}  // namespace

base::Result<base::MatterId> Registry::matter_of(const base::PartyId& party) {
    return base::MatterId::parse(std::string(registry_prefix) + party.text());
}

void Registry::extend(const base::PartyId& party, const EntryId& entry, std::int64_t sequence) {
    Chain& chain = chains_[party];
    chain.places[entry] = sequence;
    if (sequence > chain.head_sequence) {
        chain.head_sequence = sequence;
        chain.head = entry;
    }
}

base::Result<Accreditation> accreditation_in(const Act& act) {
    Accreditation accreditation;
    accreditation.party = act.header.author;
    accreditation.person = COMITY_TRY(required<base::PersonId>(act, "person"));
    accreditation.role = COMITY_TRY(required<std::string>(act, "role"));
    accreditation.key = COMITY_TRY(required<crypto::PublicKey>(act, "key"));
    if (const auto sealing = act.value("sealing")) {
        accreditation.sealing = COMITY_TRY(codec::read<crypto::SealingKey>(*sealing, "sealing"));
    }
    if (const auto competence = act.value("competence")) {
        accreditation.competence =
            COMITY_TRY(codec::read<std::vector<std::string>>(*competence, "competence"));
    }
    accreditation.from = COMITY_TRY(required<base::Instant>(act, "from"));
    accreditation.until = COMITY_TRY(required<base::Instant>(act, "until"));
    const base::Realm realm = COMITY_TRY(required<base::Realm>(act, "realm"));
    if (realm != act.header.realm) {
        return base::fail(base::ErrorKind::inadmissible,
                          "an accreditation is for the realm that it is granted in");
    }
    if (!(accreditation.from < accreditation.until)) {
        return base::fail(base::ErrorKind::malformed, "an accreditation ends after it begins");
    }
    accreditation.granted = act.id();
    accreditation.sequence = act.header.sequence;
    return accreditation;
}

base::Result<SuspendedKey> suspension_in(const Act& act) {
    SuspendedKey suspended;
    suspended.key = COMITY_TRY(required<crypto::PublicKey>(act, "key"));
    suspended.since = act.header.at;
    if (const auto stated = act.value("compromised-since")) {
        const auto since = COMITY_TRY(codec::read<base::Instant>(*stated, "compromised-since"));
        suspended.since = std::min(since, suspended.since);  // never later than it was said
    }
    return suspended;
}

namespace {

/// A later suspension can only widen an earlier one.
void suspend(Accreditation& accreditation, Accreditation::Suspension fresh) {
    if (!accreditation.suspended || fresh.since < accreditation.suspended->since) {
        accreditation.suspended = std::move(fresh);
    }
}

}  // namespace

base::Result<void> Registry::apply(const law::ActKind& kind, const Act& act) {
    Chain& chain = chains_[act.header.author];
    if (kind.mechanisms.accredits) {
        chain.accreditations.push_back(COMITY_TRY(accreditation_in(act)));
    }
    if (kind.mechanisms.suspends) {
        const SuspendedKey suspended = COMITY_TRY(suspension_in(act));
        for (Accreditation& accreditation : chain.accreditations) {
            if (accreditation.key == suspended.key) {
                suspend(accreditation, {act.id(), act.header.sequence, suspended.since});
            }
        }
    }
    return {};
}

std::optional<EntryId> Registry::head(const base::PartyId& party) const {
    const auto chain = chains_.find(party);
    return chain == chains_.end() ? std::nullopt : chain->second.head;
}

base::Result<Accreditation> Registry::granted(const base::PartyId& party, const base::KeyId& key,
                                              const EntryId& head, base::Instant at) const {
    const auto chain = chains_.find(party);
    const auto place = chain == chains_.end() ? std::map<EntryId, std::int64_t>::const_iterator{}
                                              : chain->second.places.find(head);
    if (chain == chains_.end() || place == chain->second.places.end()) {
        return base::fail(base::ErrorKind::try_later,
                          "the registry head relied on is not known here",
                          "head " + head.hex().substr(0, 8) + " of " + party.text(),
                          "send the registry's entries first");
    }
    const Accreditation* newest = nullptr;
    const Accreditation* in_force = nullptr;
    for (const Accreditation& candidate : chain->second.accreditations) {
        if (candidate.key.id() == key && candidate.sequence <= place->second) {
            newest = &candidate;
            in_force = candidate.from <= at && at < candidate.until ? &candidate : in_force;
        }
    }
    if (newest == nullptr) {
        return base::fail(base::ErrorKind::not_proven,
                          "the signing key is outside the chain of " + party.text(),
                          "the link that lacks: root of " + party.text() + " -> key " + key.brief(),
                          "have the key accredited, or sign with an accredited one");
    }
    return in_force != nullptr ? *in_force : *newest;
}

base::Result<void> check_in_force(const Accreditation& used, base::Instant at) {
    if (used.from <= at && at < used.until) {
        return {};
    }
    return base::fail(
        base::ErrorKind::inadmissible,
        used.until <= at ? "the accreditation had expired" : "the accreditation had not begun",
        used.person.text() + " as " + used.role + " from " + used.from.text() + " until " +
            used.until.text() + ", the act is of " + at.text(),
        "have the accreditation renewed");
}

base::Result<void> check_not_suspended(const Accreditation& used, base::Instant at) {
    if (!used.suspended || at < used.suspended->since) {
        return {};
    }
    return base::fail(base::ErrorKind::inadmissible, "the accreditation is suspended",
                      used.person.text() + " since " + used.suspended->since.text());
}

base::Result<Accreditation> Registry::accredited(const base::PartyId& party, const base::KeyId& key,
                                                 const EntryId& head, base::Instant at) const {
    Accreditation found = COMITY_TRY(granted(party, key, head, at));
    COMITY_TRY(check_in_force(found, at));
    COMITY_TRY(check_not_suspended(found, at));
    return found;
}

std::vector<Accreditation> Registry::of(const base::PartyId& party) const {
    const auto chain = chains_.find(party);
    return chain == chains_.end() ? std::vector<Accreditation>{} : chain->second.accreditations;
}

const Accreditation* Registry::newest(const base::KeyId& key) const {
    const Accreditation* found = nullptr;
    for (const auto& [party, chain] : chains_) {
        for (const Accreditation& candidate : chain.accreditations) {
            if (candidate.key.id() == key) {
                found = &candidate;
            }
        }
    }
    return found;
}

}  // namespace comity::casework
