#pragma once

// Reads the test vectors: one flat JSON object a line. The ledger may not use ground/codec, and one
// vector holds a number that a strict reader refuses, so this is the little that the tests need.

#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "ground/base/base.h"

namespace comity::ledger {

inline std::string read_data(const std::string& path) {
    std::ifstream file(std::string(COMITY_TEST_DATA) + "/" + path, std::ios::binary);
    EXPECT_TRUE(file.good()) << path;
    return {std::istreambuf_iterator<char>(file), {}};
}

inline std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::size_t begin = 0;
    for (std::size_t end = text.find('\n'); end != std::string::npos;
         end = text.find('\n', begin)) {
        lines.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return lines;
}

/// The UTF-8 of one escaped UTF-16 unit of the basic plane, all that the vectors hold.
inline std::string utf8_of(unsigned code) {
    if (code < 0x80) {
        return {static_cast<char>(code)};
    }
    if (code < 0x800) {
        return {static_cast<char>(0xC0 | (code >> 6)), static_cast<char>(0x80 | (code & 0x3F))};
    }
    return {static_cast<char>(0xE0 | (code >> 12)), static_cast<char>(0x80 | ((code >> 6) & 0x3F)),
            static_cast<char>(0x80 | (code & 0x3F))};
}

/// A JSON string whose opening quote stands before `text`; `end` is the closing one.
inline std::string unescape(std::string_view text, std::size_t* length = nullptr) {
    std::string out;
    std::size_t i = 0;
    for (; i < text.size() && text[i] != '"'; ++i) {
        if (text[i] != '\\') {
            out += text[i];
            continue;
        }
        ++i;
        switch (text[i]) {
            case 'n': out += '\n'; break;
            case 't': out += '\t'; break;
            case 'u':
                out += utf8_of(
                    static_cast<unsigned>(std::stoul(std::string(text.substr(i + 1, 4)), {}, 16)));
                i += 4;
                break;
            default: out += text[i];
        }
    }
    if (length != nullptr) {
        *length = i;
    }
    return out;
}

inline bool has_member(const std::string& line, const std::string& name) {
    return line.contains("\"" + name + "\": ");
}

/// The string, or the text of the number or literal, that a member holds.
inline std::string member(const std::string& line, const std::string& name) {
    const std::string mark = "\"" + name + "\": ";
    const std::size_t at = line.find(mark);
    if (at == std::string::npos) {
        ADD_FAILURE() << "no member " << name << " in " << line;
        return {};
    }
    const std::string_view rest = std::string_view(line).substr(at + mark.size());
    if (rest.starts_with('"')) {
        return unescape(rest.substr(1));
    }
    return std::string(rest.substr(0, rest.find_first_of(",}")));
}

/// The strings of a member that is a list of strings.
inline std::vector<std::string> strings(const std::string& line, const std::string& name) {
    const std::string mark = "\"" + name + "\": [";
    const std::size_t at = line.find(mark);
    std::vector<std::string> out;
    if (at == std::string::npos) {
        ADD_FAILURE() << "no list " << name << " in " << line;
        return out;
    }
    std::string_view rest = std::string_view(line).substr(at + mark.size());
    while (rest.starts_with('"')) {
        std::size_t length = 0;
        out.push_back(unescape(rest.substr(1), &length));
        rest.remove_prefix(length + 2);
        if (rest.starts_with(", ")) {
            rest.remove_prefix(2);
        }
    }
    return out;
}

inline base::Digest digest_of(const std::string& hex) {
    const auto digest = base::Digest::from_hex(hex);
    EXPECT_TRUE(digest.has_value()) << hex;
    return digest.value_or(base::Digest{});
}

}  // namespace comity::ledger
