#pragma once

// Navigation: which ways there are between two sides for a request, in both directions, and what
// each of them asks, so that whoever plans a request sees the least intrusive one that is open.

#include <string>
#include <utility>
#include <vector>

#include "domain/law/assess.h"

namespace comity::law {

/// A fact that lacks, and who may state it; no side or role named: any.
struct Lacking {
    std::string fact;
    std::vector<std::string> sides;
    std::vector<std::string> roles;
    friend bool operator==(const Lacking&, const Lacking&) = default;
};

/// One route in one direction.
struct Way {
    std::string requesting;
    std::string requested;
    Assessment assessment;  ///< of this route; its `others` are empty
    /// Authorities of the requested side as its profile names them, and the role that each holds.
    std::vector<std::pair<std::string, std::string>> authorities;
    std::vector<Lacking> lacking;
    std::vector<Duty> dual_criminality;  ///< what the route asks of it; none: it does not
    std::vector<Duty> deadlines;
};

/// All ways: the question's own direction and the other, the best outcome first (as assess() has
/// it), then what is limited most, then the earliest deadline. Kind not_found as of
/// assess(). The question is asked for all who know of it: `as_far_as` is not used.
[[nodiscard]] base::Result<std::vector<Way>> navigate(const Library& library, Question question);

[[nodiscard]] codec::Value to_json(const Way& way);
/// In plain sentences, English.
[[nodiscard]] std::vector<std::string> sentences(const Way& way);

}  // namespace comity::law
