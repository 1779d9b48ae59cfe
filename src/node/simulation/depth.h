#pragma once

// How far matters come, and which acts lead further. Both follow from what an act kind does, never
// from what it is called.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "node/simulation/model.h"
#include "node/simulation/simulation.h"

namespace comity::simulation {

/// What acts of the kind can make of a matter.
[[nodiscard]] std::set<Mark> marks_of(const law::ActKind& kind);
/// What this one made of it, whose past is `before`.
[[nodiscard]] std::set<Mark> marks_of(const KnownAct& act, const Model& before);

/// The ways through one procedure.
class Guide {
 public:
    /// `procedure` outlives it.
    explicit Guide(const law::Procedure& procedure);

    using Worth = std::map<const law::ActKind*, unsigned>;
    /// How much each act kind is worth to whoever wants `wanted`: a kind that reaches one of them
    /// most, then what must come before it, and the less the longer the way. Kinds that lead
    /// nowhere, or that end the matter, are left out. `before` may be of a matter not opened yet.
    [[nodiscard]] Worth worth(const Model& before, const std::set<Mark>& wanted) const;

 private:
    struct Step {
        const law::ActKind* kind = nullptr;
        std::set<Mark> marks;
        std::vector<std::size_t> after;      ///< each must come first
        std::vector<std::size_t> after_any;  ///< one must
        std::vector<std::size_t> about;      ///< one must, for there to be something to name
        std::vector<std::size_t> prepares;   ///< may be asked for by the law
        std::vector<std::size_t> lets_in;    ///< whoever takes it
        /// By state: how many acts lead from there to where it is open; none lead: `no_way`.
        std::vector<std::size_t> ways;
        std::size_t to = no_state;
        std::vector<bool> from;  ///< by state
        bool ends = false;
    };
    struct Search;
    void need(Search& search, std::size_t step, unsigned worth) const;

    static constexpr std::size_t no_way = static_cast<std::size_t>(-1);
    static constexpr std::size_t no_state = static_cast<std::size_t>(-1);
    [[nodiscard]] std::size_t number_of(const std::string& state) const;

    const law::Procedure* procedure_;
    std::vector<std::string> states_;
    std::vector<Step> steps_;
};

}  // namespace comity::simulation
