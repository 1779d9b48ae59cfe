#pragma once

// The machine's own limit for a stream between two processes: TLS 1.3 over loopback and nothing
// else, a file at one end and a synced file at the other.

#include <filesystem>

#include "ground/base/base.h"

namespace comity::bench {

/// PEM files.
struct BareIdentity {
    std::filesystem::path certificate;
    std::filesystem::path private_key;
};

/// Seconds until all of `from` is in `to`, written and synced; two threads, kernel sockets,
/// OpenSSL.
[[nodiscard]] base::Result<double> bare_tls_seconds(const BareIdentity& identity,
                                                    const std::filesystem::path& from,
                                                    const std::filesystem::path& to);

}  // namespace comity::bench
