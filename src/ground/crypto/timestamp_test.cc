#include "ground/crypto/timestamp.h"

#include <gmock/gmock.h>

#include "ground/crypto/hash.h"
#include "ground/crypto/testing.h"
#include "ground/crypto/tsa_for_test.h"

namespace comity::crypto {
namespace {

using base::ErrorKind;
using ::testing::HasSubstr;
using testing::TestAuthority;

base::Instant instant(std::string_view text) {
    return base::Instant::parse(text).value();
}

const base::Instant noon = instant("2027-03-05T12:00:00.000Z");

TestAuthority::Terms terms() {
    return {instant("2026-01-01T00:00:00.000Z"), instant("2030-01-01T00:00:00.000Z"),
            TestAuthority::Purpose::timestamps};
}

base::Bytes nonce_of(std::uint64_t seed) {
    base::Bytes nonce(16);
    CountingRandom(seed).fill(nonce);
    return nonce;
}

const base::Digest digest = sha256("an invented proof file");

base::Bytes request() {
    return timestamp_request(digest, nonce_of(1));
}

ErrorKind refusal(const base::Result<Timestamp>& verified) {
    EXPECT_FALSE(verified);
    return verified ? ErrorKind::failure : verified.error().kind;
}

TEST(Timestamp, requests_the_same_bytes_for_the_same_digest_and_nonce) {
    // Laid out by hand from RFC 3161, 2.4.1: version 1, SHA-256 and the digest, nonce, certReq.
    const base::Bytes nonce = base::from_hex("0102030405060708").value();
    EXPECT_EQ(base::to_hex(timestamp_request(digest, nonce)),
              "3043020101"
              "3031300d060960864801650304020105000420" +
                  digest.hex() +
                  "02080102030405060708"
                  "0101ff");
}

TEST(Timestamp, reads_its_own_requests_and_no_others) {
    const auto read = read_timestamp_request(request());
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_EQ(*read, (TimestampRequest{digest, nonce_of(1)}));
    base::Bytes longer = request();
    longer.push_back(0);
    EXPECT_EQ(read_timestamp_request(longer).error().kind, ErrorKind::malformed);
    EXPECT_EQ(read_timestamp_request({}).error().kind, ErrorKind::malformed);
    EXPECT_EQ(read_timestamp_request(base::Bytes(max_timestamp_bytes + 1)).error().kind,
              ErrorKind::too_large);
}

TEST(Timestamp, keeps_a_nonce_that_begins_with_zeros_as_the_number_that_it_is) {
    base::Bytes nonce = nonce_of(2);
    nonce[0] = 0;
    const base::Bytes asked = timestamp_request(digest, nonce);
    const TestAuthority authority(terms());
    const base::Bytes stripped(nonce.begin() + 1, nonce.end());
    EXPECT_EQ(read_timestamp_request(asked)->nonce, stripped);
    EXPECT_TRUE(verify_timestamp(authority.answer(asked, noon), digest, authority.root_pem(),
                                 read_timestamp_request(asked)->nonce));
}

TEST(Timestamp, verifies_offline_against_the_root_or_the_signing_certificate_alone) {
    const TestAuthority authority(terms());
    const base::Bytes response = authority.answer(request(), noon);
    for (const std::string& trusted : {authority.root_pem(), authority.signer_pem(),
                                       authority.root_pem() + authority.signer_pem()}) {
        const auto verified = verify_timestamp(response, digest, trusted, nonce_of(1));
        ASSERT_TRUE(verified) << verified.error().text();
        EXPECT_EQ(verified->at, noon);
        EXPECT_EQ(verified->authority, "CN=Invented Time Authority");
        EXPECT_EQ(verified->serial, "5eed");
        EXPECT_EQ(verified->policy, "1.3.6.1.4.1.99999.1");
        EXPECT_EQ(verified->nonce, nonce_of(1));
    }
    EXPECT_TRUE(verify_timestamp(response, digest, authority.root_pem()));
}

TEST(Timestamp, refuses_another_file) {
    const TestAuthority authority(terms());
    EXPECT_EQ(refusal(verify_timestamp(authority.answer(request(), noon), sha256("another"),
                                       authority.root_pem())),
              ErrorKind::invalid);
}

TEST(Timestamp, refuses_the_answer_to_another_request) {
    const TestAuthority authority(terms());
    EXPECT_EQ(refusal(verify_timestamp(authority.answer(request(), noon), digest,
                                       authority.root_pem(), nonce_of(2))),
              ErrorKind::invalid);
}

TEST(Timestamp, proves_nothing_by_an_authority_that_is_not_named) {
    const TestAuthority authority(terms());
    const TestAuthority other(terms());
    const auto verified =
        verify_timestamp(authority.answer(request(), noon), digest, other.root_pem());
    EXPECT_EQ(refusal(verified), ErrorKind::not_proven);
}

TEST(Timestamp, proves_nothing_by_a_certificate_outside_its_time) {
    const TestAuthority authority(terms());
    for (const auto at :
         {instant("2030-01-01T00:00:01.000Z"), instant("2025-12-31T23:59:59.000Z")}) {
        EXPECT_EQ(refusal(verify_timestamp(authority.answer(request(), at), digest,
                                           authority.root_pem())),
                  ErrorKind::not_proven);
        EXPECT_EQ(refusal(verify_timestamp(authority.answer(request(), at), digest,
                                           authority.signer_pem())),
                  ErrorKind::not_proven);
    }
}

TEST(Timestamp, verifies_long_after_its_certificate_expired) {
    const TestAuthority old({instant("2001-01-01T00:00:00.000Z"),
                             instant("2002-01-01T00:00:00.000Z"),
                             TestAuthority::Purpose::timestamps});
    const base::Instant then = instant("2001-06-01T00:00:00.000Z");
    const auto verified = verify_timestamp(old.answer(request(), then), digest, old.root_pem());
    ASSERT_TRUE(verified) << verified.error().text();
    EXPECT_EQ(verified->at, then);
}

TEST(Timestamp, is_not_taken_from_a_certificate_for_something_else) {
    const TestAuthority mail({terms().from, terms().until, TestAuthority::Purpose::signing_mail});
    const base::Bytes response = mail.answer(request(), noon);
    // OpenSSL's own responder refuses such a certificate, so there is no answer to verify.
    EXPECT_TRUE(response.empty());
    const TestAuthority good(terms());
    EXPECT_EQ(refusal(verify_timestamp(good.answer(request(), noon), digest, mail.signer_pem())),
              ErrorKind::not_proven);
}

TEST(Timestamp, says_that_the_authority_refused) {
    const TestAuthority authority(terms());
    const base::Bytes refused = authority.refuse(request());
    ASSERT_FALSE(refused.empty());
    EXPECT_EQ(refusal(verify_timestamp(refused, digest, authority.root_pem())),
              ErrorKind::not_proven);
}

TEST(Timestamp, verifies_no_response_with_a_changed_bit_for_another_time_or_digest) {
    const TestAuthority authority(terms());
    const base::Bytes good = authority.answer(request(), noon);
    const auto said = verify_timestamp(good, digest, authority.root_pem());
    ASSERT_TRUE(said);
    std::size_t refused = 0;
    for (std::size_t at = 0; at < good.size(); ++at) {
        base::Bytes bad = good;
        bad[at] = static_cast<std::uint8_t>(bad[at] ^ 1);
        const auto verified = verify_timestamp(bad, digest, authority.root_pem());
        refused += verified ? 0 : 1;
        // What is not signed (the answer's own frame, certificates nobody needs) may vary.
        ASSERT_TRUE(!verified || (verified->at == said->at && verified->serial == said->serial &&
                                  verified->certificate == said->certificate))
            << "byte " << at;
    }
    EXPECT_GT(refused, good.size() * 9 / 10);
}

TEST(Timestamp, refuses_what_is_no_response_and_no_certificate) {
    const TestAuthority authority(terms());
    const base::Bytes good = authority.answer(request(), noon);
    base::Bytes longer = good;
    longer.push_back(0);
    const std::string root = authority.root_pem();
    EXPECT_EQ(refusal(verify_timestamp(longer, digest, root)), ErrorKind::malformed);
    EXPECT_EQ(refusal(verify_timestamp({}, digest, root)), ErrorKind::malformed);
    EXPECT_EQ(refusal(verify_timestamp(base::view_of(root), digest, root)), ErrorKind::malformed);
    EXPECT_EQ(refusal(verify_timestamp(good, digest, "")), ErrorKind::malformed);
    EXPECT_EQ(refusal(verify_timestamp(good, digest, "-----BEGIN CERTIFICATE-----\n")),
              ErrorKind::malformed);
    EXPECT_EQ(refusal(verify_timestamp(base::Bytes(max_timestamp_bytes + 1), digest, root)),
              ErrorKind::too_large);
    EXPECT_EQ(refusal(verify_timestamp(good, digest, std::string(max_authority_bytes + 1, 'x'))),
              ErrorKind::too_large);
}

}  // namespace
}  // namespace comity::crypto
