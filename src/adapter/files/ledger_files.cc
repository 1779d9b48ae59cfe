#include "adapter/files/ledger_files.h"

#include <string>
#include <system_error>
#include <utility>

#include "adapter/files/detail/disk.h"

namespace comity::files {

namespace {

constexpr const char* unfinished_folder = ".unfinished";
constexpr unsigned public_mode = 0644;

base::Result<void> check_path(std::string_view path) {
    if (!ports::is_ledger_path(path)) {
        return base::fail(base::ErrorKind::malformed,
                          "this is no path of a ledger: " + std::string(path.substr(0, 80)));
    }
    return {};
}

}  // namespace

base::Result<std::unique_ptr<FileLedgerFiles>> FileLedgerFiles::open(
    const std::filesystem::path& folder) {
    std::error_code code;
    std::filesystem::remove_all(folder / unfinished_folder, code);
    std::filesystem::create_directories(folder / unfinished_folder, code);
    if (code) {
        return std::unexpected(
            detail::error_at(folder, "the ledger's folder cannot be used", code.value()));
    }
    return std::unique_ptr<FileLedgerFiles>(new FileLedgerFiles(folder));
}

base::Result<void> FileLedgerFiles::write(const std::vector<ledger::StaticFile>& files) {
    for (const ledger::StaticFile& file : files) {
        COMITY_TRY(check_path(file.path));
    }
    const std::scoped_lock hold(mutex_);
    for (const ledger::StaticFile& file : files) {
        COMITY_TRY(replace(file.path, file.content));
        COMITY_TRY(collect_partial(file.path));
    }
    return {};
}

// c2sp.org/tlog-tiles: partial tiles may go once the full one is there; readers fall back to it.
base::Result<void> FileLedgerFiles::collect_partial(std::string_view path) {
    const bool is_tile = path.starts_with("tile/") && path.find(".p/") == std::string_view::npos;
    if (!is_tile) {
        return {};
    }
    std::filesystem::path partial = folder_ / path;
    partial += ".p";
    std::error_code code;
    std::filesystem::remove_all(partial, code);
    if (code) {
        return std::unexpected(
            detail::error_at(partial, "an outdated part of the ledger stays", code.value()));
    }
    return {};
}

base::Result<void> FileLedgerFiles::publish(std::string_view checkpoint_note) {
    const std::scoped_lock hold(mutex_);
    return replace("checkpoint", base::view_of(checkpoint_note));
}

// No fsync: the store is the truth, and at its start a node writes these files again from it. A
// sync for every tile would cost more than the commit that it only mirrors.
base::Result<void> FileLedgerFiles::replace(std::string_view path, base::ByteView content) {
    const std::filesystem::path target = folder_ / path;
    std::error_code code;
    std::filesystem::create_directories(target.parent_path(), code);
    if (code) {
        return std::unexpected(
            detail::error_at(target, "the ledger's folder cannot be used", code.value()));
    }
    return detail::replace_file(target, folder_ / unfinished_folder / std::to_string(++unfinished_),
                                content, public_mode, detail::Durability::rename_only);
}

base::Result<base::Bytes> FileLedgerFiles::read(std::string_view path) {
    COMITY_TRY(check_path(path));
    return detail::read_file(folder_ / path, max_ledger_file_bytes);
}

}  // namespace comity::files
