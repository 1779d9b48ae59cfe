#include "ground/ledger/matter_replay.h"

#include <map>
#include <utility>

#include "ground/crypto/crypto.h"

namespace comity::ledger {

void MatterFold::add(const base::Digest& pseudonym, std::uint64_t index,
                     const base::Digest& leaf_hash) {
    map_.set(pseudonym, map_.find(pseudonym).with(index, leaf_hash));
}

MapHead MatterFold::head_with(const base::Digest& pseudonym, const MatterActs& acts) const {
    MatterMap changed = map_;
    changed.set(pseudonym, acts);
    return {changed.root(), key_, lost_};
}

base::Result<void> MapReplay::add(base::ByteView leaf, const std::optional<std::string>& matter) {
    if (finding_.broken) {
        return {};
    }
    const Leaf parsed = COMITY_TRY(Leaf::parse(leaf));
    const std::uint64_t index = finding_.leaves;
    if (parsed.leaf_class == LeafClass::map) {
        follow(parsed);
        finding_.leaves += finding_.broken ? 0U : 1U;
        return {};
    }
    ++finding_.leaves;
    if (!stands_for_entry(parsed.leaf_class)) {
        return {};
    }
    if (!matter) {
        finding_.unopened.push_back(index);
        fold_.add_lost();
        return {};
    }
    const Laid laid{matter_pseudonym(key_, *matter), index, crypto::merkle_leaf(leaf)};
    fold_.add(laid.pseudonym, laid.index, laid.hash);
    since_.push_back(laid);
    finding_.matters = fold_.map().size();
    return {};
}

void MapReplay::follow(const Leaf& map_leaf) {
    // Leaves that nobody opened count as lost here: if the node says the same, it follows.
    if (fold_.head().leaf() != map_leaf) {
        finding_.broken = fault_of(map_leaf);
        return;
    }
    finding_.map_leaves.push_back(finding_.leaves);
    last_good_ = fold_.map();
    since_.clear();
}

MatterActs MapReplay::acts_with(const std::vector<Laid>& since, const Laid& of,
                                unsigned times) const {
    MatterActs acts = last_good_.find(of.pseudonym);
    for (const Laid& one : since) {
        const unsigned count = one.index == of.index ? times : 1;
        for (unsigned i = 0; i < count; ++i) {
            acts = acts.with(one.index, one.hash);
        }
    }
    return acts;
}

ReplayFinding::Broken MapReplay::fault_of(const Leaf& map_leaf) const {
    using Why = ReplayFinding::Why;
    const std::uint64_t at = finding_.leaves;
    if (!finding_.unopened.empty()) {
        return {at, Why::unopened, finding_.unopened.front()};
    }
    std::map<base::Digest, std::vector<Laid>> by_matter;
    for (const Laid& one : since_) {
        by_matter[one.pseudonym].push_back(one);
    }
    for (const Laid& one : since_) {
        const std::vector<Laid>& since = by_matter[one.pseudonym];
        for (const auto& [times, why] :
             {std::pair(0U, Why::left_out), std::pair(2U, Why::counted_twice)}) {
            const MatterActs acts = acts_with(since, one, times);
            if (fold_.head_with(one.pseudonym, acts).leaf() == map_leaf) {
                return {at, why, one.index};
            }
        }
    }
    return {at, Why::unknown, at};
}

}  // namespace comity::ledger
