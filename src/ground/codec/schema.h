#pragma once

// The published schema of a message, from its one field list (fields.h).

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "ground/codec/fields.h"

namespace comity::codec {

/// One row of a message's published schema.
struct FieldDescription {
    std::string name;
    std::string shape;  ///< "text up to 64 bytes", "digest, 64 hexadecimal digits", "list of ..."
    bool optional = false;
    std::string meaning;

    friend bool operator==(const FieldDescription&, const FieldDescription&) = default;
};

/// The shape of a type that is neither text, number, list, Scalar nor Message but has a read() and
/// to_value() of its own. Specialise: static constexpr std::string_view text.
template <class T>
struct Shape;

/// The shape of a T in words, as it stands in the published schema.
template <class T>
std::string shape_of(std::size_t limit = 0) {
    if constexpr (std::is_same_v<T, bool>) {
        return "true or false";
    } else if constexpr (std::is_integral_v<T>) {
        constexpr std::int64_t largest = (std::int64_t{1} << 53) - 1;  // what the reader accepts
        const bool is_wide = std::cmp_greater(std::numeric_limits<T>::max(), largest);
        const std::int64_t high =
            is_wide ? largest : static_cast<std::int64_t>(std::numeric_limits<T>::max());
        const std::int64_t low = std::is_unsigned_v<T> ? 0 : is_wide ? -largest : -high - 1;
        return "integer from " + std::to_string(low) + " to " + std::to_string(high);
    } else if constexpr (std::is_same_v<T, std::string>) {
        return "text up to " + std::to_string(detail::text_limit(limit)) + " bytes";
    } else if constexpr (std::is_same_v<T, Value>) {
        return "any JSON value";
    } else if constexpr (IsScalar<T>) {
        return std::string(Scalar<T>::shape);
    } else if constexpr (detail::IsVector<T>::value) {
        return "list of up to " + std::to_string(detail::list_limit(limit)) + ": " +
               shape_of<typename T::value_type>();
    } else if constexpr (IsMessage<T>) {
        return "object " + std::string(Message<T>::name);
    } else {
        return std::string(Shape<T>::text);
    }
}

/// The published schema of a message: one row a field, in the order of declaration.
template <class T>
std::vector<FieldDescription> describe() {
    std::vector<FieldDescription> rows;
    const auto describe_one = [&]<class Struct, class Member>(const Field<Struct, Member>& one) {
        if constexpr (detail::IsOptional<Member>::value) {
            rows.push_back({std::string(one.name), shape_of<typename Member::value_type>(one.limit),
                            true, std::string(one.meaning)});
        } else {
            rows.push_back({std::string(one.name), shape_of<Member>(one.limit), false,
                            std::string(one.meaning)});
        }
    };
    std::apply([&](const auto&... declared) { (describe_one(declared), ...); }, Message<T>::fields);
    return rows;
}

}  // namespace comity::codec
