#include "domain/items/stream.h"

#include <bit>
#include <utility>

namespace comity::items {

std::uint64_t segments_of(std::int64_t size) {
    COMITY_ENSURE(size >= 0 && size <= max_stream_bytes);
    const auto bytes = static_cast<std::uint64_t>(size);
    return bytes == 0 ? 1 : (bytes + segment_bytes - 1) / segment_bytes;
}

std::uint64_t sealed_size_of(std::int64_t size) {
    return static_cast<std::uint64_t>(size) + segments_of(size) * segment_overhead;
}

base::Digest commitment_to_file_key(const base::SecretBytes& file_key) {
    return crypto::tagged_hash("comity/item/file-key/v2", file_key.view());
}

base::Digest stream_terms_digest(const ItemDescriptor& descriptor) {
    codec::Value value = codec::to_value(descriptor);
    value.as_object().erase("id");
    value.as_object().erase("size");
    const std::string terms = codec::canonical(value);
    return crypto::tagged_hash("comity/item/terms/v2", base::view_of(terms));
}

base::Result<StreamProgress> read_progress(std::string_view text) {
    codec::JsonLimits limits;
    limits.bytes = max_progress_bytes;
    limits.depth = 2;
    limits.members = 64;
    const codec::Value value = COMITY_TRY(codec::parse_canonical(text, limits));
    StreamProgress progress = COMITY_TRY(codec::read<StreamProgress>(value));
    const auto refuse = [](std::string place, std::string what) {
        return std::unexpected(
            base::Error{base::ErrorKind::malformed, std::move(what), {}, {}, std::move(place), {}});
    };
    if (progress.version != 1) {
        return refuse("/version", "this version of the progress of a stream is not known");
    }
    if (progress.segments < 0 ||
        std::cmp_greater(progress.segments, segments_of(max_stream_bytes))) {
        return refuse("/segments", "no stream has that many segments");
    }
    const auto segments = static_cast<std::uint64_t>(progress.segments);
    if (std::cmp_not_equal(progress.tree.size(), std::popcount(segments))) {
        return refuse("/tree", "these are not the roots of that many segments");
    }
    return progress;
}

}  // namespace comity::items
