#pragma once

// Suggestions: the known name that is nearest to a wrong one.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace comity::law::detail {

/// Insertions, deletions, replacements and swaps of neighbours that lead from one word to the
/// other.
[[nodiscard]] std::size_t edit_distance(std::string_view left, std::string_view right);

/// The known name at the smallest edit distance, if that is at most half the word's length (at
/// least 2); upper and lower case count as equal. Empty if none is near.
[[nodiscard]] std::string nearest(std::string_view word, std::span<const std::string> known);

/// Whether a list of names holds the name.
[[nodiscard]] bool holds(std::span<const std::string> names, std::string_view name);

/// "a, b, c or d", cut after twelve names.
[[nodiscard]] std::string list_of(std::span<const std::string> names);

}  // namespace comity::law::detail
