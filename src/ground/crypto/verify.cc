#include <algorithm>
#include <array>

#include "ground/crypto/detail/memory.h"
#include "ground/crypto/detail/openssl.h"
#include "ground/crypto/keys.h"

namespace comity::crypto {

namespace {

constexpr std::size_t signature_size = 64;
constexpr std::size_t integer_size = 32;

/// n, the order of P-256 (SEC 2 2.4.2).
constexpr std::array<std::uint8_t, integer_size> order = {
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};

bool is_in_range(base::ByteView integer) {
    const bool is_zero = std::ranges::all_of(integer, [](std::uint8_t byte) { return byte == 0; });
    return !is_zero && std::ranges::lexicographical_compare(integer, order);
}

/// Appends a positive INTEGER in DER (X.690 8.3): no needless zeros in front, no sign bit.
void append_der_integer(base::Bytes& der, base::ByteView integer) {
    while (integer.size() > 1 && integer.front() == 0) {
        integer = integer.subspan(1);
    }
    const bool needs_zero = (integer.front() & 0x80) != 0;
    der.push_back(0x02);
    der.push_back(static_cast<std::uint8_t>(integer.size() + (needs_zero ? 1 : 0)));
    if (needs_zero) {
        der.push_back(0x00);
    }
    base::append(der, integer);
}

/// ECDSA-Sig-Value (RFC 3279 2.2.3) of r||s; OpenSSL knows no other form.
base::Bytes der_of(base::ByteView signature) {
    base::Bytes integers;
    append_der_integer(integers, signature.first(integer_size));
    append_der_integer(integers, signature.subspan(integer_size));
    base::Bytes der{0x30, static_cast<std::uint8_t>(integers.size())};
    base::append(der, integers);
    return der;
}

detail::Key p256_key(base::ByteView raw) {
    const detail::ParameterBuilder builder(OSSL_PARAM_BLD_new());
    COMITY_ENSURE(builder != nullptr);
    COMITY_ENSURE(OSSL_PARAM_BLD_push_utf8_string(builder.get(), "group", "prime256v1", 0) == 1);
    COMITY_ENSURE(OSSL_PARAM_BLD_push_octet_string(builder.get(), "pub", raw.data(), raw.size()) ==
                  1);
    const detail::Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
    const detail::KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    COMITY_ENSURE(parameters != nullptr && context != nullptr);
    COMITY_ENSURE(EVP_PKEY_fromdata_init(context.get()) == 1);
    EVP_PKEY* key = nullptr;
    if (EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
        return nullptr;
    }
    return detail::Key(key);
}

detail::Key key_of(const PublicKey& key) {
    if (key.raw().empty()) {
        return nullptr;
    }
    switch (key.algorithm()) {
        case Algorithm::es256: return p256_key(key.raw());
        case Algorithm::ed25519:
            return detail::Key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr,
                                                           key.raw().data(), key.raw().size()));
    }
    std::unreachable();
}

std::unexpected<base::Error> bad_signature() {
    return base::fail(base::ErrorKind::invalid, "the signature does not verify");
}

}  // namespace

namespace {

constexpr std::size_t most_remembered = 1U << 17;
constexpr std::size_t most_keys = 1U << 10;

/// Calls `compute` unless this thread remembers that the signature holds.
template <class Compute>
base::Result<void> verify_once(Algorithm algorithm, base::ByteView key, base::ByteView message,
                               base::ByteView signature, Compute compute) {
    detail::Memory* const memory = detail::memory();
    if (memory == nullptr) {
        return compute();
    }
    const base::Digest id = detail::digest_of(algorithm, key, message, signature);
    if (memory->verified.contains(id)) {
        ++memory->repeated;
        return {};
    }
    ++memory->computed;
    COMITY_TRY(compute());
    if (memory->verified.size() < most_remembered) {
        memory->verified.insert(id);
    }
    return {};
}

}  // namespace

struct Verifier::Parsed {
    PublicKey source;
    detail::Key key;
};

base::Result<Verifier> Verifier::of(const PublicKey& key) {
    detail::Key parsed = key_of(key);
    if (parsed == nullptr) {
        return base::fail(base::ErrorKind::invalid, "this is not a usable public key");
    }
    return Verifier(std::make_shared<const Parsed>(key, std::move(parsed)));
}

base::Result<void> Verifier::verify(base::ByteView message, base::ByteView signature) const {
    const PublicKey& key = parsed_->source;
    return verify_once(key.algorithm(), key.raw(), message, signature,
                       [&] { return compute(message, signature); });
}

base::Result<void> Verifier::compute(base::ByteView message, base::ByteView signature) const {
    if (signature.size() != signature_size) {
        return base::fail(base::ErrorKind::invalid, "the signature does not verify",
                          "a signature has 64 bytes");
    }
    base::Bytes encoded(signature.begin(), signature.end());
    const char* digest_name = nullptr;  // Ed25519 hashes by itself
    if (parsed_->source.algorithm() == Algorithm::es256) {
        if (!is_in_range(signature.first(integer_size)) ||
            !is_in_range(signature.subspan(integer_size))) {
            return bad_signature();
        }
        encoded = der_of(signature);
        digest_name = "SHA256";
    }
    const detail::DigestContext context(EVP_MD_CTX_new());
    COMITY_ENSURE(context != nullptr);
    COMITY_ENSURE(EVP_DigestVerifyInit_ex(context.get(), nullptr, digest_name, nullptr, nullptr,
                                          parsed_->key.get(), nullptr) == 1);
    if (EVP_DigestVerify(context.get(), encoded.data(), encoded.size(), message.data(),
                         message.size()) != 1) {
        return bad_signature();
    }
    return {};
}

base::Result<void> verify(const PublicKey& key, base::ByteView message, base::ByteView signature) {
    return verify_once(key.algorithm(), key.raw(), message, signature, [&]() -> base::Result<void> {
        detail::Memory* const memory = detail::memory();
        if (memory == nullptr) {
            return COMITY_TRY(Verifier::of(key)).compute(message, signature);
        }
        // The sizes of raw keys differ by algorithm, so the bytes alone say which key it is.
        base::Bytes raw(key.raw().begin(), key.raw().end());
        auto known = memory->parsed.find(raw);
        if (known == memory->parsed.end()) {
            Verifier verifier = COMITY_TRY(Verifier::of(key));
            if (memory->parsed.size() >= most_keys) {
                memory->parsed.clear();
            }
            known = memory->parsed.emplace(std::move(raw), std::move(verifier)).first;
        }
        return known->second.compute(message, signature);
    });
}

}  // namespace comity::crypto
