#pragma once

// The segments of a stream one by one: a transfer that resumes anywhere, and a part that is proven
// without the rest. None of it needs a key.

#include <span>
#include <vector>

#include "domain/items/stream.h"

namespace comity::items {

/// The leaves of all segments of an item, 32 bytes for each MiB. Whoever holds the list checks
/// every segment as it comes, from wherever a transfer resumes.
class SegmentList {
 public:
    /// Kinds: malformed (no stream), invalid (not the item's leaves).
    [[nodiscard]] static base::Result<SegmentList> of(const ItemDescriptor& descriptor,
                                                      std::vector<base::Digest> leaves);
    /// From the bytes of all leaves after one another. Kinds as of().
    [[nodiscard]] static base::Result<SegmentList> read(const ItemDescriptor& descriptor,
                                                        base::ByteView bytes);
    [[nodiscard]] base::Bytes write() const;

    [[nodiscard]] std::uint64_t size() const { return leaves_.size(); }
    /// Kind invalid, place `segment N`.
    [[nodiscard]] base::Result<void> check(std::uint64_t index, base::ByteView sealed) const;
    /// The inclusion proof of segment `index`, which there is (RFC 9162 2.1.3.1).
    [[nodiscard]] std::vector<base::Digest> proof(std::uint64_t index) const;

 private:
    explicit SegmentList(std::vector<base::Digest> leaves) : leaves_(std::move(leaves)) {}
    std::vector<base::Digest> leaves_;
};

/// That `sealed` is segment `index` of the item, by its descriptor and `proof` alone. Kinds
/// malformed (no stream), invalid (place `segment N`).
[[nodiscard]] base::Result<void> verify_segment(const ItemDescriptor& descriptor,
                                                std::uint64_t index, base::ByteView sealed,
                                                std::span<const base::Digest> proof);

/// Checks a whole stream without a key, in memory that does not grow.
class StreamCheck {
 public:
    /// Kind malformed: no stream.
    [[nodiscard]] static base::Result<StreamCheck> start(const ItemDescriptor& descriptor);
    void write(base::ByteView sealed);
    /// Kind invalid: shorter, longer or other than the item.
    [[nodiscard]] base::Result<void> finish();

 private:
    explicit StreamCheck(ItemDescriptor descriptor) : descriptor_(std::move(descriptor)) {}
    ItemDescriptor descriptor_;
    crypto::PieceTree tree_{sealed_segment_bytes};
    std::uint64_t size_ = 0;
};

}  // namespace comity::items
