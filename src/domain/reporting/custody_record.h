#pragma once

// The custody report as data (docs/formats/custody.md).

#include <string>

#include "domain/reporting/custody.h"

namespace comity::reporting {

inline constexpr std::int64_t custody_version = 1;

/// The whole report as one canonical JSON object and LF; the same report gives the same bytes.
[[nodiscard]] std::string custody_record(const CustodyReport& report);

/// The report as JSON-LD in the words of CASE (case-investigation) and UCO, canonical JSON and LF.
/// What these have no words for stands in members of our own name space.
[[nodiscard]] std::string custody_case(const CustodyReport& report);

}  // namespace comity::reporting
