#pragma once

// `comity proof timestamp-request`, `timestamp-attach`, `timestamp-check` and `timestamp-trust`: a
// third party's word on when a proof file existed (RFC 3161), kept beside the file as FILE.tsr.

#include <iosfwd>
#include <string>

#include "app/comity/command.h"
#include "ground/crypto/crypto.h"

namespace CLI {
class App;
}

namespace comity::app {

struct TimestampRequestRequest {
    std::string file;
    std::string out;  ///< empty: FILE.tsq
    bool json = false;
};

struct TimestampCheckRequest {
    std::string file;
    std::string response;   ///< empty: FILE.tsr
    std::string request;    ///< empty: FILE.tsq if it is there, else the nonce is not compared
    std::string authority;  ///< PEM, from another way than the response
    bool json = false;
};

struct TimestampTrustRequest {
    std::string trust;
    std::string authority;  ///< PEM
    std::string out;
    bool json = false;
};

/// Writes the trust file with the authorities whose timestamps its readers take.
[[nodiscard]] int run_timestamp_trust(const TimestampTrustRequest& request, std::ostream& out,
                                      std::ostream& err);
/// Writes a request with a fresh nonce.
[[nodiscard]] int run_timestamp_request(const TimestampRequestRequest& request,
                                        crypto::Random& random, std::ostream& out,
                                        std::ostream& err);
/// Verifies the response and, if it holds, keeps it as FILE.tsr.
[[nodiscard]] int run_timestamp_attach(const TimestampCheckRequest& request, std::ostream& out,
                                       std::ostream& err);
/// 0: it holds; 6: altered, or of another file or request; 7: by nobody who is trusted here.
[[nodiscard]] int run_timestamp_check(const TimestampCheckRequest& request, std::ostream& out,
                                      std::ostream& err);

void add_proof_timestamp(CLI::App& proof, Run& run);

}  // namespace comity::app
