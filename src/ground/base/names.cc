#include "ground/base/names.h"

#include <algorithm>

namespace comity::base {

bool is_plain_name(std::string_view text) {
    constexpr std::size_t longest = 64;
    if (text.empty() || text.size() > longest || text.front() == '-' || text.back() == '-') {
        return false;
    }
    return std::ranges::all_of(
        text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

std::string_view name_of(Realm realm) {
    switch (realm) {
        case Realm::live: return "live";
        case Realm::exercise: return "exercise";
    }
    std::unreachable();
}

Result<Realm> realm_from(std::string_view text) {
    if (text == "live") {
        return Realm::live;
    }
    if (text == "exercise") {
        return Realm::exercise;
    }
    return fail(ErrorKind::malformed, "this is not a realm: " + std::string(text.substr(0, 80)),
                "a realm is live or exercise");
}

}  // namespace comity::base
