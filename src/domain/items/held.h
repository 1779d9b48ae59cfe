#pragma once

// What a holder keeps of an item so that its end can be carried out: the key under the key of the
// day on which it ends, and never the box (DESIGN 5.8). Overwriting is not the erasure; destroying
// the day's key is, and it reaches every copy of the sealed bytes, in back-ups too.

#include <string>
#include <string_view>
#include <tuple>

#include "domain/items/stream.h"

namespace comity::items {

/// The holder's keys of erasure days, as far as items need them. ports::DayKeys carries it out.
class DayWrap {
 public:
    virtual ~DayWrap() = default;
    /// Kind conflict once the key of that day is destroyed.
    [[nodiscard]] virtual base::Result<base::Bytes> wrap(base::Date day,
                                                         const base::SecretBytes& key) = 0;
    /// Kind not_found once it is.
    [[nodiscard]] virtual base::Result<base::SecretBytes> unwrap(base::Date day,
                                                                 base::ByteView wrapped) = 0;
};

/// The key of an item, wrapped. Of a stream that is still being sealed there is one already: it is
/// found by its commitment, not by the item's id.
struct HeldKey {
    std::int64_t version = 1;
    base::Digest commitment;  ///< the descriptor's
    base::Date day;           ///< the descriptor's end
    base::Bytes wrapped;

    friend bool operator==(const HeldKey&, const HeldKey&) = default;
};

inline constexpr std::size_t max_wrapped_bytes = 512;
inline constexpr std::size_t max_held_key_bytes = 2 * 1024;

/// Wraps the file key of a stream under the item's last day; `descriptor` may lack id and size.
/// Kinds: invalid (another item's key), and what `days` answers.
[[nodiscard]] base::Result<HeldKey> hold_key(const ItemDescriptor& descriptor,
                                             const base::SecretBytes& file_key, DayWrap& days);
/// The file key. Kinds: not_found (the day's key is destroyed), invalid (another item's).
[[nodiscard]] base::Result<base::SecretBytes> held_key(const ItemDescriptor& descriptor,
                                                       const HeldKey& held, DayWrap& days);
/// Reads canonical JSON. Kinds malformed, too_large.
[[nodiscard]] base::Result<HeldKey> read_held_key(std::string_view text);

}  // namespace comity::items

template <>
struct comity::codec::Message<comity::items::HeldKey> {
    using Held = comity::items::HeldKey;
    static constexpr std::string_view name = "held_key";
    static constexpr auto fields =
        std::tuple{field("version", &Held::version, "1"),
                   field("commitment", &Held::commitment, "to the file key, as in the descriptor"),
                   field("day", &Held::day, "under whose key it is wrapped"),
                   field("wrapped", &Held::wrapped, "the file key under it", 684)};
};
