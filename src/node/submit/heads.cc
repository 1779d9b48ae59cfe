// Heads of other ledgers as they come: asked to attest them, and with entries.

#include <algorithm>

#include "node/submit/transaction.h"

namespace comity::submit {
namespace {

constexpr std::size_t max_opened_checkpoints = 64;

}  // namespace

base::Result<void> Institution::check_witnessed(Transaction& transaction,
                                                const casework::ProvenEntry& proven) {
    const base::PartyId author = casework::author_of(proven.entry());
    const base::Digest key =
        crypto::tagged_hash(author.text(), base::view_of(proven.proof.checkpoint));
    auto opened = opened_.find(key);
    if (opened == opened_.end()) {
        ledger::SignedCheckpoint checkpoint =
            COMITY_TRY(casework::open_witnessed(annex_, author, proven.proof.checkpoint));
        COMITY_TRY(note_key_changes(author, checkpoint));
        COMITY_TRY(split_ledgers_.check(author, checkpoint));
        split_ledgers_.note(author, checkpoint, SplitLedgers::Source::shown, transaction.batch);
        if (opened_.size() >= max_opened_checkpoints) {
            opened_.clear();
        }
        opened = opened_.emplace(key, std::move(checkpoint)).first;
    }
    COMITY_TRY(casework::check_proof(annex_, proven, opened->second));
    return {};
}

std::optional<std::int64_t> Institution::foreign_leaf(const Transaction& transaction,
                                                      const base::ActId& id) const {
    const auto queued =
        std::ranges::find(transaction.batch.entries, id.digest, &ports::StoredEntry::id);
    const auto row = queued != transaction.batch.entries.end()
                         ? base::Result<ports::StoredEntry>(*queued)
                         : ports_.store.entry(id.digest);
    if (!row) {
        return std::nullopt;
    }
    const auto proof = codec::read_text<casework::LeafProof>(row->transport);
    return proof ? std::optional(proof->index) : std::nullopt;
}

base::Result<void> Institution::check_ledgers(const casework::MatterState& state) const {
    const std::string against = split_ledgers_.against(state.parties());
    return against.empty() ? base::Result<void>{}
                           : base::fail(base::ErrorKind::inadmissible,
                                        "nothing is released or destroyed in this matter now",
                                        against, "an official looks at it: comity ledger look");
}

base::Result<Institution::WitnessAnswer> Institution::witness(std::string_view body) {
    auto request = ledger::AddCheckpoint::parse(body);
    if (!request) {
        return WitnessAnswer{400, request.error().text() + "\n"};
    }
    auto head = ledger::Checkpoint::parse(request->note.text);
    if (!head) {
        return WitnessAnswer{400, head.error().text() + "\n"};
    }
    std::optional<ledger::NoteKey> log;
    const casework::PartyEntry* of = nullptr;
    ledger::WitnessedKeys keys{{}, ledger_keys_.of(head->origin)};
    for (const casework::PartyEntry& party : annex_.parties) {
        ledger::NoteKey key = COMITY_TRY(ledger::NoteKey::parse(party.ledger));
        if (key.name() == head->origin) {
            log = std::move(key);
            of = &party;
            keys.recovery = COMITY_TRY(casework::recovery_of(annex_, party.party));
        }
    }
    if (!log) {
        return WitnessAnswer{404, "this node does not attest that ledger\n"};
    }
    const auto row = COMITY_TRY(ports_.store.witnessed(head->origin));
    std::optional<ledger::WitnessedHead> last;
    if (row) {
        last = ledger::WitnessedHead{row->size, row->root};
    }
    const ledger::WitnessDecision decision = ledger::decide(*request, *log, last, keys);
    const casework::PartyEntry& party = *of;
    ports::Batch batch;
    if (const auto signed_head =
            ledger::open_checkpoint(request->note.encode(), *log, {}, keys.recovery)) {
        if (const auto fits = split_ledgers_.check(party.party, *signed_head); !fits) {
            return WitnessAnswer{422, fits.error().text() + "\n"};
        }
        if (decision.status == 422 && last) {
            COMITY_TRY(split_ledgers_.doubted(party.party, *signed_head, request->proof, *last));
        }
        if (decision.status == 200) {
            split_ledgers_.note(party.party, *signed_head, SplitLedgers::Source::attested, batch);
        }
    }
    if (decision.status != 200) {
        return WitnessAnswer{decision.status, decision.status == 409
                                                  ? std::to_string(decision.size) + "\n"
                                                  : decision.reason + "\n"};
    }
    batch.witnessed_expected = {row.value_or(ports::WitnessRow{head->origin, 0, {}})};
    batch.witnessed = {ports::WitnessRow{head->origin, head->size, head->root}};
    auto news = COMITY_TRY(ledger_keys_.news_in(request->note, head->size, *log, keys.recovery));
    if (news) {
        batch.settings.push_back(key_changes_setting(head->origin, *news));
    }
    COMITY_TRY(ports_.store.commit(batch));
    if (news) {
        ledger_keys_.learn(head->origin, *std::move(news));
    }
    const ledger::NoteKey vkey = COMITY_TRY(ledger::NoteKey::parse(self().witness));
    const base::Instant now{ports_.clock.now().milliseconds / 1000 * 1000};
    const base::Bytes signature = COMITY_TRY(ports_.witness_key.sign(
        ledger::note_signing_input(request->note.text, ledger::NoteKeyType::cosignature, now)));
    return WitnessAnswer{200, ledger::cosigned_body(ledger::note_signature(vkey, now, signature))};
}

}  // namespace comity::submit
