#include "adapter/softkeys/day_keys.h"

#include <cerrno>
#include <cstdio>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <utility>
#include <vector>

#include "adapter/softkeys/detail/files.h"
#include "ground/crypto/sealing.h"

namespace comity::softkeys {

namespace {

using base::ErrorKind;
using detail::Access;

constexpr std::size_t day_key_size = 32;
constexpr std::string_view key_suffix = ".key";
constexpr std::string_view tombstone_suffix = ".gone";
constexpr std::string_view unfinished_suffix = ".new";

std::string context_of(base::Date day) {
    return "comity/day/v1 " + day.text();
}

std::unexpected<base::Error> destroyed(ErrorKind kind, base::Date day) {
    return base::fail(kind, "the key of " + day.text() + " is destroyed",
                      "that day's erasure has been carried out");
}

std::filesystem::path with_suffix(std::filesystem::path folder, base::Date day,
                                  std::string_view suffix) {
    return std::move(folder) / (day.text() + std::string(suffix));
}

}  // namespace

std::optional<FileDayKeys::Stamp> FileDayKeys::stamp_of(const std::filesystem::path& path) {
    struct stat found{};
    if (::stat(path.c_str(), &found) != 0) {
        return std::nullopt;
    }
    // The change time moves with content, mode and name, and no program can set it back; but it
    // moves in ticks of some milliseconds.
    return Stamp{found.st_ino, found.st_mode, found.st_size, found.st_ctim.tv_sec,
                 found.st_ctim.tv_nsec};
}

FileDayKeys::FileDayKeys(std::filesystem::path folder, crypto::Random& random)
    : folder_(std::move(folder)), random_(&random), mutex_(std::make_unique<std::mutex>()) {
}

base::Result<FileDayKeys> FileDayKeys::open(std::filesystem::path folder, crypto::Random& random) {
    if (::mkdir(folder.c_str(), 0700) == 0) {
        COMITY_TRY(detail::sync_folder(folder.parent_path()));
    } else if (errno != EEXIST) {
        auto error = base::fail(ErrorKind::failure, "the folder for day keys cannot be made",
                                std::generic_category().message(errno));
        error.error().place = folder.string();
        return error;
    }
    FileDayKeys keys(std::move(folder), random);
    COMITY_TRY(keys.finish_interrupted_work());
    return keys;
}

std::filesystem::path FileDayKeys::key_path(base::Date day) const {
    return with_suffix(folder_, day, key_suffix);
}

std::filesystem::path FileDayKeys::tombstone_path(base::Date day) const {
    return with_suffix(folder_, day, tombstone_suffix);
}

base::Result<void> FileDayKeys::finish_interrupted_work() {
    std::error_code code;
    std::vector<std::filesystem::path> to_wipe;
    for (std::filesystem::directory_iterator entry(folder_, code), end; !code && entry != end;
         entry.increment(code)) {
        const std::filesystem::path& path = entry->path();
        if (path.extension() == unfinished_suffix) {
            to_wipe.push_back(path);
        }
        std::filesystem::path key = path;
        if (path.extension() == tombstone_suffix &&
            detail::exists(key.replace_extension(key_suffix))) {
            to_wipe.push_back(key);
        }
    }
    if (code) {
        auto error = base::fail(ErrorKind::failure, "the folder of day keys cannot be listed",
                                code.message());
        error.error().place = folder_.string();
        return error;
    }
    for (const auto& path : to_wipe) {
        COMITY_TRY(detail::wipe_file(path));
    }
    return detail::sync_folder(folder_);
}

base::Result<base::SecretBytes> FileDayKeys::read_key(base::Date day) const {
    const std::filesystem::path path = key_path(day);
    base::SecretBytes key = COMITY_TRY(detail::read_file(path, Access::owner_only));
    if (key.size() != day_key_size) {
        auto error =
            base::fail(ErrorKind::malformed, "this day key is damaged", "a day key has 32 bytes",
                       "restore it from the back-up series of day keys");
        error.error().place = path.string();
        return error;
    }
    return key;
}

base::Result<base::SecretBytes> FileDayKeys::make_key(base::Date day) {
    base::SecretBytes key(day_key_size);
    random_->fill(key.writable());
    // Under another name first: a crash must not leave half a key under the day's name.
    const std::filesystem::path unfinished = with_suffix(folder_, day, unfinished_suffix);
    COMITY_TRY(detail::wipe_file(unfinished));
    COMITY_TRY(detail::write_new_file(unfinished, key.view(), Access::owner_only));
    if (std::rename(unfinished.c_str(), key_path(day).c_str()) != 0) {
        auto error = base::fail(ErrorKind::failure, "the day key cannot be given its name",
                                std::generic_category().message(errno));
        error.error().place = unfinished.string();
        return error;
    }
    COMITY_TRY(detail::sync_folder(folder_));
    return key;
}

base::Result<base::Bytes> FileDayKeys::wrap(base::Date day, const base::SecretBytes& data_key) {
    const std::lock_guard lock(*mutex_);
    if (detail::exists(tombstone_path(day))) {
        forget(day);
        return destroyed(ErrorKind::conflict, day);
    }
    // The day's key is used for every entry of a day, so the last one is kept at hand, as long as
    // its file is untouched: what is wrapped under a key that the disk lost could never be opened.
    const std::filesystem::path path = key_path(day);
    const auto found = stamp_of(path);
    if (!found || last_day_ != day || last_stamp_ != found) {
        forget(last_day_.value_or(day));
        last_key_ = found ? COMITY_TRY(read_key(day)) : COMITY_TRY(make_key(day));
        last_stamp_ = found ? found : stamp_of(path);
        last_day_ = day;
    }
    return crypto::encrypt(last_key_, data_key.view(), context_of(day), *random_);
}

base::Result<base::SecretBytes> FileDayKeys::unwrap(base::Date day, base::ByteView wrapped) {
    const std::lock_guard lock(*mutex_);
    if (detail::exists(tombstone_path(day))) {
        return destroyed(ErrorKind::not_found, day);
    }
    if (!detail::exists(key_path(day))) {
        return base::fail(ErrorKind::not_found, "there is no key of " + day.text(),
                          "nothing was wrapped under that day here");
    }
    const base::SecretBytes key = COMITY_TRY(read_key(day));
    return crypto::decrypt(key, wrapped, context_of(day));
}

void FileDayKeys::forget(base::Date day) {
    if (last_day_ == day) {
        last_key_ = {};
        last_day_.reset();
    }
}

base::Result<void> FileDayKeys::destroy(base::Date day) {
    const std::lock_guard lock(*mutex_);
    forget(day);
    if (!detail::exists(tombstone_path(day))) {
        COMITY_TRY(detail::write_new_file(tombstone_path(day), {}, Access::owner_only));
    }
    COMITY_TRY(detail::wipe_file(key_path(day)));
    return detail::sync_folder(folder_);
}

}  // namespace comity::softkeys
