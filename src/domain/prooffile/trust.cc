#include "domain/prooffile/trust.h"

#include <algorithm>

namespace comity::prooffile {

Trust trust_from(const casework::Annex& annex) {
    Trust trust;
    trust.realm = annex.realm;
    trust.agreement = annex.agreement;
    trust.text = annex.text;
    trust.annex = casework::digest_of(annex);
    trust.quorum = annex.quorum;
    trust.skew_seconds = annex.skew_seconds;
    for (const casework::PartyEntry& party : annex.parties) {
        trust.parties.push_back({party.party, party.root, party.node, party.ledger});
    }
    for (const base::PartyId& witness : annex.witnesses) {
        const casework::PartyEntry* party = annex.find(witness);
        trust.witnesses.push_back({witness, party == nullptr ? "" : party->witness});
    }
    return trust;
}

base::Result<Trust> with_timestamps(Trust trust, std::string_view authorities) {
    COMITY_TRY(crypto::check_authorities(authorities));
    trust.timestamps = std::string(authorities);
    trust.version = trust_version;
    return trust;
}

std::string write_trust(const Trust& trust) {
    return codec::write(trust) + "\n";
}

base::Result<Trust> read_trust(std::string_view text) {
    codec::JsonLimits limits;
    limits.bytes = max_trust_bytes;
    Trust trust = COMITY_TRY(codec::read_text<Trust>(text, limits));
    // One set of anchors has one version, so that two people compare equal texts.
    const std::int64_t version = trust.timestamps ? trust_version : first_trust_version;
    if (trust.format != trust_format || trust.version != version) {
        return base::fail(
            base::ErrorKind::malformed, "this is not a trust file of version 1 or 2",
            "it says format " + trust.format + ", version " + std::to_string(trust.version));
    }
    if (trust.timestamps) {
        COMITY_TRY(crypto::check_authorities(*trust.timestamps));
    }
    return trust;
}

std::vector<Anchor> anchors_of(const Trust& trust) {
    std::vector<Anchor> anchors{
        {"realm", std::string(base::name_of(trust.realm))},
        {"agreement", trust.agreement},
        {"text of the agreement", trust.text.hex()},
        {"key annex", trust.annex.hex()},
    };
    for (const TrustedParty& party : trust.parties) {
        const std::string of = " of " + party.party.text();
        anchors.push_back({"root key" + of, party.root.id().hex()});
        anchors.push_back({"node key" + of, party.node.id().hex()});
        anchors.push_back({"ledger" + of, party.ledger});
    }
    for (const TrustedWitness& witness : trust.witnesses) {
        anchors.push_back({"attesting node " + witness.party.text(), witness.vkey});
    }
    anchors.push_back({"quorum", std::to_string(trust.quorum)});
    anchors.push_back({"skew in seconds", std::to_string(trust.skew_seconds)});
    return anchors;
}

std::vector<Anchor> differences(const Trust& trust, const Trust& found) {
    const std::vector<Anchor> trusted = anchors_of(trust);
    const std::vector<Anchor> present = anchors_of(found);
    std::vector<Anchor> differing;
    for (const Anchor& anchor : present) {
        if (std::ranges::find(trusted, anchor) == trusted.end()) {
            differing.push_back(anchor);
        }
    }
    for (const Anchor& anchor : trusted) {
        if (std::ranges::find(present, anchor.name, &Anchor::name) == present.end()) {
            differing.push_back({anchor.name, "none"});
        }
    }
    return differing;
}

}  // namespace comity::prooffile
