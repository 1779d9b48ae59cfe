#include "node/submit/mapping.h"

#include <algorithm>
#include <span>

#include "node/submit/body.h"
#include "node/submit/derived.h"
#include "node/submit/institution.h"

namespace comity::submit {
namespace {

constexpr std::size_t most_points = 64;  // each keeps the map as it was then

}  // namespace

void Mapping::note(const OwnLeaves& leaves) {
    for (const auto& one : leaves) {
        if (by_leaf_.size() <= one.second.index) {
            by_leaf_.resize(one.second.index + 1, nullptr);
        }
        by_leaf_[one.second.index] = &one;
    }
}

void Mapping::prepare() {
    const Sequencer& sequencer = own_.sequencer();
    for (std::uint64_t index = sequencer.size(); index-- > 0;) {
        const auto leaf = ledger::Leaf::parse(sequencer.leaf(index));
        if (leaf && leaf->leaf_class == ledger::LeafClass::map) {
            (void)follow();  // what is wrong with the map is told to who asks for it
            return;
        }
    }
}

base::Result<ledger::MapKey> Mapping::key() {
    if (!key_) {
        const base::SecretBytes secret = COMITY_TRY(own_.ledger_secret());
        key_.emplace(derived_key(secret, map_secret_tag));
    }
    return key_->clone();
}

base::Result<void> Mapping::follow() {
    if (!fold_) {
        const ledger::MapKey made = COMITY_TRY(key());
        fold_.emplace(ledger::map_key_commitment(made));
    }
    const Sequencer& sequencer = own_.sequencer();
    for (; next_ < sequencer.size(); ++next_) {
        const ledger::Leaf leaf = COMITY_TRY(ledger::Leaf::parse(sequencer.leaf(next_)));
        COMITY_TRY(follow(leaf, next_));
    }
    return {};
}

base::Result<void> Mapping::follow(const ledger::Leaf& leaf, std::uint64_t index) {
    if (ledger::stands_for_entry(leaf.leaf_class)) {
        ++behind_;
        const auto* entry = index < by_leaf_.size() ? by_leaf_[index] : nullptr;
        if (entry == nullptr) {
            fold_->add_lost();
        } else {
            fold_->add(ledger::matter_pseudonym(*key_, entry->second.matter.text()), index,
                       own_.sequencer().tree().leaf(index));
        }
        return {};
    }
    if (leaf.leaf_class != ledger::LeafClass::map) {
        return {};
    }
    if (fold_->head().leaf() == leaf) {
        points_.push_back({index, fold_->map(), fold_->head()});
        if (points_.size() > most_points) {
            points_.pop_front();
        }
        behind_ = 0;
        return {};
    }
    // What was written before entries were lost cannot be followed any more.
    if (fold_->lost() != 0) {
        return {};
    }
    return base::fail(base::ErrorKind::invalid,
                      "the map of matters in the ledger does not follow from the entries here",
                      "leaf " + std::to_string(index) + " says otherwise",
                      "restore the node's data from a copy or from its peers");
}

base::Result<std::optional<base::Bytes>> Mapping::next_leaf() {
    COMITY_TRY(follow());
    if (behind_ == 0 && !points_.empty()) {
        return std::nullopt;
    }
    return fold_->head().leaf().encode();
}

base::Result<ledger::MatterFold> Mapping::fold() {
    COMITY_TRY(follow());
    return *fold_;
}

std::optional<std::uint64_t> Mapping::newest() const {
    return points_.empty() ? std::nullopt : std::optional(points_.back().map_leaf);
}

std::vector<ledger::MatterProof::Act> Mapping::acts_of(const base::MatterId& matter,
                                                       std::uint64_t before) const {
    std::vector<ledger::MatterProof::Act> acts;
    const Matter* known = own_.matter(matter);
    if (known == nullptr) {
        return acts;
    }
    for (const casework::EntryId& id : known->dossier.chain(own_.settings().party)) {
        const auto leaf = own_.leaf_of(id);
        if (leaf && leaf->index < before) {
            acts.push_back({leaf->index, own_.sequencer().tree().leaf(leaf->index)});
        }
    }
    std::ranges::sort(acts, {}, &ledger::MatterProof::Act::index);
    return acts;
}

base::Result<ledger::MatterProof> Mapping::proof(const base::MatterId& matter) {
    COMITY_TRY(follow());
    const auto& cosigned = own_.cosigned();
    const std::uint64_t held = cosigned.empty() ? 0 : cosigned.back().size;
    const auto point = std::find_if(points_.rbegin(), points_.rend(),
                                    [held](const Point& one) { return one.map_leaf < held; });
    if (point == points_.rend()) {
        return base::fail(base::ErrorKind::try_later,
                          "no attested head holds a root of the map of matters yet", {},
                          "write one (comity ledger map) and wait for the attesting node");
    }
    const auto head = std::ranges::upper_bound(cosigned, point->map_leaf, {}, &Cosigned::size);
    ledger::MatterProof proof;
    proof.pseudonym = ledger::matter_pseudonym(*key_, matter.text());
    proof.map = point->head;
    proof.path = point->map.path(proof.pseudonym);
    proof.acts = acts_of(matter, point->map_leaf);
    proof.map_leaf = point->map_leaf;
    proof.inclusion = COMITY_TRY(own_.sequencer().tree().inclusion(point->map_leaf, head->size));
    proof.checkpoint = COMITY_TRY(ledger::Note::parse(head->note));
    const ledger::Checkpoint checkpoint =
        COMITY_TRY(ledger::Checkpoint::parse(proof.checkpoint.text));
    COMITY_TRY(ledger::check_matter_paths(proof, checkpoint));
    return proof;
}

base::Result<std::vector<casework::LeafOpening>> Mapping::openings(
    const std::optional<base::MatterId>& matter, std::uint64_t from, std::size_t most) const {
    std::vector<casework::LeafOpening> found;
    for (std::uint64_t index = from; index < by_leaf_.size() && found.size() < most; ++index) {
        const auto* entry = by_leaf_[index];
        if (entry == nullptr || (matter && entry->second.matter != *matter)) {
            continue;
        }
        const ports::StoredEntry row = COMITY_TRY(own_.ports().store.entry(entry->first));
        casework::LeafOpening opening;
        opening.index = static_cast<std::int64_t>(index);
        opening.leaf = own_.sequencer().leaf(index);
        const auto body = open_body(row, own_.ports().day_keys);
        if (body) {
            opening.salt = body->leaf_salt;
        } else if (body.error().kind != base::ErrorKind::not_found) {
            return std::unexpected(body.error());
        }
        if (row.kind == ports::EntryKind::act) {
            opening.act = COMITY_TRY(codec::read_text<casework::Header>(row.header));
        } else {
            opening.receipt = COMITY_TRY(codec::read_text<casework::ReceiptHeader>(row.header));
        }
        found.push_back(std::move(opening));
    }
    return found;
}

}  // namespace comity::submit
