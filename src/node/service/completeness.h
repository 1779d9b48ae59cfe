#pragma once

// For the office: the map of matters, and what is shown by it (docs/formats/matter-map.md).
//
//   GET  /matters/ID/completeness    all own leaves of a matter, or that there is none: the proof
//   GET  /matters/ID/openings/FROM   what opens them, a line each, from leaf FROM on
//   GET  /openings/FROM              the same for all matters; openings_given lines at most
//   GET  /map-key                    the key of the pseudonyms, 64 hexadecimal digits
//   POST /map                        writes the map's root: {"leaf":N}

#include <optional>
#include <string_view>

#include "ground/message/message.h"
#include "node/submit/institution.h"

namespace comity::service {

inline constexpr std::size_t openings_given = 256;

/// Answers such a GET; none if it is of another kind.
[[nodiscard]] std::optional<message::Response> get_completeness(submit::Institution& institution,
                                                                std::string_view path);
/// Answers such a POST; none if it is of another kind.
[[nodiscard]] std::optional<message::Response> post_completeness(submit::Institution& institution,
                                                                 std::string_view path);

}  // namespace comity::service
