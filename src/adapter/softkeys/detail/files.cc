#include "adapter/softkeys/detail/files.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace comity::softkeys::detail {

namespace {

using base::ErrorKind;

class File {
 public:
    explicit File(int descriptor) : descriptor_(descriptor) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
    }
    [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
    [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
    int descriptor_;
};

std::unexpected<base::Error> system_failure(const std::filesystem::path& path, std::string what) {
    const int code = errno;
    const auto kind = code == ENOENT   ? ErrorKind::not_found
                      : code == EEXIST ? ErrorKind::conflict
                                       : ErrorKind::failure;
    auto error = base::fail(kind, std::move(what), std::generic_category().message(code));
    error.error().place = path.string();
    return error;
}

bool write_all(int descriptor, base::ByteView bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return true;
}

/// Reads to the end of the file or until `room` is full.
base::Result<std::size_t> read_all(const std::filesystem::path& path, int descriptor,
                                   std::span<std::uint8_t> room) {
    std::size_t size = 0;
    while (size < room.size()) {
        const ssize_t got = ::read(descriptor, room.data() + size, room.size() - size);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return system_failure(path, "the file cannot be read");
        }
        if (got == 0) {
            break;
        }
        size += static_cast<std::size_t>(got);
    }
    return size;
}

base::Result<void> check_access(const std::filesystem::path& path, const struct stat& status,
                                Access access) {
    if (!S_ISREG(status.st_mode)) {
        auto error = base::fail(ErrorKind::malformed, "this is not a regular file");
        error.error().place = path.string();
        return error;
    }
    if (access == Access::owner_only && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        auto error = base::fail(
            ErrorKind::invalid, "group or others have access to this key file",
            "a private key is for its owner alone",
            "chmod 600 " + path.string() + ", or make a new key if others may have read this one");
        error.error().place = path.string();
        return error;
    }
    return {};
}

}  // namespace

base::Result<void> write_new_file(const std::filesystem::path& path, base::ByteView bytes,
                                  Access access) {
    const mode_t mode = access == Access::owner_only ? 0600 : 0644;
    {
        const File file(
            ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
        if (!file.is_open()) {
            return system_failure(
                path, errno == EEXIST ? "there is such a file already" : "the file cannot be made");
        }
        if (!write_all(file.descriptor(), bytes) || ::fsync(file.descriptor()) != 0) {
            auto error = system_failure(path, "the file cannot be written");
            ::unlink(path.c_str());
            return error;
        }
    }
    return sync_folder(path.parent_path());
}

base::Result<base::SecretBytes> read_file(const std::filesystem::path& path, Access access) {
    const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.is_open()) {
        return system_failure(path, "the file cannot be opened");
    }
    struct stat status{};
    if (::fstat(file.descriptor(), &status) != 0) {
        return system_failure(path, "the file cannot be examined");
    }
    COMITY_TRY(check_access(path, status, access));
    base::SecretBytes room(largest_key_file + 1);
    const std::size_t size = COMITY_TRY(read_all(path, file.descriptor(), room.writable()));
    if (size > largest_key_file) {
        auto error = base::fail(ErrorKind::too_large, "this file is too large for a key",
                                "a key file has at most 64 KiB");
        error.error().place = path.string();
        return error;
    }
    const base::ByteView read = room.view().first(size);
    return base::SecretBytes(base::Bytes(read.begin(), read.end()));
}

base::Result<void> wipe_file(const std::filesystem::path& path) {
    {
        const File file(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
        if (!file.is_open()) {
            if (errno == ENOENT) {
                return {};
            }
            return system_failure(path, "the key file cannot be opened to overwrite it");
        }
        struct stat status{};
        if (::fstat(file.descriptor(), &status) != 0) {
            return system_failure(path, "the key file cannot be examined");
        }
        const std::array<std::uint8_t, 4096> zeros{};
        for (off_t left = status.st_size; left > 0; left -= static_cast<off_t>(zeros.size())) {
            const auto part = std::min<std::size_t>(zeros.size(), static_cast<std::size_t>(left));
            if (!write_all(file.descriptor(), base::ByteView(zeros).first(part))) {
                return system_failure(path, "the key file cannot be overwritten");
            }
        }
        if (::fsync(file.descriptor()) != 0) {
            return system_failure(path, "the overwritten key file cannot be synced");
        }
    }
    if (::unlink(path.c_str()) != 0) {
        return system_failure(path, "the key file cannot be removed");
    }
    return {};
}

base::Result<void> sync_folder(const std::filesystem::path& folder) {
    const std::filesystem::path name = folder.empty() ? "." : folder;
    const File file(::open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!file.is_open() || ::fsync(file.descriptor()) != 0) {
        return system_failure(name, "the folder cannot be synced");
    }
    return {};
}

bool exists(const std::filesystem::path& path) {
    struct stat status{};
    return ::lstat(path.c_str(), &status) == 0;
}

}  // namespace comity::softkeys::detail
