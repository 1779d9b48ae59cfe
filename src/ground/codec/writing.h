#pragma once

// Writing a message from its one field list (fields.h): to_value() as a JSON value, write() and
// append() as its RFC 8785 bytes.

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "ground/codec/fields.h"
#include "ground/codec/json.h"

namespace comity::codec {

/// The message as a JSON value.
template <class T>
Value to_value(const T& item) {
    if constexpr (std::is_same_v<T, bool>) {
        return Value(item);
    } else if constexpr (std::is_integral_v<T>) {
        return Value(static_cast<std::int64_t>(item));
    } else if constexpr (std::is_same_v<T, std::string>) {
        return Value(item);
    } else if constexpr (std::is_same_v<T, Value>) {
        return item;
    } else if constexpr (IsScalar<T>) {
        return Value(Scalar<T>::text(item));
    } else if constexpr (detail::IsVector<T>::value) {
        Array array;
        array.reserve(item.size());
        for (const auto& member : item) {
            array.push_back(to_value(member));
        }
        return array;
    } else {
        static_assert(IsMessage<T>, "declare Message<T> or Scalar<T> for this type");
        Object object;
        std::apply(
            [&](const auto&... declared) {
                auto write_one = [&]<class Struct, class Member>(const Field<Struct, Member>& one) {
                    const Member& member = item.*one.member;
                    if constexpr (detail::IsOptional<Member>::value) {
                        if (member) {
                            object.emplace(one.name, to_value(*member));
                        }
                    } else {
                        object.emplace(one.name, to_value(member));
                    }
                };
                (write_one(declared), ...);
            },
            Message<T>::fields);
        return object;
    }
}

namespace detail {

/// The declared members of a message in the order in which RFC 8785 writes them. Names of members
/// are ASCII, whose UTF-16 order is that of their bytes.
template <class T>
constexpr auto canonical_order() {
    constexpr auto names = std::apply(
        [](const auto&... declared) {
            return std::array<std::string_view, sizeof...(declared)>{declared.name...};
        },
        Message<T>::fields);
    std::array<std::size_t, names.size()> order{};
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t i) { return names[i]; });
    return order;
}

}  // namespace detail

/// Appends the RFC 8785 form of `item`: canonical(to_value(item)) without the value in between.
template <class T>
void append(std::string& out, const T& item) {
    if constexpr (std::is_same_v<T, bool>) {
        out += item ? "true" : "false";
    } else if constexpr (std::is_integral_v<T>) {
        append_integer(out, static_cast<std::int64_t>(item));
    } else if constexpr (std::is_same_v<T, std::string>) {
        append_string(out, item);
    } else if constexpr (IsScalar<T>) {
        append_string(out, Scalar<T>::text(item));
    } else if constexpr (detail::IsVector<T>::value) {
        char separator = '[';
        for (const auto& member : item) {
            out += separator;
            separator = ',';
            append(out, member);
        }
        out += item.empty() ? "[]" : "]";
    } else if constexpr (IsMessage<T>) {
        char separator = '{';
        const auto append_one = [&]<class Struct, class Member>(const Field<Struct, Member>& one) {
            const Member& member = item.*one.member;
            if constexpr (detail::IsOptional<Member>::value) {
                if (!member) {
                    return;
                }
            }
            out += separator;
            separator = ',';
            append_string(out, one.name);
            out += ':';
            if constexpr (detail::IsOptional<Member>::value) {
                append(out, *member);
            } else {
                append(out, member);
            }
        };
        static constexpr auto order = detail::canonical_order<T>();
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            (append_one(std::get<order[I]>(Message<T>::fields)), ...);
        }(std::make_index_sequence<order.size()>{});
        out += separator == '{' ? "{}" : "}";
    } else {
        append_value(out, to_value(item));  // a JSON value, or a type with a form of its own
    }
}

/// The RFC 8785 bytes of a message: what is hashed, signed, stored and sent.
template <class T>
std::string write(const T& message) {
    std::string out;
    append(out, message);
    return out;
}

}  // namespace comity::codec
