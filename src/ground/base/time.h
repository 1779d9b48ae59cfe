#pragma once

// Instants and legal days. There is no clock here: whoever needs the time is handed it.

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "ground/base/result.h"

namespace comity::base {

using Duration = std::chrono::milliseconds;

/// A point of time in UTC, to the millisecond, in the years 1970 to 9999.
/// Text form: RFC 3339 with exactly three fraction digits and Z, `2027-03-05T09:30:00.000Z`.
struct Instant {
    std::int64_t milliseconds = 0;  ///< since 1970-01-01T00:00:00Z, without leap seconds

    [[nodiscard]] std::string text() const;
    [[nodiscard]] static Result<Instant> parse(std::string_view text);

    friend auto operator<=>(const Instant&, const Instant&) = default;
};

[[nodiscard]] inline Instant operator+(Instant instant, Duration duration) {
    return Instant{instant.milliseconds + duration.count()};
}
[[nodiscard]] inline Instant operator-(Instant instant, Duration duration) {
    return Instant{instant.milliseconds - duration.count()};
}
[[nodiscard]] inline Duration operator-(Instant later, Instant earlier) {
    return Duration{later.milliseconds - earlier.milliseconds};
}

/// A legal day in the proleptic Gregorian calendar. Text form: `2027-03-05`.
struct Date {
    std::int32_t days = 0;  ///< since 1970-01-01

    [[nodiscard]] std::string text() const;
    [[nodiscard]] static Result<Date> parse(std::string_view text);

    friend auto operator<=>(const Date&, const Date&) = default;
};

/// The day in UTC on which `instant` falls.
[[nodiscard]] Date utc_day_of(Instant instant);
/// Midnight UTC at which `date` begins.
[[nodiscard]] Instant start_of(Date date);

}  // namespace comity::base
