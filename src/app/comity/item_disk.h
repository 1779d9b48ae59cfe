#pragma once

// Files of any size, read and written piece by piece, for `comity item`.

#include <cstdint>
#include <filesystem>
#include <span>

#include "ground/base/base.h"

namespace comity::app {

/// A file descriptor with its path; closed when it dies.
class DiskFile {
 public:
    enum class Mode {
        read,
        make,   ///< kind conflict if it is there; mode 0600
        go_on,  ///< read and written where it is there already
    };
    [[nodiscard]] static base::Result<DiskFile> open(const std::filesystem::path& path, Mode mode);
    DiskFile(DiskFile&& other) noexcept;
    DiskFile& operator=(DiskFile&&) = delete;
    DiskFile(const DiskFile&) = delete;
    DiskFile& operator=(const DiskFile&) = delete;
    ~DiskFile();

    [[nodiscard]] base::Result<std::uint64_t> size() const;
    /// Fills `out` from `offset`; less only at the file's end.
    [[nodiscard]] base::Result<std::size_t> read(std::uint64_t offset,
                                                 std::span<std::uint8_t> out) const;
    /// Kinds failure, try_later (no room).
    [[nodiscard]] base::Result<void> write(std::uint64_t offset, base::ByteView bytes);
    [[nodiscard]] base::Result<void> cut(std::uint64_t size);
    [[nodiscard]] base::Result<void> sync();

 private:
    DiskFile(std::filesystem::path path, int descriptor);
    [[nodiscard]] std::unexpected<base::Error> failed(std::string what, int code) const;

    std::filesystem::path path_;
    int descriptor_;
};

/// Renames `from` to `to`, durably.
[[nodiscard]] base::Result<void> rename_durably(const std::filesystem::path& from,
                                                const std::filesystem::path& to);

}  // namespace comity::app
