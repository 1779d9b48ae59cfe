// What the public is told of erasures.

#include <algorithm>
#include <array>

#include "domain/reporting/erasures.h"

namespace comity::reporting {
namespace {

/// Where bands begin. A count of nought lies in one band with small ones, so that neither whether
/// there was a matter nor the first few of them show.
constexpr std::array<std::uint64_t, 14> begins{0,    10,   20,   50,    100,   200,   500,
                                               1000, 2000, 5000, 10000, 20000, 50000, 100000};

/// Matters, each once for each kind of thing in it.
struct Cells {
    std::uint64_t due = 0;
    std::uint64_t late = 0;
    std::uint64_t held = 0;
    std::uint64_t overdue = 0;
    std::uint64_t opened = 0;
};

void add(Cells& cells, const MatterErasures& matter, const Quarter& quarter) {
    const auto has = [&](auto... states) {
        return std::ranges::any_of(matter.obligations, [&](const Obligation& one) {
            return Quarter::of(one.last_day) == quarter && ((one.state == states) || ...);
        });
    };
    cells.due +=
        has(ErasureState::in_time, ErasureState::late, ErasureState::held, ErasureState::overdue)
            ? 1
            : 0;
    cells.late += has(ErasureState::late) ? 1 : 0;
    cells.held += has(ErasureState::held) ? 1 : 0;
    cells.overdue += has(ErasureState::overdue) ? 1 : 0;
    cells.opened +=
        std::ranges::find(matter.openings, quarter, &Quarter::of) != matter.openings.end() ? 1 : 0;
}

}  // namespace

Band Band::of(std::uint64_t count) {
    const auto next = std::ranges::upper_bound(begins, count);
    return {*std::prev(next), next == begins.end() ? std::nullopt : std::optional(*next - 1)};
}

std::string Band::text() const {
    return most ? std::to_string(least) + "-" + std::to_string(*most)
                : std::to_string(least) + " or more";
}

std::vector<PublicErasures> public_erasures(const std::vector<CustodyReport>& reports,
                                            base::Date day, std::size_t quarters) {
    Quarter newest = Quarter::of(day).before();
    while (newest.last_day().days + publication_delay_days > day.days) {
        newest = newest.before();
    }
    std::vector<PublicErasures> rows;
    for (Quarter quarter = newest; rows.size() < quarters; quarter = quarter.before()) {
        const base::Date published{quarter.last_day().days + publication_delay_days};
        Cells cells;
        for (const CustodyReport& report : reports) {
            add(cells, erasures_of(report, published), quarter);
        }
        rows.push_back({quarter, Band::of(cells.due), Band::of(cells.late), Band::of(cells.held),
                        Band::of(cells.overdue), Band::of(cells.opened)});
    }
    std::ranges::reverse(rows);
    return rows;
}

codec::Value to_json(const std::vector<PublicErasures>& rows) {
    codec::Array quarters;
    for (const PublicErasures& row : rows) {
        quarters.push_back(codec::Object{{"quarter", row.quarter.text()},
                                         {"matters-due", row.due.text()},
                                         {"matters-late", row.late.text()},
                                         {"matters-held", row.held.text()},
                                         {"matters-overdue", row.overdue.text()},
                                         {"matters-opened", row.opened.text()}});
    }
    return codec::Object{{"delay-days", std::int64_t{publication_delay_days}},
                         {"quarters", std::move(quarters)}};
}

}  // namespace comity::reporting
