#include "ground/crypto/hash.h"

#include <algorithm>
#include <array>
#include <openssl/crypto.h>

#include "ground/crypto/detail/openssl.h"

namespace comity::crypto {

namespace detail {

const EVP_MD* sha256_algorithm() {
    // Fetching costs more than hashing a tree node, and a fetched algorithm is immutable.
    static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    COMITY_ENSURE(algorithm != nullptr);
    return algorithm;
}

}  // namespace detail

namespace {

constexpr std::size_t block_size = 64;  // of SHA-256, FIPS 180-4

void start(EVP_MD_CTX* context) {
    COMITY_ENSURE(EVP_DigestInit_ex2(context, detail::sha256_algorithm(), nullptr) == 1);
}

void add(EVP_MD_CTX* context, base::ByteView bytes) {
    COMITY_ENSURE(EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1);
}

base::Digest result_of(EVP_MD_CTX* context) {
    base::Digest digest;
    unsigned int size = 0;
    COMITY_ENSURE(EVP_DigestFinal_ex(context, digest.bytes.data(), &size) == 1);
    COMITY_ENSURE(size == digest.bytes.size());
    return digest;
}

/// One context a thread, made ready again: small hashes are what a ledger does all day, and making
/// a context costs as much as the hash.
EVP_MD_CTX* started_context() {
    thread_local const detail::DigestContext context{EVP_MD_CTX_new()};
    COMITY_ENSURE(context != nullptr);
    start(context.get());
    return context.get();
}

}  // namespace

struct Sha256::State {
    detail::DigestContext context{EVP_MD_CTX_new()};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
    COMITY_ENSURE(state_->context != nullptr);
    start(state_->context.get());
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(base::ByteView bytes) {
    add(state_->context.get(), bytes);
}

base::Digest Sha256::finish() {
    const base::Digest digest = result_of(state_->context.get());
    start(state_->context.get());
    return digest;
}

base::Digest sha256(base::ByteView bytes) {
    EVP_MD_CTX* context = started_context();
    add(context, bytes);
    return result_of(context);
}

base::Digest sha256(std::string_view text) {
    return sha256(base::view_of(text));
}

base::Digest hmac_sha256(base::ByteView key, base::ByteView message) {
    // RFC 2104, on the hash above: OpenSSL's EVP_MAC would allocate for every call.
    std::array<std::uint8_t, block_size> padded{};
    if (key.size() > block_size) {
        const base::Digest shortened = sha256(key);
        std::ranges::copy(shortened.bytes, padded.begin());
    } else {
        std::ranges::copy(key, padded.begin());
    }
    const auto pad_with = [&](std::uint8_t pad) {
        std::array<std::uint8_t, block_size> block{};
        for (std::size_t i = 0; i < block_size; ++i) {
            block[i] = static_cast<std::uint8_t>(padded[i] ^ pad);
        }
        return block;
    };
    std::array<std::uint8_t, block_size> inner = pad_with(0x36);
    std::array<std::uint8_t, block_size> outer = pad_with(0x5c);
    EVP_MD_CTX* context = started_context();
    add(context, inner);
    add(context, message);
    const base::Digest inner_digest = result_of(context);
    start(context);
    add(context, outer);
    add(context, inner_digest.bytes);
    const base::Digest digest = result_of(context);
    OPENSSL_cleanse(padded.data(), padded.size());
    OPENSSL_cleanse(inner.data(), inner.size());
    OPENSSL_cleanse(outer.data(), outer.size());
    return digest;
}

base::Digest tagged_hash(std::string_view tag, base::ByteView message) {
    COMITY_ENSURE(tag.find('\0') == std::string_view::npos);
    EVP_MD_CTX* context = started_context();
    add(context, base::view_of(tag));
    const std::array<std::uint8_t, 1> zero{};
    add(context, zero);
    add(context, message);
    return result_of(context);
}

}  // namespace comity::crypto
