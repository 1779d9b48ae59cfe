#pragma once

// A ledger's key is replaced (docs/formats/ledger-key.md): a statement that the old key signs, or
// for a lost or stolen one those who were named for that, and whose hash is a leaf of the ledger
// itself. It travels in the signature lines of every later checkpoint, so that a reader who has the
// first key only follows to the present one, and other programs pass over it.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ground/base/base.h"
#include "ground/ledger/leaf.h"
#include "ground/ledger/note.h"

namespace comity::ledger {

inline constexpr std::size_t most_key_changes = 16;  ///< that a checkpoint carries

/// Who endorses the new key.
enum class KeyChangeCause : std::uint8_t {
    rotation,  ///< the old key
    recovery,  ///< those named for it, in its place
};

struct KeyChange {
    KeyChangeCause cause = KeyChangeCause::rotation;
    NoteKey from;
    NoteKey to;
    /// The ledger as the old key leaves it: it signs no larger tree, the new one no smaller or
    /// equal one. The change is the leaf of index last.size.
    Checkpoint last;
    Note note;  ///< text() and its signatures

    [[nodiscard]] std::string text() const;
    /// Strict; the signatures are not checked. Kind malformed.
    [[nodiscard]] static base::Result<KeyChange> parse(const Note& note);
    /// Class key, commitment tagged_hash("comity/ledger-key-leaf/v1", text()).
    [[nodiscard]] Leaf leaf() const;
    /// The line of a checkpoint's note that carries it.
    [[nodiscard]] NoteSignature line() const;

    friend bool operator==(const KeyChange&, const KeyChange&) = default;
};

/// The changes that a checkpoint's note carries, in order. Kinds malformed, too_large.
[[nodiscard]] base::Result<std::vector<KeyChange>> key_changes_in(const Note& checkpoint);

/// A head as its log signed it: without cosignatures, with the changes of key.
[[nodiscard]] Note as_the_log_signed(const Note& head);

/// Whether `change` is endorsed: signed by its new key and by its old one, or by enough guardians.
/// Kinds: not_proven (a signature lacks), invalid.
[[nodiscard]] base::Result<void> check_key_change(const KeyChange& change,
                                                  const KeyRecovery& recovery);

/// The changes, each checked, that lead a reader who trusts `anchor` to the key that signs a tree
/// of `size`. Those before the anchor, and those of larger trees, are passed over unread. Kinds:
/// not_proven (no way leads from the anchor there), invalid (one does not follow from the one
/// before).
[[nodiscard]] base::Result<std::vector<KeyChange>> changes_from(const NoteKey& anchor,
                                                                std::span<const KeyChange> changes,
                                                                const KeyRecovery& recovery,
                                                                std::uint64_t size);
/// Those that a reader who trusts `anchor` still follows: behind the one that made it; all, if none
/// did.
[[nodiscard]] std::vector<KeyChange> changes_after(const NoteKey& anchor,
                                                   std::vector<KeyChange> changes);
/// The key that they lead to.
[[nodiscard]] base::Result<NoteKey> key_at(const NoteKey& anchor,
                                           std::span<const KeyChange> changes,
                                           const KeyRecovery& recovery, std::uint64_t size);

/// What a reader who saw `seen` before makes of `shown`, both checked and from one anchor, in a
/// head of `size`: the changes to be remembered. A change may be added, or a recovery put in place
/// of what a thief did. Kind invalid: the head is signed by a key that was replaced before, or
/// tells another story.
[[nodiscard]] base::Result<std::vector<KeyChange>> remembered_changes(std::vector<KeyChange> seen,
                                                                      std::vector<KeyChange> shown,
                                                                      std::uint64_t size);

}  // namespace comity::ledger
