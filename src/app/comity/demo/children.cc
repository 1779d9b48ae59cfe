#include "app/comity/demo/children.h"

#include <csignal>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <fstream>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "adapter/files/files.h"

extern char** environ;

namespace comity::app::demo {
namespace {

constexpr int tries_to_end = 100;
constexpr base::Duration pause_between_tries = std::chrono::milliseconds(50);
constexpr std::size_t max_log_bytes = 1 << 20;

sigset_t waited_for() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

timespec timespec_of(base::Duration duration) {
    timespec time{};
    time.tv_sec = duration.count() / 1000;
    time.tv_nsec = (duration.count() % 1000) * 1'000'000;
    return time;
}

/// Waits for at most `longest` or until a signal of `set` is there; 0 if none came.
int wait_for_signal(base::Duration longest) {
    const sigset_t set = waited_for();
    const timespec time = timespec_of(longest);
    const int signal = sigtimedwait(&set, nullptr, &time);
    return signal < 0 ? 0 : signal;
}

/// posix_spawn's settings, with the signal mask that a fresh program expects.
class SpawnSettings {
 public:
    explicit SpawnSettings(const std::filesystem::path& log) {
        posix_spawn_file_actions_init(&actions_);
        posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, log.c_str(),
                                         O_WRONLY | O_CREAT | O_APPEND, 0644);
        posix_spawn_file_actions_adddup2(&actions_, STDOUT_FILENO, STDERR_FILENO);
        posix_spawnattr_init(&attributes_);
        sigset_t none;
        sigemptyset(&none);
        posix_spawnattr_setsigmask(&attributes_, &none);
        // A group of its own: Ctrl-C goes to the demonstration, which ends its nodes in order.
        posix_spawnattr_setpgroup(&attributes_, 0);
        posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    }
    SpawnSettings(const SpawnSettings&) = delete;
    SpawnSettings& operator=(const SpawnSettings&) = delete;
    ~SpawnSettings() {
        posix_spawn_file_actions_destroy(&actions_);
        posix_spawnattr_destroy(&attributes_);
    }
    [[nodiscard]] const posix_spawn_file_actions_t* actions() const { return &actions_; }
    [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

}  // namespace

Signals::Signals() {
    const sigset_t set = waited_for();
    sigprocmask(SIG_BLOCK, &set, nullptr);
}

Signals::~Signals() {
    const sigset_t set = waited_for();
    sigprocmask(SIG_UNBLOCK, &set, nullptr);
}

bool Signals::wait(base::Duration longest) {
    const int signal = wait_for_signal(longest);
    asked_to_stop_ = asked_to_stop_ || signal == SIGINT || signal == SIGTERM;
    return asked_to_stop_;
}

base::Result<void> Children::start(const std::filesystem::path& folder,
                                   base::Duration clock_ahead) {
    const std::string dir = folder.string();
    const std::filesystem::path log = folder / "serve.log";
    const SpawnSettings settings(log);
    std::vector<std::string> words{"comity", "node", "serve", "--end-with-parent", "--dir", dir};
    if (clock_ahead != base::Duration{0}) {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(clock_ahead);
        words.insert(words.end(), {"--clock-ahead", std::to_string(seconds.count()) + "s"});
    }
    std::vector<char*> arguments;
    for (std::string& word : words) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    pid_t pid = 0;
    const int failed = posix_spawn(&pid, program_.c_str(), settings.actions(),
                                   settings.attributes(), arguments.data(), environ);
    if (failed != 0) {
        return base::fail(base::ErrorKind::failure, "cannot start the node in " + dir,
                          std::strerror(failed));
    }
    pids_[folder] = pid;
    return {};
}

base::Result<void> Children::kill(const std::filesystem::path& folder) {
    const auto found = pids_.find(folder);
    if (found == pids_.end()) {
        return base::fail(base::ErrorKind::not_found, "no node runs in " + folder.string());
    }
    ::kill(found->second, SIGKILL);
    int status = 0;
    waitpid(found->second, &status, 0);
    pids_.erase(found);
    return {};
}

base::Result<int> Children::await(const std::filesystem::path& folder, int tries) {
    const auto found = pids_.find(folder);
    if (found == pids_.end()) {
        return base::fail(base::ErrorKind::not_found, "no node runs in " + folder.string());
    }
    int status = 0;
    for (int i = 0; i < tries; ++i) {
        if (waitpid(found->second, &status, WNOHANG) == found->second) {
            pids_.erase(found);
            return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        }
        wait_for_signal(pause_between_tries);
    }
    return base::fail(base::ErrorKind::unavailable,
                      "the node in " + folder.string() + " does not end");
}

base::Result<void> Children::end(const std::filesystem::path& folder) {
    if (const auto found = pids_.find(folder); found != pids_.end()) {
        ::kill(found->second, SIGTERM);
    }
    const int code = COMITY_TRY(await(folder, 2 * tries_to_end));
    if (code != 0) {
        return base::fail(base::ErrorKind::failure,
                          "the node in " + folder.string() + " ended with " + std::to_string(code));
    }
    return {};
}

base::Result<void> Children::end_all() {
    std::vector<std::filesystem::path> folders;
    for (const auto& [folder, pid] : pids_) {
        ::kill(pid, SIGTERM);
        folders.push_back(folder);
    }
    for (const std::filesystem::path& folder : folders) {
        const int code = COMITY_TRY(await(folder, 2 * tries_to_end));
        if (code != 0) {
            return base::fail(base::ErrorKind::failure, "the node in " + folder.string() +
                                                            " ended with " + std::to_string(code));
        }
    }
    return {};
}

base::Result<int> Children::wait_for_end(const std::filesystem::path& folder) {
    return await(folder, 4 * tries_to_end);
}

base::Result<std::uint64_t> Children::peak_memory(const std::filesystem::path& folder) const {
    const auto found = pids_.find(folder);
    if (found == pids_.end()) {
        return base::fail(base::ErrorKind::not_found, "no node runs in " + folder.string());
    }
    std::ifstream status("/proc/" + std::to_string(found->second) + "/status");
    for (std::string word; status >> word;) {
        if (std::uint64_t kibibytes = 0; word == "VmHWM:" && status >> kibibytes) {
            return kibibytes * 1024;
        }
    }
    return base::fail(base::ErrorKind::failure, "the node's memory cannot be read");
}

base::Result<void> Children::check() {
    for (const auto& [folder, pid] : pids_) {
        int status = 0;
        if (waitpid(pid, &status, WNOHANG) == pid) {
            const std::filesystem::path ended = folder;
            pids_.erase(ended);
            auto log = files::read_text_file(ended / "serve.log", max_log_bytes);
            return base::fail(base::ErrorKind::failure,
                              "the node in " + ended.string() + " has ended",
                              log ? log->substr(log->size() > 500 ? log->size() - 500 : 0) : "");
        }
    }
    return {};
}

Children::~Children() {
    for (const auto& [folder, pid] : pids_) {
        ::kill(pid, SIGTERM);
    }
    for (const auto& [folder, pid] : pids_) {
        int status = 0;
        int tries = 0;
        while (waitpid(pid, &status, WNOHANG) == 0) {
            if (++tries > tries_to_end) {
                ::kill(pid, SIGKILL);
                waitpid(pid, &status, 0);
                break;
            }
            wait_for_signal(pause_between_tries);
        }
    }
}

}  // namespace comity::app::demo
