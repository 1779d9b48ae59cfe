#pragma once

// The item descriptor.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "ground/base/base.h"
#include "ground/codec/codec.h"
#include "ground/crypto/crypto.h"

namespace comity::items {

inline constexpr std::int64_t item_version = 1;    ///< small: one JWE, docs/formats/item.md
inline constexpr std::int64_t stream_version = 2;  ///< large: docs/formats/sealed-stream.md
inline constexpr std::int64_t max_item_bytes = std::int64_t{16} << 20;     ///< version 1, plaintext
inline constexpr std::int64_t max_stream_bytes = std::int64_t{1} << 44;    ///< version 2, plaintext
inline constexpr std::size_t max_more_readers = crypto::most_readers - 1;  ///< beside the first
inline constexpr std::int64_t max_tier = 4;  ///< DESIGN 2: 0 pattern ... 4 stored content
inline constexpr std::size_t max_use_limits = 16;
inline constexpr std::size_t max_use_limit_bytes = 512;
inline constexpr std::size_t max_media_type_bytes = 127;
inline constexpr std::size_t max_descriptor_bytes = 16 * 1024;

/// A party that an item is sealed to, and its sealing key.
struct ItemReader {
    base::PartyId reader;
    base::KeyId key;
    friend bool operator==(const ItemReader&, const ItemReader&) = default;
};

/// What everyone who sees the act may know of its item.
struct ItemDescriptor {
    std::int64_t version = item_version;
    base::Realm realm = base::Realm::exercise;
    base::Digest id;  ///< 1: SHA-256 of the sealed bytes; 2: root of the tree over the segments
    base::Digest commitment;  ///< 1: salted, to the plaintext; 2: to the file key
    std::string media_type;   ///< RFC 6838 type/subtype in lower case, without parameters
    std::int64_t size = 0;    ///< bytes of the plaintext
    std::int64_t tier = 0;    ///< 0 to 4
    base::Date end;           ///< the day on which the holder's key to it is destroyed
    std::vector<std::string> use_limits;  ///< as they bind the reader; in the order of the clauses
    base::PartyId reader;                 ///< the party it is sealed to
    base::KeyId key;                      ///< the reader's sealing key
    std::optional<std::vector<ItemReader>>
        more_readers;  ///< version 2 only; absent if there are none

    friend bool operator==(const ItemDescriptor&, const ItemDescriptor&) = default;
};

/// Checks what the members' own forms do not say: version, tier, size, media type, end, texts.
/// Kind malformed, place: the member's JSON pointer.
[[nodiscard]] base::Result<void> check(const ItemDescriptor& descriptor);

/// Reads and checks canonical JSON. Kinds malformed, too_large.
[[nodiscard]] base::Result<ItemDescriptor> read_descriptor(std::string_view text);

/// What the sealed bytes are tied to: a tagged hash of the canonical descriptor without its id
/// (which is a digest of those bytes). Short, because a JWE repeats it. Version 1 only.
[[nodiscard]] std::string sealing_context(const ItemDescriptor& descriptor);

}  // namespace comity::items

template <>
struct comity::codec::Message<comity::items::ItemReader> {
    using Reader = comity::items::ItemReader;
    static constexpr std::string_view name = "item_reader";
    static constexpr auto fields =
        std::tuple{field("reader", &Reader::reader, "a party it is sealed to as well"),
                   field("key", &Reader::key, "that party's sealing key")};
};

template <>
struct comity::codec::Message<comity::items::ItemDescriptor> {
    using Item = comity::items::ItemDescriptor;
    static constexpr std::string_view name = "item";
    static constexpr auto fields = std::tuple{
        field("version", &Item::version, "1 one JWE, 2 segments"),
        field("realm", &Item::realm, "the realm it was sealed in"),
        field("id", &Item::id, "digest of the sealed bytes"),
        field("commitment", &Item::commitment, "1: to the plaintext, 2: to the file key"),
        field("media_type", &Item::media_type, "type/subtype in lower case",
              comity::items::max_media_type_bytes),
        field("size", &Item::size, "bytes of the plaintext"),
        field("tier", &Item::tier, "0 pattern, 1 indicator, 2 subscriber, 3 traffic, 4 content"),
        field("end", &Item::end, "day on which the key to it is destroyed"),
        field("use_limits", &Item::use_limits, "texts of 1 to 512 bytes, each once",
              comity::items::max_use_limits),
        field("reader", &Item::reader, "the party it is sealed to"),
        field("key", &Item::key, "the reader's sealing key"),
        field("more_readers", &Item::more_readers, "2: further readers, if there are any",
              comity::items::max_more_readers)};
};
