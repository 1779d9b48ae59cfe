#include "ground/base/bytes.h"

#include <array>

namespace comity::base {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view base64_letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view base64url_letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::uint8_t no_value = 0xff;
using ReverseTable = std::array<std::uint8_t, 256>;

constexpr ReverseTable reverse(std::string_view letters) {
    ReverseTable table{};
    table.fill(no_value);
    for (std::size_t i = 0; i < letters.size(); ++i) {
        table[static_cast<std::uint8_t>(letters[i])] = static_cast<std::uint8_t>(i);
    }
    return table;
}

constexpr ReverseTable hex_values = reverse(hex_digits);
constexpr ReverseTable base64_values = reverse(base64_letters);
constexpr ReverseTable base64url_values = reverse(base64url_letters);

std::uint8_t value_of(const ReverseTable& table, char letter) {
    return table[static_cast<std::uint8_t>(letter)];
}

std::string encode64(ByteView bytes, std::string_view letters) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (const std::uint8_t byte : bytes) {
        bits = (bits << 8) | byte;
        held += 8;
        while (held >= 6) {
            held -= 6;
            text += letters[(bits >> held) & 0x3f];
        }
    }
    if (held > 0) {
        text += letters[(bits << (6 - held)) & 0x3f];
    }
    return text;
}

/// Decodes unpadded letters. `what` names the encoding in errors.
Result<Bytes> decode64(std::string_view text, const ReverseTable& table, std::string what) {
    if (text.size() % 4 == 1) {
        return fail(ErrorKind::malformed, "this is not " + what, "no bytes have that length");
    }
    Bytes bytes;
    bytes.reserve(text.size() / 4 * 3 + 2);
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::uint8_t value = value_of(table, text[i]);
        if (value == no_value) {
            return fail(ErrorKind::malformed, "this is not " + what,
                        "character " + std::to_string(i + 1) + " is not of its alphabet");
        }
        bits = (bits << 6) | value;
        held += 6;
        if (held >= 8) {
            held -= 8;
            bytes.push_back(static_cast<std::uint8_t>(bits >> held));
        }
    }
    // One byte string has one text: the bits behind the last byte are zero (RFC 4648 3.5).
    if ((bits & ((1U << held) - 1U)) != 0) {
        return fail(ErrorKind::malformed, "this is not canonical " + what,
                    "the unused bits of the last character are not zero");
    }
    return bytes;
}

}  // namespace

ByteView view_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

Bytes bytes_of(std::string_view text) {
    return {text.begin(), text.end()};
}

std::string_view text_of(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string to_hex(ByteView bytes) {
    std::string text(bytes.size() * 2, '0');
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        text[2 * i] = hex_digits[bytes[i] >> 4];
        text[2 * i + 1] = hex_digits[bytes[i] & 0x0f];
    }
    return text;
}

Result<Bytes> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) {
        return fail(ErrorKind::malformed, "this is not hexadecimal", "the number of digits is odd");
    }
    Bytes bytes(text.size() / 2);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const std::uint8_t high = value_of(hex_values, text[2 * i]);
        const std::uint8_t low = value_of(hex_values, text[2 * i + 1]);
        if (high == no_value || low == no_value) {
            return fail(ErrorKind::malformed, "this is not hexadecimal",
                        "only 0-9 and a-f in lower case may stand here");
        }
        bytes[i] = static_cast<std::uint8_t>((high << 4) | low);
    }
    return bytes;
}

std::string to_base64(ByteView bytes) {
    std::string text = encode64(bytes, base64_letters);
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

Result<Bytes> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) {
        return fail(ErrorKind::malformed, "this is not base64",
                    "the length is not a multiple of four; padding is required");
    }
    for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) {
        text.remove_suffix(1);
    }
    return decode64(text, base64_values, "base64");
}

std::string to_base64url(ByteView bytes) {
    return encode64(bytes, base64url_letters);
}

Result<Bytes> from_base64url(std::string_view text) {
    return decode64(text, base64url_values, "base64url without padding");
}

void append(Bytes& out, ByteView bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
}

void append(Bytes& out, std::string_view text) {
    append(out, view_of(text));
}

void append_length_prefixed(Bytes& out, ByteView bytes) {
    COMITY_ENSURE(bytes.size() <= UINT32_MAX);
    for (int shift = 24; shift >= 0; shift -= 8) {
        out.push_back(static_cast<std::uint8_t>(bytes.size() >> shift));
    }
    append(out, bytes);
}

void append_u64(Bytes& out, std::uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8) {
        out.push_back(static_cast<std::uint8_t>(value >> shift));
    }
}

}  // namespace comity::base
