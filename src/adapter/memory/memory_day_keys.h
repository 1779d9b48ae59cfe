#pragma once

// ports::DayKeys in memory: the keys are real, only their keeping is not.

#include <map>
#include <mutex>
#include <string>

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
    [[nodiscard]] base::Result<base::Bytes> wrap_item(base::Date day, const base::Digest& item,
                                                      const base::SecretBytes& data_key) override;
    [[nodiscard]] base::Result<base::SecretBytes> unwrap_item(base::Date day,
                                                              const base::Digest& item,
                                                              base::ByteView wrapped) override;
    [[nodiscard]] base::Result<void> destroy_item(const base::Digest& item) override;

 private:
    [[nodiscard]] base::Result<base::Bytes> encrypt(const std::string& name,
                                                    base::ByteView data_key);
    [[nodiscard]] base::Result<base::SecretBytes> decrypt(const std::string& name,
                                                          base::ByteView wrapped);

    crypto::Random& random_;
    std::mutex mutex_;  ///< guards keys_
    /// By day and by item. An empty key is one that was destroyed: there is never a second one.
    std::map<std::string, base::SecretBytes> keys_;
};

}  // namespace comity::memory
