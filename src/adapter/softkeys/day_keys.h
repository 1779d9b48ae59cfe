#pragma once

// The keys of erasure days in a folder of their own (DESIGN 5.8):
//
//   2027-03-05.key    32 random bytes, mode 0600: the key of that day
//   2027-03-05.gone   the day's key was destroyed; it is never made again
//   item-ID.key       the same of one item, by its id in hexadecimal
//   item-ID.gone
//
// Destroying writes `.gone` first, then overwrites and unlinks the key, each step on disk before
// the next: whatever moment a crash chooses, the key is either untouched or on its way out, and
// opening the folder finishes what was begun. Overwriting reaches the blocks that the file system
// shows us; copies that a disk or a snapshot keeps are the operator's (docs/threats.md).

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "ground/base/base.h"
#include "ground/crypto/random.h"
#include "node/ports/ports.h"

namespace comity::softkeys {

/// Safe from several threads; one process per folder.
class FileDayKeys final : public ports::DayKeys {
 public:
    /// Makes the folder (mode 0700) if it is not there. `random` outlives the object.
    [[nodiscard]] static base::Result<FileDayKeys> open(std::filesystem::path folder,
                                                        crypto::Random& random);

    /// Kind conflict once the day's key is destroyed.
    [[nodiscard]] base::Result<base::Bytes> wrap(base::Date day,
                                                 const base::SecretBytes& data_key) override;
    /// Kinds: not_found (destroyed, or never made), invalid (altered, or of another day).
    [[nodiscard]] base::Result<base::SecretBytes> unwrap(base::Date day,
                                                         base::ByteView wrapped) override;
    /// Also for a day that has no key yet, which then never gets one. Doing it again is no error.
    [[nodiscard]] base::Result<void> destroy(base::Date day) override;

    /// Kinds as wrap().
    [[nodiscard]] base::Result<base::Bytes> wrap_item(base::Date day, const base::Digest& item,
                                                      const base::SecretBytes& data_key) override;
    /// Kinds as unwrap().
    [[nodiscard]] base::Result<base::SecretBytes> unwrap_item(base::Date day,
                                                              const base::Digest& item,
                                                              base::ByteView wrapped) override;
    [[nodiscard]] base::Result<void> destroy_item(const base::Digest& item) override;

 private:
    /// A key of the folder.
    struct Named {
        std::string name;     ///< of its files, without a suffix
        std::string context;  ///< binds what is wrapped under it
        [[nodiscard]] static Named of(base::Date day);
        [[nodiscard]] static Named of(const base::Digest& item);
    };
    FileDayKeys(std::filesystem::path folder, crypto::Random& random);
    [[nodiscard]] std::filesystem::path key_path(const Named& key) const;
    [[nodiscard]] std::filesystem::path tombstone_path(const Named& key) const;
    [[nodiscard]] base::Result<base::SecretBytes> read_key(const Named& key) const;
    [[nodiscard]] base::Result<base::SecretBytes> make_key(const Named& key);
    [[nodiscard]] base::Result<base::Bytes> encrypt(const Named& key, base::ByteView data_key);
    [[nodiscard]] base::Result<base::SecretBytes> decrypt(const Named& key, base::ByteView wrapped);
    [[nodiscard]] base::Result<void> destroy(const Named& key);
    [[nodiscard]] base::Result<void> finish_interrupted_work();
    void forget(const Named& key);
    /// Which file it is, and when it was last changed in any way.
    struct Stamp {
        std::uint64_t file = 0;
        std::uint32_t mode = 0;
        std::int64_t size = 0;
        std::int64_t seconds = 0;
        std::int64_t nanoseconds = 0;
        friend bool operator==(const Stamp&, const Stamp&) = default;
    };
    [[nodiscard]] static std::optional<Stamp> stamp_of(const std::filesystem::path& path);

    std::filesystem::path folder_;
    crypto::Random* random_;             // borrowed; a pointer so that the object can be moved
    std::unique_ptr<std::mutex> mutex_;  // on the heap for the same reason
    std::string last_name_;
    std::optional<Stamp> last_stamp_;
    base::SecretBytes last_key_;  ///< of last_name_
};

}  // namespace comity::softkeys
