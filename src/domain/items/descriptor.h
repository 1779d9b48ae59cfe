#pragma once

// The item descriptor.

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "ground/base/base.h"
#include "ground/codec/codec.h"

namespace comity::items {

inline constexpr std::int64_t item_version = 1;
inline constexpr std::int64_t max_item_bytes = std::int64_t{16} << 20;  ///< of plaintext
inline constexpr std::int64_t max_tier = 4;  ///< DESIGN 2: 0 pattern ... 4 stored content
inline constexpr std::size_t max_use_limits = 16;
inline constexpr std::size_t max_use_limit_bytes = 512;
inline constexpr std::size_t max_media_type_bytes = 127;
inline constexpr std::size_t max_descriptor_bytes = 16 * 1024;

/// What everyone who sees the act may know of its item.
struct ItemDescriptor {
    std::int64_t version = item_version;
    base::Realm realm = base::Realm::exercise;
    base::Digest id;          ///< SHA-256 of the sealed bytes
    base::Digest commitment;  ///< salted, to the plaintext
    std::string media_type;   ///< RFC 6838 type/subtype in lower case, without parameters
    std::int64_t size = 0;    ///< bytes of the plaintext
    std::int64_t tier = 0;    ///< 0 to 4
    base::Date end;           ///< the day on which the holder's key to it is destroyed
    std::vector<std::string> use_limits;  ///< as they bind the reader; in the order of the clauses
    base::PartyId reader;                 ///< the party it is sealed to
    base::KeyId key;                      ///< the reader's sealing key

    friend bool operator==(const ItemDescriptor&, const ItemDescriptor&) = default;
};

/// Checks what the members' own forms do not say: version, tier, size, media type, end, texts.
/// Kind malformed, place: the member's JSON pointer.
[[nodiscard]] base::Result<void> check(const ItemDescriptor& descriptor);

/// Reads and checks canonical JSON. Kinds malformed, too_large.
[[nodiscard]] base::Result<ItemDescriptor> read_descriptor(std::string_view text);

/// What the sealed bytes are tied to: a tagged hash of the canonical descriptor without its id
/// (which is a digest of those bytes). Short, because a JWE repeats it.
[[nodiscard]] std::string sealing_context(const ItemDescriptor& descriptor);

}  // namespace comity::items

template <>
struct comity::codec::Message<comity::items::ItemDescriptor> {
    using Item = comity::items::ItemDescriptor;
    static constexpr std::string_view name = "item";
    static constexpr auto fields = std::tuple{
        field("version", &Item::version, "1"),
        field("realm", &Item::realm, "the realm it was sealed in"),
        field("id", &Item::id, "SHA-256 of the sealed bytes"),
        field("commitment", &Item::commitment, "salted commitment to the plaintext"),
        field("media_type", &Item::media_type, "type/subtype in lower case",
              comity::items::max_media_type_bytes),
        field("size", &Item::size, "bytes of the plaintext, at most 16 MiB"),
        field("tier", &Item::tier, "0 pattern, 1 indicator, 2 subscriber, 3 traffic, 4 content"),
        field("end", &Item::end, "day on which the key to it is destroyed"),
        field("use_limits", &Item::use_limits, "texts of 1 to 512 bytes, each once",
              comity::items::max_use_limits),
        field("reader", &Item::reader, "the party it is sealed to"),
        field("key", &Item::key, "the reader's sealing key")};
};
