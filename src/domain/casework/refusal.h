#pragma once

// For judge.cc and what it is made of: how an act that the text does not allow is answered.

#include <string>
#include <string_view>
#include <utility>

#include "ground/base/base.h"

namespace comity::casework {

/// Kind inadmissible, citing the clause.
[[nodiscard]] inline std::unexpected<base::Error> inadmissible(std::string_view clause,
                                                               std::string what,
                                                               std::string why = {},
                                                               std::string next = {}) {
    return std::unexpected(base::Error{base::ErrorKind::inadmissible,
                                       std::move(what),
                                       std::move(why),
                                       std::move(next),
                                       {},
                                       std::string(clause)});
}

}  // namespace comity::casework
