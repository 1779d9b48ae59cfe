#include <fstream>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <sstream>

#include "ground/crypto/sealing.h"
#include "ground/crypto/testing.h"

namespace comity::crypto {
namespace {

TEST(Encrypt, is_read_as_the_published_vector_says) {
    std::ifstream in(COMITY_TEST_DATA "/jose/sealing.json", std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    const codec::Value vector = codec::parse(text.str()).value().at("kept");
    const auto member = [&](const char* name) -> std::string_view {
        return vector.at(name).get_string();
    };
    const base::SecretBytes key(base::from_hex(member("key_hex")).value());
    const base::Bytes sealed = base::from_hex(member("sealed_hex")).value();
    const base::SecretBytes plaintext = decrypt(key, sealed, member("context")).value();
    EXPECT_EQ(base::text_of(plaintext.view()), member("plaintext"));
}

TEST(Encrypt, comes_back_only_unaltered_with_its_key_and_context) {
    EXPECT_TRUE(rc::check("round trip", [](const base::Bytes& plaintext) {
        CountingRandom random(*rc::gen::arbitrary<std::uint64_t>());
        base::SecretBytes key(32);
        random.fill(key.writable());
        const base::Bytes sealed = encrypt(key, plaintext, "context", random);
        RC_ASSERT(sealed.size() == plaintext.size() + 28);
        const auto opened = decrypt(key, sealed, "context");
        RC_ASSERT(base::text_of(opened->view()) == base::text_of(plaintext));
        RC_ASSERT(!decrypt(key, sealed, "contexT").has_value());
        RC_ASSERT(!decrypt(key, sealed, "").has_value());
        base::SecretBytes other(32);
        random.fill(other.writable());
        RC_ASSERT(!decrypt(other, sealed, "context").has_value());
        base::Bytes altered = sealed;
        altered[*rc::gen::inRange<std::size_t>(0, altered.size())] ^= 1;
        RC_ASSERT(decrypt(key, altered, "context").error().kind == base::ErrorKind::invalid);
        const auto length = *rc::gen::inRange<std::size_t>(0, sealed.size());
        RC_ASSERT(!decrypt(key, base::ByteView(sealed).first(length), "context").has_value());
        RC_ASSERT(encrypt(key, plaintext, "context", random) != sealed);
    }));
}

}  // namespace
}  // namespace comity::crypto
