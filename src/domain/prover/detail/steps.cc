// From the solver's record (binary DRAT: clauses added and deleted) to steps with hints: each added
// clause is denied, propagation leads to a conflict, and the clauses on the way there are its
// hints. What the contradiction does not rest on is dropped.

#include <algorithm>
#include <cstdlib>

#include "domain/prover/detail/solver.h"

namespace comity::prover::detail {
namespace {

using Literals = std::vector<std::int32_t>;

class Propagator {
 public:
    explicit Propagator(std::int32_t variables)
        : values_(static_cast<std::size_t>(variables) + 1, 0),
          reasons_(values_.size(), 0),
          seen_(values_.size(), 0),
          watches_(2 * values_.size()),
          clauses_(1) {}

    /// 1 true, -1 false, 0 open.
    [[nodiscard]] int value(std::int32_t literal) const {
        const int value = values_[variable(literal)];
        return literal > 0 ? value : -value;
    }

    /// Takes the next clause; the number of a clause in conflict with what holds, or 0.
    std::uint32_t add(Literals clause) {
        const auto number = static_cast<std::uint32_t>(clauses_.size());
        std::ranges::sort(clause);
        const auto tail = std::ranges::unique(clause);
        clause.erase(tail.begin(), tail.end());
        const bool tautology = std::ranges::any_of(clause, [&](std::int32_t literal) {
            return literal > 0 && std::ranges::binary_search(clause, -literal);
        });
        // What is not false comes first: those two are watched.
        (void)std::ranges::partition(clause,
                                     [&](std::int32_t literal) { return value(literal) >= 0; });
        clauses_.push_back(std::move(clause));
        const Literals& kept = clauses_.back();
        if (tautology) {
            return 0;
        }
        if (kept.size() > 1) {
            watches_[slot(kept[0])].push_back(number);
            watches_[slot(kept[1])].push_back(number);
        }
        if (kept.empty() || value(kept[0]) < 0) {
            return number;
        }
        const bool unit = kept.size() == 1 || value(kept[1]) < 0;
        if (unit && value(kept[0]) == 0) {
            set(kept[0], number);
            return propagate();
        }
        return 0;
    }

    /// Denies the clause; the hints that lead to a conflict, or none. What holds is as before.
    std::optional<std::vector<std::uint32_t>> refute(const Literals& clause) {
        const std::size_t mark = trail_.size();
        std::uint32_t conflict = 0;
        for (const std::int32_t literal : clause) {
            if (value(literal) > 0 && conflict == 0) {
                conflict = reasons_[variable(literal)];  // it is forced, so denying it conflicts
            } else if (value(literal) == 0 && conflict == 0) {
                set(-literal, 0);
            }
        }
        conflict = conflict == 0 ? propagate() : conflict;
        std::optional<std::vector<std::uint32_t>> hints;
        if (conflict != 0) {
            hints = hints_to(conflict, clause);
        }
        while (trail_.size() > mark) {
            values_[variable(trail_.back())] = 0;
            trail_.pop_back();
        }
        head_ = mark;
        return hints;
    }

    /// The clauses that force the literals of a false clause false, in the order of use, and it.
    std::vector<std::uint32_t> hints_to(std::uint32_t conflict, const Literals& denied) {
        constexpr signed char wanted = 1;
        constexpr signed char assumed = 2;
        for (const std::int32_t literal : denied) {
            seen_[variable(literal)] = assumed;
        }
        std::vector<std::uint32_t> hints{conflict};
        const auto want = [&](std::uint32_t number) {
            for (const std::int32_t literal : clauses_[number]) {
                signed char& mark = seen_[variable(literal)];
                mark = mark == 0 ? wanted : mark;
            }
        };
        want(conflict);
        for (std::size_t at = trail_.size(); at > 0; --at) {
            const std::size_t named = variable(trail_[at - 1]);
            if (seen_[named] == wanted && reasons_[named] != 0 && reasons_[named] != conflict) {
                hints.push_back(reasons_[named]);
                want(reasons_[named]);
            }
        }
        std::ranges::fill(seen_, 0);
        std::ranges::reverse(hints);
        return hints;
    }

 private:
    [[nodiscard]] static std::size_t variable(std::int32_t literal) {
        return static_cast<std::size_t>(std::abs(literal));
    }
    [[nodiscard]] static std::size_t slot(std::int32_t literal) {
        return 2 * variable(literal) + (literal < 0 ? 1 : 0);
    }

    void set(std::int32_t literal, std::uint32_t reason) {
        values_[variable(literal)] = literal > 0 ? 1 : -1;
        reasons_[variable(literal)] = reason;
        trail_.push_back(literal);
    }

    /// Follows what is forced; the number of a clause that became false, or 0.
    std::uint32_t propagate() {
        while (head_ < trail_.size()) {
            const std::int32_t falsified = -trail_[head_++];
            std::vector<std::uint32_t>& list = watches_[slot(falsified)];
            std::size_t kept = 0;
            for (std::size_t at = 0; at < list.size(); ++at) {
                const std::uint32_t number = list[at];
                if (!still_watched(number, falsified)) {
                    continue;
                }
                list[kept++] = number;
                const std::int32_t other = clauses_[number][0];
                if (value(other) < 0) {
                    while (++at < list.size()) {
                        list[kept++] = list[at];
                    }
                    list.resize(kept);
                    return number;
                }
                if (value(other) == 0) {
                    set(other, number);
                }
            }
            list.resize(kept);
        }
        return 0;
    }

    /// Puts the falsified literal second; false if another literal is watched in its place now.
    bool still_watched(std::uint32_t number, std::int32_t falsified) {
        Literals& clause = clauses_[number];
        if (clause[0] == falsified) {
            std::swap(clause[0], clause[1]);
        }
        if (value(clause[0]) > 0) {
            return true;
        }
        for (std::size_t i = 2; i < clause.size(); ++i) {
            if (value(clause[i]) >= 0) {
                std::swap(clause[1], clause[i]);
                watches_[slot(clause[1])].push_back(number);
                return false;
            }
        }
        return true;
    }

    std::vector<signed char> values_;
    std::vector<std::uint32_t> reasons_;
    std::vector<signed char> seen_;
    std::vector<std::vector<std::uint32_t>> watches_;
    std::vector<Literals> clauses_;  // by number; 0 is none
    std::vector<std::int32_t> trail_;
    std::size_t head_ = 0;
};

/// The next clause that the record adds; none at its end.
std::optional<Literals> next_addition(std::string_view& record, std::int32_t variables) {
    while (!record.empty()) {
        const bool adds = record.front() == 'a';
        record.remove_prefix(1);
        Literals clause;
        while (true) {
            std::uint64_t number = 0;
            int shift = 0;
            bool more = true;
            while (more) {
                if (record.empty() || shift > 35) {
                    return std::nullopt;
                }
                const auto byte = static_cast<unsigned char>(record.front());
                record.remove_prefix(1);
                number |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
                shift += 7;
                more = (byte & 0x80U) != 0;
            }
            if (number == 0) {
                break;
            }
            const auto variable = static_cast<std::int64_t>(number / 2);
            if (variable > variables) {
                return std::nullopt;
            }
            clause.push_back(static_cast<std::int32_t>(number % 2 == 1 ? -variable : variable));
        }
        if (adds) {
            return clause;
        }
    }
    return std::nullopt;
}

/// Keeps what the last step rests on, numbered anew.
std::vector<certificate::Step> trimmed(std::vector<certificate::Step> steps, std::size_t given) {
    std::vector<bool> needed(steps.size(), false);
    needed.back() = true;
    for (std::size_t i = steps.size(); i > 0; --i) {
        if (needed[i - 1]) {
            for (const std::uint32_t hint : steps[i - 1].hints) {
                if (hint > given) {
                    needed[hint - given - 1] = true;
                }
            }
        }
    }
    std::vector<std::uint32_t> numbers(steps.size(), 0);
    std::vector<certificate::Step> kept;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (!needed[i]) {
            continue;
        }
        certificate::Step& step = steps[i];
        for (std::uint32_t& hint : step.hints) {
            hint = hint > given ? numbers[hint - given - 1] : hint;
        }
        numbers[i] = static_cast<std::uint32_t>(given + kept.size() + 1);
        step.number = numbers[i];
        kept.push_back(std::move(step));
    }
    return kept;
}

}  // namespace

std::optional<std::vector<certificate::Step>> steps_of(const certificate::Formula& formula,
                                                       std::string_view drat) {
    Propagator known(formula.variables);
    const std::size_t given = formula.clauses.size();
    std::vector<certificate::Step> steps;
    const auto end = [&](std::uint32_t conflict) {
        steps.push_back({0, {}, known.hints_to(conflict, {})});
        return trimmed(std::move(steps), given);
    };
    std::uint32_t conflict = 0;
    for (std::size_t i = 0; i < given && conflict == 0; ++i) {
        conflict = known.add(formula.clauses[i]);
    }
    while (conflict == 0) {
        auto clause = next_addition(drat, formula.variables);
        if (!clause) {
            return std::nullopt;
        }
        auto hints = known.refute(*clause);
        if (!hints) {
            return std::nullopt;
        }
        steps.push_back({0, *clause, *std::move(hints)});
        conflict = known.add(*std::move(clause));
    }
    return end(conflict);
}

}  // namespace comity::prover::detail
