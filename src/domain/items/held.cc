#include "domain/items/held.h"

#include "domain/items/sealed_item.h"

namespace comity::items {

namespace {

std::string held_context(const ItemDescriptor& descriptor) {
    return "comity/item/held/v1 " + descriptor.id.hex();
}

}  // namespace

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

base::Result<HeldItem> hold_item(const ItemDescriptor& descriptor, std::string_view sealed,
                                 DayWrap& days, crypto::Random& random) {
    COMITY_TRY(check(descriptor));
    COMITY_TRY(check_sealed(descriptor, sealed));
    base::SecretBytes data_key(file_key_bytes);
    random.fill(data_key.writable());
    HeldItem held;
    held.day = descriptor.end;
    held.wrapped = COMITY_TRY(days.wrap(descriptor.end, data_key));
    held.encrypted =
        crypto::encrypt(data_key, base::view_of(sealed), held_context(descriptor), random);
    return held;
}

base::Result<std::string> held_item(const ItemDescriptor& descriptor, const HeldItem& held,
                                    DayWrap& days) {
    COMITY_TRY(check(descriptor));
    const base::SecretBytes data_key = COMITY_TRY(days.unwrap(held.day, held.wrapped));
    if (data_key.size() != file_key_bytes) {
        return base::fail(base::ErrorKind::invalid, "this is the held key of another item");
    }
    const base::SecretBytes sealed =
        COMITY_TRY(crypto::decrypt(data_key, held.encrypted, held_context(descriptor)));
    std::string text(base::text_of(sealed.view()));
    COMITY_TRY(check_sealed(descriptor, text));
    return text;
}

}  // namespace comity::items
