#pragma once

// Public keys and their verification. Private keys live behind ports (node/ports), never here.

#include <memory>
#include <string>
#include <string_view>

#include "ground/base/base.h"
#include "ground/codec/codec.h"

namespace comity::crypto {

/// What a signature key may be. The algorithm belongs to the key, it is never taken from a message.
enum class Algorithm { es256, ed25519 };
[[nodiscard]] std::string_view name_of(Algorithm algorithm);  ///< "ES256", "Ed25519" (RFC 9864)

/// A public signature key. JSON form: a JWK with exactly its required members (RFC 7517, RFC 8037).
class PublicKey {
 public:
    PublicKey() = default;
    /// `raw`: 65 bytes 04||x||y on P-256, or 32 bytes of Ed25519. The point is checked.
    [[nodiscard]] static base::Result<PublicKey> from_raw(Algorithm algorithm, base::ByteView raw);
    [[nodiscard]] static base::Result<PublicKey> from_jwk(const codec::Value& jwk);

    [[nodiscard]] codec::Value jwk() const;
    [[nodiscard]] Algorithm algorithm() const { return algorithm_; }
    [[nodiscard]] base::ByteView raw() const { return raw_; }
    /// RFC 7638 thumbprint with SHA-256, computed once; zero for a key that was never read.
    [[nodiscard]] const base::KeyId& id() const { return id_; }

    friend bool operator==(const PublicKey&, const PublicKey&) = default;

 private:
    Algorithm algorithm_ = Algorithm::es256;
    base::Bytes raw_;
    base::KeyId id_;
};

/// A public key made ready for many verifications (parsing a key costs as much as a hash of 10 KB).
/// Copies share the parsed key; verification is safe from several threads.
class Verifier {
 public:
    [[nodiscard]] static base::Result<Verifier> of(const PublicKey& key);
    /// `signature`: 64 bytes, r||s for ES256 (RFC 7518 3.4) or RFC 8032 for Ed25519.
    /// A signature that does not verify is kind invalid.
    [[nodiscard]] base::Result<void> verify(base::ByteView message, base::ByteView signature) const;

 private:
    struct Parsed;
    friend base::Result<void> verify(const PublicKey& key, base::ByteView message,
                                     base::ByteView signature);
    [[nodiscard]] base::Result<void> compute(base::ByteView message,
                                             base::ByteView signature) const;
    explicit Verifier(std::shared_ptr<const Parsed> parsed) : parsed_(std::move(parsed)) {}
    std::shared_ptr<const Parsed> parsed_;  // shared: one parsed key, many holders, immutable
};

/// Verifies once; for many signatures of one key keep a Verifier.
[[nodiscard]] base::Result<void> verify(const PublicKey& key, base::ByteView message,
                                        base::ByteView signature);

/// A public key that items and record keys are sealed to (JWE ECDH-ES+A256KW).
enum class Curve { p256, x25519 };
class SealingKey {
 public:
    SealingKey() = default;
    /// `raw`: 65 bytes 04||x||y on P-256, or 32 bytes of X25519.
    [[nodiscard]] static base::Result<SealingKey> from_raw(Curve curve, base::ByteView raw);
    [[nodiscard]] static base::Result<SealingKey> from_jwk(const codec::Value& jwk);
    [[nodiscard]] codec::Value jwk() const;
    [[nodiscard]] Curve curve() const { return curve_; }
    [[nodiscard]] base::ByteView raw() const { return raw_; }
    [[nodiscard]] base::KeyId id() const;

    friend bool operator==(const SealingKey&, const SealingKey&) = default;

 private:
    Curve curve_ = Curve::p256;
    base::Bytes raw_;
};

}  // namespace comity::crypto

namespace comity::codec {

/// Keys are embedded in messages as JWK objects.
template <>
struct Shape<crypto::PublicKey> {
    static constexpr std::string_view text = "signature key, a JWK on P-256 or Ed25519";
};
template <>
struct Shape<crypto::SealingKey> {
    static constexpr std::string_view text = "sealing key, a JWK on P-256 or X25519";
};
template <>
base::Result<crypto::PublicKey> read<crypto::PublicKey>(const Value& value,
                                                        std::string_view pointer,
                                                        std::size_t limit);
template <>
Value to_value<crypto::PublicKey>(const crypto::PublicKey& key);
template <>
base::Result<crypto::SealingKey> read<crypto::SealingKey>(const Value& value,
                                                          std::string_view pointer,
                                                          std::size_t limit);
template <>
Value to_value<crypto::SealingKey>(const crypto::SealingKey& key);

}  // namespace comity::codec
