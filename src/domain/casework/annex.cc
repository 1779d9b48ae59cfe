#include "domain/casework/annex.h"

#include <algorithm>
#include <set>

namespace comity::casework {

const PartyEntry* Annex::find(const base::PartyId& party) const {
    const auto found = std::ranges::find(parties, party, &PartyEntry::party);
    return found == parties.end() ? nullptr : &*found;
}

const PartyEntry* Annex::find_tls(const base::Digest& spki) const {
    const auto found = std::ranges::find(parties, spki, &PartyEntry::tls);
    return found == parties.end() ? nullptr : &*found;
}

base::Digest digest_of(const Annex& annex) {
    const std::string tag = "comity/annex/v1/" + std::string(base::name_of(annex.realm));
    return crypto::tagged_hash(tag, base::view_of(codec::write(annex)));
}

namespace {

base::Result<ledger::NoteKey> note_key_of_type(std::string_view vkey, ledger::NoteKeyType type) {
    ledger::NoteKey key = COMITY_TRY(ledger::NoteKey::parse(vkey));
    if (key.type() != type) {
        return base::fail(base::ErrorKind::malformed,
                          "this verifier key is of the wrong type: " + std::string(vkey));
    }
    return key;
}

base::Result<void> check_party(const PartyEntry& party) {
    COMITY_TRY(note_key_of_type(party.ledger, ledger::NoteKeyType::ed25519));
    COMITY_TRY(note_key_of_type(party.witness, ledger::NoteKeyType::cosignature));
    if (party.root == party.node) {
        return base::fail(
            base::ErrorKind::malformed,
            "the root key and the node key of " + party.party.text() + " must be different keys");
    }
    return {};
}

/// Those who attest the party's ledger, and may endorse a new key of it: the witnesses other than
/// the party.
base::Result<ledger::KeyRecovery> recovery_of(const Annex& annex, const base::PartyId& party) {
    ledger::KeyRecovery recovery;
    for (const base::PartyId& witness : annex.witnesses) {
        const PartyEntry* entry = annex.find(witness);
        if (witness != party && entry != nullptr) {
            recovery.guardians.push_back(COMITY_TRY(ledger::NoteKey::parse(entry->witness)));
        }
    }
    recovery.needed = static_cast<std::size_t>(annex.recovery.value_or(0));
    return recovery;
}

}  // namespace

base::Result<void> check(const Annex& annex) {
    if (annex.version != annex_version) {
        return base::fail(base::ErrorKind::malformed, "annex format version is not known here");
    }
    if (annex.skew_seconds < 1 || annex.skew_seconds > 86'400) {
        return base::fail(base::ErrorKind::malformed, "the skew is 1 to 86400 seconds");
    }
    std::set<base::PartyId> names;
    std::set<base::Digest> keys;
    std::set<std::string> origins;
    std::set<std::string> witness_names;
    for (const PartyEntry& party : annex.parties) {
        auto checked = check_party(party);
        if (!checked) {
            return std::unexpected(base::at_place(std::move(checked).error(), party.party.text()));
        }
        const ledger::NoteKey log = COMITY_TRY(ledger::NoteKey::parse(party.ledger));
        const ledger::NoteKey witness = COMITY_TRY(ledger::NoteKey::parse(party.witness));
        // One key for two tasks, or for two witnesses, would let one signature stand for both.
        const bool fresh = names.insert(party.party).second && origins.insert(log.name()).second &&
                           witness_names.insert(witness.name()).second &&
                           keys.insert(party.root.id().digest).second &&
                           keys.insert(party.node.id().digest).second &&
                           keys.insert(log.key().id().digest).second &&
                           keys.insert(witness.key().id().digest).second &&
                           keys.insert(party.tls).second;
        if (!fresh) {
            return base::fail(base::ErrorKind::malformed,
                              "a party or key stands twice in the annex: " + party.party.text());
        }
    }
    for (const base::PartyId& witness : annex.witnesses) {
        if (annex.find(witness) == nullptr) {
            return base::fail(base::ErrorKind::malformed,
                              "the witness " + witness.text() + " is not a party");
        }
    }
    const std::set<base::PartyId> distinct(annex.witnesses.begin(), annex.witnesses.end());
    // A witness does not cosign its own ledger, so one more is needed than the quorum asks for.
    if (annex.quorum < 1 || static_cast<std::int64_t>(distinct.size()) < annex.quorum + 1) {
        return base::fail(base::ErrorKind::malformed,
                          "the quorum is at least 1 and below the number of witnesses");
    }
    // Whoever may replace a ledger's key could also attest what it then signs.
    if (annex.recovery && (*annex.recovery < annex.quorum ||
                           static_cast<std::int64_t>(distinct.size()) < *annex.recovery + 1)) {
        return base::fail(base::ErrorKind::malformed,
                          "a recovery takes at least the quorum of witnesses, and not all of them");
    }
    return {};
}

base::Result<PartyLedger> ledger_of(const Annex& annex, const base::PartyId& party) {
    const PartyEntry* entry = annex.find(party);
    if (entry == nullptr) {
        return base::fail(base::ErrorKind::not_proven,
                          "the annex does not name the party " + party.text());
    }
    return PartyLedger{party, COMITY_TRY(ledger::NoteKey::parse(entry->ledger)),
                       COMITY_TRY(recovery_of(annex, party))};
}

base::Result<std::optional<PartyLedger>> ledger_named(const Annex& annex, std::string_view origin) {
    for (const PartyEntry& party : annex.parties) {
        if (COMITY_TRY(ledger::NoteKey::parse(party.ledger)).name() == origin) {
            return COMITY_TRY(ledger_of(annex, party.party));
        }
    }
    return std::nullopt;
}

base::Result<ledger::SignedCheckpoint> open_witnessed(const Annex& annex,
                                                      const base::PartyId& author,
                                                      std::string_view note) {
    const PartyLedger ledger = COMITY_TRY(ledger_of(annex, author));
    // Who attests a ledger are those who may endorse the recovery of its key.
    ledger::SignedCheckpoint opened = COMITY_TRY(
        ledger::open_checkpoint(note, ledger.first, ledger.recovery.guardians, ledger.recovery));
    std::set<std::string> cosigners;
    for (const auto& by : opened.verified.by) {
        if (by.key.type() == ledger::NoteKeyType::cosignature) {
            cosigners.insert(by.key.name());
        }
    }
    if (static_cast<std::int64_t>(cosigners.size()) < annex.quorum) {
        return base::fail(base::ErrorKind::not_proven,
                          "the checkpoint of " + author.text() + " lacks attesting nodes",
                          std::to_string(cosigners.size()) + " of " + std::to_string(annex.quorum) +
                              " cosignatures",
                          "send it with the cosignature of a witness of the annex");
    }
    return opened;
}

}  // namespace comity::casework
