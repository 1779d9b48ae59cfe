#pragma once

// The sequencer: this node's ledger. Leaves get their index inside the acts' own transaction; the
// head is compared and swapped there (DESIGN 5.10). Static files are written after it and can
// always be written again from the store.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ground/base/base.h"
#include "ground/ledger/ledger.h"
#include "node/ports/ports.h"

namespace comity::submit {

/// A checkpoint of this ledger with its cosignatures.
struct Cosigned {
    std::uint64_t size = 0;
    std::string note;
};

class Sequencer {
 public:
    struct Ports {
        ports::Store& store;
        ports::LedgerFiles& files;
        ports::Signer& key;
    };

    /// Reads the ledger from the store, checks it against the head, and takes a new epoch. Nothing
    /// is signed or published before publish(): whether this is the newest head may first have to
    /// be asked (DESIGN 5.10). `origin`: the ledger's name. Kind invalid if leaves and head
    /// disagree.
    /// `changes`: of the ledger's key, of which ports.key is the last.
    [[nodiscard]] static base::Result<Sequencer> open(Ports ports, std::string origin,
                                                      std::vector<ledger::KeyChange> changes = {});

    /// Commits `batch` together with `leaves`; the batch's head members are set here. Afterwards
    /// the head covers the leaves and is durable; publish() signs it. On an error nothing has
    /// changed.
    [[nodiscard]] base::Result<void> commit(ports::Batch& batch, std::vector<base::Bytes> leaves);
    /// Compares what is published with what the store holds, once after a start, and writes files
    /// again whose writing was cut off. Kind invalid: they disagree; nothing may be signed.
    [[nodiscard]] base::Result<void> check_files();
    /// Signs the head and writes the static files, if the ledger has grown since. It costs more
    /// than a commit, so many commits may share it (Delivery paces it). Only what the store gives
    /// back is signed, after check_files(). After an error it is done again when it is called
    /// again. Kind conflict: another process took the ledger over.
    [[nodiscard]] base::Result<void> publish();
    /// Whether the ledger has grown since it was published, or was not published since its start.
    [[nodiscard]] bool is_unpublished() const { return published_size_ != tree_.size(); }

    [[nodiscard]] std::uint64_t size() const { return tree_.size(); }
    [[nodiscard]] const ledger::Tree& tree() const { return tree_; }
    [[nodiscard]] const std::string& origin() const { return origin_; }
    [[nodiscard]] const ledger::NoteKey& vkey() const { return vkey_; }
    [[nodiscard]] base::Bytes leaf(std::uint64_t index) const { return leaves_.at(index); }
    /// The newest head that was signed since the start, by the ledger's key alone.
    struct SignedHead {
        std::uint64_t size = 0;
        ledger::Note note;
    };
    [[nodiscard]] const std::optional<SignedHead>& signed_head() const { return signed_head_; }
    /// Signs the head that the ledger had with `size` leaves, as publish() does. The caller sees
    /// that it is above the last cosigned one (DESIGN 5.10).
    [[nodiscard]] base::Result<SignedHead> sign_at(std::uint64_t size);
    /// The present key's signature.
    [[nodiscard]] base::Result<base::Bytes> sign(std::string_view text) {
        return key_->sign(base::view_of(text));
    }
    /// From now on `key` signs, which outlives the sequencer; `change` is the newest leaf.
    void replace_key(ports::Signer& key, ledger::KeyChange change);
    [[nodiscard]] const std::vector<ledger::KeyChange>& key_changes() const { return changes_; }
    /// Publishes the checkpoint again with the cosignatures that it got meanwhile.
    [[nodiscard]] base::Result<void> publish_cosigned(const ledger::Note& note);

 private:
    Sequencer(Ports ports, std::string origin, ledger::NoteKey vkey,
              std::vector<ledger::KeyChange> changes)
        : ports_(ports),
          key_(&ports.key),
          origin_(std::move(origin)),
          vkey_(std::move(vkey)),
          changes_(std::move(changes)) {}
    /// Whether a batch that the store reported as failed is there after all: a disk or a process
    /// may die between holding it and saying so, and memory must not fall behind the store.
    [[nodiscard]] bool holds(const ports::Batch& batch);
    /// Reads from the store what is to be signed: leaves since the last time, and the head.
    [[nodiscard]] base::Result<void> read_back();
    [[nodiscard]] base::Result<void> write_files();

    Ports ports_;
    ports::Signer* key_;  // borrowed; ports_.key until it is replaced
    std::string origin_;
    ledger::NoteKey vkey_;
    std::vector<ledger::KeyChange> changes_;  ///< up to vkey_
    ledger::Tree tree_;
    std::vector<base::Bytes> leaves_;
    std::uint64_t epoch_ = 0;
    std::uint64_t read_back_ = 0;                  ///< leaves that the store gave back
    std::optional<std::uint64_t> files_size_;      ///< what the files hold; none: not compared yet
    std::optional<std::uint64_t> published_size_;  ///< none: not since the start
    std::optional<SignedHead> signed_head_;
};

}  // namespace comity::submit
