#pragma once

// fetching: how the segments of a stream come to its reader. The act that hands it over brings the
// key box; the segments are then fetched from the act's author, part by part, from wherever an
// earlier try stopped, in memory that does not grow. Nothing that arrives is trusted: the stream is
// kept only if its root is the item's id.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ground/message/message.h"
#include "node/delivery/pause.h"
#include "node/submit/institution.h"

namespace comity::delivery {

/// GET of a part of an item's sealed segments: `/items/ID/segments/OFFSET`.
inline constexpr std::string_view items_prefix = "/items/";
inline constexpr std::string_view segments_part = "/segments/";
/// The largest part: four segments.
inline constexpr std::size_t part_bytes = 4 * ports::blob_piece_bytes;

/// A part of an item's sealed segments: from `offset` on, part_bytes or what there is.
struct SegmentsAsked {
    base::Digest item;
    std::uint64_t offset = 0;
};
[[nodiscard]] std::string segments_target(const SegmentsAsked& what);
/// What such a target asks for. Kind not_found.
[[nodiscard]] base::Result<SegmentsAsked> read_segments_target(std::string_view path);

class Fetching {
 public:
    struct Wanted {
        base::PartyId from;
        SegmentsAsked what;
    };
    explicit Fetching(submit::Institution& institution) : institution_(institution) {}

    /// What to ask for now: a few parts ahead, of one item of each peer.
    [[nodiscard]] std::vector<Wanted> next(base::Instant now);
    /// The answer to what was wanted, or why there is none.
    void answered(const SegmentsAsked& what, const base::Result<message::Response>& response,
                  base::Instant now);
    /// When next() should be asked again if nothing else happens.
    [[nodiscard]] std::optional<base::Instant> wake_at() const;
    /// Why an item does not come, as of the last try.
    [[nodiscard]] const std::map<base::Digest, std::string>& troubles() const { return troubles_; }

 private:
    struct Transfer {
        std::uint64_t offset = 0;  ///< bytes that are appended
        std::uint64_t asked = 0;   ///< bytes that are appended or asked for
        std::size_t under_way = 0;
        bool resumed = false;  ///< begun by another process: read again before it is kept
        crypto::PieceTree tree{ports::blob_piece_bytes};
        std::map<std::uint64_t, std::string> early;  ///< parts that came before their turn
        Pause pause;
    };
    [[nodiscard]] base::Result<Transfer> begin(const base::Digest& item);
    [[nodiscard]] base::Result<void> take(Transfer& transfer, const SegmentsAsked& what,
                                          const submit::AwaitedStream& stream,
                                          const base::Result<message::Response>& response);
    [[nodiscard]] base::Result<void> append(Transfer& transfer, const base::Digest& item,
                                            base::ByteView bytes);
    [[nodiscard]] base::Result<void> keep(const base::Digest& item, Transfer& transfer);
    void put_off(const base::Digest& item, Transfer& transfer, const base::Error& error,
                 base::Instant now);

    submit::Institution& institution_;
    std::map<base::Digest, Transfer> transfers_;
    std::map<base::Digest, std::string> troubles_;
};

}  // namespace comity::delivery
