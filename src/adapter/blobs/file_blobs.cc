#include "adapter/blobs/file_blobs.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "ground/crypto/crypto.h"

namespace comity::blobs {

namespace {

using base::ErrorKind;
using Path = std::filesystem::path;

constexpr mode_t file_mode = 0600;
constexpr mode_t folder_mode = 0700;
constexpr std::size_t read_bytes = std::size_t{1} << 20;

class Descriptor {
 public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) {
            ::close(number_);
        }
    }
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&&) = delete;
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int number() const { return number_; }

 private:
    int number_;
};

std::unexpected<base::Error> fail_at(const Path& path, std::string what, int code) {
    const bool is_full = code == ENOSPC || code == EDQUOT;
    const bool is_absent = code == ENOENT || code == ENOTDIR;
    return std::unexpected(base::Error{is_full     ? ErrorKind::try_later
                                       : is_absent ? ErrorKind::not_found
                                                   : ErrorKind::failure,
                                       std::move(what),
                                       std::generic_category().message(code),
                                       is_full ? "make room and try again" : "",
                                       path.string(),
                                       {}});
}

base::Result<Descriptor> open_file(const Path& path, int flags) {
    Descriptor file(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, file_mode));
    struct stat status{};
    if (file.number() < 0 || ::fstat(file.number(), &status) != 0) {
        return fail_at(path, "the blob cannot be opened", errno);
    }
    if (!S_ISREG(status.st_mode)) {
        return fail_at(path, "this is not a plain file", EINVAL);
    }
    return file;
}

base::Result<std::uint64_t> size_of(const Path& path, const Descriptor& file) {
    struct stat status{};
    if (::fstat(file.number(), &status) != 0) {
        return fail_at(path, "the blob cannot be read", errno);
    }
    return static_cast<std::uint64_t>(status.st_size);
}

base::Result<std::uint64_t> size_at(const Path& path) {
    const Descriptor file = COMITY_TRY(open_file(path, O_RDONLY));
    return size_of(path, file);
}

/// Reads until `out` is full or the file ends.
base::Result<std::size_t> read_fully(const Path& path, const Descriptor& file, std::uint64_t offset,
                                     std::span<std::uint8_t> out) {
    std::size_t done = 0;
    while (done < out.size()) {
        const ssize_t got = ::pread(file.number(), out.data() + done, out.size() - done,
                                    static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return fail_at(path, "the blob cannot be read", errno);
        }
        if (got == 0) {
            break;
        }
        done += static_cast<std::size_t>(got);
    }
    return done;
}

base::Result<std::size_t> read_at(const Path& path, std::uint64_t offset,
                                  std::span<std::uint8_t> out) {
    const Descriptor file = COMITY_TRY(open_file(path, O_RDONLY));
    const std::uint64_t size = COMITY_TRY(size_of(path, file));
    if (offset > size) {
        return base::fail(ErrorKind::too_large, "the blob ends before this place",
                          "it has " + std::to_string(size) + " bytes");
    }
    return read_fully(path, file, offset, out);
}

/// The errno of what went wrong, or 0.
int write_fully(const Descriptor& file, std::uint64_t offset, base::ByteView bytes) {
    while (!bytes.empty()) {
        const ssize_t written =
            ::pwrite(file.number(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return written < 0 ? errno : EIO;
        }
        offset += static_cast<std::uint64_t>(written);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return 0;
}

base::Result<void> sync_folder(const Path& folder) {
    const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (descriptor.number() < 0 || ::fsync(descriptor.number()) != 0) {
        return fail_at(folder, "the folder of blobs cannot be synced", errno);
    }
    return {};
}

/// Makes a folder durably, if it is not there.
base::Result<void> make_folder(const Path& folder) {
    if (::mkdir(folder.c_str(), folder_mode) == 0) {
        return sync_folder(std::filesystem::absolute(folder).parent_path());
    }
    if (errno != EEXIST) {
        return fail_at(folder, "the folder of blobs cannot be made", errno);
    }
    return {};
}

base::Result<void> unlink_durably(const Path& path) {
    if (::unlink(path.c_str()) != 0) {
        if (errno == ENOENT || errno == ENOTDIR) {
            return {};
        }
        return fail_at(path, "the blob cannot be removed", errno);
    }
    return sync_folder(path.parent_path());
}

base::Result<std::vector<Path>> files_in(const Path& folder) {
    std::vector<Path> found;
    std::error_code code;
    for (std::filesystem::directory_iterator entry(folder, code), end; !code && entry != end;
         entry.increment(code)) {
        found.push_back(entry->path());
    }
    if (code) {
        return fail_at(folder, "the folder of blobs cannot be listed", code.value());
    }
    std::ranges::sort(found);
    return found;
}

}  // namespace

FileBlobs::FileBlobs(std::filesystem::path folder) : folder_(std::move(folder)) {
}

base::Result<std::unique_ptr<FileBlobs>> FileBlobs::open(const std::filesystem::path& folder) {
    COMITY_TRY(make_folder(folder));
    COMITY_TRY(make_folder(folder / "uploads"));
    COMITY_TRY(make_folder(folder / "kept"));
    return std::unique_ptr<FileBlobs>(new FileBlobs(folder));
}

Path FileBlobs::upload_path(const ports::BlobName& upload) const {
    COMITY_ENSURE(!upload.empty());
    return folder_ / "uploads" / upload.text();
}

Path FileBlobs::kept_path(const base::Digest& id) const {
    const std::string name = id.hex();
    return folder_ / "kept" / name.substr(0, 2) / name;
}

base::Result<std::uint64_t> FileBlobs::upload_size(const ports::BlobName& upload) {
    const std::scoped_lock hold(mutex_);
    return size_at(upload_path(upload));
}

base::Result<void> FileBlobs::append(const ports::BlobName& upload, std::uint64_t offset,
                                     base::ByteView bytes) {
    const std::scoped_lock hold(mutex_);
    if (offset > ports::max_blob_bytes || bytes.size() > ports::max_blob_bytes - offset) {
        return base::fail(ErrorKind::too_large, "a blob has at most 32 TiB");
    }
    const Path path = upload_path(upload);
    const int flags = offset == 0 ? O_RDWR | O_CREAT : O_RDWR;
    auto file = open_file(path, flags);
    if (!file) {
        if (file.error().kind == ErrorKind::not_found) {
            file.error().kind = ErrorKind::conflict;
        }
        return std::unexpected(std::move(file).error());
    }
    const std::uint64_t size = COMITY_TRY(size_of(path, *file));
    if (size != offset) {
        return base::fail(ErrorKind::conflict, "the upload goes on at another place",
                          "it has " + std::to_string(size) + " bytes");
    }
    if (const int code = write_fully(*file, offset, bytes); code != 0) {
        // What was written of it goes again, so that the caller may try the same once more.
        if (::ftruncate(file->number(), static_cast<off_t>(offset)) != 0) {
            unsure_.insert(upload);
        }
        return fail_at(path, "the upload cannot be written", code);
    }
    return {};
}

base::Result<void> FileBlobs::sync_file(const ports::BlobName& upload) {
    const Path path = upload_path(upload);
    const Descriptor file = COMITY_TRY(open_file(path, O_RDWR));
    // A failed fsync may drop the pages that it could not write, and the next one succeeds: so one
    // failure counts for as long as the upload lives.
    if (unsure_.contains(upload)) {
        return fail_at(path, "an earlier sync of the upload failed", EIO);
    }
    if (::fsync(file.number()) != 0) {
        const int code = errno;
        unsure_.insert(upload);
        return fail_at(path, "the upload cannot be synced", code);
    }
    return sync_folder(path.parent_path());
}

base::Result<void> FileBlobs::sync(const ports::BlobName& upload) {
    const std::scoped_lock hold(mutex_);
    return sync_file(upload);
}

base::Result<void> FileBlobs::cut(const ports::BlobName& upload, std::uint64_t size) {
    const std::scoped_lock hold(mutex_);
    const Path path = upload_path(upload);
    const Descriptor file = COMITY_TRY(open_file(path, O_RDWR));
    const std::uint64_t present = COMITY_TRY(size_of(path, file));
    if (present < size) {
        return base::fail(ErrorKind::conflict, "the upload is shorter",
                          "it has " + std::to_string(present) + " bytes");
    }
    if (::ftruncate(file.number(), static_cast<off_t>(size)) != 0) {
        return fail_at(path, "the upload cannot be cut", errno);
    }
    return {};
}

base::Result<std::size_t> FileBlobs::read_upload(const ports::BlobName& upload,
                                                 std::uint64_t offset,
                                                 std::span<std::uint8_t> out) {
    const std::scoped_lock hold(mutex_);
    return read_at(upload_path(upload), offset, out);
}

base::Result<void> FileBlobs::discard(const ports::BlobName& upload) {
    const std::scoped_lock hold(mutex_);
    COMITY_TRY(unlink_durably(upload_path(upload)));
    unsure_.erase(upload);
    return {};
}

base::Result<void> FileBlobs::check_root(const Path& path, const base::Digest& id) const {
    const Descriptor file = COMITY_TRY(open_file(path, O_RDONLY));
    crypto::PieceTree tree(ports::blob_piece_bytes);
    base::Bytes buffer(read_bytes);
    std::uint64_t offset = 0;
    for (;;) {
        const std::size_t got = COMITY_TRY(read_fully(path, file, offset, buffer));
        tree.update(base::ByteView(buffer).first(got));
        offset += got;
        if (got < buffer.size()) {
            break;
        }
    }
    if (tree.finish() != id) {
        return std::unexpected(base::Error{ErrorKind::invalid,
                                           "the upload is not the blob that it was said to be",
                                           "its root is not " + id.hex(),
                                           "discard it and ask for it again",
                                           path.string(),
                                           {}});
    }
    return {};
}

base::Result<void> FileBlobs::keep(const ports::BlobName& upload, const base::Digest& id,
                                   ports::BlobCheck check) {
    const std::scoped_lock hold(mutex_);
    const Path from = upload_path(upload);
    const Path to = kept_path(id);
    if (size_at(to).has_value()) {
        COMITY_TRY(unlink_durably(from));
        unsure_.erase(upload);
        return sync_folder(to.parent_path());
    }
    COMITY_TRY(sync_file(upload));
    switch (check) {
        case ports::BlobCheck::read_again: COMITY_TRY(check_root(from, id)); break;
        case ports::BlobCheck::done_by_caller: break;
    }
    COMITY_TRY(make_folder(to.parent_path()));
    if (::rename(from.c_str(), to.c_str()) != 0) {
        return fail_at(to, "the blob cannot be kept", errno);
    }
    COMITY_TRY(sync_folder(to.parent_path()));
    return sync_folder(from.parent_path());
}

base::Result<std::uint64_t> FileBlobs::size(const base::Digest& id) {
    return size_at(kept_path(id));
}

base::Result<std::size_t> FileBlobs::read(const base::Digest& id, std::uint64_t offset,
                                          std::span<std::uint8_t> out) {
    return read_at(kept_path(id), offset, out);
}

base::Result<void> FileBlobs::remove(const base::Digest& id) {
    return unlink_durably(kept_path(id));
}

base::Result<std::vector<ports::UploadInfo>> FileBlobs::uploads() {
    const std::scoped_lock hold(mutex_);
    std::vector<ports::UploadInfo> found;
    const std::vector<Path> files = COMITY_TRY(files_in(folder_ / "uploads"));
    for (const Path& path : files) {
        const auto name = ports::BlobName::parse(path.filename().string());
        if (name) {  // another file is not ours to touch
            found.push_back({*name, COMITY_TRY(size_at(path))});
        }
    }
    return found;
}

base::Result<std::vector<ports::BlobInfo>> FileBlobs::blobs() {
    std::vector<ports::BlobInfo> found;
    const std::vector<Path> folders = COMITY_TRY(files_in(folder_ / "kept"));
    for (const Path& folder : folders) {
        const std::vector<Path> files = COMITY_TRY(files_in(folder));
        for (const Path& path : files) {
            const auto id = base::Digest::from_hex(path.filename().string());
            if (id) {
                found.push_back({*id, COMITY_TRY(size_at(path))});
            }
        }
    }
    return found;
}

}  // namespace comity::blobs
