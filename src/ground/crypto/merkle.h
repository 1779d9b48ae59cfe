#pragma once

// The Merkle tree of RFC 6962 2.1 and RFC 9162 2.1: hashes, roots, and the two proofs.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "ground/base/base.h"

namespace comity::crypto {

/// SHA-256(00 || entry).
[[nodiscard]] base::Digest merkle_leaf(base::ByteView entry);
/// SHA-256(01 || left || right).
[[nodiscard]] base::Digest merkle_node(const base::Digest& left, const base::Digest& right);
/// Root over leaf hashes; of none: SHA-256 of the empty string.
[[nodiscard]] base::Digest merkle_root(std::span<const base::Digest> leaf_hashes);
[[nodiscard]] std::vector<base::Digest> merkle_inclusion(std::span<const base::Digest> leaf_hashes,
                                                         std::uint64_t index);
/// RFC 9162 2.1.3.2; kind invalid if it does not hold.
[[nodiscard]] base::Result<void> verify_inclusion(const base::Digest& leaf_hash,
                                                  std::uint64_t index, std::uint64_t size,
                                                  std::span<const base::Digest> proof,
                                                  const base::Digest& root);
/// RFC 9162 2.1.4.2, for 0 < old_size <= new_size; kind invalid if it does not hold.
[[nodiscard]] base::Result<void> verify_consistency(std::uint64_t old_size,
                                                    const base::Digest& old_root,
                                                    std::uint64_t new_size,
                                                    const base::Digest& new_root,
                                                    std::span<const base::Digest> proof);
/// The root of the newer tree's first `old_size` leaves as such a proof has it. Kinds: invalid (it
/// does not lead to the newer root), not_proven (it leaves that root out, where old_size is a power
/// of two).
[[nodiscard]] base::Result<base::Digest> older_root_in(std::uint64_t old_size,
                                                       std::uint64_t new_size,
                                                       const base::Digest& new_root,
                                                       std::span<const base::Digest> proof);

}  // namespace comity::crypto
