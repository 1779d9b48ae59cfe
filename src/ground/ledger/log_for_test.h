#pragma once

// For tests: logs and witnesses that sign.

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/softkeys/softkeys.h"
#include "ground/ledger/ledger.h"

namespace comity::ledger {

/// Someone with an Ed25519 key that signs notes.
class NoteSigner {
 public:
    NoteSigner(std::string_view name, NoteKeyType type)
        : signer_(softkeys::SoftSigner::generate(crypto::Algorithm::ed25519).value()),
          key_(NoteKey::of(name, type, signer_.public_key()).value()) {}

    [[nodiscard]] const NoteKey& key() const { return key_; }
    [[nodiscard]] NoteSignature sign(std::string_view text,
                                     base::Instant at = base::Instant{1'804'239'000'000}) {
        const base::Bytes signature =
            signer_.sign(note_signing_input(text, key_.type(), at)).value();
        return note_signature(key_, at, signature);
    }
    /// The head of `tree` when it had `size` leaves, signed; it carries `changes`.
    [[nodiscard]] Note head(const Tree& tree, std::uint64_t size,
                            const std::vector<KeyChange>& changes = {}) {
        const Checkpoint checkpoint{key_.name(), size, tree.root_at(size)};
        Note note{checkpoint.text(), {sign(checkpoint.text())}};
        for (const KeyChange& change : changes) {
            note.signatures.push_back(change.line());
        }
        return note;
    }

 private:
    softkeys::SoftSigner signer_;
    NoteKey key_;
};

/// A tree of `size` entries `PREFIX 0`, `PREFIX 1`, ...
[[nodiscard]] inline Tree tree_of(std::string_view prefix, std::uint64_t size) {
    Tree tree;
    for (std::uint64_t i = 0; i < size; ++i) {
        tree.append(
            crypto::merkle_leaf(base::bytes_of(std::string(prefix) + " " + std::to_string(i))));
    }
    return tree;
}

/// What replaces the key of a log that holds `before`, signed by each of `by`.
[[nodiscard]] inline KeyChange key_change(KeyChangeCause cause, const NoteKey& from,
                                          const NoteKey& to, const Tree& before,
                                          const std::vector<NoteSigner*>& by) {
    KeyChange made{cause, from, to, {from.name(), before.size(), before.root()}, {}};
    made.note.text = made.text();
    for (NoteSigner* one : by) {
        made.note.signatures.push_back(one->sign(made.note.text));
    }
    return made;
}

/// `tree` with the change's leaf.
[[nodiscard]] inline Tree with_leaf_of(const KeyChange& change, Tree tree) {
    tree.append(crypto::merkle_leaf(change.leaf().encode()));
    return tree;
}

}  // namespace comity::ledger
