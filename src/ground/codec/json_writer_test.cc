#include <bit>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <sstream>
#include <string>

#include "ground/base/base.h"
#include "ground/codec/json.h"

namespace comity::codec {
namespace {

std::string file(const std::string& name) {
    std::ifstream in(std::string(COMITY_TEST_DATA "/json/") + name, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

TEST(CanonicalJson, writes_the_numbers_of_rfc_8785_appendix_b) {
    std::istringstream lines(file("numbers.txt"));
    std::string bits;
    std::string expected;
    int count = 0;
    while (lines >> bits >> expected) {
        const auto number = std::bit_cast<double>(std::stoull(bits, nullptr, 16));
        EXPECT_EQ(canonical(Value(number)), expected) << bits;
        ++count;
    }
    EXPECT_EQ(count, 24);
}

TEST(CanonicalJson, orders_names_by_utf_16_code_units) {
    const std::string expected = file("names.canonical.json");
    ASSERT_FALSE(expected.empty());
    EXPECT_EQ(canonical(parse(file("names.json")).value()), expected);
    EXPECT_EQ(canonical(parse(R"({"ab":1,"a":2,"":3,"b":4})").value()),
              R"({"":3,"a":2,"ab":1,"b":4})");
}

TEST(CanonicalJson, escapes_as_little_as_it_may) {
    EXPECT_EQ(canonical(Value("\b\t\n\f\r\"\\/\x01\x1f\x7f\xe2\x80\xa8")),
              "\"\\b\\t\\n\\f\\r\\\"\\\\/\\u0001\\u001f\x7f\xe2\x80\xa8\"");
}

/// RFC 8785 3.2.2.2, one byte after the other.
std::string slowly_escaped(const std::string& text) {
    const std::map<char, std::string> named{{'"', "\\\""}, {'\\', "\\\\"}, {'\b', "\\b"},
                                            {'\t', "\\t"}, {'\n', "\\n"},  {'\f', "\\f"},
                                            {'\r', "\\r"}};
    std::string out = "\"";
    for (const char one : text) {
        const auto byte = static_cast<std::uint8_t>(one);
        if (named.contains(one)) {
            out += named.at(one);
        } else if (byte < 0x20) {
            out += "\\u00" + base::to_hex(base::Bytes{byte});
        } else {
            out += one;
        }
    }
    return out + "\"";
}

TEST(CanonicalJson, escapes_the_same_wherever_a_byte_stands) {
    for (int byte = 0; byte < 256; ++byte) {
        for (std::size_t place = 0; place < 40; ++place) {
            for (const std::size_t length : {place + 1, std::size_t{40}}) {
                std::string text(length, 'a');
                text[place] = static_cast<char>(byte);
                text[place / 2] = static_cast<char>(byte);
                std::string out;
                append_string(out, text);
                ASSERT_EQ(out, slowly_escaped(text)) << byte << " at " << place;
            }
        }
    }
}

TEST(CanonicalJson, writes_integers_of_our_own_with_all_digits_so_that_readers_refuse_them) {
    const std::string text = canonical(Value(std::uint64_t{18446744073709551615U}));
    EXPECT_EQ(text, "18446744073709551615");
    EXPECT_FALSE(parse(text).has_value());
}

}  // namespace
}  // namespace comity::codec
