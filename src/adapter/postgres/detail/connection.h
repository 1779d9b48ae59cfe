#pragma once

// libpq behind values: a connection that is always in pipeline mode, commands, rows. libpq's own
// header stays in the .cc files.

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "adapter/postgres/detail/place.h"
#include "ground/base/base.h"

struct pg_conn;
struct pg_result;

namespace comity::postgres::detail {

using Deadline = std::chrono::steady_clock::time_point;

/// What went wrong between us and the server.
struct Trouble {
    enum class Kind : std::uint8_t {
        lost,     ///< the connection is gone, or no answer came in time: the outcome is not known
        refused,  ///< the server said no; the transaction does not hold
    };
    Kind kind = Kind::lost;
    std::string state;  ///< SQLSTATE; empty if the server said none
    std::string message;
    std::string detail;
    std::size_t command = 0;  ///< which one of the pipeline was refused

    /// Kind failure, with `what` as what happened.
    [[nodiscard]] base::Error error(std::string_view what) const;
};

template <class T>
using Outcome = std::expected<T, Trouble>;

/// A parameter, sent in binary form: int8, text, bytea, or NULL. Borrowed until the command is
/// sent.
using Bound = std::variant<std::int64_t, std::string_view, base::ByteView, std::monostate>;

/// A run of a prepared statement.
struct Command {
    const char* statement = nullptr;  ///< its name
    std::vector<Bound> parameters;
};

/// A statement to prepare.
struct Prepared {
    const char* name;
    const char* sql;
};

/// What a command gave, in binary form. The readers check the length of every value: kind
/// malformed.
class Rows {
 public:
    Rows() = default;
    [[nodiscard]] int count() const;
    /// The command tag, e.g. `COMMIT`.
    [[nodiscard]] std::string_view tag() const;
    [[nodiscard]] base::Result<std::int64_t> integer(int row, int column) const;
    [[nodiscard]] std::string text(int row, int column) const;
    [[nodiscard]] base::Bytes bytes(int row, int column) const;
    [[nodiscard]] base::Result<base::Digest> digest(int row, int column) const;

 private:
    friend class Connection;
    struct Clear {
        void operator()(pg_result* result) const;
    };
    explicit Rows(pg_result* result) : result_(result) {}
    std::unique_ptr<pg_result, Clear> result_;
};

class Connection {
 public:
    /// Connects to the first host that takes writes.
    [[nodiscard]] static Outcome<Connection> open(const Place& place);

    /// Runs SQL of our own without parameters; several statements may stand in it. Not in the
    /// pipeline: for settings and migrations.
    [[nodiscard]] Outcome<Rows> execute(const std::string& sql, Deadline until);
    /// Prepares statements in one round trip.
    [[nodiscard]] Outcome<void> prepare(std::span<const Prepared> statements, Deadline until);
    /// Runs the commands in one round trip and returns the rows of the last. After a refusal the
    /// rest is not run. An open transaction is rolled back then.
    [[nodiscard]] Outcome<Rows> run(const std::vector<Command>& commands, Deadline until);

    /// A warning since the last call of this; empty if there was none. PostgreSQL warns when a
    /// commit stopped waiting for its standby.
    [[nodiscard]] std::string take_warning();
    /// Whether there is TLS or a unix socket beneath.
    [[nodiscard]] bool is_protected() const;

 private:
    struct Finish {
        void operator()(pg_conn* handle) const;
    };
    struct Notices {
        std::string warning;
    };
    explicit Connection(pg_conn* handle);
    [[nodiscard]] Outcome<void> enter_pipeline();
    [[nodiscard]] Outcome<void> send(const Command& command);
    [[nodiscard]] Outcome<void> roll_back(Deadline until);
    [[nodiscard]] Outcome<Rows> answers(std::size_t commands, Deadline until);
    [[nodiscard]] Outcome<pg_result*> next_result(Deadline until);
    [[nodiscard]] Outcome<void> wait(Deadline until);
    [[nodiscard]] Trouble lost(std::string_view why = {}) const;

    std::unique_ptr<Notices> notices_;  // libpq keeps its address
    std::unique_ptr<pg_conn, Finish> handle_;
};

}  // namespace comity::postgres::detail
