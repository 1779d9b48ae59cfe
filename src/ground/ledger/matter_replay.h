#pragma once

// Following the map of matters from the leaves (docs/formats/matter-map.md): what its node does to
// write it, and what an oversight body that can open the leaves does to find what is not in it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ground/base/base.h"
#include "ground/ledger/matter_map.h"

namespace comity::ledger {

/// The map as a fold over a ledger's leaves in their order.
class MatterFold {
 public:
    /// `key`: map_key_commitment() of the pseudonyms' key.
    explicit MatterFold(const base::Digest& key) : key_(key) {}

    void add(const base::Digest& pseudonym, std::uint64_t index, const base::Digest& leaf_hash);
    /// A leaf that can be laid to no matter any more.
    void add_lost() { ++lost_; }

    [[nodiscard]] const MatterMap& map() const { return map_; }
    [[nodiscard]] std::uint64_t lost() const { return lost_; }
    [[nodiscard]] MapHead head() const { return {map_.root(), key_, lost_}; }
    /// With what the map holds of one matter replaced.
    [[nodiscard]] MapHead head_with(const base::Digest& pseudonym, const MatterActs& acts) const;

 private:
    base::Digest key_;
    MatterMap map_;
    std::uint64_t lost_ = 0;
};

/// What a replay found.
struct ReplayFinding {
    std::uint64_t leaves = 0;               ///< that were followed
    std::vector<std::uint64_t> map_leaves;  ///< that follow from the leaves before them
    std::vector<std::uint64_t> unopened;    ///< leaves that nothing lays to a matter
    std::uint64_t matters = 0;

    /// A map leaf that cannot be followed. The replay ends there.
    enum class Why : std::uint8_t {
        unopened,       ///< leaves before it are not opened: it may follow or not
        left_out,       ///< it follows if `leaf` is left out
        counted_twice,  ///< it follows if `leaf` is counted twice
        unknown,        ///< no single leaf explains it
    };
    struct Broken {
        std::uint64_t map_leaf = 0;
        Why why = Why::unknown;
        std::uint64_t leaf = 0;
    };
    std::optional<Broken> broken;

    /// The leaves that the last map leaf that follows covers: those before it.
    [[nodiscard]] std::uint64_t covered() const {
        return map_leaves.empty() ? 0 : map_leaves.back();
    }
};

/// Follows the leaves one after the other. Any number of them; a leaf that is at fault is sought
/// among those since the last map leaf that follows.
class MapReplay {
 public:
    explicit MapReplay(MapKey key) : key_(std::move(key)), fold_(map_key_commitment(key_)) {}

    /// The next leaf, from index 0, and the matter that its opening names, if there is one. Kind
    /// malformed if it is no leaf. After a broken map leaf nothing is followed any more.
    [[nodiscard]] base::Result<void> add(base::ByteView leaf,
                                         const std::optional<std::string>& matter);
    [[nodiscard]] const ReplayFinding& finding() const { return finding_; }

 private:
    struct Laid {
        base::Digest pseudonym;
        std::uint64_t index = 0;
        base::Digest hash;
    };
    void follow(const Leaf& map_leaf);
    [[nodiscard]] ReplayFinding::Broken fault_of(const Leaf& map_leaf) const;
    /// What the map would hold of the matter of `since` if the leaf `of` stood `times` in it.
    [[nodiscard]] MatterActs acts_with(const std::vector<Laid>& since, const Laid& of,
                                       unsigned times) const;

    MapKey key_;
    MatterFold fold_;
    MatterMap last_good_;
    std::vector<Laid> since_;  ///< the last map leaf that follows
    ReplayFinding finding_;
};

}  // namespace comity::ledger
