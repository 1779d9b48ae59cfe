#pragma once

// For tests: two invented institutions and an attesting one, and a way to take acts.

#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapter/softkeys/softkeys.h"
#include "domain/prooffile/prooffile.h"
#include "domain/prooffile/small_law_for_test.h"
#include "ground/crypto/testing.h"

namespace comity::prooffile::testing {

/// An institution with all its keys and its ledger.
struct Institution {
    explicit Institution(std::string_view id)
        : party(party_id(id)), origin(std::string(id) + ".example") {}

    base::PartyId party;
    std::string origin;
    softkeys::SoftSigner root = make(crypto::Algorithm::es256);
    softkeys::SoftSigner node = make(crypto::Algorithm::ed25519);
    softkeys::SoftSigner ledger_key = make(crypto::Algorithm::ed25519);
    softkeys::SoftSigner witness_key = make(crypto::Algorithm::ed25519);
    ledger::Tree tree;
    std::vector<base::Bytes> leaves;

    [[nodiscard]] static softkeys::SoftSigner make(crypto::Algorithm algorithm) {
        return softkeys::SoftSigner::generate(algorithm).value();
    }
    [[nodiscard]] ledger::NoteKey ledger_vkey() const {
        return ledger::NoteKey::of(origin, ledger::NoteKeyType::ed25519, ledger_key.public_key())
            .value();
    }
    [[nodiscard]] ledger::NoteKey witness_vkey() const {
        return ledger::NoteKey::of(origin + "/witness", ledger::NoteKeyType::cosignature,
                                   witness_key.public_key())
            .value();
    }
};

/// The invented world: xa asks, xb answers, xo attests the ledgers of both.
class World {
 public:
    explicit World(std::uint64_t seed = 1) : random_(seed), library_(small_library()) {
        for (Institution* one : {&xa, &xb, &xo}) {
            annex_.parties.push_back(
                {one->party, "Invented " + one->party.text(), one == &xb ? "XB" : "XA",
                 one == &xb ? "central-authority" : "prosecution", one->root.public_key(),
                 one->node.public_key(), one->ledger_vkey().vkey(), one->witness_vkey().vkey(),
                 crypto::sha256(one->origin)});
            annex_.witnesses.push_back(one->party);
        }
        annex_.agreement = "XA-XB/T";
        annex_.text = library_.agreement_digest("XA-XB/T").value();
        annex_.skew_seconds = 3600;
        annex_.quorum = 1;
        EXPECT_TRUE(casework::check(annex_));
    }

    Institution xa{"xa-prosecution"};
    Institution xb{"xb-authority"};
    Institution xo{"xo-board"};
    softkeys::SoftSigner official = Institution::make(crypto::Algorithm::es256);
    base::MatterId matter = base::MatterId::parse("00112233445566778899aabbccddeeff").value();
    base::Instant now = instant("2027-03-05T09:30:00.000Z");
    /// What the next acts say that they know; none: everything.
    std::optional<std::vector<base::ActId>> after;

    [[nodiscard]] const casework::Annex& annex() const { return annex_; }
    [[nodiscard]] casework::Annex& annex() { return annex_; }
    [[nodiscard]] const law::Library& library() const { return library_; }
    [[nodiscard]] static base::MatterId registry_of(const Institution& who) {
        return casework::Registry::matter_of(who.party).value();
    }

    /// Takes an act now, signed by `signer`, logged and receipted by nobody yet.
    const casework::Act& act(Institution& who, softkeys::SoftSigner& signer,
                             const base::MatterId& in, std::string_view procedure,
                             std::string_view kind, const codec::Object& fields) {
        const law::Procedure* text = library_.procedure_named(procedure);
        casework::Dossier& dossier = dossier_of(in);
        casework::Header header;
        header.procedure = text->digest;
        header.matter = in;
        header.author = who.party;
        header.key = signer.public_key().id();
        header.at = now;
        header.after = after.value_or(dossier.heads());
        header.sequence = dossier.tip(who.party).next_sequence;
        header.previous = dossier.tip(who.party).previous;
        header.law = library_.digest();
        if (signer.public_key() != who.root.public_key()) {
            const auto chain = dossier_of(registry_of(who)).chain(who.party);
            if (!chain.empty()) {
                header.registry = chain.back();
            }
        }
        base::SecretBytes record_key(32);
        random_.fill(record_key.writable());
        auto draft = casework::compose(library_.vocabulary(), *text->act(kind), fields, header,
                                       record_key, carried_);
        EXPECT_TRUE(draft) << draft.error().text();
        casework::Act act{draft->header, draft->commitments, draft->openings, {}, {}};
        act.signature = sign(signer, who.party, act.id().digest, "act");
        act.countersignature = sign(who.node, who.party, act.id().digest, "countersign");
        log(who, act);
        return *dossier.act(act.id());
    }

    void receipt(Institution& who, const casework::Act& act) {
        casework::Dossier& dossier = dossier_of(act.header.matter);
        casework::Receipt receipt;
        receipt.header.matter = act.header.matter;
        receipt.header.author = who.party;
        receipt.header.at = now;
        receipt.header.sequence = dossier.tip(who.party).next_sequence;
        receipt.header.previous = dossier.tip(who.party).previous;
        receipt.header.act = act.id();
        receipt.signature = sign(who.node, who.party, receipt.id(), "receipt");
        log(who, receipt);
    }

    const casework::Act& accredit(Institution& who, const softkeys::SoftSigner& key,
                                  std::string_view role) {
        return act(who, who.root, registry_of(who), "registry", "accredit",
                   {{"person", "p-17"},
                    {"role", role},
                    {"key", key.public_key().jwk()},
                    {"from", "2027-01-01T00:00:00.000Z"},
                    {"until", "2028-01-01T00:00:00.000Z"},
                    {"realm", "exercise"}});
    }

    void suspend(Institution& who, const softkeys::SoftSigner& key, std::string_view since) {
        act(who, who.root, registry_of(who), "registry", "suspend",
            {{"key", key.public_key().jwk()}, {"compromised-since", since}});
    }

    /// The usual story: an official of xa is accredited, asks, xb receipts and answers.
    void tell() {
        accredit(xa, official, "investigator");
        const casework::Act& request = ask();
        receipt(xb, request);
        pass(60);
        const casework::Act& answer =
            act(xb, xb.root, matter, "disclosure", "answer", {{"political", false}});
        receipt(xa, answer);
        pass(60);
        publish();
    }

    const casework::Act& ask() {
        return act(
            xa, official, matter, "disclosure", "request",
            {{"requested", "xb-authority"}, {"data", "subscriber"}, {"reasons", "Invented."}});
    }

    /// The next acts repeat the commitments of `act` where path and value are the same.
    void carry(const casework::Act& act) { carried_ = act.openings; }

    [[nodiscard]] std::vector<base::ActId> heads() { return dossier_of(matter).heads(); }
    /// The world forgets all entries of the matter, though they stay logged: its authors
    /// equivocate.
    void forget_last(const base::MatterId& in) { dossiers_.erase(in); }

    void pass(int seconds) { now = now + std::chrono::seconds(seconds); }

    /// Signs and cosigns the heads of all ledgers, which then prove what was logged so far.
    void publish() {
        for (Institution* one : {&xa, &xb, &xo}) {
            const ledger::Checkpoint head{one->origin, one->tree.size(), one->tree.root()};
            const std::string text = head.text();
            ledger::Note note{text, {}};
            add_signature(note, one->ledger_vkey(), one->ledger_key);
            Institution& attesting = one == &xo ? xb : xo;
            add_signature(note, attesting.witness_vkey(), attesting.witness_key);
            for (Logged& logged : logged_) {
                if (logged.author == one->party && logged.checkpoint.empty()) {
                    logged.checkpoint = note.encode();
                    logged.size = head.size;
                }
            }
        }
    }

    /// All recorded entries of a matter with their proofs, in recording order.
    [[nodiscard]] std::vector<casework::ProvenEntry> proven(const base::MatterId& in) {
        std::vector<casework::ProvenEntry> list;
        for (const Logged& logged : logged_) {
            if (logged.matter != in) {
                continue;
            }
            Institution& author = logged.author == xa.party   ? xa
                                  : logged.author == xb.party ? xb
                                                              : xo;
            casework::ProvenEntry entry;
            if (const auto* act = std::get_if<casework::Act>(&logged.entry)) {
                entry.act = *act;
            } else {
                entry.receipt = std::get<casework::Receipt>(logged.entry);
            }
            entry.proof = {static_cast<std::int64_t>(logged.index), logged.salt,
                           author.leaves.at(logged.index),
                           author.tree.inclusion(logged.index, logged.size).value(),
                           logged.checkpoint};
            list.push_back(std::move(entry));
        }
        return list;
    }

    [[nodiscard]] ProofContents contents() {
        ProofContents contents;
        contents.annex = annex_;
        contents.law = law_texts_of(library_);
        contents.registries = {{xa.party, proven(registry_of(xa))}};
        contents.matter = matter;
        contents.entries = proven(matter);
        seal(contents);
        return contents;
    }

    /// The exporting node's statement and signature over what the contents are now.
    void seal(ProofContents& contents) {
        contents.opened = opened_in(contents);
        contents.exported = statement_of(contents, xa.party, now);
        contents.seal =
            sign(xa.node, xa.party, id_of(contents.exported, annex_.realm), export_purpose);
    }

    [[nodiscard]] Trust trust() const { return trust_from(annex_); }

 private:
    struct Logged {
        base::MatterId matter;
        base::PartyId author;
        casework::Entry entry;
        std::uint64_t index = 0;
        base::Digest salt;
        std::uint64_t size = 0;
        std::string checkpoint;
    };

    [[nodiscard]] casework::Dossier& dossier_of(const base::MatterId& in) {
        return dossiers_.try_emplace(in, in).first->second;
    }

    [[nodiscard]] casework::SignatureRecord sign(softkeys::SoftSigner& signer,
                                                 const base::PartyId& node,
                                                 const base::Digest& subject,
                                                 std::string_view purpose) {
        casework::SignatureRecord record;
        record.algorithm = std::string(crypto::name_of(signer.public_key().algorithm()));
        record.intent = {
            annex_.realm, subject,         std::string(purpose),       signer.public_key().id(),
            node,         base::Bytes(16), now + std::chrono::hours(1)};
        random_.fill(record.intent.nonce);
        record.signature = signer.sign(casework::signing_input(record.intent)).value();
        return record;
    }

    void log(Institution& who, casework::Entry entry) {
        Logged logged{casework::matter_of(entry), who.party, entry, who.leaves.size(), {}, 0, {}};
        random_.fill(logged.salt.bytes);
        ledger::Leaf leaf;
        leaf.leaf_class = std::holds_alternative<casework::Act>(entry) ? ledger::LeafClass::act
                                                                       : ledger::LeafClass::receipt;
        leaf.commitment = ledger::leaf_commitment(logged.salt, casework::id_of(entry));
        who.leaves.push_back(leaf.encode());
        who.tree.append(crypto::merkle_leaf(who.leaves.back()));
        dossier_of(logged.matter).add(std::move(entry));
        logged_.push_back(std::move(logged));
    }

    void add_signature(ledger::Note& note, const ledger::NoteKey& key,
                       softkeys::SoftSigner& signer) const {
        const base::Bytes input = ledger::note_signing_input(note.text, key.type(), now);
        note.signatures.push_back(ledger::note_signature(key, now, signer.sign(input).value()));
    }

    crypto::CountingRandom random_;
    law::Library library_;
    casework::Annex annex_;
    std::map<base::MatterId, casework::Dossier> dossiers_;
    std::vector<Logged> logged_;
    casework::CarriedFields carried_;
};

}  // namespace comity::prooffile::testing
