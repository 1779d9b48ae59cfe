#pragma once

// One segment: AES-256-GCM under a key of its own (docs/formats/sealed-stream.md).

#include <cstdint>
#include <span>

#include "domain/items/stream.h"

namespace comity::items::detail {

enum class Position { inner, last };

/// Seals and opens the segments of one stream. The key of a segment comes from fresh random bytes
/// in front of it, so a nonce cannot repeat under a key: not after a crash, not if the source
/// changed in between, not if two processes seal the same segment.
class SegmentCipher {
 public:
    SegmentCipher(base::SecretBytes file_key, base::Digest terms)
        : file_key_(std::move(file_key)), terms_(terms) {}

    /// Fills `out`, segment_overhead bytes longer than `plaintext`.
    void seal(std::uint64_t index, Position position, base::ByteView plaintext,
              crypto::Random& random, std::span<std::uint8_t> out);
    /// Fills `out`, segment_overhead bytes shorter than `sealed`. Kind invalid.
    [[nodiscard]] base::Result<void> open(std::uint64_t index, Position position,
                                          base::ByteView sealed, std::span<std::uint8_t> out);

    [[nodiscard]] const base::SecretBytes& file_key() const { return file_key_; }
    [[nodiscard]] const base::Digest& terms() const { return terms_; }

 private:
    base::SecretBytes file_key_;
    base::Digest terms_;
    crypto::BulkCipher cipher_;
};

/// "segment N", the place of whatever is wrong in a stream.
[[nodiscard]] std::string place_of(std::uint64_t index);
/// An error there.
[[nodiscard]] std::unexpected<base::Error> fail_at(std::uint64_t index, base::ErrorKind kind,
                                                   std::string what, std::string why = {});

}  // namespace comity::items::detail
