#include "ground/base/time.h"

#include <array>
#include <cstdio>
#include <optional>

namespace comity::base {

namespace {

constexpr std::int64_t milliseconds_of_day = 86'400'000;

/// Reads exactly `digits` decimal digits at `at`.
std::optional<int> number_at(std::string_view text, std::size_t at, std::size_t digits) {
    int number = 0;
    for (std::size_t i = at; i < at + digits; ++i) {
        if (text[i] < '0' || text[i] > '9') {
            return std::nullopt;
        }
        number = number * 10 + (text[i] - '0');
    }
    return number;
}

/// The day that `text` (10 characters, YYYY-MM-DD, years 1970 to 9999) names.
std::optional<std::int32_t> days_of(std::string_view text) {
    if (text[4] != '-' || text[7] != '-') {
        return std::nullopt;
    }
    const std::optional<int> year = number_at(text, 0, 4);
    const std::optional<int> month = number_at(text, 5, 2);
    const std::optional<int> day = number_at(text, 8, 2);
    if (!year || !month || !day || *year < 1970) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{std::chrono::year{*year},
                                           std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok()) {
        return std::nullopt;
    }
    return static_cast<std::int32_t>(std::chrono::sys_days{date}.time_since_epoch().count());
}

/// Writes `value` in `digits` decimal digits.
void put_number(std::string& text, std::int64_t value, int digits) {
    std::string reversed;
    for (int i = 0; i < digits; ++i) {
        reversed += static_cast<char>('0' + value % 10);
        value /= 10;
    }
    text.append(reversed.rbegin(), reversed.rend());
}

std::int64_t floor_divide(std::int64_t dividend, std::int64_t divisor) {
    const std::int64_t quotient = dividend / divisor;
    return dividend % divisor < 0 ? quotient - 1 : quotient;
}

}  // namespace

std::string Instant::text() const {
    const std::int64_t days = floor_divide(milliseconds, milliseconds_of_day);
    std::int64_t rest = milliseconds - days * milliseconds_of_day;
    std::string text = Date{static_cast<std::int32_t>(days)}.text();
    text += 'T';
    put_number(text, rest / 3'600'000, 2);
    rest %= 3'600'000;
    text += ':';
    put_number(text, rest / 60'000, 2);
    rest %= 60'000;
    text += ':';
    put_number(text, rest / 1000, 2);
    text += '.';
    put_number(text, rest % 1000, 3);
    text += 'Z';
    return text;
}

Result<Instant> Instant::parse(std::string_view text) {
    const auto refused = [] {
        return fail(ErrorKind::malformed, "this is not an instant",
                    "an instant is written 2027-03-05T09:30:00.000Z, in the years 1970 to 9999");
    };
    if (text.size() != 24 || text[10] != 'T' || text[13] != ':' || text[16] != ':' ||
        text[19] != '.' || text[23] != 'Z') {
        return refused();
    }
    const std::optional<std::int32_t> day = days_of(text.substr(0, 10));
    const std::optional<int> hour = number_at(text, 11, 2);
    const std::optional<int> minute = number_at(text, 14, 2);
    const std::optional<int> second = number_at(text, 17, 2);
    const std::optional<int> fraction = number_at(text, 20, 3);
    // A leap second (:60) has no number of its own in Unix time, so it is refused.
    if (!day || !hour || !minute || !second || !fraction || *hour > 23 || *minute > 59 ||
        *second > 59) {
        return refused();
    }
    return Instant{*day * milliseconds_of_day + *hour * 3'600'000LL + *minute * 60'000LL +
                   *second * 1000LL + *fraction};
}

std::string Date::text() const {
    const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
    std::string text;
    put_number(text, static_cast<int>(date.year()), 4);
    text += '-';
    put_number(text, static_cast<unsigned>(date.month()), 2);
    text += '-';
    put_number(text, static_cast<unsigned>(date.day()), 2);
    return text;
}

Result<Date> Date::parse(std::string_view text) {
    const std::optional<std::int32_t> day =
        text.size() == 10 ? days_of(text) : std::optional<std::int32_t>{};
    if (!day) {
        return fail(ErrorKind::malformed, "this is not a day",
                    "a day is written 2027-03-05, in the years 1970 to 9999");
    }
    return Date{*day};
}

Date utc_day_of(Instant instant) {
    return Date{static_cast<std::int32_t>(floor_divide(instant.milliseconds, milliseconds_of_day))};
}

Instant start_of(Date date) {
    return Instant{date.days * milliseconds_of_day};
}

}  // namespace comity::base
