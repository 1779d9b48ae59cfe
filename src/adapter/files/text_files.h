#pragma once

// Texts on disk: settings, keys, law. Every read has a bound.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "ground/base/base.h"

namespace comity::files {

/// Bounds of read_tree.
inline constexpr std::size_t max_tree_files = 1024;
inline constexpr std::size_t max_tree_file_bytes = 1 << 20;
inline constexpr int max_tree_depth = 8;

/// Who may read a file that is written here.
enum class Readers {
    everyone,  ///< mode 0644
    owner,     ///< mode 0600
};

/// A text and its name: the path below the folder that was read, with `/` between the parts.
struct TextFile {
    std::string name;
    std::string text;
    friend bool operator==(const TextFile&, const TextFile&) = default;
};

/// The bytes of a plain file. Kinds: not_found, too_large (over `limit` bytes), malformed (a
/// folder, a device), failure.
[[nodiscard]] base::Result<std::string> read_text_file(const std::filesystem::path& path,
                                                       std::size_t limit);

/// Replaces `path`; when it returns, the text is on the disk. After a crash the old text or the new
/// one is there. The folder must exist. Kind failure.
[[nodiscard]] base::Result<void> write_text_file_atomically(const std::filesystem::path& path,
                                                            std::string_view text, Readers readers);

/// All texts below `folder` whose names end in `extension` (with its dot), ascending by name.
/// Hidden files and folders are passed over; a symbolic link in their place is refused, so that
/// what is read is what lies in the folder. Kinds: not_found, too_large, malformed, failure.
[[nodiscard]] base::Result<std::vector<TextFile>> read_tree(const std::filesystem::path& folder,
                                                            std::string_view extension);

}  // namespace comity::files
