#include "adapter/files/detail/disk.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace comity::files::detail {

namespace {

class Descriptor {
 public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    [[nodiscard]] int number() const { return number_; }
    /// False if the system could not close it, e.g. because a late write failed.
    bool close() { return number_ < 0 || ::close(std::exchange(number_, -1)) == 0; }

 private:
    int number_;
};

bool write_all(int descriptor, base::ByteView content) {
    while (!content.empty()) {
        const ssize_t written = ::write(descriptor, content.data(), content.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        content = content.subspan(static_cast<std::size_t>(written));
    }
    return true;
}

bool sync_folder_of(const std::filesystem::path& path) {
    const auto folder = std::filesystem::absolute(path).parent_path();
    const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return descriptor.number() >= 0 && ::fsync(descriptor.number()) == 0;
}

}  // namespace

base::Error error_at(const std::filesystem::path& path, std::string what, int code) {
    const bool is_absent = code == ENOENT || code == ENOTDIR;
    return base::Error{is_absent ? base::ErrorKind::not_found : base::ErrorKind::failure,
                       std::move(what),
                       std::generic_category().message(code),
                       {},
                       path.string(),
                       {}};
}

base::Result<base::Bytes> read_file(const std::filesystem::path& path, std::size_t limit) {
    // O_NONBLOCK: opening a named pipe must not wait for a writer.
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status{};
    if (file.number() < 0 || ::fstat(file.number(), &status) != 0) {
        return std::unexpected(error_at(path, "the file cannot be read", errno));
    }
    if (!S_ISREG(status.st_mode)) {
        return std::unexpected(base::Error{
            base::ErrorKind::malformed, "this is not a plain file", {}, {}, path.string(), {}});
    }
    const std::unexpected<base::Error> too_large(
        base::Error{base::ErrorKind::too_large,
                    "the file is too large",
                    "the limit is " + std::to_string(limit) + " bytes",
                    {},
                    path.string(),
                    {}});
    if (std::cmp_greater(status.st_size, limit)) {
        return too_large;
    }
    // The file may change while it is read: what counts is what arrives, one byte beyond at most.
    base::Bytes content(std::min(static_cast<std::size_t>(status.st_size), limit) + 1);
    std::size_t size = 0;
    for (;;) {
        const ssize_t got = ::read(file.number(), content.data() + size, content.size() - size);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return std::unexpected(error_at(path, "the file cannot be read", errno));
        }
        if (got == 0) {
            content.resize(size);
            return content;
        }
        size += static_cast<std::size_t>(got);
        if (size > limit) {
            return too_large;
        }
        if (size == content.size()) {
            content.resize(std::min(2 * size, limit + 1));
        }
    }
}

base::Result<void> replace_file(const std::filesystem::path& path,
                                const std::filesystem::path& unfinished, base::ByteView content,
                                unsigned mode, Durability durability) {
    constexpr const char* what = "the file cannot be written";
    Descriptor file(
        ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
    if (file.number() < 0) {
        return std::unexpected(error_at(path, what, errno));
    }
    const bool is_synced = durability == Durability::synced;
    // fchmod: the process's mask may have narrowed the mode that open() was given.
    bool is_written = ::fchmod(file.number(), mode) == 0 && write_all(file.number(), content) &&
                      (!is_synced || ::fsync(file.number()) == 0);
    is_written = file.close() && is_written;
    if (!is_written || ::rename(unfinished.c_str(), path.c_str()) != 0) {
        const int code = errno;
        ::unlink(unfinished.c_str());
        return std::unexpected(error_at(path, what, code));
    }
    if (is_synced && !sync_folder_of(path)) {
        return std::unexpected(error_at(path, what, errno));
    }
    return {};
}

}  // namespace comity::files::detail
