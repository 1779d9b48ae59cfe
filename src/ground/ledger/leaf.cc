#include "ground/ledger/leaf.h"

#include <algorithm>
#include <utility>

#include "ground/crypto/crypto.h"

namespace comity::ledger {

namespace {

constexpr std::size_t leaf_bytes = 42;
constexpr std::uint8_t first_version = 1;
constexpr std::uint8_t map_version = 2;  // so that readers of version 1 refuse it by its version
constexpr std::uint8_t key_version = 3;  // the same, for readers of versions 1 and 2
constexpr std::uint32_t last_day = 2'932'896;  // 9999-12-31, the last that a Date can print

void append_day(base::Bytes& out, base::Date date) {
    const std::int32_t day = date.days < 0 ? 1 : date.days;
    const auto days = static_cast<std::uint32_t>(day);
    for (int shift = 24; shift >= 0; shift -= 8) {
        out.push_back(static_cast<std::uint8_t>(days >> shift));
    }
}

base::Result<base::Date> day_at(base::ByteView bytes, std::size_t offset) {
    std::uint32_t days = 0;
    for (const std::uint8_t byte : bytes.subspan(offset, 4)) {
        days = (days << 8) | byte;
    }
    if (days > last_day) {
        return base::fail(base::ErrorKind::malformed, "a leaf's day lies behind the year 9999");
    }
    return base::Date{static_cast<std::int32_t>(days)};
}

std::uint8_t version_of(LeafClass leaf_class) {
    switch (leaf_class) {
        case LeafClass::act:
        case LeafClass::receipt:
        case LeafClass::erasure:
        case LeafClass::registry:
        case LeafClass::padding: return first_version;
        case LeafClass::map: return map_version;
        case LeafClass::key: return key_version;
    }
    std::unreachable();
}

base::Result<LeafClass> class_of(std::uint8_t version, std::uint8_t byte) {
    constexpr auto first = static_cast<std::uint8_t>(LeafClass::act);
    constexpr auto last = static_cast<std::uint8_t>(LeafClass::key);
    if (byte < first || byte > last || version_of(static_cast<LeafClass>(byte)) != version) {
        return base::fail(base::ErrorKind::malformed,
                          "leaf class " + std::to_string(byte) + " is unknown");
    }
    return static_cast<LeafClass>(byte);
}

}  // namespace

bool stands_for_entry(LeafClass leaf_class) {
    switch (leaf_class) {
        case LeafClass::act:
        case LeafClass::receipt:
        case LeafClass::erasure:
        case LeafClass::registry: return true;
        case LeafClass::padding:
        case LeafClass::map:
        case LeafClass::key: return false;
    }
    std::unreachable();
}

base::Bytes Leaf::encode() const {
    base::Bytes out;
    out.reserve(leaf_bytes);
    out.push_back(version_of(leaf_class));
    out.push_back(static_cast<std::uint8_t>(leaf_class));
    base::append(out, commitment.view());
    const bool has_days = version_of(leaf_class) == first_version;
    append_day(out, has_days ? unseal_by : base::Date{});
    append_day(out, has_days ? delete_by : base::Date{});
    return out;
}

base::Result<Leaf> Leaf::parse(base::ByteView bytes) {
    if (bytes.size() != leaf_bytes) {
        return base::fail(base::ErrorKind::malformed, "a leaf has 42 bytes",
                          "this one has " + std::to_string(bytes.size()));
    }
    if (bytes[0] < first_version || bytes[0] > key_version) {
        return base::fail(base::ErrorKind::malformed,
                          "leaf version " + std::to_string(bytes[0]) + " is unknown");
    }
    Leaf leaf;
    leaf.leaf_class = COMITY_TRY(class_of(bytes[0], bytes[1]));
    std::ranges::copy(bytes.subspan(2, leaf.commitment.bytes.size()),
                      leaf.commitment.bytes.begin());
    leaf.unseal_by = COMITY_TRY(day_at(bytes, 34));
    leaf.delete_by = COMITY_TRY(day_at(bytes, 38));
    if (version_of(leaf.leaf_class) != first_version &&
        (leaf.unseal_by != base::Date{} || leaf.delete_by != base::Date{})) {
        return base::fail(base::ErrorKind::malformed,
                          "a leaf of the map of matters, or of a key, has no days");
    }
    return leaf;
}

base::Digest leaf_commitment(const base::Digest& salt, const base::Digest& id) {
    base::Bytes message = base::bytes_of("comity/leaf/v1");
    base::append_length_prefixed(message, salt.view());
    base::append_length_prefixed(message, id.view());
    return crypto::sha256(message);
}

}  // namespace comity::ledger
