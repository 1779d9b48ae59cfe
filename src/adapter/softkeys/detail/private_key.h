#pragma once

// A private key as OpenSSL holds it, and its PEM form. EVP only.

#include <filesystem>
#include <memory>
#include <openssl/bio.h>
#include <openssl/evp.h>

#include "ground/base/base.h"

namespace comity::softkeys {

namespace detail {

/// Deleter for OpenSSL's types: `std::unique_ptr<X, Free<X_free>>`.
template <auto function>
struct Free {
    template <class T>
    void operator()(T* object) const {
        function(object);
    }
};

using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;

}  // namespace detail

struct PrivateKey {
    detail::Key key;
};

namespace detail {

/// The kinds of key that Comity keeps in files.
enum class Kind { p256, ed25519, x25519 };

/// Kind failure, with what OpenSSL has to say about it; empties OpenSSL's error queue.
[[nodiscard]] std::unexpected<base::Error> crypto_failure(std::string what);

[[nodiscard]] base::Result<PrivateKey> generate(Kind kind);
/// The key whose secret these 32 bytes are: RFC 8032's seed, or the scalar on P-256, big-endian.
/// Kind malformed if they are none.
[[nodiscard]] base::Result<PrivateKey> of_secret(Kind kind, base::ByteView secret);
[[nodiscard]] base::Result<PrivateKey> load(const std::filesystem::path& path);
[[nodiscard]] base::Result<void> save(const PrivateKey& key, const std::filesystem::path& path);
/// Kind malformed for a key of any other kind.
[[nodiscard]] base::Result<Kind> kind_of(const PrivateKey& key);
/// 65 bytes 04||x||y on P-256, else 32 bytes.
[[nodiscard]] base::Result<base::Bytes> public_bytes(const PrivateKey& key);

}  // namespace detail
}  // namespace comity::softkeys
