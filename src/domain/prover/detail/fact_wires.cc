#include "domain/prover/detail/fact_wires.h"

#include <algorithm>
#include <limits>
#include <set>

namespace comity::prover::detail {
namespace {

using law::FactDeclaration;
using law::FactType;
using law::detail::Literal;

bool has_range(const FactDeclaration& fact) {
    return fact.type == FactType::integer || fact.type == FactType::date;
}

/// How many values the fact tells apart by name.
std::size_t values_of(const FactDeclaration& fact) {
    return fact.type == FactType::boolean ? 2 : fact.values.size();
}

bool value_at(const std::vector<bool>& values, Wire wire) {
    return wire > 0 ? values[static_cast<std::size_t>(wire)]
                    : !values[static_cast<std::size_t>(-wire)];
}

codec::Value named(const FactDeclaration& fact, std::size_t value) {
    return fact.type == FactType::boolean ? codec::Value(value == 1)
                                          : codec::Value(fact.values[value]);
}

/// A number or day that stands for its cell. The first cell of days begins before the calendar that
/// texts are written in: its last day stands for it.
codec::Value value_in(const FactDeclaration& fact, std::span<const std::int64_t> starts,
                      std::size_t cell) {
    if (fact.type != FactType::date) {
        return starts[cell];
    }
    const std::int64_t day = cell == 0 ? starts[1] - 1 : starts[cell];
    return codec::Value(base::Date{static_cast<std::int32_t>(day)}.text());
}

}  // namespace

Ternary both(Circuit& circuit, Ternary left, Ternary right) {
    return {circuit.all(left.yes, right.yes), circuit.all(left.maybe, right.maybe)};
}

Ternary either(Circuit& circuit, Ternary left, Ternary right) {
    return {circuit.any(left.yes, right.yes), circuit.any(left.maybe, right.maybe)};
}

Ternary negated(Ternary truth) {
    return {-truth.maybe, -truth.yes};
}

FactWires::FactWires(Circuit& circuit, const law::Vocabulary& vocabulary,
                     std::span<const Literal* const> literals)
    : circuit_(circuit), vocabulary_(vocabulary), facts_(vocabulary.in_order.size()) {
    std::vector<std::set<std::int64_t>> bounds(facts_.size());
    for (const Literal* literal : literals) {
        if (literal->kind == Literal::Kind::party || literal->kind == Literal::Kind::route) {
            continue;
        }
        const FactDeclaration& fact = *vocabulary.in_order[literal->fact];
        const FactDeclaration& base =
            fact.derived_from.empty() ? fact : *vocabulary.fact(fact.derived_from);
        facts_[base.order].read = true;
        if (literal->kind == Literal::Kind::range) {
            bounds[base.order].insert(literal->low);
            if (literal->high != std::numeric_limits<std::int64_t>::max()) {
                bounds[base.order].insert(literal->high + 1);
            }
        }
    }
    for (const FactDeclaration* fact : vocabulary.in_order) {
        if (facts_[fact->order].read) {
            make(*fact,
                 std::vector<std::int64_t>(bounds[fact->order].begin(), bounds[fact->order].end()));
        }
    }
}

void FactWires::make(const FactDeclaration& fact, std::span<const std::int64_t> bounds) {
    One& one = facts_[fact.order];
    const auto implies = [&](Wire left, Wire right) {
        well_formed_.push_back(circuit_.any(-left, right));
    };
    if (fact.type == FactType::set) {
        one.known = circuit_.input();
        for (std::size_t i = 0; i < values_of(fact); ++i) {
            one.elements.push_back(circuit_.input());
        }
        return;
    }
    if (!has_range(fact)) {
        for (std::size_t i = 0; i < values_of(fact); ++i) {
            one.possible.push_back(circuit_.input());
        }
        well_formed_.push_back(circuit_.any(one.possible));
        return;
    }
    one.starts.push_back(fact.low);
    one.low.push_back(always);
    one.high.push_back(always);
    for (const std::int64_t bound : bounds) {
        if (bound > fact.low && bound <= fact.high) {
            one.starts.push_back(bound);
            one.low.push_back(circuit_.input());
            one.high.push_back(circuit_.input());
            implies(one.low.back(), one.low[one.low.size() - 2]);
            implies(one.high.back(), one.high[one.high.size() - 2]);
            implies(one.low.back(), one.high.back());
        }
    }
}

Ternary FactWires::plain(const Literal& literal) const {
    const FactDeclaration& fact = *vocabulary_.in_order[literal.fact];
    switch (literal.kind) {
        case Literal::Kind::mask: {
            const One& one = facts_[literal.fact];
            std::vector<Wire> outside;
            std::vector<Wire> within;
            for (std::size_t i = 0; i < one.possible.size(); ++i) {
                (((literal.mask >> i) & 1U) != 0 ? within : outside).push_back(one.possible[i]);
            }
            return {-circuit_.any(std::move(outside)), circuit_.any(std::move(within))};
        }
        case Literal::Kind::range:
            return fact.derived_from.empty() ? range(literal) : derived(fact, literal);
        case Literal::Kind::includes:
        case Literal::Kind::within: return of_set(literal);
        case Literal::Kind::party:
        case Literal::Kind::route: break;
    }
    return surely_not;  // not reached: such a literal is not on a fact
}

Ternary FactWires::range(const Literal& literal) const {
    const One& one = facts_[literal.fact];
    const FactDeclaration& fact = *vocabulary_.in_order[literal.fact];
    const auto from = [&](const std::vector<Wire>& row, std::int64_t bound) {
        if (bound <= fact.low) {
            return always;
        }
        if (bound > fact.high) {
            return never;
        }
        const auto found = std::ranges::lower_bound(one.starts, bound);
        return row[static_cast<std::size_t>(found - one.starts.begin())];
    };
    const bool open_above = literal.high == std::numeric_limits<std::int64_t>::max();
    const Wire low_beyond = open_above ? never : from(one.low, literal.high + 1);
    const Wire high_beyond = open_above ? never : from(one.high, literal.high + 1);
    return {circuit_.all(from(one.low, literal.low), -high_beyond),
            circuit_.all(-low_beyond, from(one.high, literal.low))};
}

/// The interval of what the base may be, as law::detail::table_of takes it.
Ternary FactWires::derived(const FactDeclaration& fact, const Literal& literal) const {
    const One& base = facts_[vocabulary_.fact(fact.derived_from)->order];
    std::vector<Wire> below;
    std::vector<Wire> above;
    std::vector<Wire> not_below;
    std::vector<Wire> not_above;
    for (std::size_t i = 0; i < fact.derived_values.size(); ++i) {
        const std::int64_t image = fact.derived_values[i];
        (image < literal.low ? below : not_below).push_back(base.possible[i]);
        (image > literal.high ? above : not_above).push_back(base.possible[i]);
    }
    // One gate a line: the numbers of gates must not hang on a compiler's order of arguments.
    const Wire too_low = circuit_.any(std::move(below));
    const Wire too_high = circuit_.any(std::move(above));
    const Wire reaches_down = circuit_.any(std::move(not_above));
    const Wire reaches_up = circuit_.any(std::move(not_below));
    return {circuit_.all(-too_low, -too_high), circuit_.all(reaches_down, reaches_up)};
}

Ternary FactWires::of_set(const Literal& literal) const {
    const One& one = facts_[literal.fact];
    std::vector<Wire> sure;  // what must be in, or must be out
    std::vector<Wire> maybe;
    for (std::size_t i = 0; i < one.elements.size(); ++i) {
        const bool named_here = ((literal.mask >> i) & 1U) != 0;
        const Wire must = circuit_.all(one.known, one.elements[i]);
        const Wire may = circuit_.any(-one.known, one.elements[i]);
        if (literal.kind == Literal::Kind::includes && named_here) {
            sure.push_back(must);
            maybe.push_back(may);
        } else if (literal.kind == Literal::Kind::within && !named_here) {
            sure.push_back(-may);
            maybe.push_back(-must);
        }
    }
    return {circuit_.all(std::move(sure)), circuit_.all(std::move(maybe))};
}

codec::Object FactWires::stated(const std::vector<bool>& values) const {
    codec::Object out;
    for (const FactDeclaration* fact : vocabulary_.in_order) {
        const One& one = facts_[fact->order];
        codec::Array list;
        if (!one.starts.empty()) {
            std::size_t low = 0;
            std::size_t high = 0;
            for (std::size_t cell = 0; cell < one.starts.size(); ++cell) {
                low = value_at(values, one.low[cell]) ? cell : low;
                high = value_at(values, one.high[cell]) ? cell : high;
            }
            if (one.starts.size() == 1) {
                continue;  // no text compares it with anything inside its range
            }
            if (low == high) {
                out.emplace(fact->name, value_in(*fact, one.starts, low));
            } else if (low != 0 || high + 1 != one.starts.size()) {
                list = {value_in(*fact, one.starts, low), value_in(*fact, one.starts, high)};
                out.emplace(fact->name, std::move(list));
            }
            continue;
        }
        const std::vector<Wire>& wires = fact->type == FactType::set ? one.elements : one.possible;
        for (std::size_t i = 0; i < wires.size(); ++i) {
            if (value_at(values, wires[i])) {
                list.push_back(named(*fact, i));
            }
        }
        if (fact->type == FactType::set) {
            if (one.read && value_at(values, one.known)) {
                out.emplace(fact->name, std::move(list));
            }
        } else if (list.size() == 1) {
            out.emplace(fact->name, list.front());
        } else if (list.size() < wires.size()) {
            out.emplace(fact->name, std::move(list));
        }
    }
    return out;
}

void FactWires::state(std::size_t fact, const law::detail::FactTable& table,
                      std::vector<bool>& values) const {
    const One& one = facts_[fact];
    const law::Possible& possible = table.facts[fact];
    const auto put = [&](Wire wire, bool value) {
        if (wire != always) {
            values[static_cast<std::size_t>(wire)] = value;
        }
    };
    for (std::size_t i = 0; i < one.possible.size(); ++i) {
        put(one.possible[i], ((possible.mask >> i) & 1U) != 0);
    }
    for (std::size_t cell = 0; cell < one.starts.size(); ++cell) {
        put(one.low[cell], possible.low >= one.starts[cell]);
        put(one.high[cell], possible.high >= one.starts[cell]);
    }
    if (one.known != never) {
        put(one.known, possible.must == possible.may);
        for (std::size_t i = 0; i < one.elements.size(); ++i) {
            put(one.elements[i], ((possible.may >> i) & 1U) != 0);
        }
    }
}

}  // namespace comity::prover::detail
