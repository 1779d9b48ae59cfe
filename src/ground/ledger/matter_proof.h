#pragma once

// One file that shows all leaves of a matter in a ledger up to a map leaf, or that there is none
// (docs/formats/matter-map.md). It verifies offline.

#include <cstdint>
#include <vector>

#include "ground/base/base.h"
#include "ground/ledger/matter_map.h"
#include "ground/ledger/note.h"
#include "ground/ledger/policy.h"

namespace comity::ledger {

inline constexpr std::size_t max_matter_proof_bytes = std::size_t{4} * 1024 * 1024;
inline constexpr std::size_t max_matter_acts = 65'536;

struct MatterProof {
    /// A leaf of the matter.
    struct Act {
        std::uint64_t index = 0;
        base::Digest hash;  ///< the leaf's hash in the tree
        friend bool operator==(const Act&, const Act&) = default;
    };

    base::Digest pseudonym;
    MapHead map;
    MapPath path;
    std::vector<Act> acts;       ///< by index; empty: the ledger holds none
    std::uint64_t map_leaf = 0;  ///< the index of the map leaf: all leaves before it are covered
    std::vector<base::Digest> inclusion;  ///< of the map leaf, leaf to root
    Note checkpoint;

    [[nodiscard]] base::Bytes encode() const;
    /// Strict: exactly what encode() writes, of at most max_matter_proof_bytes. Kind malformed or
    /// too_large.
    [[nodiscard]] static base::Result<MatterProof> parse(base::ByteView bytes);

    friend bool operator==(const MatterProof&, const MatterProof&) = default;
};

/// Whether the map that the proof's leaf commits to says what the proof says; no signatures. Kind
/// invalid.
[[nodiscard]] base::Result<void> check_matter_paths(const MatterProof& proof,
                                                    const Checkpoint& head);

/// The same, and that the checkpoint is signed by `log` and cosigned as `policy` asks. What it
/// does not show: that the map follows from the leaves (matter_replay.h), and whose pseudonym it
/// is. Kinds: not_proven (a signature lacks), invalid, malformed.
[[nodiscard]] base::Result<SignedCheckpoint> check_matter_proof(const MatterProof& proof,
                                                                const NoteKey& log,
                                                                const Policy& policy);

}  // namespace comity::ledger
