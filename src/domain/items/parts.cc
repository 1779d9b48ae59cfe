#include "domain/items/parts.h"

#include "domain/items/detail/segments.h"

namespace comity::items {

namespace {

base::Result<void> check_stream(const ItemDescriptor& descriptor) {
    COMITY_TRY(check(descriptor));
    if (descriptor.version != stream_version) {
        return std::unexpected(base::Error{
            base::ErrorKind::malformed, "this item is no stream", {}, {}, "/version", {}});
    }
    return {};
}

base::Digest leaf_of(base::ByteView sealed) {
    crypto::Sha256 hash;
    return crypto::merkle_leaf_of_large(hash, sealed);
}

}  // namespace

base::Result<SegmentList> SegmentList::of(const ItemDescriptor& descriptor,
                                          std::vector<base::Digest> leaves) {
    COMITY_TRY(check_stream(descriptor));
    if (leaves.size() != segments_of(descriptor.size) ||
        crypto::merkle_root(leaves) != descriptor.id) {
        return base::fail(base::ErrorKind::invalid,
                          "these are not the leaves of the item's segments",
                          "their root is not " + descriptor.id.hex());
    }
    return SegmentList(std::move(leaves));
}

base::Result<SegmentList> SegmentList::read(const ItemDescriptor& descriptor,
                                            base::ByteView bytes) {
    COMITY_TRY(check_stream(descriptor));
    constexpr std::size_t each = sizeof(base::Digest::bytes);
    if (bytes.size() != segments_of(descriptor.size) * each) {
        return base::fail(base::ErrorKind::invalid,
                          "these are not the leaves of the item's segments",
                          "there are 32 bytes for each segment");
    }
    std::vector<base::Digest> leaves;
    leaves.reserve(bytes.size() / each);
    for (; !bytes.empty(); bytes = bytes.subspan(each)) {
        leaves.push_back(COMITY_TRY(base::Digest::from_bytes(bytes.first(each))));
    }
    return of(descriptor, std::move(leaves));
}

base::Bytes SegmentList::write() const {
    base::Bytes bytes;
    bytes.reserve(leaves_.size() * sizeof(base::Digest::bytes));
    for (const base::Digest& leaf : leaves_) {
        base::append(bytes, leaf.view());
    }
    return bytes;
}

base::Result<void> SegmentList::check(std::uint64_t index, base::ByteView sealed) const {
    if (index >= leaves_.size()) {
        return detail::fail_at(index, base::ErrorKind::invalid, "the item has no such segment");
    }
    if (leaf_of(sealed) != leaves_[index]) {
        return detail::fail_at(index, base::ErrorKind::invalid,
                               "these bytes are not the item's segment");
    }
    return {};
}

std::vector<base::Digest> SegmentList::proof(std::uint64_t index) const {
    COMITY_ENSURE(index < leaves_.size());
    return crypto::merkle_inclusion(leaves_, index);
}

base::Result<void> verify_segment(const ItemDescriptor& descriptor, std::uint64_t index,
                                  base::ByteView sealed, std::span<const base::Digest> proof) {
    COMITY_TRY(check_stream(descriptor));
    const auto verified = crypto::verify_inclusion(
        leaf_of(sealed), index, segments_of(descriptor.size), proof, descriptor.id);
    if (!verified) {
        return detail::fail_at(index, base::ErrorKind::invalid,
                               "these bytes are not the item's segment", verified.error().what);
    }
    return {};
}

base::Result<StreamCheck> StreamCheck::start(const ItemDescriptor& descriptor) {
    COMITY_TRY(check_stream(descriptor));
    return StreamCheck(descriptor);
}

void StreamCheck::write(base::ByteView sealed) {
    size_ += sealed.size();
    tree_.update(sealed);
}

base::Result<void> StreamCheck::finish() {
    if (size_ != sealed_size_of(descriptor_.size)) {
        return base::fail(base::ErrorKind::invalid, "the sealed bytes are not those of the item",
                          "they are " + std::to_string(size_) + ", the item has " +
                              std::to_string(sealed_size_of(descriptor_.size)));
    }
    if (tree_.finish() != descriptor_.id) {
        return base::fail(base::ErrorKind::invalid, "the sealed bytes are not those of the item",
                          "their root is not " + descriptor_.id.hex());
    }
    return {};
}

}  // namespace comity::items
