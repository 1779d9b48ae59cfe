#pragma once

// softkeys: private keys in files, for nodes without a token.
//
//   softkeys.h   SoftSigner (ports::Signer), SoftSealer (crypto::KeyAgreement)
//   tls.h        a node's TLS key with its self-signed certificate
//   day_keys.h   FileDayKeys (ports::DayKeys), the keys of erasure days
//
// A key file is one unencrypted PKCS#8 PEM ("BEGIN PRIVATE KEY", RFC 7468 section 10), made
// exclusively with mode 0600 and on disk before save() returns; it is never overwritten. A file
// that group or others may read is refused: a key that others had is not a key any more.
//
//     auto signer = COMITY_TRY(softkeys::SoftSigner::generate(crypto::Algorithm::es256));
//     COMITY_TRY(signer.save(folder / "node.key"));

#include <filesystem>
#include <memory>

#include "adapter/softkeys/day_keys.h"  // IWYU pragma: export
#include "adapter/softkeys/tls.h"       // IWYU pragma: export
#include "ground/base/base.h"
#include "ground/crypto/crypto.h"
#include "node/ports/ports.h"

namespace comity::softkeys {

/// A private key as OpenSSL holds it; the type stays in detail/.
struct PrivateKey;

/// A signature key, ES256 (P-256) or Ed25519. Signing is safe from several threads.
class SoftSigner final : public ports::Signer {
 public:
    [[nodiscard]] static base::Result<SoftSigner> generate(crypto::Algorithm algorithm);
    /// The key whose secret these 32 bytes are (RFC 8032's seed, or the scalar on P-256), for keys
    /// that must repeat, as in a simulation. Kind malformed if they are none.
    [[nodiscard]] static base::Result<SoftSigner> of_secret(crypto::Algorithm algorithm,
                                                            const base::SecretBytes& secret);
    /// Kinds: not_found, invalid (others may read the file), malformed (no such key in it).
    [[nodiscard]] static base::Result<SoftSigner> load(const std::filesystem::path& path);
    SoftSigner(SoftSigner&&) noexcept;
    SoftSigner& operator=(SoftSigner&&) noexcept;
    ~SoftSigner() override;

    /// Kind conflict if there is such a file already.
    [[nodiscard]] base::Result<void> save(const std::filesystem::path& path) const;
    [[nodiscard]] const crypto::PublicKey& public_key() const override;
    [[nodiscard]] base::Result<base::Bytes> sign(base::ByteView message) override;

 private:
    SoftSigner(std::unique_ptr<PrivateKey> key, crypto::PublicKey public_key);
    [[nodiscard]] static base::Result<SoftSigner> of(PrivateKey key);

    std::unique_ptr<PrivateKey> key_;
    crypto::PublicKey public_key_;
};

/// A key that opens what was sealed to it, P-256 or X25519. agree() is safe from several threads.
class SoftSealer final : public crypto::KeyAgreement {
 public:
    [[nodiscard]] static base::Result<SoftSealer> generate(crypto::Curve curve);
    /// Kinds as SoftSigner::load.
    [[nodiscard]] static base::Result<SoftSealer> load(const std::filesystem::path& path);
    SoftSealer(SoftSealer&&) noexcept;
    SoftSealer& operator=(SoftSealer&&) noexcept;
    ~SoftSealer() override;

    /// Kind conflict if there is such a file already.
    [[nodiscard]] base::Result<void> save(const std::filesystem::path& path) const;
    [[nodiscard]] const crypto::SealingKey& public_key() const override;
    [[nodiscard]] base::Result<base::SecretBytes> agree(const crypto::SealingKey& peer) override;

 private:
    SoftSealer(std::unique_ptr<PrivateKey> key, crypto::SealingKey public_key);
    [[nodiscard]] static base::Result<SoftSealer> of(PrivateKey key);

    std::unique_ptr<PrivateKey> key_;
    crypto::SealingKey public_key_;
};

}  // namespace comity::softkeys
