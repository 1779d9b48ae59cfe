#include "ground/ledger/witness.h"

#include <utility>

#include "ground/ledger/detail/text.h"

namespace comity::ledger {

namespace {

constexpr std::string_view old_size_mark = "old ";
constexpr std::size_t most_proof_lines = 63;

WitnessDecision refuse(int status, std::string reason, std::uint64_t size = 0) {
    return {status, std::move(reason), size, std::nullopt, {}, {}};
}

/// True if `checkpoint` extends `last`, of the same size as the request's old one.
bool extends(const Checkpoint& checkpoint, const WitnessedHead& last,
             std::span<const base::Digest> proof) {
    if (last.size == 0) {
        // Everything extends the empty tree; but an empty tree has one root only.
        return proof.empty() && (checkpoint.size > 0 || checkpoint.root == crypto::merkle_root({}));
    }
    return crypto::verify_consistency(last.size, last.root, checkpoint.size, checkpoint.root, proof)
        .has_value();
}

}  // namespace

std::string AddCheckpoint::encode() const {
    std::string out = std::string(old_size_mark) + std::to_string(old_size) + "\n";
    for (const base::Digest& hash : proof) {
        out += base::to_base64(hash.view()) + "\n";
    }
    return out + "\n" + note.encode();
}

base::Result<AddCheckpoint> AddCheckpoint::parse(std::string_view body) {
    // Base64 is read strictly on purpose, though c2sp.org leaves spare bits open and some witnesses
    // answer 403 where this answers 400: one note has one text, so a head that was seen twice is
    // told by comparing bytes, and nobody can make a "different" copy of a signed head. No encoder
    // writes spare bits that are not zero, so no honest log is refused.
    const detail::Line line = COMITY_TRY(detail::first_line(body));
    if (!line.text.starts_with(old_size_mark)) {
        return base::fail(base::ErrorKind::malformed,
                          "the request does not begin with an old size");
    }
    AddCheckpoint request;
    request.old_size = COMITY_TRY(detail::parse_decimal(line.text.substr(old_size_mark.size())));
    detail::HashLines proof =
        COMITY_TRY(detail::hash_lines(line.rest, most_proof_lines, "a consistency"));
    request.proof = std::move(proof.hashes);
    request.note = COMITY_TRY(Note::parse(proof.rest));
    return request;
}

std::string monitored_name(std::string_view origin) {
    return crypto::sha256(base::view_of(origin)).hex();
}

std::string cosigned_body(const NoteSignature& signature) {
    const Note note{"\n", {signature}};
    return note.encode().substr(note.text.size() + 1);
}

namespace {

/// A head that the key signed which is in force for a tree of its size, and the way to that key.
struct SignedHead {
    SignedCheckpoint head;
    std::vector<KeyChange> changes;
};

base::Result<SignedHead> signed_by(const NoteKey& log, const Note& note, Checkpoint head,
                                   const KeyRecovery& recovery) {
    const std::vector<KeyChange> all = COMITY_TRY(key_changes_in(note));
    std::vector<KeyChange> changes = COMITY_TRY(changes_from(log, all, recovery, head.size));
    const NoteKey& key = changes.empty() ? log : changes.back().to;
    VerifiedNote verified = COMITY_TRY(verify_note(note, {&key, 1}));
    return SignedHead{{std::move(head), std::move(verified)}, std::move(changes)};
}

/// What is decided on a head that its log signed.
WitnessDecision decide_on(const AddCheckpoint& request, SignedHead shown,
                          const std::optional<WitnessedHead>& last, std::vector<KeyChange> seen) {
    const Checkpoint& checkpoint = shown.head.checkpoint;
    auto changes = remembered_changes(std::move(seen), std::move(shown.changes), checkpoint.size);
    if (!changes) {
        return refuse(403, "invalid signature: " + changes.error().text());
    }
    if (request.old_size > checkpoint.size) {
        return refuse(400, "the old size is above the checkpoint's size");
    }
    const WitnessedHead head = last.value_or(WitnessedHead{});
    if (request.old_size != head.size) {
        return refuse(409, "the old size is not the last cosigned one", head.size);
    }
    if (!extends(checkpoint, head, request.proof)) {
        return refuse(422, "the consistency proof does not hold");
    }
    return {200, {}, checkpoint.size, checkpoint, {}, *std::move(changes)};
}

}  // namespace

WitnessDecision decide(const AddCheckpoint& request, const NoteKey& log,
                       const std::optional<WitnessedHead>& last, const WitnessedKeys& keys) {
    auto checkpoint = Checkpoint::parse(request.note.text);
    if (!checkpoint) {
        return refuse(400, "invalid checkpoint: " + checkpoint.error().text());
    }
    if (checkpoint->origin != log.name()) {
        return refuse(404, "unknown log");
    }
    auto shown = signed_by(log, request.note, *std::move(checkpoint), keys.recovery);
    if (!shown) {
        return refuse(403, "invalid signature: " + shown.error().text());
    }
    SignedCheckpoint head = shown->head;
    WitnessDecision decision = decide_on(request, *std::move(shown), last, keys.seen);
    decision.head = std::move(head);
    return decision;
}

}  // namespace comity::ledger
