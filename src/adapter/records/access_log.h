#pragma once

// One line of an access log: `INSTANT ACCOUNT ACTION ADDRESS PORT "USER AGENT"`.

#include <cstdint>
#include <string>
#include <string_view>

#include "ground/base/base.h"

namespace comity::records {

/// The line in its parts; views into the line.
struct AccessParts {
    std::string_view at;
    std::string_view account;
    std::string_view action;
    std::string_view address;
    std::string_view port;
    std::string_view agent;  ///< still with its escapes
};

struct AccessLine {
    base::Instant at;
    std::string account;
    std::string action;   ///< 1 to 32 of a-z and hyphen; `register` and `login` have a meaning here
    std::string address;  ///< IPv4 or IPv6, as the log has it
    std::uint16_t port = 0;
    std::string agent;
    friend bool operator==(const AccessLine&, const AccessLine&) = default;
};

/// Cuts a line into its parts. Kind malformed.
[[nodiscard]] base::Result<AccessParts> split_access_line(std::string_view line);
/// Reads the parts. Kind malformed.
[[nodiscard]] base::Result<AccessLine> read_access(const AccessParts& parts);
/// The line that reads as `access`.
[[nodiscard]] std::string write_access(const AccessLine& access);

}  // namespace comity::records
