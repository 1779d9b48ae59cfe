#include "app/comity/item_disk.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace comity::app {

namespace {

std::unexpected<base::Error> fail_at(const std::filesystem::path& path, std::string what,
                                     int code) {
    auto kind = base::ErrorKind::failure;
    if (code == ENOENT || code == ENOTDIR) {
        kind = base::ErrorKind::not_found;
    } else if (code == EEXIST) {
        kind = base::ErrorKind::conflict;
    } else if (code == ENOSPC || code == EDQUOT) {
        kind = base::ErrorKind::try_later;
    }
    return std::unexpected(
        base::Error{kind,
                    std::move(what),
                    std::generic_category().message(code),
                    kind == base::ErrorKind::try_later ? "make room, do the same" : "",
                    path.string(),
                    {}});
}

int flags_of(DiskFile::Mode mode) {
    switch (mode) {
        case DiskFile::Mode::read: return O_RDONLY;
        case DiskFile::Mode::make: return O_RDWR | O_CREAT | O_EXCL;
        case DiskFile::Mode::go_on: return O_RDWR;
    }
    std::unreachable();
}

}  // namespace

base::Result<DiskFile> DiskFile::open(const std::filesystem::path& path, Mode mode) {
    // O_NONBLOCK: opening a named pipe must not wait for a writer.
    const int descriptor = ::open(path.c_str(), flags_of(mode) | O_CLOEXEC | O_NONBLOCK, 0600);
    if (descriptor < 0) {
        return fail_at(path, "the file cannot be opened", errno);
    }
    DiskFile file(path, descriptor);
    struct stat status{};
    if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
        return fail_at(path, "this is not a plain file", EINVAL);
    }
    return file;
}

DiskFile::DiskFile(std::filesystem::path path, int descriptor)
    : path_(std::move(path)), descriptor_(descriptor) {
}
DiskFile::DiskFile(DiskFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {
}
DiskFile::~DiskFile() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

std::unexpected<base::Error> DiskFile::failed(std::string what, int code) const {
    return fail_at(path_, std::move(what), code);
}

base::Result<std::uint64_t> DiskFile::size() const {
    struct stat status{};
    if (::fstat(descriptor_, &status) != 0) {
        return failed("the file cannot be read", errno);
    }
    return static_cast<std::uint64_t>(status.st_size);
}

base::Result<std::size_t> DiskFile::read(std::uint64_t offset, std::span<std::uint8_t> out) const {
    std::size_t done = 0;
    while (done < out.size()) {
        const ssize_t got = ::pread(descriptor_, out.data() + done, out.size() - done,
                                    static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return failed("the file cannot be read", errno);
        }
        if (got == 0) {
            break;
        }
        done += static_cast<std::size_t>(got);
    }
    return done;
}

base::Result<void> DiskFile::write(std::uint64_t offset, base::ByteView bytes) {
    while (!bytes.empty()) {
        const ssize_t written =
            ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return failed("the file cannot be written", written < 0 ? errno : EIO);
        }
        offset += static_cast<std::uint64_t>(written);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
}

base::Result<void> DiskFile::cut(std::uint64_t size) {
    if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) {
        return failed("the file cannot be cut", errno);
    }
    return {};
}

base::Result<void> DiskFile::sync() {
    if (::fsync(descriptor_) != 0) {
        return failed("the file cannot be synced", errno);
    }
    return {};
}

base::Result<void> rename_durably(const std::filesystem::path& from,
                                  const std::filesystem::path& to) {
    if (::rename(from.c_str(), to.c_str()) != 0) {
        return fail_at(to, "the file cannot be given its name", errno);
    }
    const auto folder = std::filesystem::absolute(to).parent_path();
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool is_synced = descriptor >= 0 && ::fsync(descriptor) == 0;
    const int code = errno;
    if (descriptor >= 0) {
        ::close(descriptor);
    }
    return is_synced ? base::Result<void>{}
                     : base::Result<void>(fail_at(folder, "the folder cannot be synced", code));
}

}  // namespace comity::app
