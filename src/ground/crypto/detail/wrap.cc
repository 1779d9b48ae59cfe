#include "ground/crypto/detail/wrap.h"

#include <algorithm>
#include <array>

#include "ground/crypto/detail/openssl.h"
#include "ground/crypto/hash.h"

namespace comity::crypto::detail {

namespace {

const EVP_CIPHER* gcm() {
    static const Cipher cipher(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr));
    COMITY_ENSURE(cipher != nullptr);
    return cipher.get();
}

const EVP_CIPHER* key_wrap() {
    static const Cipher cipher(EVP_CIPHER_fetch(nullptr, "AES-256-WRAP", nullptr));
    COMITY_ENSURE(cipher != nullptr);
    return cipher.get();
}

CipherContext new_context() {
    CipherContext context(EVP_CIPHER_CTX_new());
    COMITY_ENSURE(context != nullptr);
    return context;
}

void append_u32(base::Bytes& out, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) {
        out.push_back(static_cast<std::uint8_t>(value >> shift));
    }
}

/// Runs `step` over pieces whose length fits the int that OpenSSL counts in.
template <class Step>
void in_pieces(base::ByteView input, Step step) {
    constexpr std::size_t piece = std::size_t{1} << 30;
    while (!input.empty()) {
        const base::ByteView part = input.first(std::min(input.size(), piece));
        step(part);
        input = input.subspan(part.size());
    }
}

}  // namespace

base::SecretBytes concat_kdf(const base::SecretBytes& secret, std::string_view algorithm,
                             base::ByteView apu, base::ByteView apv, std::size_t key_bytes) {
    COMITY_ENSURE(key_bytes <= key_size);
    base::Bytes other_info;
    base::append_length_prefixed(other_info, base::view_of(algorithm));
    base::append_length_prefixed(other_info, apu);
    base::append_length_prefixed(other_info, apv);
    append_u32(other_info, static_cast<std::uint32_t>(key_bytes * 8));
    Sha256 hash;
    constexpr std::array<std::uint8_t, 4> round = {0, 0, 0, 1};
    hash.update(round);
    hash.update(secret.view());
    hash.update(other_info);
    base::Digest digest = hash.finish();
    base::SecretBytes key(key_bytes);
    std::ranges::copy(digest.view().first(key_bytes), key.writable().begin());
    base::wipe(digest.bytes);
    return key;
}

base::Bytes wrap_key(const base::SecretBytes& wrapping, const base::SecretBytes& wrapped) {
    COMITY_ENSURE(wrapping.size() == key_size && wrapped.size() == key_size);
    const CipherContext context = new_context();
    EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    COMITY_ENSURE(EVP_EncryptInit_ex2(context.get(), key_wrap(), wrapping.view().data(), nullptr,
                                      nullptr) == 1);
    base::Bytes out(wrapped_size);
    int written = 0;
    COMITY_ENSURE(EVP_EncryptUpdate(context.get(), out.data(), &written, wrapped.view().data(),
                                    static_cast<int>(wrapped.size())) == 1);
    COMITY_ENSURE(written == static_cast<int>(wrapped_size));
    return out;
}

base::Result<base::SecretBytes> unwrap_key(const base::SecretBytes& wrapping,
                                           base::ByteView wrapped) {
    COMITY_ENSURE(wrapping.size() == key_size);
    const auto refused = [] {
        return base::fail(base::ErrorKind::invalid, "a wrapped key does not open");
    };
    if (wrapped.size() != wrapped_size) {
        return refused();
    }
    const CipherContext context = new_context();
    EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    COMITY_ENSURE(EVP_DecryptInit_ex2(context.get(), key_wrap(), wrapping.view().data(), nullptr,
                                      nullptr) == 1);
    base::SecretBytes out(wrapped_size);  // OpenSSL may use as much as the input has
    int written = 0;
    if (EVP_DecryptUpdate(context.get(), out.writable().data(), &written, wrapped.data(),
                          static_cast<int>(wrapped.size())) != 1 ||
        written != static_cast<int>(key_size)) {
        return refused();
    }
    base::SecretBytes key(key_size);
    std::ranges::copy(out.view().first(key_size), key.writable().begin());
    return key;
}

base::Bytes gcm_encrypt(const base::SecretBytes& key, base::ByteView nonce,
                        base::ByteView plaintext, base::ByteView context) {
    COMITY_ENSURE(key.size() == key_size && nonce.size() == nonce_size);
    const CipherContext cipher = new_context();
    COMITY_ENSURE(
        EVP_EncryptInit_ex2(cipher.get(), gcm(), key.view().data(), nonce.data(), nullptr) == 1);
    int written = 0;
    in_pieces(context, [&](base::ByteView part) {
        COMITY_ENSURE(EVP_EncryptUpdate(cipher.get(), nullptr, &written, part.data(),
                                        static_cast<int>(part.size())) == 1);
    });
    base::Bytes out(plaintext.size() + tag_size);
    std::size_t done = 0;
    in_pieces(plaintext, [&](base::ByteView part) {
        COMITY_ENSURE(EVP_EncryptUpdate(cipher.get(), out.data() + done, &written, part.data(),
                                        static_cast<int>(part.size())) == 1);
        done += static_cast<std::size_t>(written);
    });
    COMITY_ENSURE(EVP_EncryptFinal_ex(cipher.get(), out.data() + done, &written) == 1);
    COMITY_ENSURE(done == plaintext.size() && written == 0);
    COMITY_ENSURE(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_GET_TAG,
                                      static_cast<int>(tag_size), out.data() + done) == 1);
    return out;
}

base::Result<base::SecretBytes> gcm_decrypt(const base::SecretBytes& key, base::ByteView nonce,
                                            base::ByteView ciphertext, base::ByteView tag,
                                            base::ByteView context) {
    COMITY_ENSURE(key.size() == key_size);
    const auto refused = [] {
        return base::fail(base::ErrorKind::invalid, "the sealed bytes do not open",
                          "they were altered, or belong to another key or context");
    };
    if (nonce.size() != nonce_size || tag.size() != tag_size) {
        return refused();
    }
    const CipherContext cipher = new_context();
    COMITY_ENSURE(
        EVP_DecryptInit_ex2(cipher.get(), gcm(), key.view().data(), nonce.data(), nullptr) == 1);
    int written = 0;
    in_pieces(context, [&](base::ByteView part) {
        COMITY_ENSURE(EVP_DecryptUpdate(cipher.get(), nullptr, &written, part.data(),
                                        static_cast<int>(part.size())) == 1);
    });
    base::SecretBytes out(ciphertext.size());
    std::size_t done = 0;
    in_pieces(ciphertext, [&](base::ByteView part) {
        COMITY_ENSURE(EVP_DecryptUpdate(cipher.get(), out.writable().data() + done, &written,
                                        part.data(), static_cast<int>(part.size())) == 1);
        done += static_cast<std::size_t>(written);
    });
    base::Bytes expected(tag.begin(),
                         tag.end());  // OpenSSL takes the tag through a mutable pointer
    COMITY_ENSURE(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_SET_TAG,
                                      static_cast<int>(expected.size()), expected.data()) == 1);
    std::array<std::uint8_t, tag_size> rest{};
    if (EVP_DecryptFinal_ex(cipher.get(), rest.data(), &written) != 1) {
        return refused();  // `out` wipes itself
    }
    return out;
}

}  // namespace comity::crypto::detail
