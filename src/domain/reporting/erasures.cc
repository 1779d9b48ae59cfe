#include "domain/reporting/erasures.h"

#include <algorithm>
#include <chrono>
#include <tuple>
#include <utility>

namespace comity::reporting {
namespace {

namespace chrono = std::chrono;

chrono::year_month_day calendar_of(base::Date day) {
    return chrono::sys_days(chrono::days(day.days));
}

base::MatterId matter_of(const CustodyReport& report) {
    const auto matter = base::MatterId::parse(report.matter);
    COMITY_ENSURE(matter.has_value());  // a report comes from a file that names one
    return *matter;
}

bool concerns(const CustodyEvent& event, std::size_t item) {
    return event.concerns_all ||
           std::ranges::find(event.touched, item, &CustodyTouch::item) != event.touched.end();
}

/// The restriction that postpones the end of an item on `day`; nullptr: none does.
const CustodyEvent* hold_on(const CustodyReport& report, std::size_t item, base::Date day) {
    const auto is_lifted = [&](const CustodyEvent& hold) {
        return std::ranges::any_of(report.events, [&](const CustodyEvent& event) {
            return event.ends == hold.act && base::utc_day_of(event.at) <= day;
        });
    };
    const auto found = std::ranges::find_if(report.events, [&](const CustodyEvent& event) {
        return event.holds_erasure && base::utc_day_of(event.at) <= day && concerns(event, item) &&
               !is_lifted(event);
    });
    return found == report.events.end() ? nullptr : &*found;
}

Obligation obligation_of(const CustodyReport& report, const Holding& holding, base::Date day) {
    const items::ItemDescriptor& item = *report.items[holding.item].descriptor;
    Obligation one{matter_of(report), item.id, holding.party, item.end, {}, {}};
    if (holding.until && base::utc_day_of(*holding.until) <= day) {
        one.by = holding.erasure;
        one.state = base::utc_day_of(*holding.until) <= item.end ? ErasureState::in_time
                                                                 : ErasureState::late;
    } else if (item.end < day) {
        const CustodyEvent* hold = hold_on(report, holding.item, day);
        one.state = hold != nullptr ? ErasureState::held : ErasureState::overdue;
        one.by = hold != nullptr ? std::optional(hold->act) : std::nullopt;
    }
    return one;
}

void count(ErasureCounts& counts, ErasureState state) {
    switch (state) {
        case ErasureState::pending: ++counts.pending; return;
        case ErasureState::in_time: ++counts.in_time; return;
        case ErasureState::late: ++counts.late; return;
        case ErasureState::held: ++counts.held; return;
        case ErasureState::overdue: ++counts.overdue; return;
    }
    std::unreachable();
}

std::int64_t number(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}

}  // namespace

Quarter Quarter::of(base::Date day) {
    const chrono::year_month_day date = calendar_of(day);
    return {static_cast<int>(date.year()),
            static_cast<std::int32_t>((static_cast<unsigned>(date.month()) + 2) / 3)};
}

base::Date Quarter::last_day() const {
    const auto last =
        chrono::year(year) / chrono::month(static_cast<unsigned>(3 * number)) / chrono::last;
    return {static_cast<std::int32_t>(chrono::sys_days(last).time_since_epoch().count())};
}

Quarter Quarter::before() const {
    return number == 1 ? Quarter{year - 1, 4} : Quarter{year, number - 1};
}

std::string Quarter::text() const {
    return std::to_string(year) + "-Q" + std::to_string(number);
}

std::string_view name_of(ErasureState state) {
    switch (state) {
        case ErasureState::pending: return "pending";
        case ErasureState::in_time: return "in-time";
        case ErasureState::late: return "late";
        case ErasureState::held: return "held";
        case ErasureState::overdue: return "overdue";
    }
    std::unreachable();
}

MatterErasures erasures_of(const CustodyReport& report, base::Date day) {
    MatterErasures found{matter_of(report), {}, {}, 0};
    for (const Holding& holding : report.holdings) {
        // Without a receipt a reader may never have got it; what it erased it had.
        const bool is_there = holding.from || holding.until;
        if (!is_there || (holding.from && base::utc_day_of(*holding.from) > day)) {
            continue;
        }
        if (report.items[holding.item].descriptor) {
            found.obligations.push_back(obligation_of(report, holding, day));
        } else if (report.items[holding.item].sealed) {
            ++found.unknown;
        }
    }
    for (const CustodyEvent& event : report.events) {
        const base::Date on = base::utc_day_of(event.at);
        if (event.step == CustodyStep::opened && on <= day) {
            found.openings.insert(found.openings.end(), event.touched.size(), on);
        }
    }
    return found;
}

ErasureStatistics count_erasures(const std::vector<CustodyReport>& reports, base::Date day) {
    ErasureStatistics statistics;
    statistics.day = day;
    statistics.matters = reports.size();
    for (const CustodyReport& report : reports) {
        const MatterErasures matter = erasures_of(report, day);
        statistics.unknown += matter.unknown;
        for (const Obligation& one : matter.obligations) {
            count(statistics.quarters[Quarter::of(one.last_day)], one.state);
            if (one.state == ErasureState::held || one.state == ErasureState::overdue) {
                statistics.open.push_back(one);
            }
        }
        for (const base::Date opened : matter.openings) {
            ++statistics.quarters[Quarter::of(opened)].openings;
        }
    }
    std::ranges::sort(statistics.open, {}, [](const Obligation& one) {
        return std::tuple(one.last_day, one.matter, one.item, one.holder);
    });
    return statistics;
}

codec::Value to_json(const ErasureStatistics& statistics) {
    codec::Array quarters;
    for (const auto& [quarter, counts] : statistics.quarters) {
        quarters.push_back(codec::Object{{"quarter", quarter.text()},
                                         {"due", number(counts.due())},
                                         {"in-time", number(counts.in_time)},
                                         {"late", number(counts.late)},
                                         {"held", number(counts.held)},
                                         {"overdue", number(counts.overdue)},
                                         {"pending", number(counts.pending)},
                                         {"openings", number(counts.openings)}});
    }
    codec::Array open;
    for (const Obligation& one : statistics.open) {
        codec::Object object{{"matter", one.matter.text()},
                             {"item", one.item.hex()},
                             {"holder", one.holder.text()},
                             {"last-day", one.last_day.text()},
                             {"state", std::string(name_of(one.state))}};
        if (one.by) {
            object["by"] = one.by->hex();
        }
        open.push_back(std::move(object));
    }
    return codec::Object{{"day", statistics.day.text()},
                         {"matters", number(statistics.matters)},
                         {"unknown", number(statistics.unknown)},
                         {"quarters", std::move(quarters)},
                         {"not-erased", std::move(open)}};
}

}  // namespace comity::reporting
