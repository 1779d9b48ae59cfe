#include "tests/stores/server.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <grp.h>
#include <libpq-fe.h>
#include <poll.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace comity::stores {

namespace fs = std::filesystem;

namespace {

const std::string programs = "/usr/lib/postgresql/15/bin/";
constexpr int longest_wait_ms = 10'000;
constexpr int pause_ms = 5;

std::unexpected<base::Error> failure(std::string what, std::string why) {
    return base::fail(base::ErrorKind::failure, std::move(what), std::move(why),
                      "tools/test-postgres installs what these tests need");
}

/// Whose processes the server's are: this account, or `postgres` if this one is root, which
/// PostgreSQL refuses to run as.
struct Account {
    std::string name;
    uid_t user = 0;
    gid_t group = 0;
};

base::Result<Account> account_of(const passwd* entry) {
    if (entry == nullptr) {
        return failure("there is no account for PostgreSQL", "no user `postgres`");
    }
    return Account{entry->pw_name, entry->pw_uid, entry->pw_gid};
}

base::Result<Account> server_account() {
    return account_of(::geteuid() == 0 ? ::getpwnam("postgres") : ::getpwuid(::geteuid()));
}

/// Becomes `account` and runs the program; never returns.
[[noreturn]] void become(const Account& account, std::vector<char*>& arguments, int output) {
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
    if (::geteuid() == 0 && (::setgroups(0, nullptr) != 0 || ::setgid(account.group) != 0 ||
                             ::setuid(account.user) != 0)) {
        ::_exit(126);
    }
    ::prctl(PR_SET_PDEATHSIG, SIGQUIT);  // behind setuid, which clears it
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
}

base::Result<pid_t> spawn(const Account& account, const std::vector<std::string>& command,
                          const fs::path& log) {
    std::vector<std::string> copies = command;
    std::vector<char*> arguments;
    for (std::string& one : copies) {
        arguments.push_back(one.data());
    }
    arguments.push_back(nullptr);
    const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (output < 0) {
        return failure("no log file", std::strerror(errno));
    }
    const pid_t child = ::fork();
    if (child == 0) {
        become(account, arguments, output);
    }
    ::close(output);
    if (child < 0) {
        return failure("no new process", std::strerror(errno));
    }
    return child;
}

void wait_for_end(pid_t process) {
    while (::waitpid(process, nullptr, 0) < 0 && errno == EINTR) {
    }
}

/// The processes whose parent is `parent` (proc(5): the fourth member of stat, behind the name).
std::vector<pid_t> children_of(pid_t parent) {
    std::vector<pid_t> children;
    for (const fs::directory_entry& entry : fs::directory_iterator("/proc")) {
        const std::string name = entry.path().filename();
        pid_t process = 0;
        const auto read = std::from_chars(name.data(), name.data() + name.size(), process);
        if (read.ec != std::errc{} || read.ptr != name.data() + name.size()) {
            continue;
        }
        std::ifstream file(entry.path() / "stat");
        std::string stat;
        std::getline(file, stat);
        const std::size_t behind = stat.rfind(") ");
        if (behind != std::string::npos &&
            stat.substr(behind + 3).starts_with(" " + std::to_string(parent) + " ")) {
            children.push_back(process);
        }
    }
    return children;
}

std::string text_of_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

bool write_file(const fs::path& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    return file.good();
}

}  // namespace

base::Result<std::unique_ptr<PostgresServer>> PostgresServer::make(const ServerSettings& settings) {
    std::unique_ptr<PostgresServer> server(new PostgresServer());
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);  // so that kill() can wait for a killed server's sessions
    COMITY_TRY(server->prepare());
    COMITY_TRY(server->run({programs + "initdb", "-U", "comity", "-A", "peer", "-E", "UTF8",
                            "--locale=C", "--no-sync", "-D", server->data_folder().string()}));
    const Account account = COMITY_TRY(server_account());
    const Account own = COMITY_TRY(account_of(::getpwuid(::geteuid())));
    const bool is_written =
        write_file(server->data_folder() / "pg_hba.conf",
                   "local all all peer map=tests\nlocal replication all peer map=tests\n"
                   "hostssl all all 127.0.0.1/32 scram-sha-256\n") &&
        write_file(server->data_folder() / "pg_ident.conf",
                   "tests " + own.name + " comity\ntests " + account.name + " comity\n");
    if (!is_written) {
        return failure("the cluster's files cannot be written", server->data_folder().string());
    }
    COMITY_TRY(server->start(settings));
    return server;
}

base::Result<std::unique_ptr<PostgresServer>> PostgresServer::make_standby() {
    std::unique_ptr<PostgresServer> standby(new PostgresServer());
    COMITY_TRY(standby->prepare());
    COMITY_TRY(standby->run({programs + "pg_basebackup", "-h", folder_.string(), "-U", "comity",
                             "-D", standby->data_folder().string(), "-R", "-c", "fast", "-X",
                             "stream", "--no-sync"}));
    COMITY_TRY(standby->start());
    return standby;
}

base::Result<void> PostgresServer::prepare() {
    if (!fs::exists(programs + "postgres")) {
        return failure("PostgreSQL 15 is not installed", "there is no " + programs + "postgres");
    }
    std::string name = fs::temp_directory_path() / "comity-postgres-XXXXXX";
    const char* made = ::mkdtemp(name.data());
    const Account account = COMITY_TRY(server_account());
    if (made == nullptr || ::chown(made, account.user, account.group) != 0) {
        return failure("no temporary folder", std::strerror(errno));
    }
    folder_ = made;
    return {};
}

base::Result<void> PostgresServer::run(const std::vector<std::string>& command) const {
    const fs::path log = folder_ / "programs.log";
    const Account account = COMITY_TRY(server_account());
    const pid_t child = COMITY_TRY(spawn(account, command, log));
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        return failure(command[0] + " failed", text_of_file(log));
    }
    return {};
}

base::Result<void> PostgresServer::start(const ServerSettings& settings) {
    std::vector<std::string> command{programs + "postgres", "-D", data_folder().string()};
    ServerSettings all{"listen_addresses=",
                       "unix_socket_directories=" + folder_.string(),
                       "max_connections=60",
                       "shared_buffers=16MB",
                       "wal_retrieve_retry_interval=100ms",
                       "logging_collector=off"};
    all.insert(all.end(), settings.begin(), settings.end());
    for (const std::string& setting : all) {
        command.insert(command.end(), {"-c", setting});
    }
    const fs::path marks = data_folder() / "postmaster.pid";
    std::error_code ignored;
    fs::remove(marks, ignored);  // of a server that was killed: it is ours, and it is gone
    const Account account = COMITY_TRY(server_account());
    server_ = COMITY_TRY(spawn(account, command, folder_ / "server.log"));
    for (int waited = 0; waited < longest_wait_ms; waited += pause_ms) {
        if (text_of_file(marks).contains("ready")) {
            return {};
        }
        if (::waitpid(server_, nullptr, WNOHANG) == server_) {
            server_ = 0;
            break;
        }
        ::poll(nullptr, 0, pause_ms);
    }
    kill();
    return failure("PostgreSQL does not start", text_of_file(folder_ / "server.log"));
}

void PostgresServer::kill() {
    if (server_ == 0) {
        return;
    }
    ::kill(server_, SIGSTOP);  // it starts no more processes while they are looked up
    const std::vector<pid_t> sessions = children_of(server_);
    for (const pid_t session : sessions) {
        ::kill(session, SIGKILL);
    }
    ::kill(server_, SIGKILL);
    wait_for_end(server_);
    for (const pid_t session : sessions) {  // ours now, as their parent is gone
        wait_for_end(session);
    }
    server_ = 0;
}

void PostgresServer::stop() {
    if (server_ != 0) {
        ::kill(server_, SIGINT);
        wait_for_end(server_);
        server_ = 0;
    }
}

PostgresServer::~PostgresServer() {
    kill();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

base::Result<void> PostgresServer::promote() {
    return run({programs + "pg_ctl", "promote", "-w", "-t", "10", "-D", data_folder().string()});
}

base::Result<std::string> PostgresServer::sql(const std::string& statements,
                                              const std::string& database) const {
    const std::string where = "host=" + folder_.string() + " user=comity dbname=" + database;
    const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(where.c_str()),
                                                                  &PQfinish);
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(
        PQexec(connection.get(), statements.c_str()), &PQclear);
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        return failure("SQL of a test failed", PQerrorMessage(connection.get()));
    }
    return PQntuples(result.get()) == 0 ? std::string() : PQgetvalue(result.get(), 0, 0);
}

base::Result<void> PostgresServer::wait_for(const std::string& query, const std::string& value,
                                            const std::string& database) const {
    std::string seen;
    for (int waited = 0; waited < longest_wait_ms; waited += pause_ms) {
        seen = sql(query, database).value_or("");
        if (seen == value) {
            return {};
        }
        ::poll(nullptr, 0, pause_ms);
    }
    return failure("waited in vain for " + value + " of " + query, "it is " + seen);
}

base::Result<std::string> PostgresServer::new_database() {
    const std::string name = "store" + std::to_string(++databases_);
    COMITY_TRY(sql("CREATE DATABASE " + name));
    return name;
}

std::string PostgresServer::place(const std::string& database, const PostgresServer* other) const {
    std::string hosts = folder_.string();
    if (other != nullptr) {
        hosts += "," + other->folder_.string();
    }
    return "postgres:host=" + hosts + " user=comity dbname=" + database;
}

}  // namespace comity::stores
