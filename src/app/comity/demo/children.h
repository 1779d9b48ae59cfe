#pragma once

// The nodes of a demonstration: separate processes of this same program, ended by their ids.

#include <filesystem>
#include <map>
#include <string>
#include <sys/types.h>

#include "ground/base/base.h"

namespace comity::app::demo {

/// Blocks SIGCHLD, SIGINT and SIGTERM for this process while it lives; wait() takes them.
class Signals {
 public:
    Signals();
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;
    ~Signals();

    /// Waits for at most `longest`; true if SIGINT or SIGTERM came (also earlier).
    bool wait(base::Duration longest);
    [[nodiscard]] bool asked_to_stop() const { return asked_to_stop_; }

 private:
    bool asked_to_stop_ = false;
};

class Children {
 public:
    Children() = default;
    Children(const Children&) = delete;
    Children& operator=(const Children&) = delete;
    /// Ends every child: SIGTERM, and SIGKILL if it does not end within five seconds.
    ~Children();

    /// Starts `comity node serve --dir FOLDER`; its output goes to FOLDER/serve.log.
    [[nodiscard]] base::Result<void> start(const std::filesystem::path& folder);
    /// SIGKILL, and waits until the process is gone.
    [[nodiscard]] base::Result<void> kill(const std::filesystem::path& folder);
    /// Kind failure, with the end of its log, if a child has ended by itself.
    [[nodiscard]] base::Result<void> check();

 private:
    std::map<std::filesystem::path, pid_t> pids_;
};

}  // namespace comity::app::demo
