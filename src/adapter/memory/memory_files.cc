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

std::unexpected<base::Error> no_room() {
    return base::fail(base::ErrorKind::failure, "the ledger's files cannot be written");
}

}  // namespace

base::Result<void> MemoryLedgerFiles::write(const std::vector<ledger::StaticFile>& files) {
    for (const ledger::StaticFile& file : files) {
        COMITY_TRY(check_path(file.path));
    }
    const std::scoped_lock hold(mutex_);
    const std::optional<FileFault> fault = next_fault();
    const std::size_t whole = !fault                        ? files.size()
                              : *fault == FileFault::before ? 0
                                                            : (files.size() + 1) / 2;
    for (std::size_t i = 0; i < whole; ++i) {
        base::Bytes content = files[i].content;
        if (fault && i + 1 == whole) {
            content.resize(content.size() / 2);
        }
        files_.insert_or_assign(files[i].path, std::move(content));
    }
    return fault ? base::Result<void>(no_room()) : base::Result<void>{};
}

base::Result<void> MemoryLedgerFiles::publish(std::string_view checkpoint_note) {
    const std::scoped_lock hold(mutex_);
    if (next_fault()) {
        return no_room();
    }
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

std::optional<FileFault> MemoryLedgerFiles::next_fault() {
    const auto ordered = faults_.find(++writes_);
    if (disk_ == Disk::full) {
        return FileFault::before;
    }
    return ordered == faults_.end() ? std::nullopt : std::optional(ordered->second);
}

void MemoryLedgerFiles::fail_write(std::uint64_t nth, FileFault fault) {
    const std::scoped_lock hold(mutex_);
    faults_.insert_or_assign(writes_ + nth, fault);
}

void MemoryLedgerFiles::set_disk(Disk disk) {
    const std::scoped_lock hold(mutex_);
    disk_ = disk;
}

std::uint64_t MemoryLedgerFiles::writes() const {
    const std::scoped_lock hold(mutex_);
    return writes_;
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
