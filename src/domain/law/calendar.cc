#include <algorithm>
#include <chrono>

#include "domain/law/detail/model.h"
#include "domain/law/library.h"

namespace comity::law {
namespace {

constexpr std::int64_t milliseconds_a_day = 86'400'000;
constexpr std::int64_t milliseconds_an_hour = 3'600'000;

/// 0 Sunday ... 6 Saturday; 1970-01-01 was a Thursday.
int weekday_of(base::Date date) {
    const int day = (date.days + 4) % 7;
    return day < 0 ? day + 7 : day;
}

base::Date months_after(base::Date date, std::int64_t count) {
    const std::chrono::year_month_day start{std::chrono::sys_days(std::chrono::days(date.days))};
    std::chrono::year_month_day end = start + std::chrono::months(count);
    if (!end.ok()) {
        end = end.year() / end.month() / std::chrono::last;  // 31 January + 1 month: 28 February
    }
    return {static_cast<std::int32_t>(std::chrono::sys_days(end).time_since_epoch().count())};
}

base::Instant end_of(base::Date date) {
    return base::Instant{base::start_of(date).milliseconds + milliseconds_a_day};
}

struct Calendar {
    std::vector<int> weekend{0, 6};  ///< Saturday and Sunday, unless the profile says otherwise
    std::vector<base::Date> holidays;

    [[nodiscard]] bool works(base::Date day) const {
        return std::ranges::find(weekend, weekday_of(day)) == weekend.end() &&
               std::ranges::find(holidays, day) == holidays.end();
    }
};

/// The calendar of the newest profile of the jurisdiction.
Calendar calendar_of(const LibraryData& data, std::string_view jurisdiction) {
    const Instrument* newest = nullptr;
    for (const auto& one : data.instruments) {
        if (one->profile && one->info.name == jurisdiction &&
            (newest == nullptr || newest->info.version < one->info.version)) {
            newest = one.get();
        }
    }
    Calendar calendar;
    if (newest != nullptr) {
        calendar.holidays = newest->holidays;
        if (!newest->weekend.empty() && newest->weekend.size() < 7) {
            calendar.weekend = newest->weekend;
        }
    }
    return calendar;
}

}  // namespace

base::Instant Library::due(std::string_view jurisdiction, base::Instant start,
                           const Span& span) const {
    const base::Date day = base::utc_day_of(start);
    switch (span.unit) {
        case Span::Unit::hours:
            return base::Instant{start.milliseconds + span.count * milliseconds_an_hour};
        case Span::Unit::days:
            return end_of(base::Date{day.days + static_cast<std::int32_t>(span.count)});
        case Span::Unit::months: return end_of(months_after(day, span.count));
        case Span::Unit::working_days: {
            const Calendar calendar = calendar_of(*data_, jurisdiction);
            base::Date at = day;
            for (std::int64_t left = span.count; left > 0;) {
                ++at.days;
                left -= calendar.works(at) ? 1 : 0;
            }
            return end_of(at);
        }
    }
    std::unreachable();
}

}  // namespace comity::law
