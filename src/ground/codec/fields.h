#pragma once

// One declaration per message.
//
//   struct Point { std::int64_t x; std::optional<std::string> label; };
//   template <>
//   struct codec::Message<Point> {
//       static constexpr std::string_view name = "point";
//       static constexpr auto fields = std::tuple{
//           codec::field("x", &Point::x, "metres east"),
//           codec::field("label", &Point::label, "at most 64 bytes", 64)};
//   };
//
// gives read<Point>(value), in writing.h to_value(point) and write(point) (RFC 8785 bytes), and in
// schema.h describe<Point>() (the schema and the documentation row). Unknown members are refused;
// an absent std::optional member is not written. Every string and list has a limit. Types of one
// value (digests, instants, names, keys) specialise Scalar<T> and are JSON strings.

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "ground/base/base.h"
#include "ground/codec/json.h"
#include "ground/codec/value.h"

namespace comity::codec {

/// Default limits of a text (bytes) and of a list (members), where a field names none.
inline constexpr std::size_t default_text_limit = 1024;
inline constexpr std::size_t default_list_limit = 256;

template <class T>
struct Message;  // specialise: name, fields

template <class T>
struct Scalar;  // specialise: static std::string text(const T&); static Result<T>
                // parse(string_view); static constexpr std::string_view shape

template <class T>
concept IsMessage = requires { Message<T>::fields; };

template <class T>
concept IsScalar = requires(const T& value, std::string_view text) {
    { Scalar<T>::text(value) } -> std::convertible_to<std::string>;
    { Scalar<T>::parse(text) } -> std::same_as<base::Result<T>>;
};

template <class Struct, class Member>
struct Field {
    std::string_view name;
    Member Struct::* member;
    std::string_view meaning;
    std::size_t limit;  ///< bytes of a text, members of a list; 0: the default
};

template <class Struct, class Member>
constexpr Field<Struct, Member> field(std::string_view name, Member Struct::* member,
                                      std::string_view meaning, std::size_t limit = 0) {
    return {name, member, meaning, limit};
}

namespace detail {

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};

[[nodiscard]] std::unexpected<base::Error> refuse(std::string_view pointer, std::string_view what);
/// The error of a member or an element, with its place put below `pointer` (RFC 6901). Pointers are
/// built only here, on the way out of a refusal, so that reading what is right allocates none.
[[nodiscard]] std::unexpected<base::Error> inside(base::Error error, std::string_view pointer,
                                                  std::string_view name);
[[nodiscard]] std::unexpected<base::Error> inside(base::Error error, std::string_view pointer,
                                                  std::size_t index);
[[nodiscard]] base::Result<std::string_view> read_text(const Value& value, std::string_view pointer,
                                                       std::size_t limit);
[[nodiscard]] base::Result<std::int64_t> read_integer(const Value& value, std::string_view pointer);
[[nodiscard]] base::Result<bool> read_bool(const Value& value, std::string_view pointer);
[[nodiscard]] base::Result<void> refuse_unknown_members(const Object& object,
                                                        std::string_view pointer,
                                                        std::span<const std::string_view> known);

constexpr std::size_t text_limit(std::size_t limit) {
    return limit == 0 ? default_text_limit : limit;
}
constexpr std::size_t list_limit(std::size_t limit) {
    return limit == 0 ? default_list_limit : limit;
}

}  // namespace detail

template <class T>
base::Result<T> read(const Value& value, std::string_view pointer = "", std::size_t limit = 0);

namespace detail {

template <class T>
base::Result<T> read_list(const Value& value, std::string_view pointer, std::size_t limit) {
    if (!value.is_array()) {
        return refuse(pointer, "a list is expected here");
    }
    const Array& array = value.get_array();
    if (array.size() > list_limit(limit)) {
        return refuse(pointer,
                      "the list has more than " + std::to_string(list_limit(limit)) + " members");
    }
    T list;
    list.reserve(array.size());
    for (std::size_t i = 0; i < array.size(); ++i) {
        auto element = read<typename T::value_type>(array[i]);
        if (!element) {
            return inside(std::move(element).error(), pointer, i);
        }
        list.push_back(*std::move(element));
    }
    return list;
}

/// Reads one declared member of `object` into `message`. True: it was there.
template <class Struct, class Member>
base::Result<bool> read_member(const Object& object, std::string_view pointer,
                               const Field<Struct, Member>& declared, Struct& message) {
    const auto read_found = [&]<class Held>(const Value& found,
                                            std::type_identity<Held>) -> base::Result<bool> {
        auto member = read<Held>(found, "", declared.limit);
        if (!member) {
            return inside(std::move(member).error(), pointer, declared.name);
        }
        message.*declared.member = *std::move(member);
        return true;
    };
    const Value* found = object.if_contains(declared.name);
    if constexpr (IsOptional<Member>::value) {
        if (found == nullptr) {
            return false;
        }
        return read_found(*found, std::type_identity<typename Member::value_type>{});
    } else {
        if (found == nullptr) {
            return inside(refuse("", "this member is missing").error(), pointer, declared.name);
        }
        return read_found(*found, std::type_identity<Member>{});
    }
}

template <class T>
base::Result<T> read_message(const Value& value, std::string_view pointer) {
    static_assert(IsMessage<T>, "declare Message<T> or Scalar<T> for this type");
    if (!value.is_object()) {
        return refuse(pointer, "an object is expected here");
    }
    const Object& object = value.get_object();
    T message{};
    std::size_t present = 0;
    base::Result<bool> outcome;
    const auto read_one = [&](const auto& declared) {
        outcome = read_member(object, pointer, declared, message);
        present += outcome.has_value() && *outcome ? 1 : 0;
        return outcome.has_value();
    };
    base::Result<void> none_unknown;
    std::apply(
        [&](const auto&... declared) {
            if ((read_one(declared) && ...) && present != object.size()) {
                const std::array<std::string_view, sizeof...(declared)> known{declared.name...};
                none_unknown = refuse_unknown_members(object, pointer, known);
            }
        },
        Message<T>::fields);
    if (!outcome) {
        return std::unexpected(std::move(outcome).error());
    }
    if (!none_unknown) {
        return std::unexpected(std::move(none_unknown).error());
    }
    return message;
}

}  // namespace detail

/// The value as a T, or kind malformed with the place as a JSON pointer below `pointer`. `limit`:
/// bytes of a text, members of a list (whose elements have the default limits); 0: the default.
template <class T>
base::Result<T> read(const Value& value, std::string_view pointer, std::size_t limit) {
    if constexpr (std::is_same_v<T, bool>) {
        return detail::read_bool(value, pointer);
    } else if constexpr (std::is_integral_v<T>) {
        const std::int64_t number = COMITY_TRY(detail::read_integer(value, pointer));
        if (!std::in_range<T>(number)) {
            return detail::refuse(pointer, "the number is out of range");
        }
        return static_cast<T>(number);
    } else if constexpr (std::is_same_v<T, std::string>) {
        return std::string(
            COMITY_TRY(detail::read_text(value, pointer, detail::text_limit(limit))));
    } else if constexpr (std::is_same_v<T, Value>) {
        return value;
    } else if constexpr (IsScalar<T>) {
        auto parsed = Scalar<T>::parse(
            COMITY_TRY(detail::read_text(value, pointer, detail::text_limit(limit))));
        if (!parsed) {
            return std::unexpected(base::at_place(std::move(parsed).error(), pointer));
        }
        return parsed;
    } else if constexpr (detail::IsVector<T>::value) {
        return detail::read_list<T>(value, pointer, limit);
    } else {
        return detail::read_message<T>(value, pointer);
    }
}

/// Reads a message from JSON text.
template <class T>
base::Result<T> read_text(std::string_view text, const JsonLimits& limits = {}) {
    const Value value = COMITY_TRY(parse(text, limits));
    return read<T>(value);
}

}  // namespace comity::codec
