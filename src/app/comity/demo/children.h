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

    /// The program that nodes started from now on run; at first the one that runs this.
    void use_program(std::filesystem::path program) { program_ = std::move(program); }
    /// Starts `comity node serve --dir FOLDER` with a clock that is ahead by so much (whole
    /// seconds); its output goes to FOLDER/serve.log.
    [[nodiscard]] base::Result<void> start(const std::filesystem::path& folder,
                                           base::Duration clock_ahead = base::Duration{0});
    /// SIGKILL, and waits until the process is gone.
    [[nodiscard]] base::Result<void> kill(const std::filesystem::path& folder);
    /// SIGTERM, and waits (10 seconds at most) until the process has ended as it should.
    [[nodiscard]] base::Result<void> end(const std::filesystem::path& folder);
    /// The same for all at once.
    [[nodiscard]] base::Result<void> end_all();
    /// Waits (20 seconds at most) until a child has ended by itself; its exit code.
    [[nodiscard]] base::Result<int> wait_for_end(const std::filesystem::path& folder);
    /// The most memory that a node has held so far, in bytes.
    [[nodiscard]] base::Result<std::uint64_t> peak_memory(
        const std::filesystem::path& folder) const;
    /// Kind failure, with the end of its log, if a child has ended by itself.
    [[nodiscard]] base::Result<void> check();

 private:
    [[nodiscard]] base::Result<int> await(const std::filesystem::path& folder, int tries);

    std::filesystem::path program_ = "/proc/self/exe";
    std::map<std::filesystem::path, pid_t> pids_;
};

}  // namespace comity::app::demo
