#include "ground/crypto/tsa_for_test.h"

#include <openssl/pem.h>
#include <openssl/ts.h>
#include <openssl/x509v3.h>

#include "ground/crypto/detail/openssl.h"

namespace comity::crypto::testing {
namespace {

using detail::Release;
using Certificate = std::unique_ptr<X509, Release<X509_free>>;
using Memory = std::unique_ptr<BIO, Release<BIO_free_all>>;
using Responder = std::unique_ptr<TS_RESP_CTX, Release<TS_RESP_CTX_free>>;
using Response = std::unique_ptr<TS_RESP, Release<TS_RESP_free>>;

detail::Key new_key() {
    return detail::Key(EVP_EC_gen("P-256"));
}

void extend(X509* certificate, X509* issuer, int kind, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, Release<X509_EXTENSION_free>> extension(
        X509V3_EXT_conf_nid(nullptr, &context, kind, value));
    COMITY_ENSURE(extension != nullptr);
    X509_add_ext(certificate, extension.get(), -1);
}

Certificate new_certificate(const char* name, EVP_PKEY* key, const TestAuthority::Terms& terms,
                            long serial) {
    Certificate certificate(X509_new());
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
    ASN1_TIME_set(X509_getm_notBefore(certificate.get()), terms.from.milliseconds / 1000);
    ASN1_TIME_set(X509_getm_notAfter(certificate.get()), terms.until.milliseconds / 1000);
    X509_NAME* subject = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
    X509_set_pubkey(certificate.get(), key);
    return certificate;
}

std::string pem_of(X509* certificate) {
    const Memory memory(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(memory.get(), certificate);
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

ASN1_INTEGER* next_serial(TS_RESP_CTX* /*context*/, void* /*data*/) {
    ASN1_INTEGER* serial = ASN1_INTEGER_new();
    ASN1_INTEGER_set(serial, 0x5EED);
    return serial;
}

int time_of(TS_RESP_CTX* /*context*/, void* data, long* seconds, long* microseconds) {
    *seconds = static_cast<const base::Instant*>(data)->milliseconds / 1000;
    *microseconds = 0;
    return 1;
}

base::Bytes der_of(TS_RESP* response) {
    unsigned char* der = nullptr;
    const int size = i2d_TS_RESP(response, &der);
    base::Bytes bytes(der, der + (size > 0 ? size : 0));
    OPENSSL_free(der);
    return bytes;
}

}  // namespace

struct TestAuthority::State {
    detail::Key root_key = new_key();
    detail::Key key = new_key();
    Certificate root;
    Certificate signer;

    [[nodiscard]] Responder responder() const {
        Responder context(TS_RESP_CTX_new());
        TS_RESP_CTX_set_serial_cb(context.get(), next_serial, nullptr);
        // OpenSSL itself refuses to sign with a certificate that is not for timestamps.
        if (TS_RESP_CTX_set_signer_cert(context.get(), signer.get()) != 1) {
            return nullptr;
        }
        TS_RESP_CTX_set_signer_key(context.get(), key.get());
        TS_RESP_CTX_set_signer_digest(context.get(), EVP_sha256());
        const std::unique_ptr<ASN1_OBJECT, Release<ASN1_OBJECT_free>> policy(
            OBJ_txt2obj("1.3.6.1.4.1.99999.1", 1));
        TS_RESP_CTX_set_def_policy(context.get(), policy.get());
        TS_RESP_CTX_add_md(context.get(), EVP_sha256());
        TS_RESP_CTX_set_ess_cert_id_digest(context.get(), EVP_sha256());
        return context;
    }
};

TestAuthority::TestAuthority(const Terms& terms) : state_(std::make_unique<State>()) {
    State& s = *state_;
    s.root = new_certificate("Invented Time Root", s.root_key.get(), terms, 1);
    X509_set_issuer_name(s.root.get(), X509_get_subject_name(s.root.get()));
    extend(s.root.get(), s.root.get(), NID_basic_constraints, "critical,CA:TRUE");
    extend(s.root.get(), s.root.get(), NID_key_usage, "critical,keyCertSign");
    X509_sign(s.root.get(), s.root_key.get(), EVP_sha256());
    s.signer = new_certificate("Invented Time Authority", s.key.get(), terms, 2);
    X509_set_issuer_name(s.signer.get(), X509_get_subject_name(s.root.get()));
    extend(s.signer.get(), s.root.get(), NID_key_usage, "critical,digitalSignature");
    extend(s.signer.get(), s.root.get(), NID_ext_key_usage,
           terms.purpose == Purpose::timestamps ? "critical,timeStamping"
                                                : "critical,emailProtection");
    X509_sign(s.signer.get(), s.root_key.get(), EVP_sha256());
}

TestAuthority::TestAuthority(TestAuthority&&) noexcept = default;
TestAuthority& TestAuthority::operator=(TestAuthority&&) noexcept = default;
TestAuthority::~TestAuthority() = default;

std::string TestAuthority::root_pem() const {
    return pem_of(state_->root.get());
}
std::string TestAuthority::signer_pem() const {
    return pem_of(state_->signer.get());
}

base::Bytes TestAuthority::answer(base::ByteView request, base::Instant at) const {
    const Responder context = state_->responder();
    if (context == nullptr) {
        return {};
    }
    TS_RESP_CTX_set_time_cb(context.get(), time_of, &at);
    const Memory memory(BIO_new_mem_buf(request.data(), static_cast<int>(request.size())));
    const Response response(TS_RESP_create_response(context.get(), memory.get()));
    return response == nullptr ? base::Bytes{} : der_of(response.get());
}

base::Bytes TestAuthority::refuse(base::ByteView request) const {
    const Responder context = state_->responder();
    if (context == nullptr) {
        return {};
    }
    TS_RESP_CTX_set_def_policy(context.get(), OBJ_nid2obj(NID_sha256));
    base::Bytes cut(request.begin(), request.end());
    cut.resize(cut.size() / 2);  // no request: the answer says so
    const Memory memory(BIO_new_mem_buf(cut.data(), static_cast<int>(cut.size())));
    const Response response(TS_RESP_create_response(context.get(), memory.get()));
    return response == nullptr ? base::Bytes{} : der_of(response.get());
}

}  // namespace comity::crypto::testing
