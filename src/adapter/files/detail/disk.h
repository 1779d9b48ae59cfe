#pragma once

// Reading and writing whole files.

#include <filesystem>
#include <string>

#include "ground/base/base.h"

namespace comity::files::detail {

enum class Durability {
    rename_only,  ///< whole after a crash of the process, perhaps not after a loss of power
    synced,       ///< on the disk, name and content
};

/// Reads a plain file of at most `limit` bytes. Kinds as in read_text_file.
[[nodiscard]] base::Result<base::Bytes> read_file(const std::filesystem::path& path,
                                                  std::size_t limit);

/// Writes `content` under the name `unfinished` with exactly the permissions `mode`, then renames
/// it to `path`. Both are in one file system.
[[nodiscard]] base::Result<void> replace_file(const std::filesystem::path& path,
                                              const std::filesystem::path& unfinished,
                                              base::ByteView content, unsigned mode,
                                              Durability durability);

/// An error at `path` with the system's reason `code` (an errno).
[[nodiscard]] base::Error error_at(const std::filesystem::path& path, std::string what, int code);

}  // namespace comity::files::detail
