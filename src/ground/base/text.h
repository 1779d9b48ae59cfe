#pragma once

#include <span>
#include <string>
#include <string_view>

namespace comity::base {

/// The parts in their order with `between` between each two; of none: empty.
[[nodiscard]] std::string joined(std::span<const std::string> parts,
                                 std::string_view between = ", ");

}  // namespace comity::base
