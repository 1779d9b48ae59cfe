#pragma once

// CBOR (RFC 8949) in its deterministic form of section 4.2.1 and nothing else: shortest heads,
// definite lengths, the members of a map in ascending order of their encoded keys, none twice.
// One value has one byte string.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "ground/base/base.h"

namespace comity::cose {

inline constexpr std::size_t max_cbor_bytes = std::size_t{64} * 1024;
inline constexpr std::size_t max_cbor_items = 4096;  ///< values of all levels together
inline constexpr std::size_t max_cbor_depth = 16;

/// One CBOR value. Floats, booleans, `undefined` and integers beyond 63 bits are not in it: nothing
/// that Comity reads holds one.
struct CborValue {
    struct Null {
        friend bool operator==(const Null&, const Null&) = default;
    };
    using Array = std::vector<CborValue>;
    struct Member;
    using Map = std::vector<Member>;
    struct Tagged {
        std::uint64_t tag = 0;
        std::vector<CborValue> value;  ///< exactly one
        friend bool operator==(const Tagged&, const Tagged&);
    };
    std::variant<Null, std::int64_t, base::Bytes, std::string, Array, Map, Tagged> is;

    /// The value if it is of type T; nullptr otherwise.
    template <class T>
    [[nodiscard]] const T* get() const {
        return std::get_if<T>(&is);
    }
    friend bool operator==(const CborValue&, const CborValue&);
};

struct CborValue::Member {
    CborValue key;
    CborValue value;
    friend bool operator==(const Member&, const Member&) = default;
};

[[nodiscard]] CborValue cbor_map(CborValue::Map members);
[[nodiscard]] CborValue cbor_array(CborValue::Array items);
[[nodiscard]] CborValue cbor_bytes(base::ByteView bytes);
[[nodiscard]] CborValue cbor_text(std::string_view text);
[[nodiscard]] CborValue cbor_integer(std::int64_t value);
[[nodiscard]] CborValue cbor_tagged(std::uint64_t tag, CborValue value);

/// The deterministic encoding; the members of a map may stand in any order in `value`.
[[nodiscard]] base::Bytes write_cbor(const CborValue& value);

/// Exactly one value in its deterministic encoding, within the bounds above. Kinds: malformed (cut,
/// with something behind it, not deterministic, a type that CborValue lacks), too_large.
[[nodiscard]] base::Result<CborValue> read_cbor(base::ByteView bytes);

}  // namespace comity::cose
