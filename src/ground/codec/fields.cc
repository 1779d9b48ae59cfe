#include "ground/codec/fields.h"

#include <algorithm>

namespace comity::codec::detail {

std::string below(std::string_view name) {
    std::string pointer = "/";
    for (const char c : name) {  // RFC 6901 3
        switch (c) {
            case '~': pointer += "~0"; break;
            case '/': pointer += "~1"; break;
            default: pointer += c;
        }
    }
    return pointer;
}

std::unexpected<base::Error> refuse(std::string_view pointer, std::string_view what) {
    return std::unexpected(base::Error{
        base::ErrorKind::malformed, std::string(what), {}, {}, std::string(pointer), {}});
}

std::unexpected<base::Error> inside(base::Error error, std::string_view pointer,
                                    std::string_view name) {
    error.place = std::string(pointer) + below(name) + error.place;
    return std::unexpected(std::move(error));
}

std::unexpected<base::Error> inside(base::Error error, std::string_view pointer,
                                    std::size_t index) {
    return inside(std::move(error), pointer, std::to_string(index));
}

base::Result<std::string_view> read_text(const Value& value, std::string_view pointer,
                                         std::size_t limit) {
    if (!value.is_string()) {
        return refuse(pointer, "a string is expected here");
    }
    const std::string_view text = value.get_string();
    if (text.size() > limit) {
        return refuse(pointer, "the text is longer than " + std::to_string(limit) + " bytes");
    }
    return text;
}

base::Result<std::int64_t> read_integer(const Value& value, std::string_view pointer) {
    if (!value.is_int64()) {
        return refuse(pointer, "an integer is expected here");
    }
    return value.get_int64();
}

base::Result<bool> read_bool(const Value& value, std::string_view pointer) {
    if (!value.is_bool()) {
        return refuse(pointer, "true or false is expected here");
    }
    return value.get_bool();
}

base::Result<void> refuse_unknown_members(const Object& object, std::string_view pointer,
                                          std::span<const std::string_view> known) {
    for (const auto& member : object) {
        const std::string_view name = member.key();
        if (std::ranges::find(known, name) == known.end()) {
            return refuse(std::string(pointer) + below(name.substr(0, 80)),
                          "this member is not known here");
        }
    }
    return {};
}

}  // namespace comity::codec::detail
