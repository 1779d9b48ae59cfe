#pragma once

// A timestamp beside a proof file (RFC 3161, docs/formats/timestamp.md): one more check of the
// report, and a line of it if it holds.

#include <optional>
#include <string>
#include <string_view>

#include "domain/prooffile/report.h"
#include "domain/prooffile/trust.h"

namespace comity::prooffile {

/// The name of the check in a report.
inline constexpr std::string_view timestamp_check = "timestamp beside the file";

/// What lies beside FILE.
struct TimestampBeside {
    std::string response;                ///< FILE.tsr, DER
    std::optional<std::string> request;  ///< FILE.tsq, DER, for its nonce
};

/// The report with the check of the timestamp. One that is altered, of other bytes or of another
/// request makes the answer INVALID; one that no authority of the trust gave, or that is older than
/// the date of export, NOT PROVEN (DESIGN 5.1).
[[nodiscard]] Report with_timestamp(Report report, std::string_view file,
                                    const TimestampBeside& beside,
                                    const std::optional<Trust>& trust);

}  // namespace comity::prooffile
