#pragma once

// The machine's own limits, measured in the same run as what is held against them.

#include <filesystem>
#include <vector>

#include "ground/base/base.h"

namespace comity::bench {

/// Verifications of ES256 over 200 bytes by one thread, per second.
[[nodiscard]] base::Result<double> p256_verifications_per_second();
/// Seconds of appending 4 KiB to a file in `folder` and fdatasync, each time.
[[nodiscard]] base::Result<std::vector<double>> fdatasync_seconds(
    const std::filesystem::path& folder);
/// The value below which `share` (0 to 1) of the values lie.
[[nodiscard]] double percentile(std::vector<double> values, double share);

}  // namespace comity::bench
