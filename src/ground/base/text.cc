#include "ground/base/text.h"

namespace comity::base {

std::string joined(std::span<const std::string> parts, std::string_view between) {
    std::string out;
    for (const std::string& part : parts) {
        if (&part != &parts.front()) {
            out += between;
        }
        out += part;
    }
    return out;
}

}  // namespace comity::base
