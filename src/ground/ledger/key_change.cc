#include "ground/ledger/key_change.h"

#include <algorithm>
#include <array>
#include <utility>

#include "ground/crypto/crypto.h"
#include "ground/ledger/detail/text.h"

namespace comity::ledger {
namespace {

using base::ErrorKind;

constexpr std::string_view first_words = "comity/ledger-key/v1";
constexpr std::string_view leaf_tag = "comity/ledger-key-leaf/v1";
/// Stands where a signer's name stands: readers pass over the signatures of keys they do not know.
constexpr std::string_view line_name = "comity-ledger-key";
constexpr std::uint32_t line_id = 0x636b6579;  // "ckey"; no key's id: it is no hash of a key
constexpr std::string_view rotation_word = "rotation";
constexpr std::string_view recovery_word = "recovery";

std::unexpected<base::Error> malformed(std::string what, std::string why = {}) {
    return base::fail(ErrorKind::malformed, std::move(what), std::move(why));
}

base::Result<KeyChangeCause> cause_of(std::string_view word) {
    if (word == rotation_word) {
        return KeyChangeCause::rotation;
    }
    if (word == recovery_word) {
        return KeyChangeCause::recovery;
    }
    return malformed("a change of a ledger's key is a rotation or a recovery");
}

std::string_view word_of(KeyChangeCause cause) {
    switch (cause) {
        case KeyChangeCause::rotation: return rotation_word;
        case KeyChangeCause::recovery: return recovery_word;
    }
    std::unreachable();
}

/// How many of `keys` signed; a bad signature of one of them refuses the note.
base::Result<std::size_t> signed_by(const Note& note, std::span<const NoteKey> keys) {
    const auto verified = verify_note(note, keys);
    if (!verified && verified.error().kind == ErrorKind::not_proven) {
        return std::size_t{0};
    }
    if (!verified) {
        return std::unexpected(verified.error());
    }
    return verified->by.size();
}

bool is_line(const NoteSignature& line) {
    return line.name == line_name && line.key_id == line_id;
}

}  // namespace

std::string KeyChange::text() const {
    return std::string(first_words) + "\n" + std::string(word_of(cause)) + "\n" + from.vkey() +
           "\n" + to.vkey() + "\n" + std::to_string(last.size) + "\n" +
           base::to_base64(last.root.view()) + "\n";
}

base::Result<KeyChange> KeyChange::parse(const Note& note) {
    std::array<std::string_view, 6> lines;
    std::string_view rest = note.text;
    for (std::string_view& text : lines) {
        const detail::Line line = COMITY_TRY(detail::first_line(rest));
        text = line.text;
        rest = line.rest;
    }
    if (lines[0] != first_words || !rest.empty()) {
        return malformed("this is no change of a ledger's key",
                         "it has six lines, of which the first is " + std::string(first_words));
    }
    const KeyChangeCause cause = COMITY_TRY(cause_of(lines[1]));
    NoteKey from = COMITY_TRY(NoteKey::parse(lines[2]));
    NoteKey to = COMITY_TRY(NoteKey::parse(lines[3]));
    if (from.type() != NoteKeyType::ed25519 || to.type() != NoteKeyType::ed25519 ||
        from.name() != to.name() || from == to) {
        return malformed("a ledger's key is replaced by another one of the same ledger");
    }
    Checkpoint last;
    last.origin = from.name();
    last.size = COMITY_TRY(detail::parse_decimal(lines[4]));
    last.root = COMITY_TRY(detail::parse_hash(lines[5]));
    return KeyChange{cause, std::move(from), std::move(to), std::move(last), note};
}

Leaf KeyChange::leaf() const {
    Leaf leaf;
    leaf.leaf_class = LeafClass::key;
    leaf.commitment = crypto::tagged_hash(leaf_tag, base::view_of(text()));
    return leaf;
}

NoteSignature KeyChange::line() const {
    return {std::string(line_name), line_id, base::bytes_of(note.encode())};
}

base::Result<std::vector<KeyChange>> key_changes_in(const Note& checkpoint) {
    std::vector<KeyChange> changes;
    for (const NoteSignature& line : checkpoint.signatures) {
        if (!is_line(line)) {
            continue;
        }
        if (changes.size() == most_key_changes) {
            return base::fail(ErrorKind::too_large,
                              "a checkpoint carries at most 16 changes of key");
        }
        const Note note = COMITY_TRY(Note::parse(base::text_of(line.signature)));
        changes.push_back(COMITY_TRY(KeyChange::parse(note)));
    }
    return changes;
}

Note as_the_log_signed(const Note& head) {
    Note alone{head.text, {}};
    for (const NoteSignature& line : head.signatures) {
        if (alone.signatures.empty() || is_line(line)) {
            alone.signatures.push_back(line);
        }
    }
    return alone;
}

base::Result<void> check_key_change(const KeyChange& change, const KeyRecovery& recovery) {
    const bool is_own = COMITY_TRY(signed_by(change.note, {&change.to, 1})) == 1;
    if (!is_own) {
        return base::fail(ErrorKind::not_proven, "a new ledger key did not sign its own change",
                          change.to.vkey());
    }
    if (change.cause == KeyChangeCause::rotation) {
        if (COMITY_TRY(signed_by(change.note, {&change.from, 1})) != 1) {
            return base::fail(ErrorKind::not_proven,
                              "the old key of a ledger did not endorse the new one",
                              change.to.vkey());
        }
        return {};
    }
    const std::size_t guardians = COMITY_TRY(signed_by(change.note, recovery.guardians));
    if (recovery.needed == 0) {
        return base::fail(ErrorKind::not_proven,
                          "a ledger's key was replaced by a recovery that is not checked here",
                          "from leaf " + std::to_string(change.last.size) + " on its key is " +
                              change.to.vkey() + ", which the key before did not endorse",
                          "name who may endorse a recovery, or trust that key, from another "
                          "channel");
    }
    if (guardians < recovery.needed) {
        return base::fail(ErrorKind::not_proven, "too few endorsed the recovery of a ledger's key",
                          std::to_string(guardians) + " of " + std::to_string(recovery.needed),
                          "get the endorsement of more of those named for it");
    }
    return {};
}

base::Result<std::vector<KeyChange>> changes_from(const NoteKey& anchor,
                                                  std::span<const KeyChange> changes,
                                                  const KeyRecovery& recovery, std::uint64_t size) {
    const auto made = std::ranges::find(changes, anchor, &KeyChange::to);
    const auto first =
        made != changes.end() ? made + 1 : std::ranges::find(changes, anchor, &KeyChange::from);
    if (!changes.empty() && made == changes.end() && first == changes.end()) {
        return base::fail(
            ErrorKind::not_proven, "the changes of key do not begin at the key that is trusted",
            changes.front().from.vkey(), "get the ledger's first key from another channel");
    }
    std::vector<KeyChange> way;
    std::optional<std::uint64_t> above;  // the key signs larger trees than this
    if (made != changes.end()) {
        above = made->last.size;
    }
    for (auto change = first; change != changes.end() && change->last.size < size; ++change) {
        if (change->from != (way.empty() ? anchor : way.back().to) ||
            (above && change->last.size <= *above)) {
            return base::fail(ErrorKind::invalid,
                              "a change of a ledger's key does not follow from the one before");
        }
        COMITY_TRY(check_key_change(*change, recovery));
        way.push_back(*change);
        above = change->last.size;
    }
    if (above && size <= *above) {
        return base::fail(ErrorKind::invalid,
                          "a ledger's key is used for a tree older than the key",
                          "it signs trees of more than " + std::to_string(*above) + " leaves");
    }
    return way;
}

std::vector<KeyChange> changes_after(const NoteKey& anchor, std::vector<KeyChange> changes) {
    const auto made = std::ranges::find(changes, anchor, &KeyChange::to);
    if (made != changes.end()) {
        changes.erase(changes.begin(), made + 1);
    }
    return changes;
}

base::Result<NoteKey> key_at(const NoteKey& anchor, std::span<const KeyChange> changes,
                             const KeyRecovery& recovery, std::uint64_t size) {
    const auto way = COMITY_TRY(changes_from(anchor, changes, recovery, size));
    return way.empty() ? anchor : way.back().to;
}

base::Result<std::vector<KeyChange>> remembered_changes(std::vector<KeyChange> seen,
                                                        std::vector<KeyChange> shown,
                                                        std::uint64_t size) {
    const auto same = [](const KeyChange& one, const KeyChange& other) {
        return one.text() == other.text();
    };
    const auto [known, fresh] = std::ranges::mismatch(seen, shown, same);
    if (known == seen.end()) {
        return shown;
    }
    if (fresh == shown.end()) {
        if (size > known->last.size) {
            return base::fail(
                ErrorKind::invalid, "a ledger's head is signed by a key that was replaced",
                "that key signs no tree above " + std::to_string(known->last.size) + " leaves",
                "keep the head as evidence");
        }
        return seen;
    }
    const bool takes_back = fresh->cause == KeyChangeCause::recovery &&
                            known->cause == KeyChangeCause::rotation && fresh->from == known->from;
    if (!takes_back) {
        return base::fail(ErrorKind::invalid, "a ledger's key was replaced in two ways",
                          "by " + known->to.vkey() + " and by " + fresh->to.vkey(),
                          "keep both as evidence");
    }
    return shown;
}

}  // namespace comity::ledger
