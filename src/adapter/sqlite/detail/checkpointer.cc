#include "adapter/sqlite/detail/checkpointer.h"

#include <utility>

namespace comity::sqlite::detail {
namespace {

/// So many new pages are copied at a time. Few, so that the disk is never busy with them for long:
/// a commit that comes meanwhile waits for it.
constexpr int pages_at_a_time = 1024;  // 4 MiB
/// A log of so many pages is to begin anew.
constexpr int most_pages = 12288;  // 48 MiB

}  // namespace

base::Result<std::unique_ptr<Checkpointer>> Checkpointer::start(const std::filesystem::path& path,
                                                                std::mutex& writing) {
    Connection connection = COMITY_TRY(Connection::open(path));
    COMITY_TRY(connection.execute("PRAGMA synchronous=FULL"));
    return std::unique_ptr<Checkpointer>(new Checkpointer(std::move(connection), writing));
}

Checkpointer::Checkpointer(Connection connection, std::mutex& writing)
    : connection_(std::move(connection)), writing_(writing), thread_([this] { run(); }) {
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
    {
        const std::lock_guard lock(mutex_);
        if (pages < copied_pages_) {
            copied_pages_ = 0;  // the log has begun anew
        }
        if (pages - copied_pages_ < pages_at_a_time) {
            return;
        }
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
    // Beside the commits. Where none came meanwhile, the next one begins the log anew; where they
    // always come and the log has grown long, what they added is copied with the writer waiting, at
    // a mutex and not at SQLite's lock, for which it would sleep in steps of many milliseconds.
    // A failure is met again, and told, by a commit.
    auto copied = copy_once();
    if (copied && copied->log_pages >= most_pages) {
        const std::lock_guard nobody_writes(writing_);
        copied = copy_once();
    }
    const std::lock_guard lock(mutex_);
    copied_pages_ = copied ? copied->copied_pages : 0;
}

base::Result<Checkpointer::Copied> Checkpointer::copy_once() {
    Statement statement = COMITY_TRY(connection_.prepare("PRAGMA wal_checkpoint(PASSIVE)"));
    Query query(connection_, statement, {});
    COMITY_TRY(query.next());
    return Copied{static_cast<int>(query.integer(1)), static_cast<int>(query.integer(2))};
}

}  // namespace comity::sqlite::detail
