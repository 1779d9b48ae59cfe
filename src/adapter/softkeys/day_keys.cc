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

constexpr std::size_t key_size = 32;
constexpr std::string_view key_suffix = ".key";
constexpr std::string_view tombstone_suffix = ".gone";
constexpr std::string_view unfinished_suffix = ".new";

std::unexpected<base::Error> destroyed(ErrorKind kind, const std::string& name) {
    return base::fail(kind, "the key of " + name + " is destroyed",
                      "that erasure has been carried out");
}

std::filesystem::path with_suffix(std::filesystem::path folder, const std::string& name,
                                  std::string_view suffix) {
    return std::move(folder) / (name + std::string(suffix));
}

}  // namespace

FileDayKeys::Named FileDayKeys::Named::of(base::Date day) {
    return {day.text(), "comity/day/v1 " + day.text()};
}

FileDayKeys::Named FileDayKeys::Named::of(const base::Digest& item) {
    return {"item-" + item.hex(), "comity/item-at-holder/v1 " + item.hex()};
}

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

std::filesystem::path FileDayKeys::key_path(const Named& key) const {
    return with_suffix(folder_, key.name, key_suffix);
}

std::filesystem::path FileDayKeys::tombstone_path(const Named& key) const {
    return with_suffix(folder_, key.name, tombstone_suffix);
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

base::Result<base::SecretBytes> FileDayKeys::read_key(const Named& key) const {
    const std::filesystem::path path = key_path(key);
    base::SecretBytes read = COMITY_TRY(detail::read_file(path, Access::owner_only));
    if (read.size() != key_size) {
        auto error =
            base::fail(ErrorKind::malformed, "this key is damaged", "such a key has 32 bytes",
                       "restore it from the back-up series of day keys");
        error.error().place = path.string();
        return error;
    }
    return read;
}

base::Result<base::SecretBytes> FileDayKeys::make_key(const Named& key) {
    base::SecretBytes made(key_size);
    random_->fill(made.writable());
    // Under another name first: a crash must not leave half a key under the real name.
    const std::filesystem::path unfinished = with_suffix(folder_, key.name, unfinished_suffix);
    COMITY_TRY(detail::wipe_file(unfinished));
    COMITY_TRY(detail::write_new_file(unfinished, made.view(), Access::owner_only));
    if (std::rename(unfinished.c_str(), key_path(key).c_str()) != 0) {
        auto error = base::fail(ErrorKind::failure, "the key cannot be given its name",
                                std::generic_category().message(errno));
        error.error().place = unfinished.string();
        return error;
    }
    COMITY_TRY(detail::sync_folder(folder_));
    return made;
}

base::Result<base::Bytes> FileDayKeys::encrypt(const Named& key, base::ByteView data_key) {
    if (detail::exists(tombstone_path(key))) {
        forget(key);
        return destroyed(ErrorKind::conflict, key.name);
    }
    // The day's key is used for every entry of a day, so the last one is kept at hand, as long as
    // its file is untouched: what is wrapped under a key that the disk lost could never be opened.
    const std::filesystem::path path = key_path(key);
    const auto found = stamp_of(path);
    if (!found || last_name_ != key.name || last_stamp_ != found) {
        last_name_.clear();
        last_key_ = found ? COMITY_TRY(read_key(key)) : COMITY_TRY(make_key(key));
        last_stamp_ = found ? found : stamp_of(path);
        last_name_ = key.name;
    }
    return crypto::encrypt(last_key_, data_key, key.context, *random_);
}

base::Result<base::SecretBytes> FileDayKeys::decrypt(const Named& key, base::ByteView wrapped) {
    if (detail::exists(tombstone_path(key))) {
        return destroyed(ErrorKind::not_found, key.name);
    }
    if (!detail::exists(key_path(key))) {
        return base::fail(ErrorKind::not_found, "there is no key of " + key.name,
                          "nothing was wrapped under it here");
    }
    const base::SecretBytes read = COMITY_TRY(read_key(key));
    return crypto::decrypt(read, wrapped, key.context);
}

base::Result<void> FileDayKeys::destroy(const Named& key) {
    forget(key);
    if (!detail::exists(tombstone_path(key))) {
        COMITY_TRY(detail::write_new_file(tombstone_path(key), {}, Access::owner_only));
    }
    COMITY_TRY(detail::wipe_file(key_path(key)));
    return detail::sync_folder(folder_);
}

void FileDayKeys::forget(const Named& key) {
    if (last_name_ == key.name) {
        last_key_ = {};
        last_name_.clear();
    }
}

base::Result<base::Bytes> FileDayKeys::wrap(base::Date day, const base::SecretBytes& data_key) {
    const std::lock_guard lock(*mutex_);
    return encrypt(Named::of(day), data_key.view());
}

base::Result<base::SecretBytes> FileDayKeys::unwrap(base::Date day, base::ByteView wrapped) {
    const std::lock_guard lock(*mutex_);
    return decrypt(Named::of(day), wrapped);
}

base::Result<void> FileDayKeys::destroy(base::Date day) {
    const std::lock_guard lock(*mutex_);
    return destroy(Named::of(day));
}

base::Result<base::Bytes> FileDayKeys::wrap_item(base::Date day, const base::Digest& item,
                                                 const base::SecretBytes& data_key) {
    const std::lock_guard lock(*mutex_);
    const base::Bytes inner = COMITY_TRY(encrypt(Named::of(item), data_key.view()));
    return encrypt(Named::of(day), inner);
}

base::Result<base::SecretBytes> FileDayKeys::unwrap_item(base::Date day, const base::Digest& item,
                                                         base::ByteView wrapped) {
    const std::lock_guard lock(*mutex_);
    const base::SecretBytes inner = COMITY_TRY(decrypt(Named::of(day), wrapped));
    return decrypt(Named::of(item), inner.view());
}

base::Result<void> FileDayKeys::destroy_item(const base::Digest& item) {
    const std::lock_guard lock(*mutex_);
    return destroy(Named::of(item));
}

}  // namespace comity::softkeys
