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
    /// Starts a thread with a connection of its own to the store at `path`.
    [[nodiscard]] static base::Result<std::unique_ptr<Checkpointer>> start(
        const std::filesystem::path& path);
    Checkpointer(const Checkpointer&) = delete;
    Checkpointer& operator=(const Checkpointer&) = delete;
    /// Ends the thread. What it has not copied stays in the log.
    ~Checkpointer();

    /// From any thread, after a commit: the log has so many pages.
    void log_has(int pages);

 private:
    explicit Checkpointer(Connection connection);
    void run();
    void copy();

    Connection connection_;  ///< used by the thread alone
    std::mutex mutex_;       ///< guards what follows
    std::condition_variable wake_;
    bool is_due_ = false;
    bool is_ending_ = false;
    std::thread thread_;
};

}  // namespace comity::sqlite::detail
