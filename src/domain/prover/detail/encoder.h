#pragma once

// The assessment as wires: what law::assess() computes for one question, for all facts at once.
// Every rule stands here a second time, on purpose; tests count both out against each other.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/prover/detail/fact_wires.h"

namespace comity::prover::detail {

/// The number of this encoding: it stands in every certificate. Whatever changes the clauses that
/// one text gives is a new number.
inline constexpr int encoding = 2;
/// The oldest that gives the same clauses, if not for every text: 1 took the first open route.
inline constexpr int oldest_encoding = 1;

/// What may be asked about, for all facts: the texts in force, the sides, the day.
struct Case {
    const law::Library* library = nullptr;
    law::Question question;  ///< its facts, events and now are not used
};

/// A part of a route: the truth of each of its clauses, as law::detail::Part has it.
struct PartWires {
    law::detail::Part part;
    std::vector<Ternary> truth;
    std::vector<Ternary> low;
    std::vector<Ternary> high;
};

struct RouteWires {
    const law::Instrument* leading = nullptr;
    std::string article;
    std::vector<PartWires> parts;
    Ternary gate = surely;
    Ternary permit = surely;
    Ternary clash_limit = surely_not;
    Ternary clash_cost = surely_not;
    Ternary clash_retain = surely_not;
    Wire closed = never;
    Wire needs_information = never;
    Wire needs_decision = never;
    Wire open = never;
    Wire chosen = never;  ///< it is the best route, and the first of equally good ones
};

struct CaseWires {
    law::Question question;
    std::vector<RouteWires> routes;
    Wire closed = never;
    Wire needs_information = never;
    Wire needs_decision = never;
    Wire open = never;
    Wire release = never;
};

/// What all cases of one question to the solver share: the facts, and which events lie so far back
/// that every hold that runs from them is over.
class World {
 public:
    World(const law::Vocabulary& vocabulary, std::span<const law::detail::Literal* const> literals)
        : facts_(circuit_, vocabulary, literals) {}

    [[nodiscard]] Circuit& circuit() { return circuit_; }
    [[nodiscard]] const FactWires& facts() const { return facts_; }
    [[nodiscard]] Wire elapsed(const std::string& event);
    [[nodiscard]] const std::map<std::string, Wire>& events() const { return elapsed_; }

    /// The case as wires. Kind not_found as of law::assess().
    [[nodiscard]] base::Result<CaseWires> encode(const Case& one);

    /// A condition, judged as a clause of the part would be.
    [[nodiscard]] Ternary judged(const law::detail::Condition& condition,
                                 const law::detail::Part& part, law::detail::Foreign foreign);
    [[nodiscard]] Ternary judged(const law::detail::Literal& literal, const law::detail::Part& part,
                                 law::detail::Foreign foreign);

 private:
    void judge_part(PartWires& part, const law::Instrument& leading, const law::Question& question);
    [[nodiscard]] Ternary judged_at(const law::detail::Condition& condition,
                                    const law::detail::Part& part, law::detail::Foreign foreign,
                                    std::uint32_t& index);
    void weigh(RouteWires& route, bool own_view);
    [[nodiscard]] Ternary satisfied(const law::detail::Part& part,
                                    const law::detail::Clause& clause, bool own_view);
    [[nodiscard]] Ternary limits_clash(const RouteWires& route);
    [[nodiscard]] Ternary costs_clash(const RouteWires& route);
    [[nodiscard]] Ternary retention_clash(const RouteWires& route);
    void choose(CaseWires& out);
    void choose_one(std::vector<RouteWires>& routes);

    Circuit circuit_;
    FactWires facts_;
    std::map<std::string, Wire> elapsed_;
};

/// All literals that assessment under these texts may read.
void literals_of(const law::Library& library, std::vector<const law::detail::Literal*>& out);

}  // namespace comity::prover::detail
