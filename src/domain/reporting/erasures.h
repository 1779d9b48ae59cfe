#pragma once

// What had to be erased and was, and what was opened, as a fold over custody reports: exact for
// oversight, which holds the acts; for the public delayed, by quarters, and in bands
// (docs/formats/erasures.md). Whoever holds the same acts computes the same figures.

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/reporting/custody.h"
#include "ground/base/base.h"
#include "ground/codec/codec.h"

namespace comity::reporting {

/// A quarter of a year, by days in UTC.
struct Quarter {
    std::int32_t year = 1970;
    std::int32_t number = 1;  ///< 1 to 4

    [[nodiscard]] static Quarter of(base::Date day);
    [[nodiscard]] base::Date last_day() const;
    [[nodiscard]] Quarter before() const;
    [[nodiscard]] std::string text() const;  ///< "2027-Q3"
    friend auto operator<=>(const Quarter&, const Quarter&) = default;
};

/// How it stands with one item at one holder on a day.
enum class ErasureState : std::uint8_t {
    pending,  ///< its last day is that day or later, and it is there
    in_time,  ///< erased on its last day or before
    late,     ///< erased after its last day
    held,     ///< its last day is past, and a restriction postpones it
    overdue,  ///< its last day is past, and nothing does
};
[[nodiscard]] std::string_view name_of(ErasureState state);

/// One item at one holder.
struct Obligation {
    base::MatterId matter;
    base::Digest item;
    base::PartyId holder;
    base::Date last_day;
    ErasureState state = ErasureState::pending;
    std::optional<base::ActId> by;  ///< the act that erased it or that holds it

    friend bool operator==(const Obligation&, const Obligation&) = default;
};

/// Everything in one matter on a day; acts dated later are not looked at.
struct MatterErasures {
    base::MatterId matter;
    std::vector<Obligation> obligations;
    std::vector<base::Date> openings;  ///< the day of each item that an act opened
    std::size_t unknown = 0;           ///< items at a holder whose last day the file does not open
};
[[nodiscard]] MatterErasures erasures_of(const CustodyReport& report, base::Date day);

/// Counts of one quarter: obligations by the quarter of their last day, openings by theirs.
struct ErasureCounts {
    std::uint64_t in_time = 0;
    std::uint64_t late = 0;
    std::uint64_t held = 0;
    std::uint64_t overdue = 0;
    std::uint64_t pending = 0;
    std::uint64_t openings = 0;

    [[nodiscard]] std::uint64_t due() const { return in_time + late + held + overdue; }
    friend bool operator==(const ErasureCounts&, const ErasureCounts&) = default;
};

struct ErasureStatistics {
    base::Date day;
    std::size_t matters = 0;
    std::size_t unknown = 0;
    std::map<Quarter, ErasureCounts> quarters;
    std::vector<Obligation> open;  ///< held and overdue ones, the longest due first
};
/// Exact, for whoever holds the acts.
[[nodiscard]] ErasureStatistics count_erasures(const std::vector<CustodyReport>& reports,
                                               base::Date day);

// --- for the public

/// After the last day of a quarter, until its figures are out.
inline constexpr std::int32_t publication_delay_days = 180;

/// Matters in one cell, as a band: `least` to `most`; no `most`: and more.
struct Band {
    std::uint64_t least = 0;
    std::optional<std::uint64_t> most;

    /// The band that a count is shown as: 0-9, 10-19, 20-49, 50-99, 100-199 and so on.
    [[nodiscard]] static Band of(std::uint64_t count);
    [[nodiscard]] std::string text() const;  ///< "0-9"
    friend bool operator==(const Band&, const Band&) = default;
};

/// Matters of a quarter, each counted once in a row of its own kind however much is in it.
struct PublicErasures {
    Quarter quarter;
    Band due;      ///< in which something had to be erased
    Band late;     ///< in which something was erased late
    Band held;     ///< in which something was held on the day of publication
    Band overdue;  ///< in which something was overdue on the day of publication
    Band opened;   ///< in which something was opened

    friend bool operator==(const PublicErasures&, const PublicErasures&) = default;
};

/// The `quarters` newest that are out on `day`, oldest first, each as it stood on its day of
/// publication: what is out once never changes. Which rows there are depends on `day` alone.
[[nodiscard]] std::vector<PublicErasures> public_erasures(const std::vector<CustodyReport>& reports,
                                                          base::Date day, std::size_t quarters);

[[nodiscard]] codec::Value to_json(const ErasureStatistics& statistics);
[[nodiscard]] codec::Value to_json(const std::vector<PublicErasures>& rows);

}  // namespace comity::reporting
