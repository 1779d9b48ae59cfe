#include "adapter/postgres/detail/session.h"

#include <array>
#include <charconv>
#include <poll.h>
#include <utility>

#include "adapter/postgres/detail/statements.h"

namespace comity::postgres::detail {

namespace {

constexpr std::chrono::milliseconds shortest_pause{20};
constexpr std::chrono::milliseconds longest_pause{500};
constexpr std::int64_t oldest_release = 150000;

// Names are written in full, so nothing is found by search_path. One row, as text.
constexpr const char* look_at_server = R"sql(
SET search_path = pg_catalog; SET client_min_messages = warning;
SELECT current_setting('server_version_num'), current_setting('server_encoding'),
    pg_is_in_recovery()::text, current_setting('synchronous_commit'), current_setting('fsync'),
    current_setting('full_page_writes');
)sql";

std::unexpected<base::Error> unfit(std::string why, std::string next) {
    return base::fail(base::ErrorKind::malformed, "this PostgreSQL server cannot hold a store",
                      std::move(why), std::move(next));
}

base::Result<void> check_kind(const Rows& server) {
    const std::string version = server.text(0, 0);
    std::int64_t number = 0;
    static_cast<void>(std::from_chars(version.data(), version.data() + version.size(), number));
    if (number < oldest_release) {
        return unfit("its release is " + version + ", before 15", "upgrade it");
    }
    if (server.text(0, 1) != "UTF8") {
        return unfit("the database is not in UTF-8", "make it with: createdb -E UTF8 -T template0");
    }
    if (server.text(0, 2) != "false") {
        return base::fail(base::ErrorKind::failure, "the database cannot be written to",
                          "the server is a standby", "name all hosts; the primary is found");
    }
    return {};
}

// https://www.postgresql.org/docs/15/runtime-config-wal.html: with any of these a commit that was
// acknowledged may be gone after a crash or a failover.
base::Result<void> check_durability(const Rows& server) {
    const auto lossy = [](const std::string& name, const std::string& value) {
        return base::fail(base::ErrorKind::inadmissible,
                          "this PostgreSQL server may lose what it acknowledged",
                          name + " is " + value,
                          "set it to on; for one database: ALTER DATABASE ... SET "
                          "synchronous_commit = on");
    };
    const std::string waiting = server.text(0, 3);
    if (waiting != "on" && waiting != "remote_apply") {
        return lossy("synchronous_commit", waiting);
    }
    if (server.text(0, 4) != "on") {
        return lossy("fsync", server.text(0, 4));
    }
    if (server.text(0, 5) != "on") {
        return lossy("full_page_writes", server.text(0, 5));
    }
    return {};
}

}  // namespace

base::Result<Connection> connect(const Place& place, Durability durability, Deadline until) {
    Connection connection =
        COMITY_TRY(or_error(Connection::open(place), "no connection to the database"));
    if (!connection.is_protected()) {
        return base::fail(base::ErrorKind::failure, "no connection to the database",
                          "the server offers no TLS", "turn it on there, or use a unix socket");
    }
    const Rows server = COMITY_TRY(or_error(connection.execute(look_at_server, until),
                                            "the server's settings cannot be read"));
    COMITY_TRY(check_kind(server));
    if (durability == Durability::strict) {
        COMITY_TRY(check_durability(server));
    }
    return connection;
}

base::Result<void> Link::adopt(Connection connection, Deadline until) {
    COMITY_TRY(or_error(connection.prepare(statement::all(), until),
                        "the database's tables are not as they should be"));
    COMITY_TRY(settle_(connection, until));
    connection_ = std::move(connection);
    return {};
}

base::Result<Connection*> Link::get(Deadline until) {
    std::chrono::milliseconds pause = shortest_pause;
    while (!connection_) {
        auto fresh = connect(place_.beginning_with(first_host_), durability_, until);
        auto settled = fresh ? adopt(*std::move(fresh), until)
                             : base::Result<void>(std::unexpected(std::move(fresh).error()));
        if (settled) {
            break;
        }
        ++first_host_;
        if (std::chrono::steady_clock::now() + pause >= until) {
            return std::unexpected(std::move(settled).error());
        }
        // Nothing tells when a server is back: it is asked again after a while.
        ::poll(nullptr, 0, static_cast<int>(pause.count()));
        pause = std::min(2 * pause, longest_pause);
    }
    return &*connection_;
}

}  // namespace comity::postgres::detail
