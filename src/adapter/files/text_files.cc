#include "adapter/files/text_files.h"

#include <algorithm>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "adapter/files/detail/disk.h"

namespace comity::files {

namespace fs = std::filesystem;

namespace {

std::unexpected<base::Error> refuse(base::ErrorKind kind, const fs::path& place, std::string what,
                                    std::string why) {
    return std::unexpected(
        base::Error{kind, std::move(what), std::move(why), {}, place.string(), {}});
}

/// The names of the texts below `folder`, in no order.
base::Result<std::vector<fs::path>> list_tree(const fs::path& folder, std::string_view extension) {
    std::error_code code;
    std::vector<fs::path> found;
    fs::recursive_directory_iterator walk(folder, code);
    for (; !code && walk != fs::recursive_directory_iterator(); walk.increment(code)) {
        const std::string name = walk->path().filename().string();
        const fs::file_status status = walk->symlink_status(code);
        if (code) {
            break;
        }
        if (name.starts_with('.')) {
            walk.disable_recursion_pending();
        } else if (fs::is_directory(status) && walk.depth() >= max_tree_depth) {
            return refuse(base::ErrorKind::too_large, walk->path(), "the folders nest too deeply",
                          "the limit is " + std::to_string(max_tree_depth));
        } else if (!fs::is_directory(status) && name.ends_with(extension)) {
            if (!fs::is_regular_file(status)) {
                return refuse(base::ErrorKind::malformed, walk->path(), "this is not a plain file",
                              "links and devices are not followed");
            }
            found.push_back(walk->path());
        }
        if (found.size() > max_tree_files) {
            return refuse(base::ErrorKind::too_large, folder, "the folder holds too many texts",
                          "the limit is " + std::to_string(max_tree_files));
        }
    }
    if (code) {
        return std::unexpected(detail::error_at(folder, "the folder cannot be read", code.value()));
    }
    return found;
}

}  // namespace

base::Result<std::string> read_text_file(const fs::path& path, std::size_t limit) {
    const base::Bytes bytes = COMITY_TRY(detail::read_file(path, limit));
    return std::string(base::text_of(bytes));
}

base::Result<void> write_text_file_atomically(const fs::path& path, std::string_view text,
                                              Readers readers) {
    // The process's number keeps two programs apart; a name left over by a crash of a process with
    // the same number is cleared first.
    const fs::path unfinished = path.string() + ".new" + std::to_string(::getpid());
    ::unlink(unfinished.c_str());
    return detail::replace_file(path, unfinished, base::view_of(text),
                                readers == Readers::owner ? 0600 : 0644,
                                detail::Durability::synced);
}

base::Result<std::vector<TextFile>> read_tree(const fs::path& folder, std::string_view extension) {
    std::vector<TextFile> files;
    for (const fs::path& path : COMITY_TRY(list_tree(folder, extension))) {
        files.push_back(TextFile{path.lexically_relative(folder).generic_string(),
                                 COMITY_TRY(read_text_file(path, max_tree_file_bytes))});
    }
    std::ranges::sort(files, {}, &TextFile::name);
    return files;
}

}  // namespace comity::files
