#pragma once

// The store's file before SQLite sees it: the lock, the look at its first bytes, its creation.

#include <filesystem>
#include <utility>

#include "ground/base/base.h"

namespace comity::sqlite::detail {

/// An exclusive lock on FILE.lock, given back by the system however the process ends.
class FileLock {
 public:
    /// Kinds: conflict (held by someone else), failure (the file cannot be made).
    [[nodiscard]] static base::Result<FileLock> take(const std::filesystem::path& store);
    ~FileLock();
    FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;
    FileLock& operator=(FileLock&&) = delete;

 private:
    explicit FileLock(int descriptor) : descriptor_(descriptor) {}
    int descriptor_;
};

/// Reads the first bytes of `store` without SQLite, because SQLite changes files that it opens.
/// Kind malformed: not a store, or one with a newer schema.
[[nodiscard]] base::Result<void> recognise(const std::filesystem::path& store);

/// Makes a new, empty store under another name and then gives it its own: a half-made store is
/// never seen under the name.
[[nodiscard]] base::Result<void> create(const std::filesystem::path& store);

}  // namespace comity::sqlite::detail
