#include "node/submit/ledger_keys.h"

#include <algorithm>
#include <limits>

#include "node/submit/institution.h"

namespace comity::submit {
namespace {

constexpr std::string_view setting_prefix = "ledger-keys/";

/// Notes hold blank lines, so each stands in base64 on a line of its own.
base::Result<std::vector<ledger::KeyChange>> read_changes(std::string_view kept) {
    std::vector<ledger::KeyChange> changes;
    while (!kept.empty()) {
        const std::size_t end = kept.find('\n');
        const base::Bytes bytes = COMITY_TRY(base::from_base64(kept.substr(0, end)));
        const ledger::Note note = COMITY_TRY(ledger::Note::parse(base::text_of(bytes)));
        changes.push_back(COMITY_TRY(ledger::KeyChange::parse(note)));
        kept.remove_prefix(end == std::string_view::npos ? kept.size() : end + 1);
    }
    return changes;
}

}  // namespace

std::pair<std::string, std::string> key_changes_setting(
    const std::string& origin, const std::vector<ledger::KeyChange>& changes) {
    std::string value;
    for (const ledger::KeyChange& change : changes) {
        value += base::to_base64(base::view_of(change.note.encode())) + "\n";
    }
    return {std::string(setting_prefix) + origin, value};
}

base::Result<LedgerKeys> LedgerKeys::load(ports::Store& store, const casework::Annex& annex) {
    LedgerKeys keys;
    for (const casework::PartyEntry& party : annex.parties) {
        const ledger::NoteKey log = COMITY_TRY(ledger::NoteKey::parse(party.ledger));
        const auto kept = COMITY_TRY(store.setting(std::string(setting_prefix) + log.name()));
        if (kept) {
            // Under an annex that names a later key the changes before it are behind us.
            auto changes = COMITY_TRY(read_changes(*kept));
            keys.changes_.emplace(log.name(), ledger::changes_after(log, std::move(changes)));
        }
    }
    return keys;
}

const std::vector<ledger::KeyChange>& LedgerKeys::of(std::string_view origin) const {
    static const std::vector<ledger::KeyChange> none;
    const auto found = changes_.find(origin);
    return found == changes_.end() ? none : found->second;
}

base::Result<std::optional<std::vector<ledger::KeyChange>>> LedgerKeys::news_in(
    const ledger::Note& head, std::uint64_t size, const ledger::NoteKey& log,
    const ledger::KeyRecovery& recovery) const {
    const std::vector<ledger::KeyChange> all = COMITY_TRY(ledger::key_changes_in(head));
    auto shown = COMITY_TRY(ledger::changes_from(log, all, recovery, size));
    const std::vector<ledger::KeyChange>& seen = of(log.name());
    auto now = COMITY_TRY(ledger::remembered_changes(seen, std::move(shown), size));
    return now == seen ? std::nullopt : std::optional(std::move(now));
}

void LedgerKeys::learn(const std::string& origin, std::vector<ledger::KeyChange> changes) {
    changes_.insert_or_assign(origin, std::move(changes));
}

base::Result<ledger::NoteKey> present_ledger_key(const LedgerKeys& keys,
                                                 const casework::Annex& annex,
                                                 const base::PartyId& party) {
    const casework::PartyLedger own = COMITY_TRY(casework::ledger_of(annex, party));
    return ledger::key_at(own.first, keys.of(own.first.name()), own.recovery,
                          std::numeric_limits<std::uint64_t>::max());
}

base::Result<ledger::KeyChange> Institution::rotate_ledger_key() {
    if (ports_.new_ledger_key == nullptr) {
        return base::fail(base::ErrorKind::failure, "this node cannot make a new ledger key");
    }
    if (sequencer_.key_changes().size() >= ledger::most_key_changes) {
        return base::fail(base::ErrorKind::conflict,
                          "this ledger's key was replaced sixteen times already", {},
                          "agree on a new annex that names the present key");
    }
    std::unique_ptr<ports::Signer> next = COMITY_TRY(ports_.new_ledger_key->make());
    const std::uint64_t size = sequencer_.size();
    ledger::KeyChange change{
        ledger::KeyChangeCause::rotation,
        sequencer_.vkey(),
        COMITY_TRY(ledger::NoteKey::of(settings_.origin, ledger::NoteKeyType::ed25519,
                                       next->public_key())),
        {settings_.origin, size, sequencer_.tree().root()},
        {}};
    change.note.text = change.text();
    const base::Bytes by_old = COMITY_TRY(sequencer_.sign(change.note.text));
    const base::Bytes by_new = COMITY_TRY(next->sign(base::view_of(change.note.text)));
    change.note.signatures = {ledger::note_signature(change.from, {}, by_old),
                              ledger::note_signature(change.to, {}, by_new)};
    std::vector<ledger::KeyChange> changes = sequencer_.key_changes();
    changes.push_back(change);
    ports::Batch batch;
    batch.settings = {key_changes_setting(settings_.origin, changes)};
    COMITY_TRY(sequencer_.commit(batch, {change.leaf().encode()}));
    sequencer_.replace_key(*next, change);
    ledger_keys_.learn(settings_.origin, std::move(changes));
    new_ledger_keys_.push_back(std::move(next));
    return change;
}

base::Result<ledger::Note> Institution::endorse_recovery(const ledger::Note& note) {
    const ledger::KeyChange change = COMITY_TRY(ledger::KeyChange::parse(note));
    const ledger::NoteKey own = COMITY_TRY(ledger::NoteKey::parse(self().witness));
    const auto of = COMITY_TRY(casework::ledger_named(annex_, change.last.origin));
    if (!of || of->recovery.needed == 0 ||
        std::ranges::find(of->recovery.guardians, own) == of->recovery.guardians.end()) {
        return base::fail(base::ErrorKind::inadmissible,
                          "the annex does not let this node endorse a recovery of that ledger");
    }
    const auto& seen = ledger_keys_.of(change.last.origin);
    const auto replaced = std::ranges::find(seen, change.from, &ledger::KeyChange::from);
    const bool known =
        change.from == (seen.empty() ? of->first : seen.back().to) ||
        (replaced != seen.end() && replaced->cause == ledger::KeyChangeCause::rotation);
    const auto head = COMITY_TRY(ports_.store.witnessed(change.last.origin));
    if (!known || change.cause != ledger::KeyChangeCause::recovery ||
        (head && (change.last.size < head->size ||
                  (change.last.size == head->size && change.last.root != head->root)))) {
        return base::fail(base::ErrorKind::conflict,
                          "this recovery does not go on from what this node attested",
                          "it attested " + std::to_string(head ? head->size : 0) + " leaves");
    }
    ledger::Note endorsed = note;
    endorsed.signatures.push_back(COMITY_TRY(cosign(note.text)));
    return endorsed;
}

base::Result<void> Institution::note_key_changes(const base::PartyId& author,
                                                 const ledger::SignedCheckpoint& opened) {
    const std::string& origin = opened.checkpoint.origin;
    if (author == settings_.party) {
        return {};
    }
    const casework::PartyLedger of = COMITY_TRY(casework::ledger_of(annex_, author));
    auto news = COMITY_TRY(
        ledger_keys_.news_in(opened.verified.note, opened.checkpoint.size, of.first, of.recovery));
    if (news) {
        ports::Batch batch;
        batch.settings = {key_changes_setting(origin, *news)};
        COMITY_TRY(ports_.store.commit(batch));
        ledger_keys_.learn(origin, *std::move(news));
    }
    return {};
}

}  // namespace comity::submit
