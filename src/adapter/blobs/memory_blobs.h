#pragma once

// ports::Blobs in memory, with a disk that fails on demand.

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

#include "node/ports/blobs.h"

namespace comity::blobs {

/// What the disk does to the next call that writes.
enum class DiskFault {
    full,        ///< no room: kind try_later, nothing was changed
    broken,      ///< kind failure, nothing was changed
    sync_fails,  ///< sync() or keep(): kind failure, for good
};

/// Safe to use from several threads.
class MemoryBlobs final : public ports::Blobs {
 public:
    [[nodiscard]] base::Result<std::uint64_t> upload_size(const ports::BlobName& upload) override;
    [[nodiscard]] base::Result<void> append(const ports::BlobName& upload, std::uint64_t offset,
                                            base::ByteView bytes) override;
    [[nodiscard]] base::Result<void> sync(const ports::BlobName& upload) override;
    [[nodiscard]] base::Result<void> cut(const ports::BlobName& upload,
                                         std::uint64_t size) override;
    [[nodiscard]] base::Result<std::size_t> read_upload(const ports::BlobName& upload,
                                                        std::uint64_t offset,
                                                        std::span<std::uint8_t> out) override;
    [[nodiscard]] base::Result<void> discard(const ports::BlobName& upload) override;
    [[nodiscard]] base::Result<void> keep(const ports::BlobName& upload, const base::Digest& id,
                                          ports::BlobCheck check) override;
    [[nodiscard]] base::Result<std::uint64_t> size(const base::Digest& id) override;
    [[nodiscard]] base::Result<std::size_t> read(const base::Digest& id, std::uint64_t offset,
                                                 std::span<std::uint8_t> out) override;
    [[nodiscard]] base::Result<void> remove(const base::Digest& id) override;
    [[nodiscard]] base::Result<std::vector<ports::UploadInfo>> uploads() override;
    [[nodiscard]] base::Result<std::vector<ports::BlobInfo>> blobs() override;

    /// The writing call after `calls` others meets `fault`, once.
    void fail_after(std::uint64_t calls, DiskFault fault);
    /// The room for all bytes together; over it, appending is kind try_later.
    void limit_room(std::uint64_t bytes);
    /// What a loss of power leaves: kept blobs, and of each upload what was synced and of the rest
    /// at most `torn` bytes. An upload that was never synced is gone.
    void crash(std::uint64_t torn);
    /// Flips a bit of a kept blob, as a bad disk or an attacker would. `offset` lies inside.
    void flip(const base::Digest& id, std::uint64_t offset);

 private:
    struct Upload {
        base::Bytes bytes;
        std::optional<std::uint64_t>
            synced;              ///< bytes that survive a crash; none: not even its name
        bool is_unsure = false;  ///< a sync failed
    };
    /// Counts a call that writes, and answers for a fault that is due.
    [[nodiscard]] std::optional<DiskFault> due();
    [[nodiscard]] base::Result<void> sync_locked(const ports::BlobName& name);

    std::mutex mutex_;  ///< guards everything below
    std::map<ports::BlobName, Upload> uploads_;
    std::map<base::Digest, base::Bytes> kept_;
    std::uint64_t room_ = ports::max_blob_bytes;
    std::uint64_t calls_until_fault_ = 0;
    std::optional<DiskFault> fault_;
};

}  // namespace comity::blobs
