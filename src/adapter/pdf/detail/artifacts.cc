#include "adapter/pdf/detail/artifacts.h"

namespace comity::pdf::detail {
namespace {

constexpr std::string_view white{"\0\t\n\f\r ", 6};
constexpr std::string_view delimiters = "()<>[]{}/%";

/// Where the string in parentheses that begins at `at` ends (ISO 32000-1, 7.3.4.2).
std::size_t end_of_string(std::string_view text, std::size_t at) {
    int depth = 0;
    for (; at < text.size(); ++at) {
        switch (text[at]) {
            case '\\': ++at; break;
            case '(': ++depth; break;
            case ')':
                if (--depth == 0) {
                    return at + 1;
                }
                break;
            default: break;
        }
    }
    return text.size();
}

/// Where the piece that begins at `at` ends: white space, a string, a name, a word, a delimiter.
std::size_t end_of_piece(std::string_view text, std::size_t at) {
    const char first = text[at];
    if (first == '(') {
        return end_of_string(text, at);
    }
    std::size_t end = at + 1;
    if (white.contains(first)) {
        while (end < text.size() && white.contains(text[end])) {
            ++end;
        }
        return end;
    }
    if (delimiters.contains(first) && first != '/') {
        return end;
    }
    while (end < text.size() && !white.contains(text[end]) && !delimiters.contains(text[end])) {
        ++end;
    }
    return end;
}

}  // namespace

std::string with_artifacts(std::string_view content) {
    std::string out;
    int depth = 0;
    for (std::size_t at = 0; at < content.size();) {
        const std::size_t end = end_of_piece(content, at);
        const std::string_view piece = content.substr(at, end - at);
        if (piece == "BT" && depth == 0) {
            out += "/Artifact BMC\n";
        }
        depth += piece == "BDC" || piece == "BMC" ? 1 : piece == "EMC" ? -1 : 0;
        out += piece;
        if (piece == "ET" && depth == 0) {
            out += "\nEMC";
        }
        at = end;
    }
    return out;
}

}  // namespace comity::pdf::detail
