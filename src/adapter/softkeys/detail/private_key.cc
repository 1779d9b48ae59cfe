#include "adapter/softkeys/detail/private_key.h"

#include <array>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string>
#include <string_view>
#include <utility>

#include "adapter/softkeys/detail/files.h"

namespace comity::softkeys::detail {

namespace {

using base::ErrorKind;

using Pkcs8 = std::unique_ptr<PKCS8_PRIV_KEY_INFO, Free<PKCS8_PRIV_KEY_INFO_free>>;
using Number = std::unique_ptr<BIGNUM, Free<BN_free>>;

constexpr std::string_view curve_name = "prime256v1";

/// One PEM block; wiped when it dies.
struct PemBlock {
    std::string label;
    base::SecretBytes der;
};

base::Result<PemBlock> read_pem(base::ByteView text) {
    const Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    char* name = nullptr;
    char* header = nullptr;
    unsigned char* data = nullptr;
    long size = 0;
    if (!bio || PEM_read_bio(bio.get(), &name, &header, &data, &size) != 1) {
        ERR_clear_error();
        return base::fail(ErrorKind::malformed, "there is no whole PEM block in this file",
                          "the file is no PEM, or it is cut off",
                          "a key file begins with -----BEGIN PRIVATE KEY-----");
    }
    PemBlock block{name, base::SecretBytes(base::Bytes(data, data + size))};
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_clear_free(data, static_cast<std::size_t>(size));
    return block;
}

base::Result<PrivateKey> key_of(const PemBlock& block) {
    if (block.label == "ENCRYPTED PRIVATE KEY") {
        return base::fail(ErrorKind::malformed, "this private key is locked by a password",
                          "a node starts without a person beside it",
                          "write it with: openssl pkcs8 -topk8 -nocrypt");
    }
    if (block.label != "PRIVATE KEY") {
        return base::fail(ErrorKind::malformed, "this PEM block is no PKCS#8 private key",
                          "it is labelled " + block.label.substr(0, 40),
                          "write it with: openssl pkcs8 -topk8 -nocrypt");
    }
    const unsigned char* at = block.der.view().data();
    const unsigned char* const end = at + block.der.size();
    const Pkcs8 info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(block.der.size())));
    PrivateKey key{Key(info && at == end ? EVP_PKCS82PKEY(info.get()) : nullptr)};
    if (!key.key) {
        ERR_clear_error();
        return base::fail(ErrorKind::malformed, "the private key in this file cannot be read",
                          "its PKCS#8 is damaged or of an unknown kind");
    }
    return key;
}

}  // namespace

std::unexpected<base::Error> crypto_failure(std::string what) {
    std::array<char, 256> text{};
    const unsigned long code = ERR_get_error();
    if (code != 0) {
        ERR_error_string_n(code, text.data(), text.size());
    }
    ERR_clear_error();
    return base::fail(ErrorKind::failure, std::move(what), text.data());
}

base::Result<PrivateKey> generate(Kind kind) {
    EVP_PKEY* made = nullptr;
    switch (kind) {
        case Kind::p256: made = EVP_EC_gen(curve_name.data()); break;
        case Kind::ed25519: made = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"); break;
        case Kind::x25519: made = EVP_PKEY_Q_keygen(nullptr, nullptr, "X25519"); break;
    }
    if (made == nullptr) {
        return crypto_failure("a key cannot be made");
    }
    return PrivateKey{Key(made)};
}

base::Result<PrivateKey> of_secret(Kind kind, base::ByteView secret) {
    // PKCS#8 (RFC 5958) up to the secret itself: RFC 8410 section 7 and RFC 5915 section 3, whose
    // public half is left out and follows from the secret.
    std::string_view head = "302e020100300506032b657004220420";
    switch (kind) {
        case Kind::ed25519: break;
        case Kind::p256:
            head = "3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420";
            break;
        case Kind::x25519: head = "302e020100300506032b656e04220420"; break;
    }
    if (secret.size() != 32) {
        return base::fail(ErrorKind::malformed, "a private key has 32 bytes");
    }
    base::Bytes der = COMITY_TRY(base::from_hex(head));
    base::append(der, secret);
    return key_of(PemBlock{"PRIVATE KEY", base::SecretBytes(std::move(der))});
}

base::Result<PrivateKey> load(const std::filesystem::path& path) {
    const base::SecretBytes text = COMITY_TRY(read_file(path, Access::owner_only));
    auto block = read_pem(text.view());
    if (!block) {
        return std::unexpected(base::at_place(std::move(block).error(), path.string()));
    }
    auto key = key_of(*block);
    if (!key) {
        return std::unexpected(base::at_place(std::move(key).error(), path.string()));
    }
    return key;
}

base::Result<void> save(const PrivateKey& key, const std::filesystem::path& path) {
    // Secure memory, so that the text does not stay behind in the heap.
    const Bio bio(BIO_new(BIO_s_secmem()));
    if (!bio || PEM_write_bio_PKCS8PrivateKey(bio.get(), key.key.get(), nullptr, nullptr, 0,
                                              nullptr, nullptr) != 1) {
        return crypto_failure("the private key cannot be written as PEM");
    }
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    return write_new_file(path,
                          base::view_of(std::string_view(text, static_cast<std::size_t>(size))),
                          Access::owner_only);
}

base::Result<Kind> kind_of(const PrivateKey& key) {
    if (EVP_PKEY_is_a(key.key.get(), "ED25519") == 1) {
        return Kind::ed25519;
    }
    if (EVP_PKEY_is_a(key.key.get(), "X25519") == 1) {
        return Kind::x25519;
    }
    std::array<char, 64> group{};
    if (EVP_PKEY_is_a(key.key.get(), "EC") == 1 &&
        EVP_PKEY_get_group_name(key.key.get(), group.data(), group.size(), nullptr) == 1 &&
        std::string_view(group.data()) == curve_name) {
        return Kind::p256;
    }
    ERR_clear_error();
    const char* name = EVP_PKEY_get0_type_name(key.key.get());
    return base::fail(ErrorKind::malformed, "Comity does not use this kind of key",
                      std::string("it is ") + (name != nullptr ? name : "unknown") +
                          (group[0] != 0 ? std::string(" on ") + group.data() : std::string()),
                      "keys are P-256, Ed25519 or X25519");
}

base::Result<base::Bytes> public_bytes(const PrivateKey& key) {
    if (COMITY_TRY(kind_of(key)) != Kind::p256) {
        base::Bytes raw(32);
        std::size_t size = raw.size();
        if (EVP_PKEY_get_raw_public_key(key.key.get(), raw.data(), &size) != 1 || size != 32) {
            return crypto_failure("the public half of the key cannot be read");
        }
        return raw;
    }
    // By coordinates: the key's own encoding would follow the point form that its file used.
    BIGNUM* x = nullptr;
    BIGNUM* y = nullptr;
    EVP_PKEY_get_bn_param(key.key.get(), OSSL_PKEY_PARAM_EC_PUB_X, &x);
    EVP_PKEY_get_bn_param(key.key.get(), OSSL_PKEY_PARAM_EC_PUB_Y, &y);
    const Number own_x(x);
    const Number own_y(y);
    base::Bytes raw(65);
    raw[0] = 0x04;
    if (!own_x || !own_y || BN_bn2binpad(x, raw.data() + 1, 32) != 32 ||
        BN_bn2binpad(y, raw.data() + 33, 32) != 32) {
        return crypto_failure("the public half of the key cannot be read");
    }
    return raw;
}

}  // namespace comity::softkeys::detail
