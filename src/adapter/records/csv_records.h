#pragma once

// A provider's records in a folder.

#include <filesystem>
#include <string>
#include <string_view>

#include "node/ports/ports.h"

namespace comity::records {

/// Header line of accounts.csv.
inline constexpr std::string_view accounts_header =
    "account,name,registered,street,city,country,phone,recovery_address,status";

/// An account name with its domain in lower case; the part before the @ is kept as it is, because
/// only the provider that made it can say whether its case counts (RFC 5321 2.4). Kind malformed.
[[nodiscard]] base::Result<std::string> fold_account(std::string_view account);

/// Searches the files anew for each query, in one pass each and constant memory but for the answer.
/// The files are only read; they must not change during a search. Safe to use from several threads.
class CsvRecords final : public ports::RecordHolder {
 public:
    explicit CsvRecords(std::filesystem::path folder) : folder_(std::move(folder)) {}

    /// Kinds: malformed (the query; a damaged file, place FILE:LINE), not_found (a category that is
    /// not kept here, a missing file), too_large (more than max_access_lines), failure.
    [[nodiscard]] base::Result<ports::RecordAnswer> find(const ports::RecordQuery& query) override;

 private:
    std::filesystem::path folder_;
};

}  // namespace comity::records
