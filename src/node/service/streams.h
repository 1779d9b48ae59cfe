#pragma once

// The sealed segments of items over HTTP. A peer fetches what was handed over to it; the office
// uploads what it sealed, before the act that hands it over, and fetches what its officials open.
//
//   GET  /items/ID/segments/OFFSET   a part: delivery::part_bytes, or what there is
//   GET  /items/ID/upload            {"kept","size"}: how much lies here
//   POST /items/ID/segments/OFFSET   appends the body behind OFFSET bytes
//   POST /items/ID/keep              the upload is whole: kept if its root is the id

#include <optional>
#include <string_view>

#include "node/delivery/fetching.h"
#include "node/submit/institution.h"

namespace comity::service {

/// Answers such a GET; none if it is of another kind. `peer`: who asks; none: the office.
[[nodiscard]] std::optional<message::Response> get_stream(const submit::Institution& institution,
                                                          std::string_view path,
                                                          const std::optional<base::PartyId>& peer);
/// Answers such a POST of the office; none if it is of another kind.
[[nodiscard]] std::optional<message::Response> post_stream(const submit::Institution& institution,
                                                           std::string_view path,
                                                           std::string_view body);

}  // namespace comity::service
