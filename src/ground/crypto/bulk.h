#pragma once

// Many large pieces after one another: AES-256-GCM without an allocation for each, and a Merkle
// tree of which only the frontier is kept.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "ground/base/base.h"
#include "ground/crypto/hash.h"

namespace comity::crypto {

inline constexpr std::size_t bulk_key_bytes = 32;
inline constexpr std::size_t bulk_nonce_bytes = 12;
inline constexpr std::size_t bulk_tag_bytes = 16;

/// One cipher context, made ready again for each piece. Not safe from several threads.
class BulkCipher {
 public:
    BulkCipher();
    ~BulkCipher();
    BulkCipher(BulkCipher&&) noexcept;
    BulkCipher& operator=(BulkCipher&&) noexcept;
    BulkCipher(const BulkCipher&) = delete;
    BulkCipher& operator=(const BulkCipher&) = delete;

    /// Fills `out`, which has 16 bytes more than `plaintext` (at most 1 GiB), with ciphertext ||
    /// tag. The caller answers for it that no nonce comes twice under one key.
    void encrypt(base::ByteView key, base::ByteView nonce, base::ByteView context,
                 base::ByteView plaintext, std::span<std::uint8_t> out);
    /// Fills `out`, 16 bytes shorter than `sealed`, or wipes it and is kind invalid.
    [[nodiscard]] base::Result<void> decrypt(base::ByteView key, base::ByteView nonce,
                                             base::ByteView context, base::ByteView sealed,
                                             std::span<std::uint8_t> out);

 private:
    struct State;
    std::unique_ptr<State> state_;
};

/// The roots of the full subtrees, largest first, of an RFC 9162 tree that grows leaf by leaf: one
/// root for each one-bit of its size. Enough to go on from, and 2 KiB at the most.
class MerkleFrontier {
 public:
    MerkleFrontier() = default;
    /// Goes on from `size` leaves. Kind malformed if the number of roots is another.
    [[nodiscard]] static base::Result<MerkleFrontier> restore(std::uint64_t size,
                                                              std::vector<base::Digest> roots);

    void add(const base::Digest& leaf_hash);
    /// As merkle_root over all leaves so far.
    [[nodiscard]] base::Digest root() const;
    [[nodiscard]] std::uint64_t size() const { return size_; }
    [[nodiscard]] const std::vector<base::Digest>& roots() const { return roots_; }

 private:
    std::uint64_t size_ = 0;
    std::vector<base::Digest> roots_;
};

/// merkle_leaf without a copy of the entry.
[[nodiscard]] base::Digest merkle_leaf_of_large(Sha256& hash, base::ByteView entry);

/// The Merkle root over bytes that are cut into pieces of one size, the last one shorter; the bytes
/// arrive in parts of any size. Of no bytes: the root of an empty tree.
class PieceTree {
 public:
    explicit PieceTree(std::size_t piece_bytes) : piece_bytes_(piece_bytes) {
        COMITY_ENSURE(piece_bytes > 0);
    }
    void update(base::ByteView bytes);
    /// The root over all bytes; the object starts anew.
    [[nodiscard]] base::Digest finish();

 private:
    void end_piece();

    std::size_t piece_bytes_;
    std::size_t in_piece_ = 0;
    Sha256 hash_;
    MerkleFrontier frontier_;
};

}  // namespace comity::crypto
