#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "domain/items/mail.h"

namespace comity::items {

namespace {

constexpr std::array<std::string_view, 12> months{"jan", "feb", "mar", "apr", "may", "jun",
                                                  "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> weekdays{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

std::unexpected<base::Error> no_date() {
    return base::fail(base::ErrorKind::malformed, "this is no date");
}

std::string lowered(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

/// All of `text` as a number of `least` to `most` digits.
std::optional<int> number(std::string_view text, std::size_t least, std::size_t most) {
    int value = 0;
    const bool is_number = text.size() >= least && text.size() <= most &&
                           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    if (!is_number ||
        std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{}) {
        return std::nullopt;
    }
    return value;
}

/// The place of `word` in `list`, by its first three letters.
template <std::size_t Size>
std::optional<int> place_in(const std::array<std::string_view, Size>& list, std::string_view word) {
    const auto found = std::ranges::find(list, lowered(word));
    if (found == list.end()) {
        return std::nullopt;
    }
    return static_cast<int>(found - list.begin());
}

struct Clock {
    int hour = 0;
    int minute = 0;
    int second = 0;
};

/// `09:30` or `09:30:00`; a leap second counts as the one before.
std::optional<Clock> clock_of(std::string_view text) {
    const std::size_t first = text.find(':');
    if (first == std::string_view::npos) {
        return std::nullopt;
    }
    const std::size_t second = text.find(':', first + 1);
    const auto hour = number(text.substr(0, first), 1, 2);
    const auto minute = number(text.substr(first + 1, second - first - 1), 2, 2);
    const auto seconds = second == std::string_view::npos ? std::optional<int>(0)
                                                          : number(text.substr(second + 1), 2, 2);
    if (!hour || !minute || !seconds || *hour > 23 || *minute > 59 || *seconds > 60) {
        return std::nullopt;
    }
    return Clock{*hour, *minute, std::min(*seconds, 59)};
}

/// Minutes east of UTC. Names: RFC 5322 4.3; an unknown one means nothing is known, as -0000.
std::optional<int> zone_of(std::string_view text) {
    if (text.size() == 5 && (text[0] == '+' || text[0] == '-')) {
        const auto hours = number(text.substr(1, 2), 2, 2);
        const auto minutes = number(text.substr(3), 2, 2);
        if (!hours || !minutes || *hours > 23 || *minutes > 59) {
            return std::nullopt;
        }
        return (text[0] == '-' ? -1 : 1) * (*hours * 60 + *minutes);
    }
    struct Named {
        std::string_view name;
        int hours;
    };
    constexpr std::array<Named, 11> named{{{"ut", 0},
                                           {"utc", 0},
                                           {"gmt", 0},
                                           {"edt", -4},
                                           {"est", -5},
                                           {"cdt", -5},
                                           {"cst", -6},
                                           {"mdt", -6},
                                           {"mst", -7},
                                           {"pdt", -7},
                                           {"pst", -8}}};
    const auto found = std::ranges::find(named, lowered(text), &Named::name);
    return found == named.end() ? std::nullopt : std::optional<int>(found->hours * 60);
}

base::Result<base::Instant> instant_of(int year, int month, int day, Clock clock,
                                       int minutes_east) {
    using namespace std::chrono;
    const year_month_day date{std::chrono::year(year), std::chrono::month(unsigned(month)),
                              std::chrono::day(unsigned(day))};
    if (!date.ok() || year < 1970 || year > 9999) {
        return no_date();
    }
    const auto time = sys_days(date).time_since_epoch() + hours(clock.hour) +
                      minutes(clock.minute - minutes_east) + seconds(clock.second);
    const auto milliseconds = duration_cast<std::chrono::milliseconds>(time).count();
    if (milliseconds < 0 || milliseconds >= 253'402'300'800'000) {
        return no_date();
    }
    return base::Instant{milliseconds};
}

/// The words of a Date field, without comments; none if a comment has no end.
std::optional<std::vector<std::string>> words_of(std::string_view value) {
    std::vector<std::string> words(1);
    int depth = 0;
    for (const char c : value) {
        if (c == '(' && ++depth > max_comment_depth) {
            return std::nullopt;
        }
        const bool is_gap = depth > 0 || c == ' ' || c == '\t' || c == ',';
        if (c == ')' && depth > 0) {
            --depth;
        }
        if (!is_gap) {
            words.back() += c;
        } else if (!words.back().empty()) {
            if (words.size() == 8) {
                return std::nullopt;
            }
            words.emplace_back();
        }
    }
    if (words.back().empty()) {
        words.pop_back();
    }
    return depth == 0 ? std::optional(std::move(words)) : std::nullopt;
}

}  // namespace

base::Result<base::Instant> read_mail_date(std::string_view value) {
    if (value.size() > 256) {
        return no_date();
    }
    auto words = words_of(value);
    if (!words || words->empty()) {
        return no_date();
    }
    if (place_in(weekdays, words->front())) {
        words->erase(words->begin());
    }
    if (words->size() != 5) {
        return no_date();
    }
    const auto day = number((*words)[0], 1, 2);
    const auto month = place_in(months, (*words)[1]);
    auto year = number((*words)[2], 2, 4);
    const auto clock = clock_of((*words)[3]);
    const auto zone = zone_of((*words)[4]);
    if (!day || !month || !year || !clock || !zone) {
        return no_date();
    }
    if ((*words)[2].size() == 2) {  // RFC 5322 4.3
        *year += *year < 50 ? 2000 : 1900;
    } else if ((*words)[2].size() == 3) {
        *year += 1900;
    }
    return instant_of(*year, *month + 1, *day, *clock, *zone);
}

base::Result<base::Instant> read_from_line(std::string_view line) {
    // "From " address " Www Mmm dd hh:mm:ss yyyy", the last 24 characters as asctime() has them.
    constexpr std::size_t time_size = 24;
    if (!line.starts_with("From ") || line.size() < 5 + 1 + 1 + time_size) {
        return no_date();
    }
    const std::string_view time = line.substr(line.size() - time_size);
    const std::string_view address = line.substr(5, line.size() - time_size - 6);
    const bool has_gaps = time[3] == ' ' && time[7] == ' ' && time[10] == ' ' && time[19] == ' ' &&
                          line[line.size() - time_size - 1] == ' ';
    const bool is_address =
        std::ranges::none_of(address, [](char c) { return c == ' ' || c == '\t'; });
    const std::string_view day_text = time.substr(8, 2);
    const auto day = number(day_text.substr(day_text.front() == ' ' ? 1 : 0), 1, 2);
    const auto month = place_in(months, time.substr(4, 3));
    const auto year = number(time.substr(20), 4, 4);
    const auto clock = clock_of(time.substr(11, 8));
    if (!has_gaps || !is_address || !place_in(weekdays, time.substr(0, 3)) || !day || !month ||
        !year || !clock) {
        return no_date();
    }
    return instant_of(*year, *month + 1, *day, *clock, 0);
}

base::Result<base::Instant> read_log_time(std::string_view text) {
    // 2031-03-05T09:30:00[.fraction](Z|+hh:mm)
    if (text.size() < 20 || text.size() > 64 || text[4] != '-' || text[7] != '-' ||
        (text[10] != 'T' && text[10] != 't' && text[10] != ' ')) {
        return no_date();
    }
    const auto year = number(text.substr(0, 4), 4, 4);
    const auto month = number(text.substr(5, 2), 2, 2);
    const auto day = number(text.substr(8, 2), 2, 2);
    const auto clock = clock_of(text.substr(11, 8));
    std::string_view rest = text.substr(19);
    int milliseconds = 0;
    if (rest.starts_with('.')) {
        const std::size_t end = rest.find_first_not_of("0123456789", 1);
        const std::string_view fraction =
            rest.substr(1, end == std::string_view::npos ? 0 : end - 1);
        if (fraction.empty()) {
            return no_date();
        }
        for (std::size_t i = 0; i < 3; ++i) {
            milliseconds = milliseconds * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
        }
        rest.remove_prefix(end);
    }
    std::optional<int> zone;
    if (rest == "Z" || rest == "z") {
        zone = 0;
    } else if (rest.size() == 6 && rest[3] == ':') {
        zone = zone_of(std::string(rest.substr(0, 3)) + std::string(rest.substr(4)));
    }
    if (!year || !month || !day || !clock || !zone) {
        return no_date();
    }
    base::Instant instant = COMITY_TRY(instant_of(*year, *month, *day, *clock, *zone));
    instant.milliseconds += milliseconds;
    return instant;
}

}  // namespace comity::items
