#pragma once

// What an erasure run did (Institution::erase_due).

#include <vector>

#include "ground/base/base.h"

namespace comity::submit {

struct Erased {
    std::vector<base::Digest> items;
    std::vector<base::Digest> bodies;
    std::vector<base::Date> days;  ///< whose keys are destroyed
    std::size_t postponed = 0;     ///< what a hold or an open matter keeps until tomorrow
};

}  // namespace comity::submit
