#include "adapter/sqlite/detail/store_file.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <string>
#include <string_view>
#include <sys/file.h>
#include <system_error>
#include <unistd.h>

#include "adapter/sqlite/detail/connection.h"
#include "adapter/sqlite/detail/schema.h"

namespace comity::sqlite::detail {

namespace {

// The database header of SQLite's file format, section 1.3.
constexpr std::size_t header_bytes = 100;
constexpr std::string_view magic{"SQLite format 3\0", 16};
constexpr std::size_t user_version_at = 60;
constexpr std::size_t application_id_at = 68;

std::string system_reason() {
    return std::generic_category().message(errno);
}

base::Error about(base::ErrorKind kind, const std::filesystem::path& place, std::string what,
                  std::string why, std::string next = {}) {
    return base::Error{kind, std::move(what), std::move(why), std::move(next), place.string(), {}};
}

std::uint32_t big_endian(std::string_view header, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        value = (value << 8) | static_cast<std::uint8_t>(header[at + i]);
    }
    return value;
}

base::Result<void> sync_folder(const std::filesystem::path& folder) {
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
    const std::string why = synced ? std::string() : system_reason();
    if (descriptor >= 0) {
        ::close(descriptor);
    }
    if (!synced) {
        return std::unexpected(about(base::ErrorKind::failure, folder,
                                     "the folder of the store cannot be synced", why));
    }
    return {};
}

}  // namespace

base::Result<FileLock> FileLock::take(const std::filesystem::path& store) {
    const std::string name = store.string() + ".lock";
    const int descriptor = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        return std::unexpected(about(base::ErrorKind::failure, name,
                                     "the store's lock file cannot be made", system_reason(),
                                     "see that the folder exists and may be written"));
    }
    FileLock lock(descriptor);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        const bool is_held = errno == EWOULDBLOCK;
        return std::unexpected(about(
            is_held ? base::ErrorKind::conflict : base::ErrorKind::failure, store,
            is_held ? "another process has this store open" : "the store's lock cannot be taken",
            is_held ? "two writers would fork the ledger" : system_reason(),
            is_held ? "end the other process, or use another data folder" : ""));
    }
    return lock;
}

FileLock::~FileLock() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

base::Result<void> recognise(const std::filesystem::path& store) {
    std::array<char, header_bytes> bytes{};
    std::ifstream file(store, std::ios::binary);
    file.read(bytes.data(), bytes.size());
    const std::string_view header(bytes.data(), bytes.size());
    if (file.gcount() != static_cast<std::streamsize>(bytes.size()) || !header.starts_with(magic)) {
        return std::unexpected(
            about(base::ErrorKind::malformed, store, "this file is not a store of Comity",
                  "it is not an SQLite database", "name another file; nothing was changed"));
    }
    if (big_endian(header, application_id_at) != application_id) {
        return std::unexpected(about(base::ErrorKind::malformed, store,
                                     "this file is not a store of Comity",
                                     "it is an SQLite database of another program",
                                     "name another file; nothing was changed"));
    }
    if (const std::uint32_t number = big_endian(header, user_version_at); number > schema_number) {
        return std::unexpected(
            about(base::ErrorKind::malformed, store, "the store was written by a newer program",
                  "its schema has number " + std::to_string(number) +
                      ", this program knows up to " + std::to_string(schema_number),
                  "use the newer program; nothing was changed"));
    }
    return {};
}

base::Result<void> create(const std::filesystem::path& store) {
    const std::string unfinished = store.string() + ".new";
    std::error_code code;
    for (const char* suffix : {"", "-journal"}) {  // what a creation that was cut short left behind
        std::filesystem::remove(unfinished + suffix, code);
    }
    const int descriptor = ::open(unfinished.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        return std::unexpected(
            about(base::ErrorKind::failure, store, "the store cannot be made", system_reason()));
    }
    ::close(descriptor);
    {
        Connection connection = COMITY_TRY(Connection::open(unfinished));
        COMITY_TRY(connection.execute("PRAGMA synchronous=EXTRA"));
        COMITY_TRY(migrate(connection));
    }
    std::filesystem::rename(unfinished, store, code);
    if (code) {
        return std::unexpected(
            about(base::ErrorKind::failure, store, "the store cannot be made", code.message()));
    }
    return sync_folder(std::filesystem::absolute(store).parent_path());
}

}  // namespace comity::sqlite::detail
