#pragma once

// Blobs as files:
//
//   uploads/NAME    what is being received or sealed
//   kept/ab/ID      a whole blob, ID in hexadecimal, ab its first two digits
//
// keep() syncs the file, renames it and syncs both folders, each before the next: whatever moment a
// crash chooses, the bytes are a whole upload or a whole blob.

#include <filesystem>
#include <memory>
#include <mutex>
#include <set>

#include "node/ports/blobs.h"

namespace comity::blobs {

/// Safe to use from several threads; one process writes a folder.
class FileBlobs final : public ports::Blobs {
 public:
    /// Takes `folder`, made if need be (mode 0700). Kind failure.
    [[nodiscard]] static base::Result<std::unique_ptr<FileBlobs>> open(
        const std::filesystem::path& folder);

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

 private:
    explicit FileBlobs(std::filesystem::path folder);
    [[nodiscard]] std::filesystem::path upload_path(const ports::BlobName& upload) const;
    [[nodiscard]] std::filesystem::path kept_path(const base::Digest& id) const;
    [[nodiscard]] base::Result<void> sync_file(const ports::BlobName& upload);
    [[nodiscard]] base::Result<void> check_root(const std::filesystem::path& path,
                                                const base::Digest& id) const;

    std::filesystem::path folder_;
    std::mutex mutex_;                  ///< guards uploads against one another, and unsure_
    std::set<ports::BlobName> unsure_;  ///< uploads whose sync failed
};

}  // namespace comity::blobs
