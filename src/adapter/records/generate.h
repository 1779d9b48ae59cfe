#pragma once

// Invented records for exercises and tests. The same seed gives the same bytes with every compiler
// and library, so that two people can talk about account 4711.

#include <cstdint>
#include <filesystem>
#include <string>

#include "ground/base/base.h"

namespace comity::records {

inline constexpr std::uint64_t max_generated_accounts = 10'000'000;
/// Access lines for each account: its registration and three others on the average.
inline constexpr std::uint64_t lines_per_account = 4;
/// The generated log ends before this instant (2031-01-01) and begins 360 days earlier.
inline constexpr base::Instant generated_until{1'924'992'000'000};

struct GeneratedRecords {
    std::uint64_t accounts = 0;
    std::uint64_t log_lines = 0;
};

/// Writes accounts.csv and access.log into `folder`, which must exist; files there are replaced.
/// Names are made of syllables, domains end in `.example`, addresses are those that RFC 5737 and
/// RFC 3849 keep for documentation. Kinds too_large, failure.
[[nodiscard]] base::Result<GeneratedRecords> generate_records(const std::filesystem::path& folder,
                                                              std::uint64_t seed,
                                                              std::uint64_t accounts);

/// The name of account `index` (from 0) of the records generated from `seed`.
[[nodiscard]] std::string generated_account(std::uint64_t seed, std::uint64_t index);

}  // namespace comity::records
