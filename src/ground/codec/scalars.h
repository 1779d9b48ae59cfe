#pragma once

// How the single values of `base` are written in JSON: always as strings.

#include <string>
#include <string_view>

#include "ground/base/base.h"
#include "ground/codec/fields.h"

namespace comity::codec {

template <>
struct Scalar<base::Digest> {
    static constexpr std::string_view shape = "digest, 64 hexadecimal digits";
    static std::string text(const base::Digest& value) { return value.hex(); }
    static base::Result<base::Digest> parse(std::string_view text) {
        return base::Digest::from_hex(text);
    }
};

template <class Tag>
struct Scalar<base::DigestId<Tag>> {
    static constexpr std::string_view shape = "digest, 64 hexadecimal digits";
    static std::string text(const base::DigestId<Tag>& value) { return value.hex(); }
    static base::Result<base::DigestId<Tag>> parse(std::string_view text) {
        return base::DigestId<Tag>::from_hex(text);
    }
};

template <class Tag>
struct Scalar<base::Name<Tag>> {
    static constexpr std::string_view shape = "name, 1 to 64 of a-z 0-9 hyphen";
    static std::string text(const base::Name<Tag>& value) { return value.text(); }
    static base::Result<base::Name<Tag>> parse(std::string_view text) {
        return base::Name<Tag>::parse(text);
    }
};

template <>
struct Scalar<base::Instant> {
    static constexpr std::string_view shape = "instant, RFC 3339 UTC with milliseconds";
    static std::string text(const base::Instant& value) { return value.text(); }
    static base::Result<base::Instant> parse(std::string_view text) {
        return base::Instant::parse(text);
    }
};

template <>
struct Scalar<base::Date> {
    static constexpr std::string_view shape = "day, YYYY-MM-DD";
    static std::string text(const base::Date& value) { return value.text(); }
    static base::Result<base::Date> parse(std::string_view text) { return base::Date::parse(text); }
};

template <>
struct Scalar<base::Realm> {
    static constexpr std::string_view shape = "realm, live or exercise";
    static std::string text(const base::Realm& value) { return std::string(name_of(value)); }
    static base::Result<base::Realm> parse(std::string_view text) { return base::realm_from(text); }
};

/// Binary values are base64url without padding.
template <>
struct Scalar<base::Bytes> {
    static constexpr std::string_view shape = "bytes, base64url without padding";
    static std::string text(const base::Bytes& value) { return base::to_base64url(value); }
    static base::Result<base::Bytes> parse(std::string_view text) {
        return base::from_base64url(text);
    }
};

}  // namespace comity::codec
