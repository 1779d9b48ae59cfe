#include "domain/items/detail/segments.h"

#include <algorithm>
#include <array>

namespace comity::items::detail {

namespace {

constexpr std::string_view key_tag = "comity/item/segment/v2";

using Nonce = std::array<std::uint8_t, crypto::bulk_nonce_bytes>;

/// The nonce of the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizar 2015): the place of
/// the segment, and whether it is the last one.
Nonce nonce_of(std::uint64_t index, Position position) {
    Nonce nonce{};
    for (std::size_t i = 0; i < 8; ++i) {
        nonce[3 + i] = static_cast<std::uint8_t>(index >> (56 - 8 * i));
    }
    nonce[11] = position == Position::last ? 1 : 0;
    return nonce;
}

/// HMAC-SHA-256(file key, tag || 00 || salt).
base::Digest key_of(const base::SecretBytes& file_key, base::ByteView salt) {
    std::array<std::uint8_t, key_tag.size() + 1 + segment_salt_bytes> message{};
    std::ranges::copy(key_tag, message.begin());
    std::ranges::copy(salt, message.begin() + key_tag.size() + 1);
    return crypto::hmac_sha256(file_key.view(), message);
}

}  // namespace

void SegmentCipher::seal(std::uint64_t index, Position position, base::ByteView plaintext,
                         crypto::Random& random, std::span<std::uint8_t> out) {
    COMITY_ENSURE(out.size() == plaintext.size() + segment_overhead);
    const std::span<std::uint8_t> salt = out.first(segment_salt_bytes);
    random.fill(salt);
    base::Digest key = key_of(file_key_, salt);
    cipher_.encrypt(key.bytes, nonce_of(index, position), terms_.bytes, plaintext,
                    out.subspan(segment_salt_bytes));
    base::wipe(key.bytes);
}

base::Result<void> SegmentCipher::open(std::uint64_t index, Position position,
                                       base::ByteView sealed, std::span<std::uint8_t> out) {
    COMITY_ENSURE(sealed.size() == out.size() + segment_overhead);
    base::Digest key = key_of(file_key_, sealed.first(segment_salt_bytes));
    const auto opened = cipher_.decrypt(key.bytes, nonce_of(index, position), terms_.bytes,
                                        sealed.subspan(segment_salt_bytes), out);
    base::wipe(key.bytes);
    if (!opened) {
        return fail_at(index, base::ErrorKind::invalid, "a segment does not open",
                       "it was altered, moved or exchanged, or belongs to another item");
    }
    return {};
}

std::string place_of(std::uint64_t index) {
    return "segment " + std::to_string(index);
}

std::unexpected<base::Error> fail_at(std::uint64_t index, base::ErrorKind kind, std::string what,
                                     std::string why) {
    return std::unexpected(
        base::Error{kind, std::move(what), std::move(why), {}, place_of(index), {}});
}

}  // namespace comity::items::detail
