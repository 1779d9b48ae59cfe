#include "tests/kit/kit.h"

#include <algorithm>
#include <cstdio>

#include "domain/law/testing.h"

namespace comity::kit {
namespace {

constexpr base::Duration signature_life = std::chrono::minutes(10);
constexpr std::int64_t skew = 300;

softkeys::SoftSigner fresh(crypto::Algorithm algorithm) {
    return softkeys::SoftSigner::generate(algorithm).value();
}

std::string origin_of(std::string_view of) {
    return "ledger.example/" + std::string(of);
}

casework::PartyEntry entry_of(std::string_view of, std::string_view jurisdiction,
                              std::string_view kind, Keys& keys) {
    using Type = ledger::NoteKeyType;
    casework::PartyEntry entry;
    entry.party = party(of);
    entry.title = std::string(of);
    entry.jurisdiction = std::string(jurisdiction);
    entry.kind = std::string(kind);
    entry.root = keys.root.public_key();
    entry.node = keys.node.public_key();
    entry.ledger =
        ledger::NoteKey::of(origin_of(of), Type::ed25519, keys.ledger.public_key())->vkey();
    entry.witness = ledger::NoteKey::of("witness.example/" + std::string(of), Type::cosignature,
                                        keys.witness.public_key())
                        ->vkey();
    entry.tls = crypto::sha256("tls of " + std::string(of));
    return entry;
}

}  // namespace

base::PartyId party(std::string_view name) {
    return base::PartyId::parse(name).value();
}
base::Instant instant(std::string_view text) {
    return base::Instant::parse(text).value();
}
codec::Value json(std::string_view text) {
    return codec::parse(text).value();
}
codec::Object object(std::string_view text) {
    return json(text).get_object();
}

law::Library real_law() {
    auto library = law::Library::load(law::testing::sources_below(COMITY_LAW));
    if (!library) {
        for (const law::Diagnostic& one : library.error()) {
            std::fputs((one.text() + "\n").c_str(), stderr);
        }
    }
    return library.value();
}

casework::SignatureRecord sign(ports::Signer& key, const base::PartyId& node,
                               const base::Digest& subject, std::string_view purpose,
                               base::Realm realm, base::Instant expires) {
    casework::SignatureRecord record;
    record.algorithm = std::string(crypto::name_of(key.public_key().algorithm()));
    record.intent = {realm,
                     subject,
                     std::string(purpose),
                     key.public_key().id(),
                     node,
                     base::Bytes(casework::nonce_bytes, 7),
                     expires};
    record.signature = key.sign(casework::signing_input(record.intent)).value();
    return record;
}

Stage::Stage(law::Library texts) : library(std::move(texts)) {
    struct Row {
        std::string_view name, jurisdiction, kind;
    };
    annex.agreement = "XA-XB/EE";
    annex.text = library.agreement_digest(annex.agreement).value_or(base::TextDigest{});
    annex.skew_seconds = skew;
    annex.quorum = 1;
    annex.witnesses = {party(board), party(xa_court)};
    for (const Row& row : {Row{xa_prosecution, "XA", "prosecution"}, Row{xa_court, "XA", "court"},
                           Row{xb_central, "XB", "central-authority"},
                           Row{cirrus, "XB", "provider-company"}, Row{board, "XA", "oversight"}}) {
        using enum crypto::Algorithm;
        auto keys = std::make_shared<Keys>(
            Keys{fresh(es256), fresh(es256), fresh(ed25519), fresh(ed25519)});
        annex.parties.push_back(entry_of(row.name, row.jurisdiction, row.kind, *keys));
        keys_.emplace(party(row.name), std::move(keys));
    }
}

Official Stage::stranger(std::string_view of, std::string_view person, std::string_view role) {
    return {party(of), base::PersonId::parse(person).value(), std::string(role),
            std::make_shared<softkeys::SoftSigner>(fresh(crypto::Algorithm::es256))};
}

Official Stage::root_of(std::string_view of) {
    // Borrowed from the keys, which live as long as the stage.
    return {party(of), base::PersonId::parse("root").value(), "root",
            std::shared_ptr<softkeys::SoftSigner>(keys_.at(party(of)), &keys(party(of)).root)};
}

casework::Act Stage::signed_act(const casework::Draft& draft, const Official& official) {
    casework::Act act{draft.header, draft.commitments, draft.openings, {}, {}};
    const casework::Header& header = act.header;
    const base::Digest id = act.id().digest;
    act.signature =
        sign(*official.key, header.author, id, "act", header.realm, header.at + signature_life);
    act.countersignature = sign(keys(header.author).node, header.author, id, "countersign",
                                header.realm, header.at + signature_life);
    return act;
}

casework::Receipt Stage::receipt(casework::ReceiptHeader header) {
    const base::Digest id = casework::id_of(header);
    casework::Receipt receipt{std::move(header), {}};
    receipt.signature = sign(keys(receipt.header.author).node, receipt.header.author, id, "receipt",
                             receipt.header.realm, receipt.header.at + signature_life);
    return receipt;
}

Desk::Desk(Stage& on, std::string_view procedure_name, std::string_view matter)
    : stage(on),
      procedure(on.library.procedure_named(procedure_name)),
      dossier(base::MatterId::parse(matter).value()),
      now(instant(story_begins)) {
    COMITY_ENSURE(procedure != nullptr);
}

base::Result<casework::Act> Desk::prepare(const Official& official, std::string_view kind,
                                          const codec::Object& fields, const Alter& alter) {
    const law::ActKind* found = procedure->act(kind);
    COMITY_ENSURE(found != nullptr);
    const casework::Dossier::Tip tip = dossier.tip(official.party);
    casework::Header header;
    header.procedure = procedure->digest;
    header.matter = dossier.matter();
    header.author = official.party;
    header.key = official.key->public_key().id();
    header.at = now;
    header.after = dossier.heads();
    header.sequence = tip.next_sequence;
    header.previous = tip.previous;
    header.law = stage.library.digest();
    if (official.role != casework::root_role) {
        header.registry = stage.registry.head(official.party);
    }
    if (alter) {
        alter(header);
    }
    base::SecretBytes record_key(32);
    random_.fill(record_key.writable());
    const casework::Draft draft = COMITY_TRY(casework::compose(
        stage.library.vocabulary(), *found, fields, std::move(header), record_key));
    return stage.signed_act(draft, official);
}

base::Result<casework::Admitted> Desk::attempt(const casework::Act& act) const {
    COMITY_TRY(casework::check_form(act));
    COMITY_TRY(casework::check_countersignature(stage.annex, act));
    const casework::Signer signer = COMITY_TRY(casework::check_signature(stage.world(), act));
    COMITY_TRY(dossier.check_link(act));
    return casework::judge(stage.world(), dossier, &state, act, signer);
}

base::Result<casework::Act> Desk::take(const Official& official, std::string_view kind,
                                       std::string_view fields, const Alter& alter) {
    const casework::Act act = COMITY_TRY(prepare(official, kind, object(fields), alter));
    const casework::Admitted admitted = COMITY_TRY(attempt(act));
    record(act, admitted);
    return act;
}

void Desk::record(const casework::Act& act, const casework::Admitted& admitted) {
    dossier.add(act);
    state = casework::fold(stage.world(), dossier, nullptr).value();
    if (dossier.matter() == casework::Registry::matter_of(act.header.author)) {
        stage.registry.extend(act.header.author, act.id().digest, act.header.sequence);
        const auto applied = stage.registry.apply(*admitted.kind, act);
        COMITY_ENSURE(applied.has_value());
    }
    now = now + std::chrono::seconds(1);
}

casework::Receipt Desk::receipt(const base::PartyId& by, const base::ActId& act) {
    const casework::Dossier::Tip tip = dossier.tip(by);
    casework::ReceiptHeader header;
    header.matter = dossier.matter();
    header.author = by;
    header.at = now;
    header.sequence = tip.next_sequence;
    header.previous = tip.previous;
    header.act = act;
    casework::Receipt receipt = stage.receipt(header);
    COMITY_ENSURE(dossier.check_link(receipt).has_value());
    dossier.add(receipt);
    return receipt;
}

Desk open_registry(Stage& stage, std::string_view of) {
    Desk desk(stage, "registry", "registry-" + std::string(of));
    const auto opened = desk.take(stage.root_of(of), "open", R"({"institution":"invented"})");
    COMITY_ENSURE(opened.has_value());
    return desk;
}

Official Registries::accredit(std::string_view of, std::string_view person, std::string_view role) {
    auto registry = opened_.find(of);
    if (registry == opened_.end()) {
        registry = opened_.emplace(std::string(of), open_registry(stage_, of)).first;
    }
    const Official official = stage_.stranger(of, person, role);
    const auto granted =
        registry->second.take(stage_.root_of(of), "accredit", accreditation(official));
    COMITY_ENSURE(granted.has_value());
    return official;
}

std::string accreditation(const Official& official, std::string_view from, std::string_view until,
                          std::string_view realm) {
    codec::Object fields;
    fields["person"] = official.person.text();
    fields["role"] = official.role;
    fields["key"] = official.key->public_key().jwk();
    fields["competence"] = codec::Array{};
    fields["from"] = from;
    fields["until"] = until;
    fields["realm"] = realm;
    return codec::canonical(fields);
}

}  // namespace comity::kit
