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
        // Before its keys are judged: what two keys signed is evidence as well.
        COMITY_TRY(split_ledgers_.check(author, checkpoint));
        COMITY_TRY(note_key_changes(author, checkpoint));
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
    const auto of = COMITY_TRY(casework::ledger_named(annex_, head->origin));
    if (!of) {
        return WitnessAnswer{404, "this node does not attest that ledger\n"};
    }
    const auto row = COMITY_TRY(ports_.store.witnessed(head->origin));
    std::optional<ledger::WitnessedHead> last;
    if (row) {
        last = ledger::WitnessedHead{row->size, row->root};
    }
    const std::vector<ledger::KeyChange>& seen = ledger_keys_.of(head->origin);
    ledger::WitnessDecision decision =
        ledger::decide(*request, of->first, last, {of->recovery, seen});
    ports::Batch batch;
    if (decision.head) {
        if (const auto fits = split_ledgers_.check(of->party, *decision.head); !fits) {
            return WitnessAnswer{422, fits.error().text() + "\n"};
        }
        if (last && (decision.status == 422 || decision.status == 403)) {
            COMITY_TRY(split_ledgers_.refused(of->party, *decision.head, request->proof, *last,
                                              decision.status == 422
                                                  ? SplitLedgers::Refused::its_proof
                                                  : SplitLedgers::Refused::its_key));
        }
        if (decision.status == 200) {
            split_ledgers_.note(of->party, *decision.head, SplitLedgers::Source::attested, batch);
        }
    }
    if (decision.status != 200) {
        return WitnessAnswer{decision.status, decision.status == 409
                                                  ? std::to_string(decision.size) + "\n"
                                                  : decision.reason + "\n"};
    }
    batch.witnessed_expected = {row.value_or(ports::WitnessRow{head->origin, 0, {}})};
    batch.witnessed = {ports::WitnessRow{head->origin, head->size, head->root}};
    const bool has_news = decision.changes != seen;
    if (has_news) {
        batch.settings.push_back(key_changes_setting(head->origin, decision.changes));
    }
    COMITY_TRY(ports_.store.commit(batch));
    if (has_news) {
        ledger_keys_.learn(head->origin, std::move(decision.changes));
    }
    return WitnessAnswer{200, ledger::cosigned_body(COMITY_TRY(cosign(request->note.text)))};
}

base::Result<ledger::NoteSignature> Institution::cosign(std::string_view text) {
    const ledger::NoteKey vkey = COMITY_TRY(ledger::NoteKey::parse(self().witness));
    const base::Instant now{ports_.clock.now().milliseconds / 1000 * 1000};
    const base::Bytes signature = COMITY_TRY(ports_.witness_key.sign(
        ledger::note_signing_input(text, ledger::NoteKeyType::cosignature, now)));
    return ledger::note_signature(vkey, now, signature);
}

}  // namespace comity::submit
