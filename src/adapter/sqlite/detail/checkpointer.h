#pragma once

// The write-ahead log goes into the store's file beside the commits, not inside one of them: a
// commit that had to copy and sync megabytes would keep everyone waiting who comes after it.

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <thread>

#include "adapter/sqlite/detail/connection.h"
#include "ground/base/base.h"

namespace comity::sqlite::detail {

class Checkpointer {
 public:
    /// Starts a thread with a connection of its own to the store at `path`. Whoever commits there
    /// holds `writing`, which outlives this.
    [[nodiscard]] static base::Result<std::unique_ptr<Checkpointer>> start(
        const std::filesystem::path& path, std::mutex& writing);
    Checkpointer(const Checkpointer&) = delete;
    Checkpointer& operator=(const Checkpointer&) = delete;
    /// Ends the thread. What it has not copied stays in the log.
    ~Checkpointer();

    /// From any thread, after a commit: the log has so many pages.
    void log_has(int pages);

 private:
    Checkpointer(Connection connection, std::mutex& writing);
    void run();
    void copy();
    /// Copies what commits have added until now, and says how long the log was when that began and
    /// how far the file holds it.
    struct Copied {
        int log_pages = 0;
        int copied_pages = 0;
    };
    [[nodiscard]] base::Result<Copied> copy_once();

    Connection connection_;  ///< used by the thread alone
    std::mutex& writing_;
    std::mutex mutex_;  ///< guards what follows
    std::condition_variable wake_;
    int copied_pages_ = 0;  ///< of the log as it is now
    bool is_due_ = false;
    bool is_ending_ = false;
    std::thread thread_;
};

}  // namespace comity::sqlite::detail
