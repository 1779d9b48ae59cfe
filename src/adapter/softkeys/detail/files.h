#pragma once

// Key files: made once, readable by their owner alone, on disk before anyone relies on them.

#include <cstddef>
#include <filesystem>

#include "ground/base/base.h"

namespace comity::softkeys::detail {

/// Keys and certificates are far smaller; whatever is larger is something else.
constexpr std::size_t largest_key_file = 64 * 1024;

enum class Access { owner_only, everyone_reads };

/// Makes `path` exclusively (kind conflict if it is there), with its bytes and its name on disk.
[[nodiscard]] base::Result<void> write_new_file(const std::filesystem::path& path,
                                                base::ByteView bytes, Access access);
/// Reads a whole file of at most largest_key_file bytes. With Access::owner_only, kind invalid if
/// group or others have any right to it.
[[nodiscard]] base::Result<base::SecretBytes> read_file(const std::filesystem::path& path,
                                                        Access access);
/// Overwrites the file with zeros, on disk, and unlinks it; no error if it is not there.
/// The folder is not synced.
[[nodiscard]] base::Result<void> wipe_file(const std::filesystem::path& path);
[[nodiscard]] base::Result<void> sync_folder(const std::filesystem::path& folder);

[[nodiscard]] bool exists(const std::filesystem::path& path);

}  // namespace comity::softkeys::detail
