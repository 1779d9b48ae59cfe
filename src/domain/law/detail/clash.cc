// What cannot be merged (treaty.md 5.4, last column).

#include <algorithm>

#include "domain/law/detail/route.h"
#include "domain/law/detail/words.h"

namespace comity::law::detail {
namespace {

struct Entry {
    const Part* part;
    const Clause* clause;
    Truth applies;
};

std::vector<Entry> entries_of(const Route& route, ClauseKind kind) {
    std::vector<Entry> entries;
    for (const Part& part : route.parts) {
        const std::vector<Clause>& clauses = part.instrument->clauses;
        for (std::size_t i = 0; i < clauses.size(); ++i) {
            if (clauses[i].kind == kind && part.low[i] != Truth::no) {
                entries.push_back({&part, &clauses[i], part.low[i]});
            }
        }
    }
    return entries;
}

void cite(const std::vector<Entry>& entries, std::string_view kind, Truth truth, Clash& clash) {
    for (const Entry& entry : entries) {
        if (truth != Truth::yes || entry.applies == Truth::yes) {
            clash.grounds.push_back({entry.part->instrument->info.name, entry.clause->id,
                                     std::string(kind), entry.applies, entry.clause->who});
        }
    }
}

/// Limits of one set or enumeration that leave no value.
void limits(const Route& route, Clash& clash) {
    const std::vector<Entry> all = entries_of(route, ClauseKind::limit);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Literal& first = *all[i].clause->satisfied;
        const bool again = std::ranges::any_of(
            all.begin(), all.begin() + static_cast<std::ptrdiff_t>(i),
            [&](const Entry& earlier) { return earlier.clause->satisfied->fact == first.fact; });
        if (again || first.kind == Literal::Kind::range) {
            continue;
        }
        std::uint64_t surely = ~std::uint64_t{0};
        std::uint64_t possibly = ~std::uint64_t{0};
        std::vector<Entry> group;
        for (const Entry& entry : all) {
            const Literal& literal = *entry.clause->satisfied;
            if (literal.fact == first.fact) {
                surely &= entry.applies == Truth::yes ? literal.mask : surely;
                possibly &= literal.mask;
                group.push_back(entry);
            }
        }
        if (possibly == 0) {
            const Truth truth = surely == 0 ? Truth::yes : Truth::unknown;
            cite(group, "limit", truth, clash);
            clash.limits = either(clash.limits, truth);
        }
    }
}

/// Who may turn out to bear the costs by one document.
struct Bearers {
    std::vector<std::string_view> surely;
    std::vector<std::string_view> possibly;  ///< in addition
};

void add(std::vector<std::string_view>& list, std::string_view name) {
    if (std::ranges::find(list, name) == list.end()) {
        list.push_back(name);
    }
}

/// Within one document a clause with a condition displaces one without.
Bearers bearers_of(const std::vector<Entry>& entries, const Part* part) {
    Bearers out;
    bool special = false;
    bool maybe_special = false;
    for (const Entry& entry : entries) {
        if (entry.part == part && !entry.clause->when.always()) {
            special = special || entry.applies == Truth::yes;
            maybe_special = maybe_special || entry.applies == Truth::unknown;
            add(entry.applies == Truth::yes ? out.surely : out.possibly, entry.clause->who);
        }
    }
    for (const Entry& entry : entries) {
        if (entry.part == part && entry.clause->when.always() && !special) {
            add(maybe_special ? out.possibly : out.surely, entry.clause->who);
        }
    }
    return out;
}

void costs(const Route& route, Clash& clash) {
    const std::vector<Entry> all = entries_of(route, ClauseKind::cost);
    std::vector<std::string_view> surely;
    std::vector<std::string_view> possibly;
    for (const Part& part : route.parts) {
        const Bearers bearers = bearers_of(all, &part);
        for (const std::string_view one : bearers.surely) {
            add(surely, one);
            add(possibly, one);
        }
        for (const std::string_view one : bearers.possibly) {
            add(possibly, one);
        }
    }
    const Truth truth = surely.size() > 1     ? Truth::yes
                        : possibly.size() > 1 ? Truth::unknown
                                              : Truth::no;
    if (truth != Truth::no) {
        cite(all, "cost", truth, clash);
        clash.decision = either(clash.decision, truth);
    }
}

/// At most and at least after the same event, where the most is shorter than the least.
void retention(const Route& route, Clash& clash) {
    const std::vector<Entry> least = entries_of(route, ClauseKind::retain_least);
    const std::vector<Entry> most = entries_of(route, ClauseKind::retain_most);
    for (const Entry& low : least) {
        for (const Entry& high : most) {
            if (low.clause->start_event == high.clause->start_event &&
                !low.clause->start_event.empty() &&
                shorter(*high.clause->within, *low.clause->within)) {
                const Truth truth = both(low.applies, high.applies);
                cite({low, high}, "retain", Truth::unknown, clash);
                clash.decision = either(clash.decision, truth);
            }
        }
    }
}

}  // namespace

Clash clash_of(const Route& route) {
    Clash clash;
    limits(route, clash);
    costs(route, clash);
    retention(route, clash);
    return clash;
}

}  // namespace comity::law::detail
