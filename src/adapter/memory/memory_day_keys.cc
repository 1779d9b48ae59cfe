#include "adapter/memory/memory_day_keys.h"

#include <string>
#include <utility>

namespace comity::memory {

namespace {

constexpr std::size_t key_bytes = 32;

/// Binds a wrapped key to its day.
std::string context_of(base::Date day) {
    return "comity/day-key/v1 " + day.text();
}

std::unexpected<base::Error> destroyed(base::Date day) {
    return base::fail(base::ErrorKind::not_found, "the key of " + day.text() + " is not there",
                      "it was destroyed, or nothing was kept until that day");
}

}  // namespace

base::Result<base::Bytes> MemoryDayKeys::wrap(base::Date day, const base::SecretBytes& data_key) {
    const std::scoped_lock hold(mutex_);
    auto [place, is_new] = keys_.try_emplace(day);
    if (is_new) {
        place->second = base::SecretBytes(key_bytes);
        random_.fill(place->second.writable());
    }
    if (place->second.empty()) {
        return destroyed(day);
    }
    return crypto::encrypt(place->second, data_key.view(), context_of(day), random_);
}

base::Result<base::SecretBytes> MemoryDayKeys::unwrap(base::Date day, base::ByteView wrapped) {
    const std::scoped_lock hold(mutex_);
    const auto place = keys_.find(day);
    if (place == keys_.end() || place->second.empty()) {
        return destroyed(day);
    }
    return crypto::decrypt(place->second, wrapped, context_of(day));
}

base::Result<void> MemoryDayKeys::destroy(base::Date day) {
    const std::scoped_lock hold(mutex_);
    keys_.insert_or_assign(day, base::SecretBytes());
    return {};
}

}  // namespace comity::memory
