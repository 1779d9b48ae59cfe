#pragma once

// A child process that reports to its test until it is killed.

#include <array>
#include <csignal>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace comity::conformance {

class Forked {
 public:
    /// `run(report)` goes on in the child, which writes to the descriptor `report` and never
    /// returns from it.
    template <class Run>
    explicit Forked(Run run) {
        std::array<int, 2> ends{};
        EXPECT_EQ(::pipe(ends.data()), 0);
        child_ = ::fork();
        EXPECT_GE(child_, 0);
        if (child_ == 0) {
            ::close(ends[0]);
            run(ends[1]);
            ::_exit(0);
        }
        ::close(ends[1]);
        said_ = ends[0];
    }
    Forked(const Forked&) = delete;
    Forked& operator=(const Forked&) = delete;
    ~Forked() {
        kill();
        ::close(said_);
    }

    /// The next that it said; false: it said nothing more before it ended.
    template <class Said>
    [[nodiscard]] bool read(Said& said) {
        return ::read(said_, &said, sizeof said) == ssize_t{sizeof said};
    }
    /// Ends it, wherever it is. What it said before can still be read.
    void kill() {
        if (child_ > 0) {
            EXPECT_EQ(::kill(child_, SIGKILL), 0);
            EXPECT_EQ(::waitpid(child_, nullptr, 0), child_);
            child_ = 0;
        }
    }

 private:
    pid_t child_ = 0;
    int said_ = -1;
};

}  // namespace comity::conformance
