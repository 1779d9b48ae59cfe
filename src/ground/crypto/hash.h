#pragma once

// SHA-256 and HMAC-SHA-256.

#include <memory>
#include <string_view>

#include "ground/base/base.h"

namespace comity::crypto {

[[nodiscard]] base::Digest sha256(base::ByteView bytes);
[[nodiscard]] base::Digest sha256(std::string_view text);

/// SHA-256 over parts that arrive one after the other.
class Sha256 {
 public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;

    void update(base::ByteView bytes);
    /// The digest of all parts; the object starts anew.
    [[nodiscard]] base::Digest finish();

 private:
    struct State;
    std::unique_ptr<State> state_;
};

[[nodiscard]] base::Digest hmac_sha256(base::ByteView key, base::ByteView message);

/// SHA-256(tag || 00 || message): every hash of Comity says what it is for, so that no bytes of one
/// kind can be taken for another. The tag holds no NUL.
[[nodiscard]] base::Digest tagged_hash(std::string_view tag, base::ByteView message);

}  // namespace comity::crypto
