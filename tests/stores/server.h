#pragma once

// A PostgreSQL server of a test's own: in a temporary folder, on a unix socket, gone with the test.

#include <filesystem>
#include <memory>
#include <string>
#include <sys/types.h>
#include <vector>

#include "ground/base/base.h"

namespace comity::stores {

/// Settings of the server, `name=value`.
using ServerSettings = std::vector<std::string>;

/// A cluster and the server on it, which ends when this is destroyed, and when the thread that
/// started it ends.
class PostgresServer {
 public:
    /// Makes a cluster and starts its server. The one role is `comity`, a superuser; its peers are
    /// this account and the server's. Kind failure, also if PostgreSQL 15 is not installed.
    [[nodiscard]] static base::Result<std::unique_ptr<PostgresServer>> make(
        const ServerSettings& settings = {});
    /// A copy of this cluster that follows it, started.
    [[nodiscard]] base::Result<std::unique_ptr<PostgresServer>> make_standby();
    ~PostgresServer();
    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;

    [[nodiscard]] base::Result<void> start(const ServerSettings& settings = {});
    /// As a power cut ends it: every process of the server at once. Returns when all are gone.
    void kill();
    /// As an administrator ends it, with everything on disk.
    void stop();
    [[nodiscard]] base::Result<void> promote();

    /// Runs SQL; the first value of the last statement, empty if there is none.
    [[nodiscard]] base::Result<std::string> sql(const std::string& statements,
                                                const std::string& database = "postgres") const;
    /// Asks `query` again and again until it gives `value`, for at most ten seconds.
    [[nodiscard]] base::Result<void> wait_for(const std::string& query, const std::string& value,
                                              const std::string& database = "postgres") const;
    /// Makes a new, empty database and returns its name.
    [[nodiscard]] base::Result<std::string> new_database();

    [[nodiscard]] std::filesystem::path socket_folder() const { return folder_; }
    [[nodiscard]] std::filesystem::path data_folder() const { return folder_ / "data"; }
    /// Where a store finds `database`; both servers if there is an `other`.
    [[nodiscard]] std::string place(const std::string& database,
                                    const PostgresServer* other = nullptr) const;
    /// Runs a program as the server's account and waits for its end.
    [[nodiscard]] base::Result<void> run(const std::vector<std::string>& command) const;

 private:
    PostgresServer() = default;
    [[nodiscard]] base::Result<void> prepare();

    std::filesystem::path folder_;
    pid_t server_ = 0;
    int databases_ = 0;
};

}  // namespace comity::stores
