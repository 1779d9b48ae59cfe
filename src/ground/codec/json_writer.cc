// RFC 8785, the JSON Canonicalization Scheme.

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "ground/codec/json.h"

namespace comity::codec {

namespace {

/// RFC 8785 3.2.3 orders names by UTF-16 code units. UTF-8 bytes order the same way, except that
/// the surrogates of characters beyond U+FFFF (lead byte F0 to F4) come before U+E000 to U+FFFF
/// (lead byte EE, EF).
bool utf16_less(std::string_view left, std::string_view right) {
    const auto [l, r] = std::ranges::mismatch(left, right);
    if (l == left.end() || r == right.end()) {
        return l == left.end() && r != right.end();
    }
    const auto rank = [](char c) {
        const auto byte = static_cast<std::uint8_t>(c);
        return byte == 0xee || byte == 0xef ? byte + 0x10 : byte;
    };
    return rank(*l) < rank(*r);
}

constexpr std::size_t word_size = sizeof(std::uint64_t);
constexpr std::uint64_t low_bits = 0x0101010101010101U;
constexpr std::uint64_t high_bits = 0x8080808080808080U;

/// Not zero exactly if some byte of the word is: below the first such byte nothing borrows.
constexpr std::uint64_t zeros(std::uint64_t word) {
    return (word - low_bits) & ~word & high_bits;
}

/// Whether none of the eight bytes there has to be escaped: most of what is written is hexadecimal
/// and base64, and is looked through once for every id, signature and message.
bool are_plain(const char* bytes) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, word_size);
    const std::uint64_t controls = (word - low_bits * 0x20) & ~word & high_bits;
    return (controls | zeros(word ^ low_bits * '"') | zeros(word ^ low_bits * '\\')) == 0;
}

}  // namespace

void append_string(std::string& out, std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    out += '"';
    std::size_t written = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        while (i + word_size < text.size() && are_plain(text.data() + i)) {
            i += word_size;
        }
        const auto byte = static_cast<std::uint8_t>(text[i]);
        if (byte >= 0x20 && byte != '"' && byte != '\\') {
            continue;
        }
        out += text.substr(written, i - written);
        written = i + 1;
        switch (byte) {
            case '"': out += "\\\""; break;
            case '\\': out += "\\\\"; break;
            case '\b': out += "\\b"; break;
            case '\t': out += "\\t"; break;
            case '\n': out += "\\n"; break;
            case '\f': out += "\\f"; break;
            case '\r': out += "\\r"; break;
            default:
                out += "\\u00";
                out += digits[byte >> 4];
                out += digits[byte & 0x0f];
        }
    }
    out += text.substr(written);
    out += '"';
}

namespace {

/// ECMAScript's Number::toString (RFC 8785 3.2.2.3): the shortest digits that read back, laid out
/// as plain digits from 1e-6 up to 1e21 and with an exponent elsewhere.
void write_double(std::string& out, double number) {
    COMITY_ENSURE(std::isfinite(number));
    if (number == 0) {
        out += '0';
        return;
    }
    if (number < 0) {
        out += '-';
        number = -number;
    }
    std::array<char, 32> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                                            std::chars_format::scientific);
    COMITY_ENSURE(error == std::errc{});
    const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
    const std::size_t e = text.find('e');
    std::string digits(text.substr(0, 1));
    if (e > 2) {
        digits += text.substr(2, e - 2);
    }
    int exponent = 0;
    const std::string_view exponent_text = text.substr(text[e + 1] == '+' ? e + 2 : e + 1);
    std::from_chars(exponent_text.data(), exponent_text.data() + exponent_text.size(), exponent);

    const int count = static_cast<int>(digits.size());
    const int point = exponent + 1;  // digits before the decimal point
    if (count <= point && point <= 21) {
        out += digits;
        out.append(static_cast<std::size_t>(point - count), '0');
    } else if (0 < point && point <= 21) {
        out.append(digits, 0, static_cast<std::size_t>(point));
        out += '.';
        out.append(digits, static_cast<std::size_t>(point));
    } else if (-6 < point && point <= 0) {
        out += "0.";
        out.append(static_cast<std::size_t>(-point), '0');
        out += digits;
    } else {
        out += digits[0];
        if (count > 1) {
            out += '.';
            out.append(digits, 1);
        }
        out += exponent < 0 ? "e-" : "e+";
        out += std::to_string(std::abs(exponent));
    }
}

template <class Integer>
void write_integer(std::string& out, Integer number) {
    std::array<char, 24> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    out.append(buffer.data(), end);
}

void write_object(std::string& out, const Object& object) {
    std::vector<const Object::value_type*> members;  // not owning: views into `object`
    members.reserve(object.size());
    for (const auto& member : object) {
        members.push_back(&member);
    }
    std::ranges::sort(members, [](const auto* left, const auto* right) {
        return utf16_less(left->key(), right->key());
    });
    char separator = '{';
    for (const auto* member : members) {
        out += separator;
        separator = ',';
        append_string(out, member->key());
        out += ':';
        append_value(out, member->value());
    }
    out += members.empty() ? "{}" : "}";
}

void write_array(std::string& out, const Array& array) {
    char separator = '[';
    for (const Value& member : array) {
        out += separator;
        separator = ',';
        append_value(out, member);
    }
    out += array.empty() ? "[]" : "]";
}

}  // namespace

void append_integer(std::string& out, std::int64_t number) {
    write_integer(out, number);
}

void append_value(std::string& out, const Value& value) {
    switch (value.kind()) {
        case boost::json::kind::null: out += "null"; return;
        case boost::json::kind::bool_: out += value.get_bool() ? "true" : "false"; return;
        // Integers beyond +-(2^53-1) are never read; one that we made ourselves is written with
        // all its digits, so that a reader refuses it instead of rounding it.
        case boost::json::kind::int64: write_integer(out, value.get_int64()); return;
        case boost::json::kind::uint64: write_integer(out, value.get_uint64()); return;
        case boost::json::kind::double_: write_double(out, value.get_double()); return;
        case boost::json::kind::string: append_string(out, value.get_string()); return;
        case boost::json::kind::array: write_array(out, value.get_array()); return;
        case boost::json::kind::object: write_object(out, value.get_object()); return;
    }
    std::unreachable();
}

std::string canonical(const Value& value) {
    std::string out;
    append_value(out, value);
    return out;
}

}  // namespace comity::codec
