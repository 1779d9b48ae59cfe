#include "adapter/memory/memory_files.h"

#include <string>
#include <utility>

namespace comity::memory {

namespace {

base::Result<void> check_path(std::string_view path) {
    if (!ports::is_ledger_path(path)) {
        return base::fail(base::ErrorKind::malformed,
                          "this is no path of a ledger: " + std::string(path.substr(0, 80)));
    }
    return {};
}

}  // namespace

base::Result<void> MemoryLedgerFiles::write(const std::vector<ledger::StaticFile>& files) {
    for (const ledger::StaticFile& file : files) {
        COMITY_TRY(check_path(file.path));
    }
    const std::scoped_lock hold(mutex_);
    for (const ledger::StaticFile& file : files) {
        files_.insert_or_assign(file.path, file.content);
    }
    return {};
}

base::Result<void> MemoryLedgerFiles::publish(std::string_view checkpoint_note) {
    const std::scoped_lock hold(mutex_);
    files_.insert_or_assign("checkpoint", base::bytes_of(checkpoint_note));
    return {};
}

base::Result<base::Bytes> MemoryLedgerFiles::read(std::string_view path) {
    COMITY_TRY(check_path(path));
    const std::scoped_lock hold(mutex_);
    const auto found = files_.find(path);
    if (found == files_.end()) {
        return base::fail(base::ErrorKind::not_found,
                          "the ledger has no file " + std::string(path));
    }
    return found->second;
}

std::vector<std::string> MemoryLedgerFiles::paths() const {
    const std::scoped_lock hold(mutex_);
    std::vector<std::string> paths;
    for (const auto& [path, content] : files_) {
        paths.push_back(path);
    }
    return paths;
}

void MemoryLedgerFiles::tamper(std::string_view path, base::Bytes content) {
    const std::scoped_lock hold(mutex_);
    files_.insert_or_assign(std::string(path), std::move(content));
}

}  // namespace comity::memory
