#pragma once

// Where a database is, in the words of libpq; and what is refused before anything is sent.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ground/base/base.h"

namespace comity::postgres::detail {

inline constexpr std::string_view place_prefix = "postgres:";

/// Settings for libpq, name and value.
struct Place {
    std::vector<std::pair<std::string, std::string>> settings;

    /// Reads `postgres:REST`, where REST is settings (`host=... dbname=...`), the rest of a URI
    /// (`//host/database`) or the path of a file with settings. Adds what is always so: verified
    /// TLS wherever it is no unix socket, writable hosts only, a bound on the silence of a host.
    /// Kind malformed for unknown words, a password, or a setting that weakens TLS; the error never
    /// repeats the place. Kind failure if the file cannot be read.
    [[nodiscard]] static base::Result<Place> parse(std::string_view text);
    /// The same hosts, tried in another order: `first` of them are moved to the end. Hosts of a
    /// service file keep their order.
    [[nodiscard]] Place beginning_with(std::size_t first) const;
};

/// A password in the environment: every process of this account can read it. Kind malformed.
[[nodiscard]] base::Result<void> refuse_password_of_environment();

}  // namespace comity::postgres::detail
