#pragma once

// What every mask counts and commits to while a record passes.

#include <cstdint>

#include "domain/items/mask.h"
#include "ground/crypto/crypto.h"

namespace comity::items::detail {

/// Why something was left out. The numbers stand in the leaves of a report (docs/formats/mask.md).
enum class LeftOut : std::uint8_t {
    outside_time = 1,
    other_correspondents = 2,
    withheld_correspondents = 3,
    other_rows = 4,
    unreadable = 5,
    part = 6,  ///< a part of a mail that is kept
};

class Tally {
 public:
    Tally(const MaskSpec& spec, base::SecretBytes salt);

    void source(base::ByteView bytes);
    /// Hands `bytes` on to `sink`.
    [[nodiscard]] base::Result<void> result(base::ByteView bytes, const MaskSink& sink);

    /// A record begins; what follows until its end counts as its bytes.
    void begin_record();
    /// Bytes of the present record, whether they stay or not.
    void record(base::ByteView bytes) { record_hash_.update(bytes); }
    void keep_record(bool is_reduced);
    void withhold_record(LeftOut reason);
    /// The reason is known, the record's end not yet: withhold_record() follows there.
    void withhold_later(LeftOut reason) { reason_ = reason; }
    void withhold_record() { withhold_record(reason_); }

    /// A part of the present record that is left out.
    void begin_part() { part_hash_ = crypto::Sha256(); }
    void part(base::ByteView bytes) { part_hash_.update(bytes); }
    void leave_out_part();
    void leave_out_fields(std::size_t count) {
        report_.fields_left_out += static_cast<std::int64_t>(count);
    }

    [[nodiscard]] MaskReport finish();

 private:
    void add_leaf(LeftOut reason, std::uint64_t part, const base::Digest& digest);

    base::SecretBytes salt_;
    MaskReport report_;
    crypto::Sha256 source_hash_;
    crypto::Sha256 result_hash_;
    crypto::Sha256 record_hash_;
    crypto::Sha256 part_hash_;
    LeftOut reason_ = LeftOut::unreadable;
    std::uint64_t parts_ = 0;  ///< left out of the present record
    crypto::MerkleFrontier left_out_;
};

}  // namespace comity::items::detail
