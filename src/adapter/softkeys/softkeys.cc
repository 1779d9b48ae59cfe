#include "adapter/softkeys/softkeys.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <utility>

#include "adapter/softkeys/detail/private_key.h"

namespace comity::softkeys {

namespace {

using base::ErrorKind;
using detail::crypto_failure;
using detail::Kind;

using Signature = std::unique_ptr<ECDSA_SIG, detail::Free<ECDSA_SIG_free>>;

constexpr std::size_t signature_size = 64;

/// RFC 7518 3.4: r and s, 32 bytes each, from OpenSSL's DER.
base::Result<base::Bytes> joined_from_der(base::ByteView der) {
    const unsigned char* at = der.data();
    const Signature signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    base::Bytes joined(signature_size);
    if (!signature || BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), joined.data(), 32) != 32 ||
        BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), joined.data() + 32, 32) != 32) {
        return crypto_failure("the signature cannot be brought into its form");
    }
    return joined;
}

base::Result<detail::Key> peer_key(const crypto::SealingKey& peer) {
    EVP_PKEY* made = nullptr;
    switch (peer.curve()) {
        case crypto::Curve::x25519:
            made = EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, peer.raw().data(),
                                               peer.raw().size());
            break;
        case crypto::Curve::p256: {
            base::Bytes raw(peer.raw().begin(), peer.raw().end());
            char group[] = "prime256v1";
            const OSSL_PARAM parameters[] = {
                OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
                OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, raw.data(), raw.size()),
                OSSL_PARAM_construct_end()};
            const detail::KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
            if (context && EVP_PKEY_fromdata_init(context.get()) == 1) {
                EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY,
                                  const_cast<OSSL_PARAM*>(parameters));
            }
            break;
        }
    }
    if (made == nullptr) {
        ERR_clear_error();
        return base::fail(ErrorKind::invalid, "the peer's key is not a point of its curve");
    }
    return detail::Key(made);
}

}  // namespace

SoftSigner::SoftSigner(std::unique_ptr<PrivateKey> key, crypto::PublicKey public_key)
    : key_(std::move(key)), public_key_(std::move(public_key)) {
}
SoftSigner::SoftSigner(SoftSigner&&) noexcept = default;
SoftSigner& SoftSigner::operator=(SoftSigner&&) noexcept = default;
SoftSigner::~SoftSigner() = default;

base::Result<SoftSigner> SoftSigner::of(PrivateKey key) {
    auto algorithm = crypto::Algorithm::es256;
    switch (COMITY_TRY(detail::kind_of(key))) {
        case Kind::p256: break;
        case Kind::ed25519: algorithm = crypto::Algorithm::ed25519; break;
        case Kind::x25519:
            return base::fail(ErrorKind::malformed, "this key cannot sign", "it is X25519",
                              "a signature key is P-256 or Ed25519");
    }
    const base::Bytes raw = COMITY_TRY(detail::public_bytes(key));
    auto public_key = COMITY_TRY(crypto::PublicKey::from_raw(algorithm, raw));
    return SoftSigner(std::make_unique<PrivateKey>(std::move(key)), std::move(public_key));
}

base::Result<SoftSigner> SoftSigner::generate(crypto::Algorithm algorithm) {
    const Kind kind = algorithm == crypto::Algorithm::es256 ? Kind::p256 : Kind::ed25519;
    return of(COMITY_TRY(detail::generate(kind)));
}

base::Result<SoftSigner> SoftSigner::of_secret(crypto::Algorithm algorithm,
                                               const base::SecretBytes& secret) {
    const Kind kind = algorithm == crypto::Algorithm::es256 ? Kind::p256 : Kind::ed25519;
    return of(COMITY_TRY(detail::of_secret(kind, secret.view())));
}

base::Result<SoftSigner> SoftSigner::load(const std::filesystem::path& path) {
    auto signer = of(COMITY_TRY(detail::load(path)));
    if (!signer) {
        return std::unexpected(base::at_place(std::move(signer).error(), path.string()));
    }
    return signer;
}

base::Result<void> SoftSigner::save(const std::filesystem::path& path) const {
    return detail::save(*key_, path);
}

const crypto::PublicKey& SoftSigner::public_key() const {
    return public_key_;
}

base::Result<base::Bytes> SoftSigner::sign(base::ByteView message) {
    const bool es256 = public_key_.algorithm() == crypto::Algorithm::es256;
    const detail::DigestContext context(EVP_MD_CTX_new());
    base::Bytes signature(128);
    std::size_t size = signature.size();
    if (!context ||
        EVP_DigestSignInit(context.get(), nullptr, es256 ? EVP_sha256() : nullptr, nullptr,
                           key_->key.get()) != 1 ||
        EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) !=
            1) {
        return crypto_failure("the message cannot be signed");
    }
    signature.resize(size);
    if (es256) {
        return joined_from_der(signature);
    }
    return signature;
}

SoftSealer::SoftSealer(std::unique_ptr<PrivateKey> key, crypto::SealingKey public_key)
    : key_(std::move(key)), public_key_(std::move(public_key)) {
}
SoftSealer::SoftSealer(SoftSealer&&) noexcept = default;
SoftSealer& SoftSealer::operator=(SoftSealer&&) noexcept = default;
SoftSealer::~SoftSealer() = default;

base::Result<SoftSealer> SoftSealer::of(PrivateKey key) {
    auto curve = crypto::Curve::p256;
    switch (COMITY_TRY(detail::kind_of(key))) {
        case Kind::p256: break;
        case Kind::x25519: curve = crypto::Curve::x25519; break;
        case Kind::ed25519:
            return base::fail(ErrorKind::malformed, "nothing can be sealed to this key",
                              "it is Ed25519", "a sealing key is P-256 or X25519");
    }
    const base::Bytes raw = COMITY_TRY(detail::public_bytes(key));
    auto public_key = COMITY_TRY(crypto::SealingKey::from_raw(curve, raw));
    return SoftSealer(std::make_unique<PrivateKey>(std::move(key)), std::move(public_key));
}

base::Result<SoftSealer> SoftSealer::generate(crypto::Curve curve) {
    const Kind kind = curve == crypto::Curve::p256 ? Kind::p256 : Kind::x25519;
    return of(COMITY_TRY(detail::generate(kind)));
}

base::Result<SoftSealer> SoftSealer::load(const std::filesystem::path& path) {
    auto sealer = of(COMITY_TRY(detail::load(path)));
    if (!sealer) {
        return std::unexpected(base::at_place(std::move(sealer).error(), path.string()));
    }
    return sealer;
}

base::Result<void> SoftSealer::save(const std::filesystem::path& path) const {
    return detail::save(*key_, path);
}

const crypto::SealingKey& SoftSealer::public_key() const {
    return public_key_;
}

base::Result<base::SecretBytes> SoftSealer::agree(const crypto::SealingKey& peer) {
    if (peer.curve() != public_key_.curve()) {
        return base::fail(ErrorKind::invalid, "the peer's key is on another curve than ours");
    }
    const detail::Key other = COMITY_TRY(peer_key(peer));
    const detail::KeyContext context(EVP_PKEY_CTX_new(key_->key.get(), nullptr));
    base::SecretBytes secret(32);
    std::size_t size = secret.size();
    // OpenSSL itself refuses the all-zero secret of a low-order X25519 point (RFC 7748 6.1).
    if (!context || EVP_PKEY_derive_init(context.get()) != 1 ||
        EVP_PKEY_derive_set_peer(context.get(), other.get()) != 1 ||
        EVP_PKEY_derive(context.get(), secret.writable().data(), &size) != 1 || size != 32) {
        ERR_clear_error();
        return base::fail(ErrorKind::invalid, "no secret can be agreed with this key");
    }
    return secret;
}

}  // namespace comity::softkeys
