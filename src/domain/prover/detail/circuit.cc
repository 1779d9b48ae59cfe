#include "domain/prover/detail/circuit.h"

#include <algorithm>
#include <cstdlib>

namespace comity::prover::detail {
namespace {

std::size_t index_of(Wire wire) {
    return static_cast<std::size_t>(std::abs(wire));
}

}  // namespace

Circuit::Circuit() : gates_(2) {
}

std::size_t Circuit::Hash::operator()(const Key& key) const {
    std::size_t hash = key.parts.size();
    for (const Wire wire : key.parts) {
        hash = (hash ^ static_cast<std::size_t>(static_cast<std::uint32_t>(wire))) *
               0x9e3779b97f4a7c15ULL;
        hash ^= hash >> 29;
    }
    return hash;
}

std::span<const Wire> Circuit::parts_of(std::size_t gate) const {
    return std::span(parts_).subspan(gates_[gate].first, gates_[gate].count);
}

Wire Circuit::input() {
    gates_.push_back({0, 0, true});
    return static_cast<Wire>(gates_.size() - 1);
}

Wire Circuit::all(std::vector<Wire> wires) {
    std::erase(wires, always);
    std::ranges::sort(wires, [](Wire left, Wire right) {
        return index_of(left) != index_of(right) ? index_of(left) < index_of(right) : left < right;
    });
    const auto tail = std::ranges::unique(wires);
    wires.erase(tail.begin(), tail.end());
    if (wires.empty()) {
        return always;
    }
    if (wires.front() == never) {
        return never;
    }
    for (std::size_t i = 1; i < wires.size(); ++i) {
        if (wires[i] == -wires[i - 1]) {
            return never;
        }
    }
    if (wires.size() == 1) {
        return wires.front();
    }
    Key key{std::move(wires)};
    const auto found = known_.find(key);
    if (found != known_.end()) {
        return found->second;
    }
    gates_.push_back({static_cast<std::uint32_t>(parts_.size()),
                      static_cast<std::uint32_t>(key.parts.size()), false});
    parts_.insert(parts_.end(), key.parts.begin(), key.parts.end());
    const auto wire = static_cast<Wire>(gates_.size() - 1);
    known_.emplace(std::move(key), wire);
    return wire;
}

Wire Circuit::any(std::vector<Wire> wires) {
    for (Wire& wire : wires) {
        wire = -wire;
    }
    return -all(std::move(wires));
}

void Circuit::evaluate(std::vector<bool>& values) const {
    values.resize(gates_.size());
    values[static_cast<std::size_t>(always)] = true;
    for (std::size_t gate = 2; gate < gates_.size(); ++gate) {
        if (!gates_[gate].input) {
            values[gate] = std::ranges::all_of(
                parts_of(gate), [&](Wire part) { return values[index_of(part)] == (part > 0); });
        }
    }
}

std::int32_t Circuit::Clauses::literal(Wire wire) const {
    const std::int32_t variable = variable_of[index_of(wire)];
    return wire > 0 ? variable : -variable;
}

Circuit::Clauses Circuit::clauses(std::span<const Wire> asserted,
                                  std::span<const Wire> beside) const {
    std::vector<bool> needed(gates_.size(), false);
    for (const auto& list : {asserted, beside}) {
        for (const Wire wire : list) {
            needed[index_of(wire)] = true;
        }
    }
    for (std::size_t gate = gates_.size() - 1; gate > 1; --gate) {  // parts lie below their gate
        if (needed[gate] && !gates_[gate].input) {
            for (const Wire part : parts_of(gate)) {
                needed[index_of(part)] = true;
            }
        }
    }
    Clauses out;
    out.variable_of.assign(gates_.size(), 0);
    for (std::size_t gate = 1; gate < gates_.size(); ++gate) {
        if (needed[gate]) {
            out.variable_of[gate] = ++out.formula.variables;
        }
    }
    auto& clauses = out.formula.clauses;
    if (needed[static_cast<std::size_t>(always)]) {
        clauses.push_back({out.literal(always)});
    }
    for (std::size_t gate = 2; gate < gates_.size(); ++gate) {
        if (!needed[gate] || gates_[gate].input) {
            continue;
        }
        const std::int32_t whole = out.variable_of[gate];
        std::vector<std::int32_t> back{whole};
        for (const Wire part : parts_of(gate)) {
            clauses.push_back({-whole, out.literal(part)});
            back.push_back(-out.literal(part));
        }
        clauses.push_back(std::move(back));
    }
    for (const Wire wire : asserted) {
        clauses.push_back({out.literal(wire)});
    }
    return out;
}

}  // namespace comity::prover::detail
