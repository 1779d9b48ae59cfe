#include "ground/crypto/timestamp.h"

#include <algorithm>
#include <limits>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ts.h>
#include <openssl/x509_vfy.h>

#include "ground/crypto/detail/openssl.h"
#include "ground/crypto/hash.h"

namespace comity::crypto {
namespace {

using base::ErrorKind;
using detail::Release;

struct FreeText {
    void operator()(char* text) const { OPENSSL_free(text); }
};
struct FreeBytes {
    void operator()(unsigned char* bytes) const { OPENSSL_free(bytes); }
};
struct FreeStack {
    void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }
};
struct FreeCertificates {
    void operator()(STACK_OF(X509) * stack) const { sk_X509_pop_free(stack, X509_free); }
};
using Request = std::unique_ptr<TS_REQ, Release<TS_REQ_free>>;
using Response = std::unique_ptr<TS_RESP, Release<TS_RESP_free>>;
using Imprint = std::unique_ptr<TS_MSG_IMPRINT, Release<TS_MSG_IMPRINT_free>>;
using AlgorithmId = std::unique_ptr<X509_ALGOR, Release<X509_ALGOR_free>>;
using Integer = std::unique_ptr<ASN1_INTEGER, Release<ASN1_INTEGER_free>>;
using Number = std::unique_ptr<BIGNUM, Release<BN_free>>;
using Certificate = std::unique_ptr<X509, Release<X509_free>>;
using Certificates = std::unique_ptr<STACK_OF(X509), FreeCertificates>;
using CertificatesOfOthers = std::unique_ptr<STACK_OF(X509), FreeStack>;
using Store = std::unique_ptr<X509_STORE, Release<X509_STORE_free>>;
using Verification = std::unique_ptr<TS_VERIFY_CTX, Release<TS_VERIFY_CTX_free>>;
using Memory = std::unique_ptr<BIO, Release<BIO_free_all>>;
using Time = std::unique_ptr<ASN1_TIME, Release<ASN1_TIME_free>>;

Integer integer_of(base::ByteView bytes) {
    const Number number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
    Integer integer(BN_to_ASN1_INTEGER(number.get(), nullptr));
    COMITY_ENSURE(integer != nullptr);
    return integer;
}

/// The bytes of a number that is not negative, without leading zeros. Kind malformed otherwise, or
/// if they are more than `most`.
base::Result<base::Bytes> bytes_of(const ASN1_INTEGER* integer, std::size_t most) {
    const Number number(ASN1_INTEGER_to_BN(integer, nullptr));
    if (number == nullptr || BN_is_negative(number.get()) != 0 ||
        static_cast<std::size_t>(BN_num_bytes(number.get())) > most) {
        return base::fail(ErrorKind::malformed,
                          "a number in the timestamp is negative or too long");
    }
    base::Bytes bytes(static_cast<std::size_t>(BN_num_bytes(number.get())));
    BN_bn2bin(number.get(), bytes.data());
    return bytes;
}

base::Result<base::Digest> digest_of(TS_MSG_IMPRINT* imprint) {
    const ASN1_OBJECT* algorithm = nullptr;
    X509_ALGOR_get0(&algorithm, nullptr, nullptr, TS_MSG_IMPRINT_get_algo(imprint));
    const ASN1_OCTET_STRING* value = TS_MSG_IMPRINT_get_msg(imprint);
    const auto size = static_cast<std::size_t>(ASN1_STRING_length(value));
    if (OBJ_obj2nid(algorithm) != NID_sha256 || size != sizeof(base::Digest::bytes)) {
        return base::fail(ErrorKind::malformed, "the timestamp is not of a SHA-256 digest");
    }
    return base::Digest::from_bytes({ASN1_STRING_get0_data(value), size});
}

/// Reads exactly one DER object.
template <class Object>
base::Result<Object> read_der(base::ByteView der,
                              typename Object::pointer (*read)(typename Object::pointer*,
                                                               const unsigned char**, long),
                              std::string_view what) {
    if (der.size() > max_timestamp_bytes) {
        return base::fail(ErrorKind::too_large, std::string(what) + " has at most 64 KiB");
    }
    const unsigned char* at = der.data();
    Object object(read(nullptr, &at, static_cast<long>(der.size())));
    ERR_clear_error();
    if (object == nullptr || at != der.data() + der.size()) {
        return base::fail(ErrorKind::malformed, "this is not " + std::string(what));
    }
    return object;
}

base::Result<Certificates> read_certificates(std::string_view pem) {
    if (pem.size() > max_authority_bytes) {
        return base::fail(ErrorKind::too_large, "the authorities' file has at most 64 KiB");
    }
    const Memory memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    Certificates all(sk_X509_new_null());
    while (X509* one = PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr)) {
        sk_X509_push(all.get(), one);
    }
    ERR_clear_error();
    const int count = sk_X509_num(all.get());
    if (count == 0 || static_cast<std::size_t>(count) > max_authorities) {
        return base::fail(ErrorKind::malformed,
                          "the authorities' file does not hold 1 to 16 certificates",
                          "it must be PEM (BEGIN CERTIFICATE)");
    }
    return all;
}

base::Result<base::Instant> instant_of(const ASN1_GENERALIZEDTIME* time) {
    const Time epoch(ASN1_TIME_set(nullptr, 0));
    int days = 0;
    int seconds = 0;
    constexpr int last_day = 2'932'896;  // 9999-12-31
    if (ASN1_TIME_diff(&days, &seconds, epoch.get(), time) != 1 || days < 0 || seconds < 0 ||
        days > last_day) {
        ERR_clear_error();
        return base::fail(ErrorKind::malformed, "the timestamp's time is none");
    }
    constexpr std::int64_t seconds_of_day = 86'400;
    return base::Instant{(days * seconds_of_day + seconds) * 1000};
}

std::string subject_of(X509* certificate) {
    const Memory memory(BIO_new(BIO_s_mem()));
    X509_NAME_print_ex(memory.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

base::Digest digest_of(X509* certificate) {
    unsigned char* der = nullptr;
    const int size = i2d_X509(certificate, &der);
    COMITY_ENSURE(size > 0);
    const std::unique_ptr<unsigned char, FreeBytes> owner(der);
    return sha256(base::ByteView(der, static_cast<std::size_t>(size)));
}

std::string text_of(const ASN1_OBJECT* object) {
    char text[128] = {};
    const int size = OBJ_obj2txt(text, sizeof text, object, 1);
    return size > 0 && static_cast<std::size_t>(size) < sizeof text ? text : "";
}

/// Why OpenSSL refused, as our own kinds: its reasons are numbers (openssl/tserr.h).
base::Error refusal() {
    const char* data = nullptr;
    int flags = 0;
    const unsigned long code = ERR_peek_last_error_all(nullptr, nullptr, nullptr, &data, &flags);
    const std::string detail = (flags & ERR_TXT_STRING) != 0 && data != nullptr ? data : "";
    const int reason = ERR_GET_LIB(code) == ERR_LIB_TS ? ERR_GET_REASON(code) : 0;
    ERR_clear_error();
    switch (reason) {
        case TS_R_MESSAGE_IMPRINT_MISMATCH:
            return {ErrorKind::invalid, "the timestamp is of another file", {}, {}, {}, {}};
        case TS_R_NONCE_MISMATCH:
        case TS_R_NONCE_NOT_RETURNED:
            return {ErrorKind::invalid, "the timestamp answers another request", {}, {}, {}, {}};
        case TS_R_NO_TIME_STAMP_TOKEN:
            return {ErrorKind::not_proven, "the authority gave no timestamp", detail, {}, {}, {}};
        case TS_R_CERTIFICATE_VERIFY_ERROR:
        case TS_R_INVALID_SIGNER_CERTIFICATE_PURPOSE:
            return {
                ErrorKind::not_proven,
                "the timestamp's certificate does not lead to an authority that is trusted here",
                detail,
                "bring that authority's certificate, by another way than the timestamp",
                {},
                {}};
        default: break;
    }
    return {ErrorKind::invalid, "the timestamp's signature does not verify", detail, {}, {}, {}};
}

/// The store of trusted certificates, which stands at the time that the response states: a
/// timestamp is worth what its certificate was worth then.
base::Result<Store> store_at(STACK_OF(X509) * authorities, base::Instant at) {
    Store store(X509_STORE_new());
    COMITY_ENSURE(store != nullptr);
    for (int i = 0; i < sk_X509_num(authorities); ++i) {
        if (X509_STORE_add_cert(store.get(), sk_X509_value(authorities, i)) != 1) {
            return base::fail(ErrorKind::malformed, "a certificate of the authorities is none");
        }
    }
    // Whoever is named is trusted, whether or not somebody else signed for it.
    X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);
    X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store.get()), at.milliseconds / 1000);
    return store;
}

/// All checks of OpenSSL at once: version, imprint, nonce, the signing certificate's attribute, its
/// chain and purpose, the signature.
base::Result<void> verify_response(TS_RESP* response, const base::Digest& digest,
                                   STACK_OF(X509) * authorities, base::Instant at,
                                   const std::optional<base::Bytes>& nonce) {
    Store store = COMITY_TRY(store_at(authorities, at));
    const Verification verification(TS_VERIFY_CTX_new());
    COMITY_ENSURE(verification != nullptr);
    unsigned flags = TS_VFY_SIGNATURE | TS_VFY_VERSION | TS_VFY_IMPRINT;
    if (nonce) {
        flags |= TS_VFY_NONCE;
    }
    TS_VERIFY_CTX_set_flags(verification.get(), static_cast<int>(flags));
    auto* imprint = static_cast<unsigned char*>(OPENSSL_malloc(sizeof digest.bytes));
    COMITY_ENSURE(imprint != nullptr);
    std::ranges::copy(digest.bytes, imprint);
    // The context owns what it is given from here on.
    TS_VERIFY_CTX_set_imprint(verification.get(), imprint, sizeof digest.bytes);
    TS_VERIFY_CTX_set_store(verification.get(), store.release());
    TS_VERIFY_CTX_set_certs(verification.get(), X509_chain_up_ref(authorities));
    ERR_clear_error();
    if (TS_RESP_verify_response(verification.get(), response) != 1) {
        return std::unexpected(refusal());
    }
    ERR_clear_error();
    return {};
}

}  // namespace

base::Bytes timestamp_request(const base::Digest& digest, base::ByteView nonce) {
    COMITY_ENSURE(nonce.size() >= least_timestamp_nonce && nonce.size() <= most_timestamp_nonce);
    const AlgorithmId algorithm(X509_ALGOR_new());
    X509_ALGOR_set0(algorithm.get(), OBJ_nid2obj(NID_sha256), V_ASN1_NULL, nullptr);
    const Imprint imprint(TS_MSG_IMPRINT_new());
    TS_MSG_IMPRINT_set_algo(imprint.get(), algorithm.get());
    base::Digest copy = digest;  // OpenSSL asks for bytes that may change
    TS_MSG_IMPRINT_set_msg(imprint.get(), copy.bytes.data(), sizeof copy.bytes);
    const Request request(TS_REQ_new());
    const Integer number = integer_of(nonce);
    COMITY_ENSURE(TS_REQ_set_version(request.get(), 1) == 1 &&
                  TS_REQ_set_msg_imprint(request.get(), imprint.get()) == 1 &&
                  TS_REQ_set_nonce(request.get(), number.get()) == 1 &&
                  TS_REQ_set_cert_req(request.get(), 1) == 1);
    unsigned char* der = nullptr;
    const int size = i2d_TS_REQ(request.get(), &der);
    COMITY_ENSURE(size > 0);
    const std::unique_ptr<unsigned char, FreeBytes> owner(der);
    return {der, der + size};
}

base::Result<TimestampRequest> read_timestamp_request(base::ByteView der) {
    const Request request = COMITY_TRY(read_der<Request>(der, d2i_TS_REQ, "a timestamp request"));
    TimestampRequest read{COMITY_TRY(digest_of(TS_REQ_get_msg_imprint(request.get()))), {}};
    if (const ASN1_INTEGER* nonce = TS_REQ_get_nonce(request.get())) {
        read.nonce = COMITY_TRY(bytes_of(nonce, most_timestamp_nonce));
    }
    return read;
}

base::Result<void> check_authorities(std::string_view authorities) {
    COMITY_TRY(read_certificates(authorities));
    return {};
}

base::Result<Timestamp> verify_timestamp(base::ByteView response, const base::Digest& digest,
                                         std::string_view authorities,
                                         const std::optional<base::Bytes>& nonce) {
    const Certificates trusted = COMITY_TRY(read_certificates(authorities));
    const Response read =
        COMITY_TRY(read_der<Response>(response, d2i_TS_RESP, "a timestamp response"));
    TS_TST_INFO* info = TS_RESP_get_tst_info(read.get());
    if (info == nullptr) {
        return base::fail(ErrorKind::not_proven, "the authority gave no timestamp",
                          "its answer says that it refused, or carries none");
    }
    Timestamp timestamp;
    timestamp.at = COMITY_TRY(instant_of(TS_TST_INFO_get_time(info)));
    const ASN1_INTEGER* given = TS_TST_INFO_get_nonce(info);
    if (given != nullptr) {
        timestamp.nonce = COMITY_TRY(bytes_of(given, most_timestamp_nonce));
    }
    // Compared as numbers here: a request's nonce loses its leading zeros in DER.
    COMITY_TRY(verify_response(read.get(), digest, trusted.get(), timestamp.at, std::nullopt));
    if (nonce && *nonce != timestamp.nonce) {
        return base::fail(ErrorKind::invalid, "the timestamp answers another request",
                          "its nonce is another");
    }
    const CertificatesOfOthers signers(
        PKCS7_get0_signers(TS_RESP_get_token(read.get()), trusted.get(), 0));
    if (signers == nullptr || sk_X509_num(signers.get()) != 1) {
        return base::fail(ErrorKind::invalid, "the timestamp has not exactly one signer");
    }
    X509* signer = sk_X509_value(signers.get(), 0);
    timestamp.authority = subject_of(signer);
    timestamp.certificate = digest_of(signer);
    timestamp.serial = base::to_hex(COMITY_TRY(bytes_of(TS_TST_INFO_get_serial(info), 64)));
    timestamp.policy = text_of(TS_TST_INFO_get_policy_id(info));
    return timestamp;
}

}  // namespace comity::crypto
