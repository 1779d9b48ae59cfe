#pragma once

// What a sealed stream is (docs/formats/sealed-stream.md): its sizes, its terms, how far it got.

#include <cstdint>
#include <functional>
#include <string>
#include <tuple>
#include <vector>

#include "domain/items/descriptor.h"
#include "ground/base/base.h"
#include "ground/codec/codec.h"
#include "ground/crypto/crypto.h"

namespace comity::items {

/// Plaintext in every segment but the last, which has 0 (only if it is the first) to as many bytes.
inline constexpr std::size_t segment_bytes = std::size_t{1} << 20;
inline constexpr std::size_t segment_salt_bytes = 32;
/// A sealed segment is salt || ciphertext || tag.
inline constexpr std::size_t segment_overhead = segment_salt_bytes + crypto::bulk_tag_bytes;
inline constexpr std::size_t sealed_segment_bytes = segment_bytes + segment_overhead;
inline constexpr std::size_t file_key_bytes = 32;

/// The number of segments of `size` bytes of plaintext (0 to max_stream_bytes); at least 1.
[[nodiscard]] std::uint64_t segments_of(std::int64_t size);
/// The bytes of all its segments, sealed.
[[nodiscard]] std::uint64_t sealed_size_of(std::int64_t size);

/// Someone to whom an item is sealed.
struct StreamReader {
    base::PartyId party;
    crypto::SealingKey key;
};

/// What the sender decides before the first byte. Units and limits as in ItemDescriptor.
struct StreamTerms {
    base::Realm realm = base::Realm::exercise;
    std::string media_type;
    std::int64_t tier = 0;
    base::Date end;
    std::vector<std::string> use_limits;
    std::vector<StreamReader> readers;  ///< 1 to 16, each key once
};

/// The commitment to a file key: tells nothing of it, and no other key has it.
[[nodiscard]] base::Digest commitment_to_file_key(const base::SecretBytes& file_key);

/// What every segment is tied to: a tagged hash of the descriptor without its id and size, which
/// are known only behind the last segment (and are bound by the key box).
[[nodiscard]] base::Digest stream_terms_digest(const ItemDescriptor& descriptor);

/// How far a stream was sealed or opened, at the border of two segments. Nothing in it is secret.
struct StreamProgress {
    std::int64_t version = 1;
    base::Digest terms;              ///< stream_terms_digest: of which stream it tells
    std::int64_t segments = 0;       ///< sealed or opened
    std::vector<base::Digest> tree;  ///< crypto::MerkleFrontier over them

    friend bool operator==(const StreamProgress&, const StreamProgress&) = default;
};

inline constexpr std::size_t max_progress_bytes = 8 * 1024;

/// Reads canonical JSON. Kinds malformed, too_large.
[[nodiscard]] base::Result<StreamProgress> read_progress(std::string_view text);

}  // namespace comity::items

template <>
struct comity::codec::Message<comity::items::StreamProgress> {
    using Progress = comity::items::StreamProgress;
    static constexpr std::string_view name = "stream_progress";
    static constexpr auto fields =
        std::tuple{field("version", &Progress::version, "1"),
                   field("terms", &Progress::terms, "of which stream it tells"),
                   field("segments", &Progress::segments, "sealed or opened so far"),
                   field("tree", &Progress::tree, "roots of the full subtrees, largest first", 64)};
};
