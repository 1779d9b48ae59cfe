#include <utility>

#include "ground/ledger/detail/text.h"
#include "ground/ledger/key_change.h"
#include "ground/ledger/note.h"

namespace comity::ledger {

std::string Checkpoint::text() const {
    return origin + "\n" + std::to_string(size) + "\n" + base::to_base64(root.view()) + "\n";
}

base::Result<Checkpoint> Checkpoint::parse(std::string_view text) {
    const detail::Line origin = COMITY_TRY(detail::first_line(text));
    if (origin.text.empty()) {
        return base::fail(base::ErrorKind::malformed, "a checkpoint names no log",
                          "its first line, the origin, is empty");
    }
    const detail::Line size = COMITY_TRY(detail::first_line(origin.rest));
    const detail::Line root = COMITY_TRY(detail::first_line(size.rest));
    Checkpoint checkpoint;
    checkpoint.origin = std::string(origin.text);
    checkpoint.size = COMITY_TRY(detail::parse_decimal(size.text));
    checkpoint.root = COMITY_TRY(detail::parse_hash(root.text));
    std::string_view rest = root.rest;
    while (!rest.empty()) {
        const detail::Line extension = COMITY_TRY(detail::first_line(rest));
        if (extension.text.empty()) {
            return base::fail(base::ErrorKind::malformed, "a checkpoint's extension line is empty");
        }
        rest = extension.rest;
    }
    return checkpoint;
}

base::Result<SignedCheckpoint> open_checkpoint(std::string_view encoded, const NoteKey& log,
                                               std::span<const NoteKey> witnesses,
                                               const KeyRecovery& recovery) {
    const Note note = COMITY_TRY(Note::parse(encoded));
    Checkpoint checkpoint = COMITY_TRY(Checkpoint::parse(note.text));
    const std::vector<KeyChange> changes = COMITY_TRY(key_changes_in(note));
    const NoteKey key = COMITY_TRY(key_at(log, changes, recovery, checkpoint.size));
    std::vector<NoteKey> known(witnesses.begin(), witnesses.end());
    known.push_back(key);
    VerifiedNote verified = COMITY_TRY(verify_note(note, known));
    bool signed_by_log = false;
    for (const VerifiedNote::By& by : verified.by) {
        signed_by_log = signed_by_log || by.key == key;
    }
    if (!signed_by_log) {
        return base::fail(base::ErrorKind::not_proven,
                          "the log " + log.name() + " did not sign this checkpoint",
                          "only its witnesses did");
    }
    if (checkpoint.origin != log.name()) {
        return base::fail(base::ErrorKind::invalid, "a checkpoint of another log",
                          "its origin is " + checkpoint.origin.substr(0, 80) +
                              ", the key belongs to " + log.name());
    }
    return SignedCheckpoint{std::move(checkpoint), std::move(verified)};
}

}  // namespace comity::ledger
