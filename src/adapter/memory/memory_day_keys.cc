#include "adapter/memory/memory_day_keys.h"

#include <utility>

namespace comity::memory {

namespace {

constexpr std::size_t key_bytes = 32;

/// The names that keys go by; a wrapped key is bound to them.
std::string name_of(base::Date day) {
    return "comity/day-key/v1 " + day.text();
}

std::string name_of(const base::Digest& item) {
    return "comity/item-key/v1 " + item.hex();
}

std::unexpected<base::Error> destroyed(base::ErrorKind kind, const std::string& name) {
    return base::fail(kind, name + " is not there", "it was destroyed, or never needed");
}

}  // namespace

base::Result<base::Bytes> MemoryDayKeys::encrypt(const std::string& name, base::ByteView data_key) {
    auto [place, is_new] = keys_.try_emplace(name);
    if (is_new) {
        place->second = base::SecretBytes(key_bytes);
        random_.fill(place->second.writable());
    }
    if (place->second.empty()) {
        return destroyed(base::ErrorKind::conflict, name);
    }
    return crypto::encrypt(place->second, data_key, name, random_);
}

base::Result<base::SecretBytes> MemoryDayKeys::decrypt(const std::string& name,
                                                       base::ByteView wrapped) {
    const auto place = keys_.find(name);
    if (place == keys_.end() || place->second.empty()) {
        return destroyed(base::ErrorKind::not_found, name);
    }
    return crypto::decrypt(place->second, wrapped, name);
}

base::Result<base::Bytes> MemoryDayKeys::wrap(base::Date day, const base::SecretBytes& data_key) {
    const std::scoped_lock hold(mutex_);
    return encrypt(name_of(day), data_key.view());
}

base::Result<base::SecretBytes> MemoryDayKeys::unwrap(base::Date day, base::ByteView wrapped) {
    const std::scoped_lock hold(mutex_);
    return decrypt(name_of(day), wrapped);
}

base::Result<void> MemoryDayKeys::destroy(base::Date day) {
    const std::scoped_lock hold(mutex_);
    keys_.insert_or_assign(name_of(day), base::SecretBytes());
    return {};
}

base::Result<base::Bytes> MemoryDayKeys::wrap_item(base::Date day, const base::Digest& item,
                                                   const base::SecretBytes& data_key) {
    const std::scoped_lock hold(mutex_);
    const base::Bytes inner = COMITY_TRY(encrypt(name_of(item), data_key.view()));
    return encrypt(name_of(day), inner);
}

base::Result<base::SecretBytes> MemoryDayKeys::unwrap_item(base::Date day, const base::Digest& item,
                                                           base::ByteView wrapped) {
    const std::scoped_lock hold(mutex_);
    const base::SecretBytes inner = COMITY_TRY(decrypt(name_of(day), wrapped));
    return decrypt(name_of(item), inner.view());
}

base::Result<void> MemoryDayKeys::destroy_item(const base::Digest& item) {
    const std::scoped_lock hold(mutex_);
    keys_.insert_or_assign(name_of(item), base::SecretBytes());
    return {};
}

}  // namespace comity::memory
