#pragma once

// Signed notes, verifier keys, checkpoints and cosignatures (c2sp.org/signed-note, tlog-checkpoint,
// tlog-cosignature), as in docs/formats/ledger.md.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ground/base/base.h"
#include "ground/crypto/crypto.h"

namespace comity::ledger {

/// What a note key signs: type 01, Ed25519 over the text; type 04, a timestamped cosignature.
enum class NoteKeyType : std::uint8_t { ed25519 = 0x01, cosignature = 0x04 };

/// A verifier key, `name+keyid+base64(type || key)`.
class NoteKey {
 public:
    /// Strict; the key id must be the one that name, type and key give. Other signature types are
    /// refused: a key that cannot be checked must not stand in a trust file. Kind malformed.
    [[nodiscard]] static base::Result<NoteKey> parse(std::string_view vkey);
    [[nodiscard]] static base::Result<NoteKey> of(std::string_view name, NoteKeyType type,
                                                  const crypto::PublicKey& ed25519);

    [[nodiscard]] std::string vkey() const;
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] std::uint32_t key_id() const { return key_id_; }
    [[nodiscard]] NoteKeyType type() const { return type_; }
    [[nodiscard]] const crypto::PublicKey& key() const { return key_; }

    friend bool operator==(const NoteKey&, const NoteKey&) = default;

 private:
    std::string name_;
    std::uint32_t key_id_ = 0;
    NoteKeyType type_ = NoteKeyType::ed25519;
    crypto::PublicKey key_;
};

/// One signature line of a note.
struct NoteSignature {
    std::string name;
    std::uint32_t key_id = 0;
    base::Bytes signature;  ///< without the key id; for a cosignature: 8 bytes of time, then 64

    friend bool operator==(const NoteSignature&, const NoteSignature&) = default;
};

struct Note {
    std::string text;  ///< ends in LF
    std::vector<NoteSignature> signatures;

    [[nodiscard]] std::string encode() const;
    /// Strict; at most 64 KiB and 64 signatures. Kind malformed or too_large.
    [[nodiscard]] static base::Result<Note> parse(std::string_view encoded);

    friend bool operator==(const Note&, const Note&) = default;
};

/// A note whose known signatures hold: which keys signed, and when the cosigners said they did.
struct VerifiedNote {
    Note note;
    struct By {
        NoteKey key;
        std::optional<base::Instant> at;  ///< for a cosignature, its time (whole seconds)
    };
    std::vector<By> by;
};

/// Verifies every signature of a known key: a bad one refuses the note (kind invalid), unknown ones
/// are skipped, no known one is kind not_proven. A key that signed twice counts once, by its first
/// signature in the note.
[[nodiscard]] base::Result<VerifiedNote> verify_note(const Note& note,
                                                     std::span<const NoteKey> known);

/// The bytes that a key of `type` signs for `text`; `at` matters for cosignatures only.
[[nodiscard]] base::Bytes note_signing_input(std::string_view text, NoteKeyType type,
                                             base::Instant at);
/// The signature line for bytes signed by the key (64 bytes of Ed25519).
[[nodiscard]] NoteSignature note_signature(const NoteKey& key, base::Instant at,
                                           base::ByteView ed25519_signature);

/// origin LF size LF base64(root) LF.
struct Checkpoint {
    std::string origin;
    std::uint64_t size = 0;
    base::Digest root;

    [[nodiscard]] std::string text() const;
    /// Parses a note's text. Extension lines are accepted and kept out of the result. Kind
    /// malformed.
    [[nodiscard]] static base::Result<Checkpoint> parse(std::string_view text);

    friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

/// A checkpoint, the note that carries it, and who signed it.
struct SignedCheckpoint {
    Checkpoint checkpoint;
    VerifiedNote verified;
};

/// Who may endorse the recovery of a log's key (key_change.h): `needed` of them; 0: nobody.
struct KeyRecovery {
    std::vector<NoteKey> guardians;
    std::size_t needed = 0;
};

/// Parses `encoded` and verifies it: signed by `log` itself, or by the key that the note's changes
/// of key lead to from there (else kind not_proven), naming that log as its origin (else kind
/// invalid) and, for each known witness that signed, validly so.
[[nodiscard]] base::Result<SignedCheckpoint> open_checkpoint(std::string_view encoded,
                                                             const NoteKey& log,
                                                             std::span<const NoteKey> witnesses,
                                                             const KeyRecovery& recovery = {});

}  // namespace comity::ledger
