#include "ground/ledger/detail/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace comity::ledger::detail {

namespace {

constexpr std::size_t longest_key_name = 255;

struct Character {
    char32_t code = 0;
    std::size_t bytes = 0;
};

/// Length of a UTF-8 sequence by its first byte; 0 for a byte that cannot be first (RFC 3629).
std::size_t sequence_length(unsigned char first) {
    if (first < 0x80) {
        return 1;
    }
    if (first >= 0xC2 && first < 0xE0) {
        return 2;
    }
    if (first >= 0xE0 && first < 0xF0) {
        return 3;
    }
    return first >= 0xF0 && first < 0xF5 ? 4 : 0;
}

/// The first character of a text that is not empty, or nothing if it is not UTF-8.
std::optional<Character> first_character(std::string_view text) {
    const auto first = static_cast<unsigned char>(text[0]);
    const std::size_t length = sequence_length(first);
    if (length == 0 || length > text.size()) {
        return std::nullopt;
    }
    if (length == 1) {
        return Character{first, 1};
    }
    auto code = static_cast<char32_t>(first & (0xFFU >> (length + 1)));
    for (const char c : text.substr(1, length - 1)) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xC0U) != 0x80U) {
            return std::nullopt;
        }
        code = (code << 6) | (byte & 0x3FU);
    }
    constexpr std::array<char32_t, 5> lowest{0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (code < lowest[length] || code > 0x10FFFF || surrogate) {
        return std::nullopt;
    }
    return Character{code, length};
}

/// The Unicode property White_Space.
bool is_space(char32_t code) {
    constexpr std::array<char32_t, 9> single{0x20,   0x85,   0xA0,   0x1680, 0x2028,
                                             0x2029, 0x202F, 0x205F, 0x3000};
    return (code >= 0x09 && code <= 0x0D) || (code >= 0x2000 && code <= 0x200A) ||
           std::ranges::find(single, code) != single.end();
}

}  // namespace

base::Result<Line> first_line(std::string_view text) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) {
        return base::fail(base::ErrorKind::malformed, "a line does not end",
                          "every line ends in LF");
    }
    return Line{text.substr(0, end), text.substr(end + 1)};
}

base::Result<std::uint64_t> parse_decimal(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool leading_zero = text.size() > 1 && text[0] == '0';
    if (error != std::errc{} || end != text.data() + text.size() || leading_zero) {
        return base::fail(base::ErrorKind::malformed,
                          "this is not a size: " + std::string(text.substr(0, 40)),
                          "a size is decimal, without sign or leading zero, below 2^64");
    }
    return value;
}

base::Result<base::Digest> parse_hash(std::string_view base64) {
    return base::Digest::from_bytes(COMITY_TRY(base::from_base64(base64)));
}

base::Result<HashLines> hash_lines(std::string_view text, std::size_t most, std::string_view what) {
    HashLines found;
    Line line = COMITY_TRY(first_line(text));
    while (!line.text.empty()) {
        if (found.hashes.size() == most) {
            return base::fail(
                base::ErrorKind::too_large,
                std::string(what) + " proof has at most " + std::to_string(most) + " hashes");
        }
        found.hashes.push_back(COMITY_TRY(parse_hash(line.text)));
        line = COMITY_TRY(first_line(line.rest));
    }
    found.rest = line.rest;
    return found;
}

bool is_note_text(std::string_view text) {
    while (!text.empty()) {
        const auto character = first_character(text);
        if (!character || (character->code < 0x20 && character->code != '\n')) {
            return false;
        }
        text.remove_prefix(character->bytes);
    }
    return true;
}

bool is_key_name(std::string_view name) {
    if (name.empty() || name.size() > longest_key_name || name.contains('+')) {
        return false;
    }
    while (!name.empty()) {
        const auto character = first_character(name);
        if (!character || character->code < 0x20 || is_space(character->code)) {
            return false;
        }
        name.remove_prefix(character->bytes);
    }
    return true;
}

}  // namespace comity::ledger::detail
