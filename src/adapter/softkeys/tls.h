#pragma once

// A node's TLS identity. Nodes trust keys, not authorities: peers pin the SHA-256 of the public key
// (SubjectPublicKeyInfo), so the certificate is self-signed and its names are for people only.

#include <filesystem>
#include <string_view>

#include "ground/base/base.h"

namespace comity::softkeys {

/// Where the two files stand and what peers pin.
struct TlsFiles {
    std::filesystem::path certificate;  ///< `tls.crt`, X.509 v3 in PEM
    std::filesystem::path private_key;  ///< `tls.key`, PKCS#8 in PEM, mode 0600
    base::Digest spki;                  ///< SHA-256 of the SubjectPublicKeyInfo in DER
};

/// Makes a P-256 key and a self-signed certificate for ten years (names: localhost, 127.0.0.1; for
/// server and client authentication) as `tls.key` and `tls.crt` in `folder`, which must exist.
/// If only the key is there (a run that was cut off), its certificate is made; kind conflict if
/// both are. `common_name`: 1 to 64 characters of printable ASCII (X.520 ub-common-name).
[[nodiscard]] base::Result<TlsFiles> make_tls_identity(const std::filesystem::path& folder,
                                                       std::string_view common_name);

/// The SHA-256 of the SubjectPublicKeyInfo of the first certificate in a PEM file: what peers pin.
[[nodiscard]] base::Result<base::Digest> spki_digest(const std::filesystem::path& certificate);

}  // namespace comity::softkeys
