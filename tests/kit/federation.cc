#include <algorithm>
#include <iterator>

#include "node/delivery/shipping.h"
#include "node/submit/derived.h"
#include "tests/kit/kit.h"

namespace comity::kit {

Node::Node(Stage& on, std::string_view of, memory::FixedClock& time)
    : stage(on), party(kit::party(of)), clock(time), random(of), day_keys(random) {
    ledger_secret_ =
        submit::ledger_secret(on.keys(party).ledger, "ledger.example/" + party.text()).value();
    const auto started = start();
    COMITY_ENSURE(started.has_value());
}

namespace {

/// One of several owners of a key.
class SharedSigner final : public ports::Signer {
 public:
    explicit SharedSigner(std::shared_ptr<softkeys::SoftSigner> key) : key_(std::move(key)) {}
    [[nodiscard]] const crypto::PublicKey& public_key() const override {
        return key_->public_key();
    }
    [[nodiscard]] base::Result<base::Bytes> sign(base::ByteView message) override {
        return key_->sign(message);
    }

 private:
    std::shared_ptr<softkeys::SoftSigner> key_;
};

}  // namespace

base::Result<std::unique_ptr<ports::Signer>> Node::NewKeys::make() {
    made.push_back(std::make_shared<softkeys::SoftSigner>(
        COMITY_TRY(softkeys::SoftSigner::generate(crypto::Algorithm::ed25519))));
    return std::make_unique<SharedSigner>(made.back());
}

ports::Signer& Node::ledger_key() {
    const auto known = submit::LedgerKeys::load(store, stage.annex);
    const auto present = submit::present_ledger_key(*known, stage.annex, party);
    for (const auto& one : new_keys_.made) {
        if (!use_first_ledger_key && present && one->public_key() == present->key()) {
            return *one;
        }
    }
    return stage.keys(party).ledger;
}

submit::Ports Node::ports() {
    Keys& keys = stage.keys(party);
    return {store,    clock, random, keys.node, ledger_key(),    keys.witness,
            day_keys, files, blobs,  &mirror,   &ledger_secret_, &new_keys_};
}

base::Result<void> Node::start() {
    institution_.reset();
    submit::Settings settings;
    settings.party = party;
    settings.origin = "ledger.example/" + party.text();
    settings.body_days = 365;
    settings.mirror = mirror_rule;
    institution_ =
        COMITY_TRY(submit::Institution::start(settings, ports(), stage.library, stage.annex));
    return {};
}

base::Result<submit::OwnAct> Node::prepare(const Official& official,
                                           const std::optional<base::MatterId>& matter,
                                           std::string_view procedure, std::string_view kind,
                                           std::string_view fields) {
    submit::DraftRequest request;
    request.matter = matter;
    request.procedure = std::string(procedure);
    request.kind = std::string(kind);
    request.key = official.key->public_key().id();
    request.fields = json(fields);
    submit::OwnAct own;
    own.draft = COMITY_TRY(institution_->draft(request));
    own.signature = sign(*official.key, party, casework::id_of(own.draft.header).digest, "act",
                         own.draft.header.realm, own.draft.header.at + std::chrono::minutes(10));
    return own;
}

base::Result<submit::Recorded> Node::record(submit::Submission submission) {
    std::vector<submit::Submission> one;
    one.push_back(std::move(submission));
    return institution_->record(std::move(one)).front();
}

base::Result<submit::Recorded> Node::act(const Official& official,
                                         const std::optional<base::MatterId>& matter,
                                         std::string_view procedure, std::string_view kind,
                                         std::string_view fields) {
    return record(COMITY_TRY(prepare(official, matter, procedure, kind, fields)));
}

Federation::Federation(law::Library texts) : clock(instant(story_begins)), stage(std::move(texts)) {
    for (const casework::PartyEntry& one : stage.annex.parties) {
        nodes_.emplace(one.party, std::make_unique<Node>(stage, one.party.text(), clock));
    }
}

void Federation::open_registry(std::string_view of) {
    codec::Object fields;
    fields["institution"] = of;
    codec::Array others;
    for (const auto& [id, other] : nodes_) {
        if (id.text() != of) {
            others.emplace_back(id.text());
        }
    }
    fields["partners"] = others;
    const auto opened =
        node(of).act(stage.root_of(of), casework::Registry::matter_of(party(of)).value(),
                     "registry", "open", codec::canonical(fields));
    COMITY_ENSURE(opened.has_value());
}

Official Federation::accredit(std::string_view of, std::string_view person, std::string_view role) {
    Official official = stage.stranger(of, person, role);
    clock.advance(std::chrono::seconds(1));
    const auto granted =
        node(of).act(stage.root_of(of), casework::Registry::matter_of(party(of)).value(),
                     "registry", "accredit", accreditation(official));
    COMITY_ENSURE(granted.has_value());
    return official;
}

void Federation::cosign(Node& log) {
    Node& witness = node(log.party == party(board) ? xa_court : board);
    COMITY_ENSURE(log->publish().has_value());
    while (true) {
        const auto& kept = log->cosigned();
        const auto row = witness.store.witnessed(log->sequencer().origin()).value();
        ledger::AddCheckpoint request;
        request.old_size = row ? row->size : 0;
        const auto head =
            log->head_to_attest(kept.empty() ? 0 : kept.back().size, request.old_size).value();
        if (!head) {
            return;
        }
        request.note = head->note;
        if (request.old_size > 0 && request.old_size < head->size) {
            request.proof =
                log->sequencer().tree().consistency(request.old_size, head->size).value();
        }
        const auto answer = witness->witness(request.encode());
        COMITY_ENSURE(answer.has_value() && answer->status == 200);
        const auto cosigned = ledger::Note::parse(request.note.encode() + answer->body);
        COMITY_ENSURE(cosigned.has_value());
        COMITY_ENSURE(log->keep_cosigned(*cosigned).has_value());
    }
}

std::vector<Parcel> Federation::parcels(Node& from) {
    std::map<std::pair<base::PartyId, base::MatterId>, Parcel> found;
    for (const ports::OutboxRow& row : from->outbox()) {
        const auto proven = from->proven(row.entry);
        if (!row.refused.empty() || !proven) {
            continue;
        }
        casework::ProvenEntry entry = *proven;
        const base::MatterId matter = casework::matter_of(entry.entry());
        Parcel& parcel = found[{row.peer, matter}];
        parcel.envelope.from = from.party;
        parcel.envelope.to = row.peer;
        if (parcel.entries.size() == casework::max_envelope_entries) {
            continue;
        }
        if (entry.act) {
            const submit::Matter* known = from->matter(matter);
            const auto* kind = casework::kind_of(*known->state.procedure, *entry.act).value();
            std::ranges::move(delivery::items_with(*from, *known, *entry.act, row.peer).value(),
                              std::back_inserter(parcel.envelope.items));
            entry.act =
                casework::copy_for(*kind, *entry.act, known->state.side_of(row.peer).value_or(""));
        }
        parcel.entries.push_back(row.entry);
        parcel.envelope.entries.push_back(std::move(entry));
    }
    std::vector<Parcel> all;
    for (auto& [to, parcel] : found) {
        all.push_back(std::move(parcel));
    }
    return all;
}

base::Result<submit::Recorded> Federation::deliver(const Parcel& parcel) {
    // Over the wire and back: what is read there is what was written here.
    const auto read = casework::read_envelope(codec::write(parcel.envelope), base::Realm::exercise);
    if (!read) {
        return std::unexpected(read.error());
    }
    const auto answer = node(parcel.envelope.to.text()).record(*read);
    if (answer) {
        const std::size_t taken = answer->entries.size() + answer->already_known;
        const std::vector<casework::EntryId> settled(
            parcel.entries.begin(), parcel.entries.begin() + static_cast<std::ptrdiff_t>(taken));
        const auto kept =
            node(parcel.envelope.from.text())->settle(parcel.envelope.to, settled, std::nullopt);
        COMITY_ENSURE(kept.has_value());
    }
    return answer;
}

void Federation::exchange() {
    bool moved = true;
    while (moved) {
        moved = false;
        for (auto& [id, one] : nodes_) {
            cosign(*one);
        }
        for (auto& [id, one] : nodes_) {
            for (const Parcel& parcel : parcels(*one)) {
                const auto answer = deliver(parcel);
                moved = moved || (answer && !answer->entries.empty());
            }
        }
    }
}

std::string account_of(const submit::Institution& institution, const base::MatterId& id) {
    const submit::Matter* matter = institution.matter(id);
    if (matter == nullptr) {
        return "nothing of " + id.text() + "\n";
    }
    const casework::MatterState& state = matter->state;
    std::string account = id.text() + " " + state.state + "\n";
    for (const auto& [side, parties] : state.sides) {
        account += "  side " + side;
        std::set<std::string> names;
        for (const base::PartyId& one : parties) {
            names.insert(one.text());
        }
        for (const std::string& name : names) {
            account += " " + name;
        }
        account += "\n";
    }
    for (const auto& [fact, possible] : state.facts.all()) {
        account += "  fact " + fact + " " + std::to_string(possible.mask) + " " +
                   std::to_string(possible.low) + " " + std::to_string(possible.must) + "\n";
    }
    for (const auto& [event, at] : state.events) {
        account += "  event " + event + " " + at.text() + "\n";
    }
    for (const casework::DoneAct& done : state.done) {
        account += "  act " + done.kind->name + " " + done.id.hex() + " " + done.person.text() +
                   (done.overtaken ? " overtaken\n" : "\n");
    }
    for (const base::PartyId& author : matter->dossier.authors()) {
        for (const casework::EntryId& entry : matter->dossier.chain(author)) {
            account += "  " + author.text() + " " + entry.hex() + "\n";
        }
    }
    return account;
}

std::string account_of(const submit::Institution& institution) {
    std::string account;
    for (const auto& [id, matter] : institution.matters()) {
        account += account_of(institution, id);
    }
    return account;
}

}  // namespace comity::kit
