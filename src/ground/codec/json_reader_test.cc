#include <cstdlib>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <string>
#include <vector>

#include "ground/codec/json.h"

namespace comity::codec {
namespace {

base::Error error_of(std::string_view text, const JsonLimits& limits = {}) {
    auto value = parse(text, limits);
    return value ? base::Error{base::ErrorKind::failure, "accepted", {}, {}, {}, {}}
                 : value.error();
}

TEST(Json, reads_every_kind_of_value) {
    EXPECT_EQ(canonical(parse(R"( {"b":[true,false,null],"a":{"x":-1.5e1,"y":""}} )").value()),
              R"({"a":{"x":-15,"y":""},"b":[true,false,null]})");
    EXPECT_EQ(canonical(parse("[]").value()), "[]");
    EXPECT_EQ(canonical(parse("{}").value()), "{}");
    EXPECT_EQ(canonical(parse(R"("a\u0062\ud83d\ude00\/")").value()), "\"ab\xf0\x9f\x98\x80/\"");
}

TEST(Json, refuses_a_member_name_that_stands_twice) {
    EXPECT_EQ(error_of(R"({"a":1,"a":2})").what, "a member name stands twice in one object");
    EXPECT_EQ(error_of(R"({"a":1,"\u0061":2})").kind, base::ErrorKind::malformed);
    EXPECT_EQ(error_of(R"({"x":{"a":1},"y":[{"\u0061":1,"a":{}}]})").kind,
              base::ErrorKind::malformed);
    EXPECT_TRUE(parse(R"({"a":{"a":1},"b":{"a":1}})").has_value());
}

TEST(Json, gives_one_number_one_value) {
    for (const std::string_view text : {"1000", "1e3", "1000.0", "1.000E3", "10000e-1"}) {
        const Value value = parse(text).value();
        ASSERT_TRUE(value.is_int64()) << text;
        EXPECT_EQ(value.get_int64(), 1000);
    }
    for (const std::string_view text : {"0", "-0", "0.0", "-0.0", "0e5", "-0e-400"}) {
        EXPECT_EQ(canonical(parse(text).value()), "0") << text;
    }
}

TEST(Json, refuses_numbers_that_readers_round) {
    for (const std::string_view text : {"9007199254740991", "-9007199254740991"}) {
        EXPECT_EQ(canonical(parse(text).value()), text);
    }
    for (const std::string_view text :
         {"9007199254740992", "-9007199254740992", "9007199254740993", "18446744073709551615",
          "100000000000000000000000", "9007199254740992.0", "1e16", "1e20", "1e400", "-1e400",
          "1e-400", "0.0000001e-999999999999999999999", "1e99999999999999999999"}) {
        EXPECT_EQ(error_of(text).kind, base::ErrorKind::malformed) << text;
    }
    EXPECT_EQ(canonical(parse("1e21").value()), "1e+21");
    EXPECT_EQ(canonical(parse("5e-324").value()), "5e-324");
}

TEST(Json, refuses_what_is_not_exactly_one_json_text) {
    for (const std::string_view text :
         {"",         " ",       "1 2",         "{}{}",  "[1,]",   R"({"a":1,})", "[1",
          R"({"a")",  "01",      "+1",          ".5",    "1.",     "1e",          "NaN",
          "Infinity", "nul",     "'a'",         "{a:1}", "[1]//x", "/**/1",       "\"\t\"",
          "\"\n\"",   R"("\x")", R"("\u12g4")", "1,",    "-",      "\"a",         "truex"}) {
        EXPECT_EQ(error_of(text).kind, base::ErrorKind::malformed) << text;
    }
    EXPECT_EQ(error_of("\xef\xbb\xbf{}").what, "the JSON text begins with a byte order mark");
    EXPECT_EQ(error_of(std::string_view("1\0", 2)).kind, base::ErrorKind::malformed);
}

TEST(Json, refuses_text_that_is_not_unicode) {
    for (const std::string_view text :
         {R"("\ud800")", R"("\udc00")", R"("\ud800\u0061")", R"("\udc00\ud800")", "\"\x80\"",
          "\"\xc0\x80\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xe2\x82\"", R"("\uffff")",
          R"("\ufdd0")", "\"\xef\xbf\xbe\"", "\"a\xf0\x9f\xbf\xbf\"", R"("\ud83f\udffe")",
          R"({"\ufffe":1})"}) {
        EXPECT_EQ(error_of(text).kind, base::ErrorKind::malformed) << text;
    }
    for (const std::string_view text : {"\"\xef\xbf\xbd\"", "\"\xef\xb7\xb0\"", R"("\u0000")"}) {
        EXPECT_TRUE(parse(text).has_value()) << text;
    }
}

TEST(Json, says_the_line_and_the_column) {
    EXPECT_EQ(error_of("{\n  \"a\": 1,\n  \"b\": x\n}").place, "3:8");
    EXPECT_EQ(error_of("[1]]").place, "1:4");
    EXPECT_EQ(error_of("").place, "1:1");
    EXPECT_EQ(error_of("{\"a\":1,\n\"a\":2}").place.substr(0, 2), "2:");
}

TEST(Json, holds_its_bounds) {
    JsonLimits limits;
    limits.depth = 2;
    EXPECT_TRUE(parse("[[1]]", limits).has_value());
    EXPECT_EQ(error_of("[[[1]]]", limits).kind, base::ErrorKind::too_large);
    EXPECT_EQ(error_of(R"({"a":[{}]})", limits).kind, base::ErrorKind::too_large);
    limits = {};
    limits.bytes = 3;
    EXPECT_TRUE(parse("[1]", limits).has_value());
    EXPECT_EQ(error_of("[11]", limits).kind, base::ErrorKind::too_large);
    limits = {};
    limits.members = 2;
    EXPECT_TRUE(parse("[1,2]", limits).has_value());
    EXPECT_EQ(error_of("[1,2,3]", limits).kind, base::ErrorKind::too_large);
    EXPECT_EQ(error_of(R"({"a":1,"b":2,"c":3})", limits).kind, base::ErrorKind::too_large);
    limits = {};
    limits.values = 3;
    EXPECT_TRUE(parse("[1,2]", limits).has_value());
    EXPECT_EQ(error_of("[1,2,3]", limits).kind, base::ErrorKind::too_large);
    limits = {};
    limits.string_bytes = 2;
    EXPECT_TRUE(parse(R"({"ab":"\u0063d"})", limits).has_value());
    EXPECT_EQ(error_of(R"("abc")", limits).kind, base::ErrorKind::too_large);
    EXPECT_EQ(error_of(R"("\u0061bc")", limits).kind, base::ErrorKind::too_large);
    EXPECT_EQ(error_of(R"({"abc":1})", limits).kind, base::ErrorKind::too_large);
}

TEST(Json, refuses_a_noncharacter_wherever_it_stands) {
    for (std::size_t before = 0; before < 40; ++before) {
        for (const std::size_t after : {0U, 1U, 7U, 8U, 9U, 30U}) {
            const auto within = [&](std::string_view middle) {
                return "\"" + std::string(before, 'a') + std::string(middle) +
                       std::string(after, 'b') + "\"";
            };
            for (const std::string_view refused :
                 {"\xef\xb7\x90", "\xef\xbf\xbe", "\xf0\x9f\xbf\xbf", "\xc3\xb6\xef\xbf\xbf"}) {
                EXPECT_FALSE(parse(within(refused))) << before << " before, " << after << " after";
            }
            EXPECT_TRUE(parse(within("\xef\xbf\xbd"))) << before << " before, " << after;
            EXPECT_TRUE(parse(within("\xf0\x9f\x98\x80"))) << before << " before, " << after;
        }
    }
}

TEST(Json, is_not_exhausted_by_deep_nesting) {
    EXPECT_EQ(error_of(std::string(1000000, '[')).kind, base::ErrorKind::too_large);
}

TEST(Json, reads_strings_of_any_length_with_escapes_anywhere) {
    EXPECT_TRUE(rc::check("a string comes back", [] {
        const auto length = *rc::gen::inRange<std::size_t>(0, 5000);
        const auto seed = *rc::gen::inRange<std::size_t>(0, 1000);
        std::string plain;
        std::string written = "\"";
        for (std::size_t i = 0; i < length; ++i) {
            switch ((i * 7919 + seed * 31 + i / 13) % 11) {
                case 0: plain += "\n", written += "\\n"; break;
                case 1: plain += "\xc3\xb6", written += "\\u00f6"; break;
                case 2: plain += "\xf0\x9f\x98\x80", written += "\\ud83d\\ude00"; break;
                default: plain += 'a', written += 'a';
            }
        }
        const Value value = parse(written + "\"").value();
        RC_ASSERT(std::string_view(value.get_string()) == plain);
    }));
}

TEST(Json, reads_doubles_as_the_c_library_does) {
    EXPECT_TRUE(rc::check("strtod is the twin", [] {
        const auto digits = std::to_string(*rc::gen::inRange<std::int64_t>(1, 999999999999999999));
        const std::string text = "0." + digits + "e" + std::to_string(*rc::gen::inRange(-300, 300));
        const auto value = parse(text);
        const double expected = std::strtod(text.c_str(), nullptr);
        if (value && value->is_double()) {
            RC_ASSERT(value->get_double() == expected);
        } else if (value) {
            RC_ASSERT(static_cast<double>(value->get_int64()) == expected);
        } else {
            RC_ASSERT(expected > 9007199254740991.0 && expected < 1e21);
        }
    }));
}

TEST(CanonicalJson, is_demanded_byte_for_byte) {
    EXPECT_TRUE(parse_canonical(R"({"a":1,"b":"x"})").has_value());
    for (const std::string_view text : {R"({"b":"x","a":1})", R"({"a": 1})", R"([1.0])",
                                        R"(["\u0061"])", "[]\n", R"(["\/"])", "[1e3]", "[-0]"}) {
        const auto value = parse_canonical(text);
        ASSERT_FALSE(value.has_value()) << text;
        EXPECT_EQ(value.error().kind, base::ErrorKind::malformed);
    }
    EXPECT_EQ(parse_canonical(R"({"a": 1})").error().place, "1:6");
}

}  // namespace
}  // namespace comity::codec
