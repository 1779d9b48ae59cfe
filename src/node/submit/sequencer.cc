#include "node/submit/sequencer.h"

#include <utility>

namespace comity::submit {
namespace {

constexpr std::uint64_t leaves_per_read = 4096;

}  // namespace

base::Result<Sequencer> Sequencer::open(Ports ports, std::string origin) {
    ledger::NoteKey vkey = COMITY_TRY(
        ledger::NoteKey::of(origin, ledger::NoteKeyType::ed25519, ports.key.public_key()));
    Sequencer sequencer(ports, std::move(origin), std::move(vkey));
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
    return sequencer;
}

base::Result<void> Sequencer::commit(ports::Batch& batch, std::vector<base::Bytes> leaves) {
    const std::uint64_t old_size = tree_.size();
    batch.expected_head = ports::LedgerHead{old_size, tree_.root(), epoch_};
    for (const base::Bytes& leaf : leaves) {
        tree_.append(crypto::merkle_leaf(leaf));
    }
    batch.new_head = ports::LedgerHead{tree_.size(), tree_.root(), epoch_};
    batch.leaves = leaves;
    auto committed = ports_.store.commit(batch);
    if (!committed && !holds(batch)) {
        tree_.truncate(old_size);
        return committed;
    }
    for (base::Bytes& leaf : leaves) {
        leaves_.push_back(std::move(leaf));
    }
    return {};
}

bool Sequencer::holds(const ports::Batch& batch) {
    if (!batch.leaves.empty()) {
        const auto head = ports_.store.head();
        return head && *head == *batch.new_head;
    }
    return !batch.entries.empty() && ports_.store.entry(batch.entries.front().id).has_value();
}

base::Result<void> Sequencer::publish() {
    if (!signed_head_ || signed_head_->size != tree_.size()) {
        COMITY_TRY(sign_head());
    }
    return is_unpublished() ? write_files() : base::Result<void>{};
}

base::Result<void> Sequencer::sign_head() {
    const ledger::Checkpoint head{origin_, tree_.size(), tree_.root()};
    const std::string text = head.text();
    const base::Bytes input =
        ledger::note_signing_input(text, ledger::NoteKeyType::ed25519, base::Instant{});
    const base::Bytes signature = COMITY_TRY(ports_.key.sign(input));
    signed_head_ =
        SignedHead{head.size, {text, {ledger::note_signature(vkey_, base::Instant{}, signature)}}};
    return {};
}

base::Result<void> Sequencer::write_files() {
    const auto files = ledger::files_for_growth(
        tree_, published_size_.value_or(0), [this](std::uint64_t index) { return leaves_[index]; });
    COMITY_TRY(ports_.files.write(files));
    COMITY_TRY(ports_.files.publish(signed_head_->note.encode()));
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
