#include "domain/items/box.h"

#include <algorithm>

namespace comity::items {

namespace {

base::Result<void> check_stream(const ItemDescriptor& descriptor) {
    COMITY_TRY(check(descriptor));
    if (descriptor.version != stream_version) {
        return std::unexpected(base::Error{base::ErrorKind::malformed,
                                           "this item is no stream",
                                           "it has version " + std::to_string(descriptor.version),
                                           "take it as one piece",
                                           "/version",
                                           {}});
    }
    return {};
}

std::vector<base::KeyId> keys_of(const ItemDescriptor& descriptor) {
    std::vector<base::KeyId> keys{descriptor.key};
    if (descriptor.more_readers) {
        for (const ItemReader& more : *descriptor.more_readers) {
            keys.push_back(more.key);
        }
    }
    return keys;
}

}  // namespace

std::string box_context(const ItemDescriptor& descriptor) {
    const std::string whole = codec::write(descriptor);
    return "comity/item/v2 " +
           crypto::tagged_hash("comity/item/descriptor/v2", base::view_of(whole)).hex();
}

base::Result<std::string> seal_box(const ItemDescriptor& descriptor,
                                   const base::SecretBytes& file_key,
                                   std::span<const crypto::SealingKey> readers,
                                   crypto::Random& random) {
    COMITY_TRY(check_stream(descriptor));
    std::vector<base::KeyId> given;
    for (const crypto::SealingKey& reader : readers) {
        given.push_back(reader.id());
    }
    if (given != keys_of(descriptor)) {
        return base::fail(base::ErrorKind::malformed,
                          "the readers are not those that the descriptor names");
    }
    if (commitment_to_file_key(file_key) != descriptor.commitment) {
        return base::fail(base::ErrorKind::invalid, "this is the key of another item");
    }
    return crypto::seal(file_key.view(), box_context(descriptor), readers, random);
}

base::Result<base::SecretBytes> open_box(const ItemDescriptor& descriptor, std::string_view box,
                                         crypto::KeyAgreement& key) {
    COMITY_TRY(check_stream(descriptor));
    if (box.size() > max_box_bytes) {
        return base::fail(base::ErrorKind::too_large, "a key box has at most 16 KiB");
    }
    const std::vector<base::KeyId> keys = keys_of(descriptor);
    if (std::ranges::find(keys, key.public_key().id()) == keys.end()) {
        return base::fail(base::ErrorKind::not_found, "the item is sealed to other keys",
                          "its first key is " + descriptor.key.hex());
    }
    base::SecretBytes file_key = COMITY_TRY(crypto::open(box, box_context(descriptor), key));
    if (file_key.size() != file_key_bytes ||
        commitment_to_file_key(file_key) != descriptor.commitment) {
        return base::fail(base::ErrorKind::invalid,
                          "the box does not hold the key that the descriptor commits to",
                          "the sender sealed another one than it declared");
    }
    return file_key;
}

}  // namespace comity::items
