#include "domain/items/held.h"

namespace comity::items {

base::Result<HeldKey> hold_key(const ItemDescriptor& descriptor, const base::SecretBytes& file_key,
                               DayWrap& days) {
    COMITY_TRY(check(descriptor));
    if (commitment_to_file_key(file_key) != descriptor.commitment) {
        return base::fail(base::ErrorKind::invalid, "this is the key of another item");
    }
    return HeldKey{1, descriptor.commitment, descriptor.end,
                   COMITY_TRY(days.wrap(descriptor.end, file_key))};
}

base::Result<base::SecretBytes> held_key(const ItemDescriptor& descriptor, const HeldKey& held,
                                         DayWrap& days) {
    COMITY_TRY(check(descriptor));
    if (held.commitment != descriptor.commitment || held.day != descriptor.end) {
        return base::fail(base::ErrorKind::invalid, "this is the held key of another item");
    }
    base::SecretBytes file_key = COMITY_TRY(days.unwrap(held.day, held.wrapped));
    if (commitment_to_file_key(file_key) != descriptor.commitment) {
        return base::fail(base::ErrorKind::invalid, "this is the held key of another item");
    }
    return file_key;
}

base::Result<HeldKey> read_held_key(std::string_view text) {
    codec::JsonLimits limits;
    limits.bytes = max_held_key_bytes;
    limits.depth = 1;
    limits.members = 4;
    const codec::Value value = COMITY_TRY(codec::parse_canonical(text, limits));
    HeldKey held = COMITY_TRY(codec::read<HeldKey>(value));
    if (held.version != 1) {
        return std::unexpected(base::Error{base::ErrorKind::malformed,
                                           "this version of a held key is not known",
                                           {},
                                           {},
                                           "/version",
                                           {}});
    }
    return held;
}

}  // namespace comity::items
