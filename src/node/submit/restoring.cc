#include "node/submit/restoring.h"

#include <algorithm>

#include "node/submit/derived.h"
#include "node/submit/mirror.h"
#include "node/submit/taking_back.h"

namespace comity::submit {
namespace {

base::Error other_history(std::string why) {
    return base::Error{base::ErrorKind::conflict,
                       "the data here are of another history than the one that others attested",
                       std::move(why),
                       "nothing was changed; put store.sqlite aside and restore into an empty "
                       "folder with the same keys",
                       {},
                       {}};
}

bool has_no_entry(const base::Bytes& bytes) {
    const auto leaf = ledger::Leaf::parse(bytes);
    return leaf && !ledger::stands_for_entry(leaf->leaf_class);
}

}  // namespace

void TakenBack::lose(LostLeaf leaf) {
    lost.push_back(std::move(leaf));
    std::ranges::sort(lost, {}, &LostLeaf::index);
}

bool TakenBack::is_lost(std::uint64_t index) const {
    return std::ranges::binary_search(lost, index, {}, &LostLeaf::index);
}

base::Result<TakenBack> TakingBack::run() {
    outcome_.had = own_.sequencer_.size();
    // An attesting node may have lost data itself; a checkpoint that others show is proof.
    if (!given_.checkpoints().empty()) {
        const auto& [size, newest] = *given_.checkpoints().rbegin();
        if (size > attested_.size) {
            attested_ = Head{size, newest.root};
        }
    }
    target_ = attested_.size;
    if (given_.published()) {
        target_ = std::max(target_, given_.published()->size);
    }
    outcome_.target = target_;
    COMITY_TRY(check_known_leaves());
    make_maps();
    find_losses();
    COMITY_TRY(check_whole_tree());
    COMITY_TRY(place_leaves());
    COMITY_TRY(keep_checkpoints());
    COMITY_TRY(keep_attested_heads());
    if (own_.sequencer_.size() >= target_ && outcome_.missing.empty()) {
        COMITY_TRY(place_receipts_of_others());
    }
    COMITY_TRY(bring_items());
    outcome_.has = own_.sequencer_.size();
    find_waiting();
    find_undelivered();
    return std::move(outcome_);
}

base::Result<void> TakingBack::check_known_leaves() const {
    const Sequencer& own = own_.sequencer_;
    for (const auto& [index, leaf] : given_.leaves()) {
        if (index < own.size() && own.leaf(index) != leaf.bytes) {
            return std::unexpected(other_history("leaf " + std::to_string(index) + " differs"));
        }
    }
    if (attested_.size != 0 && attested_.size <= own.size() &&
        own.tree().root_at(attested_.size) != attested_.root) {
        return std::unexpected(other_history("the first " + std::to_string(attested_.size) +
                                             " leaves are not those that were attested"));
    }
    return {};
}

const Gathering::OwnLeaf* TakingBack::leaf(std::uint64_t index) const {
    const auto made = maps_.find(index);
    return made == maps_.end() ? given_.leaf(index) : &made->second;
}

void TakingBack::make_maps() {
    auto fold = own_.mapping_.fold();
    const auto secret = own_.ledger_secret();
    if (!fold || !secret) {
        return;
    }
    Remaking remaking{*std::move(fold),
                      derived_key(*secret, map_secret_tag),
                      derived_key(*secret, padding_secret_tag),
                      own_.sequencer_.tree(),
                      last_with_entry(own_.sequencer_),
                      given_.key_changes()};
    std::uint64_t index = outcome_.had;
    while (index < target_) {
        if (const Gathering::OwnLeaf* given = given_.leaf(index)) {
            pass_given(remaking, index++, *given);
            continue;
        }
        std::uint64_t end = index;
        while (end < target_ && given_.leaf(end) == nullptr) {
            ++end;
        }
        if (!make_run(remaking, index, end)) {
            break;  // an act or a receipt that is lost
        }
        index = end;
    }
    keep_confirmed_maps();
}

ledger::Leaf TakingBack::Remaking::leaf_at(std::uint64_t index, bool is_map) const {
    for (const ledger::KeyChange& change : changes) {
        if (change.last.size == index) {
            return change.leaf();
        }
    }
    return is_map ? fold.head().leaf() : ledger::padding_leaf(padding_key, index, before);
}

void TakingBack::pass_given(Remaking& remaking, std::uint64_t index,
                            const Gathering::OwnLeaf& given) const {
    remaking.tree.append(crypto::merkle_leaf(given.bytes));
    if (given.entry) {
        const casework::Entry entry =
            given_.entries().at(*given.entry).versions.front().entry.entry();
        remaking.fold.add(
            ledger::matter_pseudonym(remaking.map_key, casework::matter_of(entry).text()), index,
            crypto::merkle_leaf(given.bytes));
    } else if (!has_no_entry(given.bytes)) {
        remaking.fold.add_lost();
    }
    if (auto leaf = ledger::Leaf::parse(given.bytes); leaf && !has_no_entry(given.bytes)) {
        remaking.before = *std::move(leaf);
    }
}

bool TakingBack::make_run(Remaking& remaking, std::uint64_t begin, std::uint64_t end) {
    // Padding, or a root of the map among padding: no two roots are written without an act between
    // them. The way to the leaf behind the run, or the head there, tells which.
    const auto can_be = [&](std::uint64_t map_at) {
        std::vector<base::Bytes> made;
        for (std::uint64_t index = begin; index < end; ++index) {
            made.push_back(remaking.leaf_at(index, index == map_at).encode());
            remaking.tree.append(crypto::merkle_leaf(made.back()));
        }
        const bool is_attested = attested_.size != end || attested_.root == remaking.tree.root();
        if (!is_attested || !given_.fits(remaking.tree, begin)) {
            remaking.tree.truncate(begin);
            return false;
        }
        for (std::uint64_t index = begin; index < end; ++index) {
            maps_.emplace(index,
                          Gathering::OwnLeaf{std::move(made[index - begin]), {}, std::nullopt});
        }
        return true;
    };
    if (can_be(end)) {
        return true;
    }
    for (std::uint64_t map_at = begin; map_at < end; ++map_at) {
        if (can_be(map_at)) {
            return true;
        }
    }
    return false;
}

/// What no attested head confirms may be an act that is lost; it is not put in its place.
void TakingBack::keep_confirmed_maps() {
    std::map<std::uint64_t, base::Digest> heads{{attested_.size, attested_.root}};
    if (given_.published()) {
        heads.insert_or_assign(given_.published()->size, given_.published()->root);
    }
    for (const auto& [size, checkpoint] : given_.checkpoints()) {
        heads.insert_or_assign(size, checkpoint.root);
    }
    ledger::Tree tree = own_.sequencer_.tree();
    std::uint64_t confirmed = 0;
    while (const Gathering::OwnLeaf* next = leaf(tree.size())) {
        tree.append(crypto::merkle_leaf(next->bytes));
        const auto head = heads.find(tree.size());
        if (head != heads.end() && head->second == tree.root()) {
            confirmed = tree.size();
        }
    }
    std::erase_if(maps_, [&](const auto& made) {
        return made.first >= confirmed && !given_.hash_of(made.first);
    });
}

void TakingBack::find_losses() {
    stop_ = std::max(target_, outcome_.had);
    for (std::uint64_t index = outcome_.had; index < target_; ++index) {
        const Gathering::OwnLeaf* leaf = this->leaf(index);
        if (leaf != nullptr && leaf->entry) {
            find_missing(index, *leaf->entry);
        } else if (leaf == nullptr || !has_no_entry(leaf->bytes)) {
            const bool is_attested = index < attested_.size;
            const auto hash = leaf != nullptr ? crypto::merkle_leaf(leaf->bytes)
                                              : given_.hash_of(index).value_or(base::Digest{});
            const bool is_known = leaf != nullptr || given_.hash_of(index).has_value();
            outcome_.lost.push_back(
                LostLeaf{index, is_known ? std::optional(hash) : std::nullopt, is_attested});
            if (is_attested || leaf == nullptr) {
                stop_ = std::min(stop_, index);
            }
        }
    }
}

void TakingBack::find_missing(std::uint64_t index, const casework::EntryId& entry) {
    const casework::ProvenEntry& proven = given_.entries().at(entry).versions.front().entry;
    if (!proven.receipt) {
        return;
    }
    const casework::ReceiptHeader& header = proven.receipt->header;
    const Matter* matter = own_.matter(header.matter);
    std::optional<casework::EntryId> next = header.act.digest;
    while (next && (matter == nullptr || !matter->dossier.has(*next))) {
        const Gathering::Known* known = given_.find(*next);
        if (known == nullptr) {
            outcome_.missing.push_back(MissingEntry{*next, header.matter, index});
            stop_ = std::min(stop_, index);
            return;
        }
        next = casework::previous_of(known->versions.front().entry.entry());
    }
}

base::Result<void> TakingBack::check_whole_tree() const {
    const auto wrong = [] {
        return base::fail(base::ErrorKind::conflict,
                          "what was given back does not make the head that was attested", {},
                          "nothing was changed; an attesting node may lie, or the copy of the "
                          "public ledger here is not this ledger's");
    };
    ledger::Tree tree = own_.sequencer_.tree();
    for (std::uint64_t index = tree.size(); index < stop_; ++index) {
        tree.append(crypto::merkle_leaf(leaf(index)->bytes));
    }
    const auto fits = [&tree](std::uint64_t size, const base::Digest& root) {
        return size == 0 || size > tree.size() || tree.root_at(size) == root;
    };
    if (!fits(attested_.size, attested_.root)) {
        return wrong();
    }
    if (given_.published() && !fits(given_.published()->size, given_.published()->root)) {
        return wrong();
    }
    for (const auto& [size, checkpoint] : given_.checkpoints()) {
        if (!fits(size, checkpoint.root)) {
            return wrong();
        }
    }
    return {};
}

base::Result<void> TakingBack::keep_checkpoints() {
    for (const auto& [size, checkpoint] : given_.checkpoints()) {
        if (size <= own_.sequencer_.size()) {
            const ledger::Note note = COMITY_TRY(ledger::Note::parse(checkpoint.note));
            COMITY_TRY(own_.keep_cosigned(note));
        }
    }
    const std::vector<ledger::KeyChange> changes = given_.key_changes();
    const std::string& origin = own_.settings_.origin;
    if (changes.size() > own_.ledger_keys_.of(origin).size()) {
        ports::Batch batch;  // for the next start: this run signs nothing
        batch.settings = {key_changes_setting(origin, changes)};
        COMITY_TRY(own_.ports_.store.commit(batch));
    }
    return {};
}

base::Result<void> TakingBack::commit() {
    // Who gave an entry back has it.
    std::erase_if(transaction_->batch.outbox_add, [&](const ports::OutboxRow& row) {
        const Gathering::Known* known = given_.find(row.entry);
        return known != nullptr && known->holders.contains(row.peer);
    });
    if (transaction_->batch.empty() && transaction_->leaves.empty()) {
        return {};
    }
    COMITY_TRY(own_.sequencer_.commit(transaction_->batch, std::move(transaction_->leaves)));
    own_.adopt(*std::move(transaction_));
    transaction_.emplace(own_);
    return {};
}

base::Result<void> TakingBack::keep_attested_heads() {
    ports::Batch batch;
    for (const auto& [origin, head] : given_.attested_here()) {
        const auto row = COMITY_TRY(own_.ports_.store.witnessed(origin));
        if (head.size > (row ? row->size : 0)) {
            batch.witnessed_expected.push_back(row.value_or(ports::WitnessRow{origin, 0, {}}));
            batch.witnessed.push_back(ports::WitnessRow{origin, head.size, head.root});
        }
    }
    return batch.empty() ? base::Result<void>{} : own_.ports_.store.commit(batch);
}

void TakingBack::find_waiting() {
    for (const auto& [index, leaf] : given_.leaves()) {
        if (index >= outcome_.has && index < target_ && leaf.entry && !outcome_.is_lost(index)) {
            const Gathering::Known& known = given_.entries().at(*leaf.entry);
            outcome_.waiting.push_back(
                Waiting{index,
                        *leaf.entry,
                        casework::matter_of(known.versions.front().entry.entry()),
                        {known.holders.begin(), known.holders.end()}});
        }
    }
}

void TakingBack::find_undelivered() {
    if (!outcome_.is_complete()) {
        return;
    }
    for (const auto& [id, known] : given_.entries()) {
        const casework::Entry entry = known.versions.front().entry.entry();
        const base::PartyId& author = casework::author_of(entry);
        const Matter* matter = own_.matter(casework::matter_of(entry));
        if (author != own_.settings_.party && (matter == nullptr || !matter->dossier.has(id))) {
            outcome_.to_deliver[author].push_back(id);
        }
    }
}

base::Result<std::size_t> TakingBack::queue_again(Institution& own, const base::PartyId& peer,
                                                  const std::vector<casework::EntryId>& entries) {
    ports::Batch batch;
    for (const casework::EntryId& id : entries) {
        const auto leaf = own.leaf_of(id);
        const Matter* known = leaf ? own.matter(leaf->matter) : nullptr;
        if (known != nullptr && known->state.side_of(peer) &&
            !own.outbox(peer).contains(leaf->index)) {
            batch.outbox_add.push_back(ports::OutboxRow{peer, id, {}});
        }
    }
    if (batch.empty()) {
        return std::size_t{0};
    }
    COMITY_TRY(own.ports_.store.commit(batch));
    for (const ports::OutboxRow& row : batch.outbox_add) {
        own.outbox_.add(row, own.own_leaves_.at(row.entry).index);
    }
    return batch.outbox_add.size();
}

base::Result<TakenBack> take_back(Institution& institution, const Gathering& given,
                                  const Head& attested) {
    return TakingBack(institution, given, attested).run();
}

base::Result<std::size_t> deliver_again(Institution& institution, const base::PartyId& peer,
                                        const std::vector<casework::EntryId>& entries) {
    return TakingBack::queue_again(institution, peer, entries);
}

}  // namespace comity::submit
