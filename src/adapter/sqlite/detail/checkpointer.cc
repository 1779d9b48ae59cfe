#include "adapter/sqlite/detail/checkpointer.h"

#include <utility>

namespace comity::sqlite::detail {
namespace {

constexpr int due_pages = 4096;  // 16 MiB

}  // namespace

base::Result<std::unique_ptr<Checkpointer>> Checkpointer::start(const std::filesystem::path& path) {
    Connection connection = COMITY_TRY(Connection::open(path));
    COMITY_TRY(connection.execute("PRAGMA synchronous=FULL"));
    return std::unique_ptr<Checkpointer>(new Checkpointer(std::move(connection)));
}

Checkpointer::Checkpointer(Connection connection)
    : connection_(std::move(connection)), thread_([this] { run(); }) {
}

Checkpointer::~Checkpointer() {
    {
        const std::lock_guard lock(mutex_);
        is_ending_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

void Checkpointer::log_has(int pages) {
    if (pages < due_pages) {
        return;
    }
    {
        const std::lock_guard lock(mutex_);
        is_due_ = true;
    }
    wake_.notify_all();
}

void Checkpointer::run() {
    std::unique_lock lock(mutex_);
    while (!is_ending_) {
        wake_.wait(lock, [this] { return is_due_ || is_ending_; });
        if (std::exchange(is_due_, false) && !is_ending_) {
            lock.unlock();
            copy();
            lock.lock();
        }
    }
}

void Checkpointer::copy() {
    // Nearly all of it while commits go on; then the little that they added, with the writer
    // waiting, so that the log begins anew. A failure is met again, and told, by a commit.
    (void)connection_.value_of("PRAGMA wal_checkpoint(PASSIVE)");
    (void)connection_.value_of("PRAGMA wal_checkpoint(RESTART)");
}

}  // namespace comity::sqlite::detail
