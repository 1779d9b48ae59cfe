#include "adapter/softkeys/tls.h"

#include <algorithm>
#include <array>
#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string>
#include <utility>

#include "adapter/softkeys/detail/files.h"
#include "adapter/softkeys/detail/private_key.h"
#include "ground/crypto/hash.h"

namespace comity::softkeys {

namespace {

using base::ErrorKind;
using detail::crypto_failure;
using detail::Free;

using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;

constexpr long one_day_seconds = 24 * 3600;
constexpr int valid_days = 3652;  // ten years

base::Result<void> add_extension(X509& certificate, int name, const char* value) {
    X509V3_CTX context{};
    X509V3_set_ctx(&context, &certificate, &certificate, nullptr, nullptr, 0);
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, name, value));
    if (!extension || X509_add_ext(&certificate, extension.get(), -1) != 1) {
        return crypto_failure("an extension cannot be put into the certificate");
    }
    return {};
}

base::Result<void> set_random_serial(X509& certificate) {
    std::array<unsigned char, 16> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
        return crypto_failure("there is no randomness for a serial number");
    }
    bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7f) | 0x40);  // positive, no leading zero
    BIGNUM* number = BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr);
    const bool set = number != nullptr &&
                     BN_to_ASN1_INTEGER(number, X509_get_serialNumber(&certificate)) != nullptr;
    BN_free(number);
    if (!set) {
        return crypto_failure("the certificate cannot be given a serial number");
    }
    return {};
}

base::Result<Certificate> make_certificate(const PrivateKey& key, std::string_view common_name) {
    Certificate made(X509_new());
    if (!made) {
        return crypto_failure("a certificate cannot be made");
    }
    X509& certificate = *made;
    COMITY_TRY(set_random_serial(certificate));
    X509_NAME* const name = X509_get_subject_name(&certificate);
    // A day earlier, so that a peer whose clock is a little slow still takes it.
    const bool filled =
        X509_set_version(&certificate, X509_VERSION_3) == 1 &&
        X509_gmtime_adj(X509_getm_notBefore(&certificate), -one_day_seconds) != nullptr &&
        X509_time_adj_ex(X509_getm_notAfter(&certificate), valid_days, 0, nullptr) != nullptr &&
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>(common_name.data()),
                                   static_cast<int>(common_name.size()), -1, 0) == 1 &&
        X509_set_issuer_name(&certificate, name) == 1 &&
        X509_set_pubkey(&certificate, key.key.get()) == 1;
    if (!filled) {
        return crypto_failure("the certificate cannot be filled in");
    }
    COMITY_TRY(add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE"));
    COMITY_TRY(add_extension(certificate, NID_key_usage, "critical,digitalSignature"));
    COMITY_TRY(add_extension(certificate, NID_ext_key_usage, "serverAuth,clientAuth"));
    COMITY_TRY(add_extension(certificate, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1"));
    if (X509_sign(&certificate, key.key.get(), EVP_sha256()) == 0) {
        return crypto_failure("the certificate cannot be signed");
    }
    return made;
}

base::Result<base::Digest> spki_digest_of(const X509& certificate) {
    unsigned char* der = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(&certificate), &der);
    if (size <= 0) {
        return crypto_failure("the certificate's public key cannot be read");
    }
    const base::Digest digest = crypto::sha256(base::ByteView(der, static_cast<std::size_t>(size)));
    OPENSSL_free(der);
    return digest;
}

base::Result<void> check_common_name(std::string_view name) {
    const bool printable =
        std::all_of(name.begin(), name.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
    if (name.empty() || name.size() > 64 || !printable) {
        return base::fail(ErrorKind::malformed, "this cannot be the name in a certificate", {},
                          "a common name has 1 to 64 characters of printable ASCII");
    }
    return {};
}

}  // namespace

base::Result<TlsFiles> make_tls_identity(const std::filesystem::path& folder,
                                         std::string_view common_name) {
    COMITY_TRY(check_common_name(common_name));
    TlsFiles files{folder / "tls.crt", folder / "tls.key", {}};
    if (detail::exists(files.certificate)) {
        auto error = base::fail(ErrorKind::conflict, "there is a TLS identity already", {},
                                "keep it, or move it away to make another one");
        error.error().place = files.certificate.string();
        return error;
    }
    if (!detail::exists(files.private_key)) {
        const PrivateKey fresh = COMITY_TRY(detail::generate(detail::Kind::p256));
        COMITY_TRY(detail::save(fresh, files.private_key));
    }
    const PrivateKey key = COMITY_TRY(detail::load(files.private_key));
    if (COMITY_TRY(detail::kind_of(key)) != detail::Kind::p256) {
        auto error = base::fail(ErrorKind::malformed, "the TLS key is not on P-256");
        error.error().place = files.private_key.string();
        return error;
    }
    const Certificate certificate = COMITY_TRY(make_certificate(key, common_name));
    files.spki = COMITY_TRY(spki_digest_of(*certificate));
    const detail::Bio bio(BIO_new(BIO_s_mem()));
    if (!bio || PEM_write_bio_X509(bio.get(), certificate.get()) != 1) {
        return crypto_failure("the certificate cannot be written as PEM");
    }
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    const base::ByteView pem =
        base::view_of(std::string_view(text, static_cast<std::size_t>(size)));
    COMITY_TRY(detail::write_new_file(files.certificate, pem, detail::Access::everyone_reads));
    return files;
}

base::Result<base::Digest> spki_digest(const std::filesystem::path& certificate) {
    const base::SecretBytes text =
        COMITY_TRY(detail::read_file(certificate, detail::Access::everyone_reads));
    const detail::Bio bio(BIO_new_mem_buf(text.view().data(), static_cast<int>(text.size())));
    // The callback gives no password, so that an encrypted block cannot ask at a terminal.
    const auto no_password = [](char*, int, int, void*) { return -1; };
    const Certificate parsed(bio ? PEM_read_bio_X509(bio.get(), nullptr, no_password, nullptr)
                                 : nullptr);
    if (!parsed) {
        ERR_clear_error();
        auto error = base::fail(ErrorKind::malformed, "there is no certificate in this file",
                                "the file is no PEM, or it is cut off",
                                "a certificate begins with -----BEGIN CERTIFICATE-----");
        error.error().place = certificate.string();
        return error;
    }
    return spki_digest_of(*parsed);
}

}  // namespace comity::softkeys
