#include "node/submit/sequencer.h"

#include <algorithm>
#include <utility>

namespace comity::submit {
namespace {

constexpr std::uint64_t leaves_per_read = 4096;

std::unexpected<base::Error> disagrees(std::string why) {
    return base::fail(base::ErrorKind::invalid, "what is published and the store disagree",
                      std::move(why),
                      "keep both as evidence and restore the node's data (docs/operations.md); do "
                      "not sign anything before");
}

}  // namespace

base::Result<Sequencer> Sequencer::open(Ports ports, std::string origin,
                                        std::vector<ledger::KeyChange> changes) {
    ledger::NoteKey vkey = COMITY_TRY(
        ledger::NoteKey::of(origin, ledger::NoteKeyType::ed25519, ports.key.public_key()));
    Sequencer sequencer(ports, std::move(origin), std::move(vkey), std::move(changes));
    const ports::LedgerHead head = COMITY_TRY(ports.store.head());
    while (sequencer.tree_.size() < head.size) {
        const std::uint64_t first = sequencer.tree_.size();
        const auto some =
            COMITY_TRY(ports.store.leaves(first, std::min(leaves_per_read, head.size - first)));
        if (some.empty()) {
            return base::fail(base::ErrorKind::invalid, "the ledger lacks leaves",
                              "the head says " + std::to_string(head.size) + ", there are " +
                                  std::to_string(first),
                              "restore the node's data; do not sign anything before");
        }
        for (const base::Bytes& leaf : some) {
            sequencer.tree_.append(crypto::merkle_leaf(leaf));
            sequencer.leaves_.push_back(leaf);
        }
    }
    if (head.size != 0 && sequencer.tree_.root() != head.root) {
        return base::fail(base::ErrorKind::invalid, "the ledger's leaves do not make its head", {},
                          "restore the node's data; do not sign anything before");
    }
    ports::Batch takeover;
    takeover.expected_head = head;
    takeover.new_head = ports::LedgerHead{head.size, sequencer.tree_.root(), head.epoch + 1};
    COMITY_TRY(ports.store.commit(takeover));
    sequencer.epoch_ = head.epoch + 1;
    sequencer.read_back_ = head.size;
    return sequencer;
}

base::Result<void> Sequencer::commit(ports::Batch& batch, std::vector<base::Bytes> leaves) {
    const std::uint64_t old_size = tree_.size();
    batch.expected_head = ports::LedgerHead{old_size, tree_.root(), epoch_};
    for (const base::Bytes& leaf : leaves) {
        tree_.append(crypto::merkle_leaf(leaf));
    }
    batch.new_head = ports::LedgerHead{tree_.size(), tree_.root(), epoch_};
    batch.leaves = std::move(leaves);
    auto committed = ports_.store.commit(batch);
    if (!committed && !holds(batch)) {
        tree_.truncate(old_size);
        return committed;
    }
    std::ranges::move(std::exchange(batch.leaves, {}), std::back_inserter(leaves_));
    return {};
}

bool Sequencer::holds(const ports::Batch& batch) {
    if (!batch.leaves.empty()) {
        const auto head = ports_.store.head();
        return head && *head == *batch.new_head;
    }
    return !batch.entries.empty() && ports_.store.entry(batch.entries.front().id).has_value();
}

base::Result<void> Sequencer::check_files() {
    if (files_size_) {
        return {};
    }
    const auto text = ports_.files.read("checkpoint");
    if (!text && text.error().kind != base::ErrorKind::not_found) {
        return std::unexpected(text.error());
    }
    if (!text || text->empty()) {  // nothing is published, or a power failure took it
        files_size_ = 0;
        return {};
    }
    const auto note = ledger::Note::parse(base::text_of(*text));
    const auto head = note ? ledger::Checkpoint::parse(note->text) : std::unexpected(note.error());
    if (!head || head->origin != origin_) {
        return disagrees("the published checkpoint is none of this ledger");
    }
    if (head->size > tree_.size() || head->root != tree_.root_at(head->size)) {
        return disagrees("a head of " + std::to_string(head->size) +
                         " leaves is published; the store has " + std::to_string(tree_.size()) +
                         (head->size > tree_.size() ? "" : ", of another history"));
    }
    const auto unfinished = COMITY_TRY(ledger::unfinished_files(
        [this](std::string_view path) { return ports_.files.read(path); }, tree_, head->size,
        [this](std::uint64_t index) { return leaves_[index]; }));
    if (!unfinished.empty()) {
        COMITY_TRY(ports_.files.write(unfinished));
    }
    files_size_ = head->size;
    return {};
}

base::Result<void> Sequencer::publish() {
    if (!signed_head_ || signed_head_->size != tree_.size()) {
        signed_head_ = COMITY_TRY(sign_at(tree_.size()));
    } else if (is_unpublished()) {  // once more, after an error: it may have been put out since
        COMITY_TRY(read_back());
    }
    return is_unpublished() ? write_files() : base::Result<void>{};
}

base::Result<void> Sequencer::read_back() {
    const ports::LedgerHead head = COMITY_TRY(ports_.store.head());
    if (head.epoch != epoch_) {
        return base::fail(base::ErrorKind::conflict, "another process took this ledger over", {},
                          "end this one");
    }
    if (head.size != tree_.size() || head.root != tree_.root()) {
        return base::fail(base::ErrorKind::invalid, "the store does not hold what it acknowledged",
                          "it says " + std::to_string(head.size) + " leaves",
                          "restore the node's data; do not sign anything before");
    }
    while (read_back_ < head.size) {
        const auto some = COMITY_TRY(
            ports_.store.leaves(read_back_, std::min(leaves_per_read, head.size - read_back_)));
        for (const base::Bytes& leaf : some) {
            if (crypto::merkle_leaf(leaf) != tree_.leaf(read_back_)) {
                return base::fail(base::ErrorKind::invalid,
                                  "the store gives back another leaf than it was given",
                                  "leaf " + std::to_string(read_back_),
                                  "restore the node's data; do not sign anything before");
            }
            ++read_back_;
        }
        if (some.empty()) {
            return base::fail(base::ErrorKind::invalid, "the ledger lacks leaves", {},
                              "restore the node's data; do not sign anything before");
        }
    }
    return {};
}

base::Result<Sequencer::SignedHead> Sequencer::sign_at(std::uint64_t size) {
    COMITY_TRY(read_back());  // first: whoever was put out is told so, not that the files are wrong
    COMITY_TRY(check_files());
    const std::string text = ledger::Checkpoint{origin_, size, tree_.root_at(size)}.text();
    const base::Bytes input =
        ledger::note_signing_input(text, ledger::NoteKeyType::ed25519, base::Instant{});
    const base::Bytes signature = COMITY_TRY(key_->sign(input));
    SignedHead head{size, {text, {ledger::note_signature(vkey_, base::Instant{}, signature)}}};
    for (const ledger::KeyChange& change : changes_) {
        head.note.signatures.push_back(change.line());
    }
    return head;
}

void Sequencer::replace_key(ports::Signer& key, ledger::KeyChange change) {
    key_ = &key;
    vkey_ = change.to;
    changes_.push_back(std::move(change));
    signed_head_.reset();
}

base::Result<void> Sequencer::write_files() {
    const auto files = ledger::files_for_growth(
        tree_, files_size_.value_or(0), [this](std::uint64_t index) { return leaves_[index]; });
    COMITY_TRY(ports_.files.write(files));
    COMITY_TRY(ports_.files.publish(signed_head_->note.encode()));
    files_size_ = tree_.size();
    published_size_ = tree_.size();
    return {};
}

base::Result<void> Sequencer::publish_cosigned(const ledger::Note& note) {
    if (!signed_head_ || note.text != signed_head_->note.text) {
        return {};  // the ledger has grown meanwhile; its newer head stays published
    }
    return ports_.files.publish(note.encode());
}

}  // namespace comity::submit
