#include "domain/prooffile/detail/plain.h"

namespace comity::prooffile::detail {

std::string plain(std::string_view line) {
    std::string out;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const auto byte = static_cast<unsigned char>(line[i]);
        const auto next = static_cast<unsigned char>(i + 1 < line.size() ? line[i + 1] : 0);
        const auto last = static_cast<unsigned char>(i + 2 < line.size() ? line[i + 2] : 0);
        if (byte < 0x20 || byte == 0x7F) {
            out += '?';
        } else if (byte == 0xC2 && next < 0xA0) {  // U+0080 to U+009F
            out += '?';
            i += 1;
        } else if (byte == 0xE2 && ((next == 0x80 && last >= 0x8B && last <= 0x8F) ||
                                    (next == 0x80 && last >= 0xA8 && last <= 0xAE) ||
                                    (next == 0x81 && last >= 0xA0 && last <= 0xAF))) {
            out += '?';  // U+200B to U+200F, U+2028 to U+202E, U+2060 to U+206F
            i += 2;
        } else {
            out += line[i];
        }
    }
    return out;
}

}  // namespace comity::prooffile::detail
