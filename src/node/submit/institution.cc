#include "node/submit/institution.h"

#include <algorithm>
#include <limits>

#include "node/submit/kept_list.h"
#include "node/submit/transaction.h"

namespace comity::submit {
namespace {

constexpr std::size_t max_drafts = 1024;
constexpr std::size_t record_key_bytes = 32;
constexpr std::size_t matter_id_bytes = 16;
constexpr KeptList cosigned_list{"cosigned", "a cosigned checkpoint", "checkpoints"};

/// The open fields of the act that the draft is to lie within; of no act: none.
base::Result<casework::CarriedFields> carried_from(const std::map<base::MatterId, Matter>& matters,
                                                   const std::optional<base::ActId>& within) {
    if (!within) {
        return casework::CarriedFields{};
    }
    for (const auto& [id, matter] : matters) {
        if (const casework::Act* act = matter.dossier.act(*within)) {
            return act->openings;
        }
    }
    return base::fail(base::ErrorKind::not_found, "the act to lie within is not known here",
                      within->hex());
}

}  // namespace

base::Result<std::unique_ptr<Institution>> Institution::start(Settings settings, Ports ports,
                                                              law::Library library,
                                                              casework::Annex annex) {
    COMITY_TRY(casework::check(annex));
    if (annex.realm != settings.realm) {
        return base::fail(base::ErrorKind::inadmissible, "the annex is of another realm");
    }
    const casework::PartyEntry* self = annex.find(settings.party);
    if (self == nullptr) {
        return base::fail(base::ErrorKind::not_proven,
                          "the annex does not name this node's party " + settings.party.text());
    }
    if (self->node != ports.node_key.public_key()) {
        return base::fail(base::ErrorKind::invalid,
                          "this node's key is not the one that the annex pins");
    }
    // Nothing is signed or published before all keys are known to be the pinned ones.
    const ledger::NoteKey log = COMITY_TRY(ledger::NoteKey::of(
        settings.origin, ledger::NoteKeyType::ed25519, ports.ledger_key.public_key()));
    LedgerKeys ledger_keys = COMITY_TRY(LedgerKeys::load(ports.store, annex));
    if (log != COMITY_TRY(present_ledger_key(ledger_keys, annex, settings.party))) {
        return base::fail(base::ErrorKind::invalid,
                          "this node's ledger key is not the one that the annex pins");
    }
    const ledger::NoteKey witness = COMITY_TRY(ledger::NoteKey::parse(self->witness));
    if (witness.key() != ports.witness_key.public_key()) {
        return base::fail(base::ErrorKind::invalid,
                          "this node's witness key is not the one that the annex pins");
    }
    Sequencer sequencer =
        COMITY_TRY(Sequencer::open({ports.store, ports.files, ports.ledger_key}, settings.origin,
                                   ledger_keys.of(settings.origin)));
    std::unique_ptr<Institution> institution(
        new Institution(std::move(settings), ports, std::move(library), std::move(annex),
                        std::move(sequencer), std::move(ledger_keys)));
    COMITY_TRY(institution->load());
    return institution;
}

base::Result<void> Institution::load() {
    Transaction transaction(*this);
    COMITY_TRY(ports_.store.each_entry(
        [&](const ports::StoredEntry& row) { return load_entry(transaction, row); }));
    adopt(std::move(transaction));
    for (const ports::OutboxRow& row : COMITY_TRY(ports_.store.outbox())) {
        const auto leaf = leaf_of(row.entry);
        if (!leaf) {
            return base::fail(base::ErrorKind::failure,
                              "the store's outbox names an entry that this ledger does not hold");
        }
        outbox_.add(row, leaf->index);
    }
    COMITY_TRY(
        cosigned_list.each(ports_.store, std::numeric_limits<std::size_t>::max(),
                           [&](std::string note) { return load_cosigned(std::move(note)); }));
    COMITY_TRY(load_equivocations());
    COMITY_TRY(split_ledgers_.load());
    COMITY_TRY(effects_.load());
    mapping_.prepare();
    return load_awaited();
}

base::Result<void> Institution::load_cosigned(std::string note) {
    const ledger::Note parsed = COMITY_TRY(ledger::Note::parse(note));
    const ledger::Checkpoint head = COMITY_TRY(ledger::Checkpoint::parse(parsed.text));
    if (head.size > sequencer_.size() || head.root != sequencer_.tree().root_at(head.size)) {
        return base::fail(base::ErrorKind::invalid,
                          "the ledger does not hold a checkpoint that others cosigned",
                          "it was cosigned at size " + std::to_string(head.size),
                          "restore the node's data; do not sign anything before");
    }
    cosigned_.push_back(Cosigned{head.size, std::move(note)});
    return {};
}

base::Result<void> Institution::load_entry(Transaction& transaction,
                                           const ports::StoredEntry& row) {
    auto body = open_body(row, ports_.day_keys);
    if (!body && body.error().kind != base::ErrorKind::not_found) {
        return std::unexpected(std::move(body).error());
    }
    const casework::Entry entry = COMITY_TRY(entry_of(row, body ? *body : Body{}));
    Matter& matter = transaction.matter(row.matter);
    if (!body && !matter.erased) {
        matter.forget_state(COMITY_TRY(parties_at_erasure(row.matter)));
    }
    if (matter.erased) {
        matter.dossier.add(entry);
    } else {
        COMITY_TRY(absorb(transaction, entry, std::nullopt));
    }
    transaction.batch = {};  // what is loaded was queued when it was recorded
    if (row.leaf >= 0) {
        transaction.own_leaves[row.id] = OwnLeaf{row.matter, static_cast<std::uint64_t>(row.leaf)};
    }
    return {};
}

const Matter* Institution::matter(const base::MatterId& id) const {
    const auto found = matters_.find(id);
    return found == matters_.end() ? nullptr : &found->second;
}

Institution::OfficialKeys Institution::official_keys() const {
    OfficialKeys keys{registry_head(), {}};
    for (const casework::Accreditation& granted : registry_.of(settings_.party)) {
        // A key that cannot be parsed could not be accredited; without it on the ring, a signature
        // is verified when it is judged.
        if (auto known = casework::KnownKey::of(granted.key)) {
            keys.ring.emplace(granted.key.id(), std::move(*known));
        }
    }
    return keys;
}

std::optional<Institution::OwnLeaf> Institution::leaf_of(const casework::EntryId& id) const {
    const auto found = own_leaves_.find(id);
    return found == own_leaves_.end() ? std::nullopt : std::optional(found->second);
}

base::Result<casework::ProvenEntry> Institution::proven(const casework::EntryId& id) const {
    const ports::StoredEntry row = COMITY_TRY(ports_.store.entry(id));
    const Body body = COMITY_TRY(open_body(row, ports_.day_keys));
    const casework::Entry entry = COMITY_TRY(entry_of(row, body));
    casework::ProvenEntry proven;
    if (const auto* act = std::get_if<casework::Act>(&entry)) {
        proven.act = *act;
        proven.quorum = COMITY_TRY(effects_.shown(*act));
    } else {
        proven.receipt = std::get<casework::Receipt>(entry);
    }
    if (row.leaf < 0) {
        proven.proof = COMITY_TRY(codec::read_text<casework::LeafProof>(row.transport));
        return proven;
    }
    const auto index = static_cast<std::uint64_t>(row.leaf);
    const auto first = std::ranges::upper_bound(cosigned_, index, {}, &Cosigned::size);
    if (first == cosigned_.end()) {
        return base::fail(base::ErrorKind::try_later, "no cosigned checkpoint holds this entry yet",
                          {}, "wait for the attesting node");
    }
    proven.proof.index = row.leaf;
    proven.proof.salt = body.leaf_salt;
    proven.proof.leaf = sequencer_.leaf(index);
    proven.proof.path = COMITY_TRY(sequencer_.tree().inclusion(index, first->size));
    proven.proof.checkpoint = first->note;
    return proven;
}

base::Result<std::uint64_t> Institution::write_map() {
    std::optional<base::Bytes> leaf = COMITY_TRY(mapping_.next_leaf());
    if (leaf) {
        ports::Batch batch;
        COMITY_TRY(sequencer_.commit(batch, {*std::move(leaf)}));
        COMITY_TRY(mapping_.next_leaf());  // which follows what was written
    }
    return *mapping_.newest();
}

base::Result<casework::ShippedItem> Institution::item(const base::Digest& id) const {
    return kept_item(COMITY_TRY(ports_.store.item(id)), ports_.day_keys);
}

base::Result<casework::Draft> Institution::draft(const DraftRequest& request) {
    casework::Header header;
    const law::Procedure* procedure = nullptr;
    base::Instant earliest{};
    if (request.matter && matter(*request.matter) != nullptr) {
        const Matter& known = *matter(*request.matter);
        COMITY_TRY(check_not_erased(&known));
        procedure = known.state.procedure;
        const casework::Dossier::Tip tip = known.dossier.tip(settings_.party);
        header.matter = *request.matter;
        header.after = known.dossier.heads();
        header.sequence = tip.next_sequence;
        header.previous = tip.previous;
        for (const casework::Act* act : known.dossier.in_order(nullptr)) {
            earliest = std::max(earliest, act->header.at);
        }
        if (tip.previous) {
            earliest =
                std::max(earliest, casework::instant_of(*known.dossier.entry(*tip.previous)));
        }
    } else {
        procedure = library_.procedure_named(request.procedure);
        if (request.matter) {
            header.matter = *request.matter;
        } else {
            base::Bytes id(matter_id_bytes);
            ports_.random.fill(id);
            header.matter = COMITY_TRY(base::MatterId::parse(base::to_hex(id)));
        }
    }
    if (procedure == nullptr) {
        return base::fail(base::ErrorKind::not_found, "there is no such matter or procedure here",
                          request.procedure.empty() ? "" : "procedure " + request.procedure);
    }
    const law::ActKind* kind = procedure->act(request.kind);
    if (kind == nullptr) {
        return base::fail(base::ErrorKind::not_found,
                          "the procedure " + procedure->name + " has no act " + request.kind);
    }
    if (header.after.size() > casework::max_after) {
        return base::fail(base::ErrorKind::try_later, "too many concurrent acts in this matter");
    }
    if (!request.fields.is_object()) {
        return base::fail(base::ErrorKind::malformed, "the fields are a JSON object");
    }
    header.realm = settings_.realm;
    header.procedure = procedure->digest;
    header.author = settings_.party;
    header.key = request.key;
    header.at = std::max(request.at.value_or(ports_.clock.now()), earliest);
    header.law = library_.digest();
    if (request.key != self().root.id()) {
        header.registry = registry_.head(settings_.party);
    }
    const casework::CarriedFields carried = COMITY_TRY(carried_from(matters_, request.within));
    base::SecretBytes record_key(record_key_bytes);
    ports_.random.fill(record_key.writable());
    casework::Draft draft = COMITY_TRY(casework::compose(
        library_.vocabulary(), *kind, request.fields.get_object(), header, record_key, carried));
    const base::Digest id = casework::id_of(draft.header).digest;
    if (record_key_order_.size() >= max_drafts) {
        record_keys_.erase(record_key_order_.front());
        record_key_order_.pop_front();
    }
    record_keys_.insert_or_assign(id, std::move(record_key));
    record_key_order_.push_back(id);
    return draft;
}

base::Result<void> Institution::keep_cosigned(const ledger::Note& note) {
    const std::string encoded = note.encode();
    const ledger::SignedCheckpoint opened =
        COMITY_TRY(casework::open_witnessed(annex_, settings_.party, encoded));
    const ledger::Checkpoint& head = opened.checkpoint;
    if (head.size > sequencer_.size() || head.root != sequencer_.tree().root_at(head.size)) {
        return base::fail(base::ErrorKind::invalid,
                          "the cosigned checkpoint is not one of this ledger");
    }
    const bool is_new = cosigned_.empty() || head.size > cosigned_.back().size;
    if (is_new) {
        ports::Batch batch;
        cosigned_list.append(batch, cosigned_.size(), encoded);
        COMITY_TRY(ports_.store.commit(batch));
        cosigned_.push_back(Cosigned{head.size, encoded});
    }
    const std::size_t settled = COMITY_TRY(effects_.settle(opened));
    return is_new || settled > 0 ? sequencer_.publish_cosigned(note) : base::Result<void>{};
}

base::Result<void> Institution::settle(const base::PartyId& peer,
                                       const std::vector<casework::EntryId>& entries,
                                       const std::optional<std::string>& refusal) {
    ports::Batch batch;
    for (const casework::EntryId& entry : entries) {
        auto& rows = refusal ? batch.outbox_refused : batch.outbox_done;
        rows.push_back(ports::OutboxRow{peer, entry, refusal.value_or("")});
    }
    COMITY_TRY(ports_.store.commit(batch));
    for (const casework::EntryId& entry : entries) {
        const auto leaf = leaf_of(entry);
        if (leaf && refusal) {
            outbox_.refused(peer, leaf->index, *refusal);
        } else if (leaf) {
            outbox_.done(peer, leaf->index);
        }
    }
    return {};
}

}  // namespace comity::submit
