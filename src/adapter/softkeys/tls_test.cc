#include "adapter/softkeys/tls.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string>

#include "adapter/softkeys/detail/private_key.h"
#include "adapter/softkeys/detail/testing.h"

namespace comity::softkeys {
namespace {

using base::ErrorKind;
using detail::TestFolder;

using Certificate = std::unique_ptr<X509, detail::Free<X509_free>>;

Certificate parsed(const std::filesystem::path& path) {
    const std::string text = detail::read_text(path);
    const detail::Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    return Certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

TEST(TlsIdentity, is_a_self_signed_certificate_for_server_and_client) {
    const TestFolder folder;
    const auto files = make_tls_identity(folder.path(), "xa-prosecution");
    ASSERT_TRUE(files) << files.error().text();
    EXPECT_EQ(detail::mode_of(files->private_key), 0600U);
    EXPECT_EQ(detail::mode_of(files->certificate), 0644U);

    const Certificate certificate = parsed(files->certificate);
    ASSERT_TRUE(certificate);
    EXPECT_EQ(X509_verify(certificate.get(), X509_get0_pubkey(certificate.get())), 1);
    EXPECT_EQ(X509_get_version(certificate.get()), X509_VERSION_3);
    EXPECT_EQ(X509_check_host(certificate.get(), "localhost", 0, 0, nullptr), 1);
    EXPECT_EQ(X509_check_ip_asc(certificate.get(), "127.0.0.1", 0), 1);
    EXPECT_EQ(X509_check_host(certificate.get(), "example.org", 0, 0, nullptr), 0);
    EXPECT_EQ(X509_get_extended_key_usage(certificate.get()),
              static_cast<unsigned>(XKU_SSL_SERVER | XKU_SSL_CLIENT));
    EXPECT_EQ(X509_check_ca(certificate.get()), 0);
    EXPECT_EQ(X509_cmp_current_time(X509_get0_notBefore(certificate.get())), -1);
    time_t in_nine_years = time(nullptr) + time_t{9} * 365 * 24 * 3600;
    EXPECT_EQ(X509_cmp_time(X509_get0_notAfter(certificate.get()), &in_nine_years), 1);
    time_t in_eleven_years = time(nullptr) + time_t{11} * 365 * 24 * 3600;
    EXPECT_EQ(X509_cmp_time(X509_get0_notAfter(certificate.get()), &in_eleven_years), -1);
}

TEST(TlsIdentity, key_and_certificate_belong_together_and_the_digest_is_of_their_key) {
    const TestFolder folder;
    const auto files = make_tls_identity(folder.path(), "xa-prosecution");
    ASSERT_TRUE(files);
    auto key = detail::load(files->private_key);
    ASSERT_TRUE(key);
    const Certificate certificate = parsed(files->certificate);
    ASSERT_TRUE(certificate);
    EXPECT_EQ(X509_check_private_key(certificate.get(), key->key.get()), 1);
    const auto digest = spki_digest(files->certificate);
    ASSERT_TRUE(digest);
    EXPECT_EQ(*digest, files->spki);
    // The slow twin: the digest over the key's own DER, by another way through OpenSSL.
    base::Digest own;
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key->key.get(), &der);
    ASSERT_GT(size, 0);
    ASSERT_EQ(EVP_Digest(der, static_cast<std::size_t>(size), own.bytes.data(), nullptr,
                         EVP_sha256(), nullptr),
              1);
    OPENSSL_free(der);
    EXPECT_EQ(own, *digest);
}

TEST(TlsIdentity, two_identities_differ) {
    const TestFolder one;
    const TestFolder other;
    const auto first = make_tls_identity(one.path(), "same-name");
    const auto second = make_tls_identity(other.path(), "same-name");
    ASSERT_TRUE(first && second);
    EXPECT_NE(first->spki, second->spki);
}

TEST(TlsIdentity, is_never_overwritten) {
    const TestFolder folder;
    ASSERT_TRUE(make_tls_identity(folder.path(), "xa-prosecution"));
    const std::string key = detail::read_text(folder.path() / "tls.key");
    const std::string certificate = detail::read_text(folder.path() / "tls.crt");
    const auto again = make_tls_identity(folder.path(), "xa-prosecution");
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, ErrorKind::conflict);
    EXPECT_EQ(detail::read_text(folder.path() / "tls.key"), key);
    EXPECT_EQ(detail::read_text(folder.path() / "tls.crt"), certificate);
}

TEST(TlsIdentity, keeps_the_key_of_a_run_that_was_cut_off) {
    const TestFolder folder;
    const auto first = make_tls_identity(folder.path(), "xa-prosecution");
    ASSERT_TRUE(first);
    std::filesystem::remove(folder.path() / "tls.crt");
    const auto second = make_tls_identity(folder.path(), "xa-prosecution");
    ASSERT_TRUE(second);
    EXPECT_EQ(second->spki, first->spki);
}

TEST(TlsIdentity, refuses_names_that_a_certificate_cannot_carry) {
    const TestFolder folder;
    const std::string too_long(65, 'x');
    for (const std::string_view name :
         {std::string_view(), std::string_view(too_long), std::string_view("new\nline"),
          std::string_view("\xc3\xa9")}) {
        const auto made = make_tls_identity(folder.path(), name);
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().kind, ErrorKind::malformed);
    }
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
    EXPECT_FALSE(make_tls_identity(folder.path() / "missing", "name"));
}

TEST(TlsIdentity, spki_digest_refuses_what_is_no_certificate) {
    const TestFolder folder;
    const auto files = make_tls_identity(folder.path(), "xa-prosecution");
    ASSERT_TRUE(files);
    const auto of_key = spki_digest(files->private_key);
    ASSERT_FALSE(of_key);
    EXPECT_EQ(of_key.error().kind, ErrorKind::malformed);
    const auto missing = spki_digest(folder.path() / "missing.crt");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
    const std::string whole = detail::read_text(files->certificate);
    for (std::size_t size = 0; size + 1 < whole.size(); size += 7) {
        detail::write_text(folder.path() / "cut.crt", whole.substr(0, size));
        EXPECT_FALSE(spki_digest(folder.path() / "cut.crt")) << size;
    }
}

}  // namespace
}  // namespace comity::softkeys
