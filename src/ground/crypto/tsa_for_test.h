#pragma once

// For tests: a timestamp authority (RFC 3161) with a root, made anew in memory. Nothing is like a
// real one but the formats.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "ground/base/base.h"

namespace comity::crypto::testing {

class TestAuthority {
 public:
    /// What its signing certificate is for.
    enum class Purpose { timestamps, signing_mail };
    struct Terms {
        base::Instant from;   ///< both certificates are valid
        base::Instant until;  ///< up to here
        Purpose purpose = Purpose::timestamps;
    };
    explicit TestAuthority(const Terms& terms);
    TestAuthority(TestAuthority&&) noexcept;
    TestAuthority& operator=(TestAuthority&&) noexcept;
    ~TestAuthority();

    /// The root's certificate, or the signing one, as PEM.
    [[nodiscard]] std::string root_pem() const;
    [[nodiscard]] std::string signer_pem() const;
    /// The response to a request (DER), dated `at`.
    [[nodiscard]] base::Bytes answer(base::ByteView request, base::Instant at) const;
    /// A response that refuses.
    [[nodiscard]] base::Bytes refuse(base::ByteView request) const;

 private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace comity::crypto::testing
