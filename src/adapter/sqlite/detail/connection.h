#pragma once

// SQLite behind values: a connection, its prepared statements, one run of a statement. SQLite's own
// header stays in the .cc file.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "ground/base/base.h"

struct sqlite3;
struct sqlite3_stmt;

namespace comity::sqlite::detail {

/// A value bound to a parameter. SQLite copies it.
using Bound = std::variant<std::int64_t, std::string_view, base::ByteView>;

class Statement;

class Connection {
 public:
    /// Opens a file that exists. Kinds: malformed (not an SQLite file), failure.
    [[nodiscard]] static base::Result<Connection> open(const std::filesystem::path& path);

    /// Runs SQL without parameters or results; several statements may stand in it.
    [[nodiscard]] base::Result<void> execute(const char* sql);
    [[nodiscard]] base::Result<Statement> prepare(std::string_view sql);
    /// The single value of a query or pragma, as text.
    [[nodiscard]] base::Result<std::string> value_of(std::string_view sql);
    /// What SQLite last complained of, as an error at this file.
    [[nodiscard]] base::Error error(std::string_view what) const;
    /// Calls `callback` after every commit of this connection with the pages that the write-ahead
    /// log has then. SQLite then copies the log into the file by itself no more.
    void after_commit(std::function<void(int pages)> callback);
    /// True while a transaction is open.
    [[nodiscard]] bool in_transaction() const;
    /// Rows that the last insert, update or delete touched.
    [[nodiscard]] std::int64_t changes() const;
    /// The integer primary key of the row inserted last.
    [[nodiscard]] std::int64_t last_position() const;

 private:
    struct Closer {
        void operator()(sqlite3* handle) const;
    };
    Connection(sqlite3* handle, std::string path) : handle_(handle), path_(std::move(path)) {}
    /// On the heap: SQLite keeps its address while the connection is moved.
    std::unique_ptr<std::function<void(int)>> after_commit_;
    std::unique_ptr<sqlite3, Closer> handle_;
    std::string path_;
};

/// A prepared statement; lives no longer than its connection.
class Statement {
 public:
    Statement() = default;

 private:
    friend class Connection;
    friend class Query;
    struct Finalizer {
        void operator()(sqlite3_stmt* statement) const;
    };
    explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
    std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
};

/// One run of a statement: binds on construction, resets on destruction, so that no read
/// transaction outlives its use.
class Query {
 public:
    Query(const Connection& connection, Statement& statement,
          std::initializer_list<Bound> parameters);
    ~Query();
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    /// True: there is a row to read; false: there are no more. Kind conflict for a broken
    /// uniqueness, malformed for a damaged file, failure for the rest.
    [[nodiscard]] base::Result<bool> next();
    /// Runs a statement that gives no rows.
    [[nodiscard]] base::Result<void> run();

    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::string text(int column) const;
    [[nodiscard]] base::Bytes bytes(int column) const;
    [[nodiscard]] base::Result<base::Digest> digest(int column) const;

 private:
    const Connection& connection_;
    sqlite3_stmt* statement_;  // borrowed from the Statement
    bool bound_ = true;
};

/// A write transaction; rolled back unless commit() succeeded.
class Transaction {
 public:
    [[nodiscard]] static base::Result<Transaction> begin(Connection& connection);
    ~Transaction();
    Transaction(Transaction&& other) noexcept : connection_(other.connection_) {
        other.connection_ = nullptr;
    }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    Transaction& operator=(Transaction&&) = delete;

    [[nodiscard]] base::Result<void> commit();

 private:
    explicit Transaction(Connection& connection) : connection_(&connection) {}
    Connection* connection_;  // borrowed; null once moved from
};

}  // namespace comity::sqlite::detail
