#pragma once

// Two worlds that differ only in what is hidden give equal outputs (DESIGN 6.11, 5.3).
//
// A seed is played once as it is, and then again for each observer of docs/threats.md, the same
// persons taking the same acts at the same moments; only what that observer may not know is
// written otherwise. All that reaches the observer is put down (projection.h) and must be the same.
//
// Who observes sees this, and that differs in the second world:
// - network: time, sender, reader and size of everything that is sent; every text, number, person
//   and item, of equal length
// - disk: every stored row, without day keys; the same
// - operators: everything that any node is sent; the content of items, of equal size
// - ledgers: what a mirror serves, after every step; everything, of other lengths, there or not
// - witness P: the heads that P is asked to attest; the same
// - party P: everything that P is sent; what no side of P's may read, and all of the matters that P
//   has no side in
//
// Not varied: what the engine acts on (facts, parties, times, keys, ids), since then other acts
// would follow. What is not compared: how long a node takes.

#include <cstdint>
#include <optional>

#include "node/simulation/simulation.h"

namespace comity::simulation {

struct Comparison {
    std::optional<Violation> violation;  ///< of either world, or `DESIGN 6.11`
    std::uint64_t worlds = 0;            ///< played, the first one too
    std::uint64_t varied = 0;            ///< fields and items written otherwise
    std::uint64_t closed = 0;            ///< of these, in matters that the observer is a party of
    std::uint64_t compared = 0;          ///< of what observers saw: messages, files, rows
};

/// Plays the seed for every observer. Without the liar, who is no party to what others may know of
/// it: what it makes by hand follows from ids.
[[nodiscard]] Comparison compare_worlds(const Setting& setting, Workshop& workshop, Plan plan);

}  // namespace comity::simulation
