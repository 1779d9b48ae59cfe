#include "ground/base/bytes.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "ground/base/digest.h"

namespace comity::base {
namespace {

/// The slow, plainly right twin: a bit string cut into groups of six.
std::string slow_base64(const Bytes& bytes, std::string_view letters) {
    std::string bits;
    for (const std::uint8_t byte : bytes) {
        for (int i = 7; i >= 0; --i) {
            bits += ((byte >> i) & 1) != 0 ? '1' : '0';
        }
    }
    while (bits.size() % 6 != 0) {
        bits += '0';
    }
    std::string text;
    for (std::size_t i = 0; i < bits.size(); i += 6) {
        text += letters[std::stoul(bits.substr(i, 6), nullptr, 2)];
    }
    return text;
}

TEST(Bytes, encode_the_vectors_of_rfc_4648) {
    const std::vector<std::pair<std::string, std::string>> vectors = {{"", ""},
                                                                      {"f", "Zg=="},
                                                                      {"fo", "Zm8="},
                                                                      {"foo", "Zm9v"},
                                                                      {"foob", "Zm9vYg=="},
                                                                      {"fooba", "Zm9vYmE="},
                                                                      {"foobar", "Zm9vYmFy"}};
    for (const auto& [plain, encoded] : vectors) {
        EXPECT_EQ(to_base64(view_of(plain)), encoded);
        EXPECT_EQ(from_base64(encoded).value(), bytes_of(plain));
    }
    EXPECT_EQ(to_hex(view_of("foobar")), "666f6f626172");
    EXPECT_EQ(to_base64url(Bytes{0xfb, 0xff}), "-_8");
}

TEST(Bytes, come_back_from_every_text_form) {
    EXPECT_TRUE(rc::check("round trips", [](const Bytes& bytes) {
        RC_ASSERT(from_hex(to_hex(bytes)).value() == bytes);
        RC_ASSERT(from_base64(to_base64(bytes)).value() == bytes);
        RC_ASSERT(from_base64url(to_base64url(bytes)).value() == bytes);
        RC_ASSERT(to_base64url(bytes) ==
                  slow_base64(bytes,
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                              "0123456789-_"));
    }));
}

TEST(Bytes, have_exactly_one_text_form) {
    EXPECT_TRUE(rc::check("what is read is what is written", [] {
        const auto text =
            *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ABab019+/-_= \nfZ")));
        if (const auto bytes = from_base64(text)) {
            RC_ASSERT(to_base64(*bytes) == text);
        }
        if (const auto bytes = from_base64url(text)) {
            RC_ASSERT(to_base64url(*bytes) == text);
        }
        if (const auto bytes = from_hex(text)) {
            RC_ASSERT(to_hex(*bytes) == text);
        }
    }));
}

TEST(Bytes, refuse_other_spellings) {
    for (const std::string_view text : {"A", "AA", "AAA", "AB==", "AAB=", "A===", "====", "AA=A",
                                        "AA==AA==", "AA-_", "AAAA\n", " AAA"}) {
        const auto read = from_base64(text);
        ASSERT_FALSE(read.has_value()) << text;
        EXPECT_EQ(read.error().kind, ErrorKind::malformed);
    }
    for (const std::string_view text : {"A", "AB", "AAB", "AA==", "AA+/", "AAAAA"}) {
        EXPECT_FALSE(from_base64url(text).has_value()) << text;
    }
    for (const std::string_view text : {"0", "0G", "AA", "aA", "0x00", " 00"}) {
        EXPECT_FALSE(from_hex(text).has_value()) << text;
    }
}

TEST(Bytes, are_length_prefixed_in_big_endian_order) {
    Bytes out;
    append_length_prefixed(out, view_of("abc"));
    append_u64(out, 0x0102030405060708ULL);
    append(out, "z");
    EXPECT_EQ(to_hex(out),
              "00000003616263"
              "0102030405060708"
              "7a");
}

TEST(Digest, reads_only_64_lower_case_digits) {
    const std::string hex(64, 'a');
    EXPECT_EQ(Digest::from_hex(hex)->hex(), hex);
    EXPECT_FALSE(Digest::from_hex(hex.substr(2)).has_value());
    EXPECT_FALSE(Digest::from_hex(hex + "aa").has_value());
    EXPECT_FALSE(Digest::from_hex(std::string(64, 'A')).has_value());
    EXPECT_FALSE(Digest::from_bytes(Bytes(31)).has_value());
    EXPECT_TRUE(Digest{}.is_zero());
    EXPECT_EQ(ActId::from_hex(hex)->brief(), "aaaaaaaa");
    EXPECT_FALSE(ActId::from_hex("").has_value());
}

}  // namespace
}  // namespace comity::base
