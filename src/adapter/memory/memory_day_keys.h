#pragma once

// ports::DayKeys in memory: the keys are real, only their keeping is not.

#include <map>
#include <mutex>

#include "node/ports/ports.h"

namespace comity::memory {

/// Safe to use from several threads, if `random` is.
class MemoryDayKeys final : public ports::DayKeys {
 public:
    /// `random` outlives this object.
    explicit MemoryDayKeys(crypto::Random& random) : random_(random) {}

    [[nodiscard]] base::Result<base::Bytes> wrap(base::Date day,
                                                 const base::SecretBytes& data_key) override;
    [[nodiscard]] base::Result<base::SecretBytes> unwrap(base::Date day,
                                                         base::ByteView wrapped) override;
    [[nodiscard]] base::Result<void> destroy(base::Date day) override;

 private:
    crypto::Random& random_;
    std::mutex mutex_;  ///< guards keys_
    /// An empty key is one that was destroyed: a day never gets a second key.
    std::map<base::Date, base::SecretBytes> keys_;
};

}  // namespace comity::memory
