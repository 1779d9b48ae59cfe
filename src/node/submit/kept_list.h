#pragma once

// A list that only grows, kept as settings of the store: each text under its number, and how many
// there are.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "ground/base/base.h"
#include "node/ports/store.h"

namespace comity::submit {

struct KeptList {
    std::string_view prefix;  ///< of its settings: `prefix/count`, `prefix/0`, ...
    std::string_view one;     ///< what one is called, for errors: "a cosigned checkpoint"
    std::string_view many;    ///< "checkpoints"

    /// Visits all in order. Kind failure: the count is damaged or above `most`, or one is missing;
    /// or what a visit says.
    [[nodiscard]] base::Result<void> each(
        ports::Store& store, std::size_t most,
        const std::function<base::Result<void>(std::string text)>& visit) const;
    /// Adds what becomes number `number` of the list, which has as many before it.
    void append(ports::Batch& batch, std::size_t number, std::string text) const;
    void replace(ports::Batch& batch, std::size_t number, std::string text) const;
};

}  // namespace comity::submit
