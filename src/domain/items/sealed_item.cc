#include "domain/items/sealed_item.h"

#include <algorithm>

namespace comity::items {

namespace {

constexpr std::size_t salt_bytes = 32;

/// SHA-256("comity/item/plaintext/v1" || 00 || salt || plaintext); the salt's length is fixed.
base::Digest commitment_to(base::ByteView salted) {
    return crypto::tagged_hash("comity/item/plaintext/v1", salted);
}

}  // namespace

base::Result<SealedItem> seal_item(base::ByteView plaintext, const ItemTerms& terms,
                                   const crypto::SealingKey& reader_key, crypto::Random& random) {
    if (plaintext.size() > static_cast<std::size_t>(max_item_bytes)) {
        return base::fail(base::ErrorKind::too_large, "an item has at most 16 MiB", {},
                          "hand it over in several items");
    }
    // The salt travels with the plaintext: whoever can open the item can check the commitment, and
    // nobody else can test a guess against it.
    base::SecretBytes salted(salt_bytes + plaintext.size());
    random.fill(salted.writable().first(salt_bytes));
    std::ranges::copy(plaintext, salted.writable().subspan(salt_bytes).begin());

    SealedItem item;
    ItemDescriptor& descriptor = item.descriptor;
    descriptor.realm = terms.realm;
    descriptor.commitment = commitment_to(salted.view());
    descriptor.media_type = terms.media_type;
    descriptor.size = static_cast<std::int64_t>(plaintext.size());
    descriptor.tier = terms.tier;
    descriptor.end = terms.end;
    descriptor.use_limits = terms.use_limits;
    descriptor.reader = terms.reader;
    descriptor.key = reader_key.id();
    COMITY_TRY(check(descriptor));
    item.sealed = COMITY_TRY(crypto::seal(salted.view(), sealing_context(descriptor),
                                          std::span(&reader_key, 1), random));
    descriptor.id = crypto::sha256(item.sealed);
    return item;
}

base::Result<void> check_sealed(const ItemDescriptor& descriptor, std::string_view sealed) {
    if (descriptor.version != item_version) {
        base::Error error{base::ErrorKind::malformed,
                          "this item is no single piece",
                          "it has version " + std::to_string(descriptor.version),
                          "take it as a sealed stream",
                          "/version",
                          {}};
        return std::unexpected(std::move(error));
    }
    if (crypto::sha256(sealed) != descriptor.id) {
        return base::fail(base::ErrorKind::invalid, "the sealed bytes are not those of the item",
                          "their digest is not " + descriptor.id.hex());
    }
    return {};
}

base::Result<base::SecretBytes> open_item(const ItemDescriptor& descriptor, std::string_view sealed,
                                          crypto::KeyAgreement& key) {
    COMITY_TRY(check(descriptor));
    COMITY_TRY(check_sealed(descriptor, sealed));
    if (key.public_key().id() != descriptor.key) {
        return base::fail(base::ErrorKind::not_found, "the item is sealed to another key",
                          "its key is " + descriptor.key.hex());
    }
    const base::SecretBytes salted =
        COMITY_TRY(crypto::open(sealed, sealing_context(descriptor), key));
    if (salted.size() != salt_bytes + static_cast<std::size_t>(descriptor.size) ||
        commitment_to(salted.view()) != descriptor.commitment) {
        return base::fail(base::ErrorKind::invalid,
                          "the item does not hold what its descriptor commits to",
                          "the sender sealed other bytes than it declared");
    }
    base::SecretBytes plaintext(salted.size() - salt_bytes);
    std::ranges::copy(salted.view().subspan(salt_bytes), plaintext.writable().begin());
    return plaintext;
}

}  // namespace comity::items
