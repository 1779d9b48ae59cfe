#include "adapter/sqlite/detail/connection.h"

#include <sqlite3.h>
#include <utility>

namespace comity::sqlite::detail {

namespace {

constexpr int wait_for_lock_ms = 5000;

base::ErrorKind kind_of(int extended_code) {
    if (extended_code == SQLITE_CONSTRAINT_UNIQUE ||
        extended_code == SQLITE_CONSTRAINT_PRIMARYKEY) {
        return base::ErrorKind::conflict;
    }
    switch (extended_code & 0xff) {
        case SQLITE_NOTADB:
        case SQLITE_CORRUPT: return base::ErrorKind::malformed;
        case SQLITE_BUSY:
        case SQLITE_LOCKED: return base::ErrorKind::conflict;
        default: return base::ErrorKind::failure;
    }
}

int bind(sqlite3_stmt* statement, int index, const Bound& bound) {
    // A null pointer would bind NULL where an empty value is meant.
    if (const auto* number = std::get_if<std::int64_t>(&bound)) {
        return sqlite3_bind_int64(statement, index, *number);
    }
    if (const auto* text = std::get_if<std::string_view>(&bound)) {
        return sqlite3_bind_text64(statement, index, text->empty() ? "" : text->data(),
                                   text->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    }
    const auto& bytes = std::get<base::ByteView>(bound);
    if (bytes.empty()) {
        return sqlite3_bind_zeroblob(statement, index, 0);
    }
    return sqlite3_bind_blob64(statement, index, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
}

}  // namespace

void Connection::Closer::operator()(sqlite3* handle) const {
    sqlite3_close_v2(handle);
}

void Statement::Finalizer::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

base::Result<Connection> Connection::open(const std::filesystem::path& path) {
    // An absolute path cannot be one of the names that SQLite gives a meaning of its own.
    const std::string name = std::filesystem::absolute(path).string();
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(name.c_str(), &handle,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
                                         SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE,
                                     nullptr);
    if (handle == nullptr) {
        return base::fail(base::ErrorKind::failure, "SQLite has no memory for a connection");
    }
    Connection connection(handle, path.string());
    if (code != SQLITE_OK) {
        return std::unexpected(connection.error("the store's file cannot be opened"));
    }
    sqlite3_busy_timeout(handle, wait_for_lock_ms);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    COMITY_TRY(
        connection.execute("PRAGMA trusted_schema=OFF; PRAGMA foreign_keys=ON;"
                           "PRAGMA secure_delete=ON; PRAGMA cell_size_check=ON;"
                           "PRAGMA temp_store=MEMORY"));
    return connection;
}

void Connection::after_commit(std::function<void(int pages)> callback) {
    after_commit_ = std::make_unique<std::function<void(int)>>(std::move(callback));
    sqlite3_wal_hook(
        handle_.get(),
        [](void* function, sqlite3*, const char*, int pages) {
            (*static_cast<std::function<void(int)>*>(function))(pages);
            return SQLITE_OK;
        },
        after_commit_.get());
}

base::Result<void> Connection::execute(const char* sql) {
    if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
        return std::unexpected(error("the store's file does not take a command"));
    }
    return {};
}

base::Result<Statement> Connection::prepare(std::string_view sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
        return std::unexpected(error("the store's tables are not what this program expects"));
    }
    return Statement(statement);
}

base::Result<std::string> Connection::value_of(std::string_view sql) {
    Statement statement = COMITY_TRY(prepare(sql));
    Query query(*this, statement, {});
    if (!COMITY_TRY(query.next())) {
        return std::string();
    }
    return query.text(0);
}

base::Error Connection::error(std::string_view what) const {
    const int code = sqlite3_extended_errcode(handle_.get());
    return base::Error{kind_of(code),
                       std::string(what),
                       "SQLite: " + std::string(sqlite3_errmsg(handle_.get())) + " (code " +
                           std::to_string(code) + ")",
                       {},
                       path_,
                       {}};
}

bool Connection::in_transaction() const {
    return sqlite3_get_autocommit(handle_.get()) == 0;
}

std::int64_t Connection::changes() const {
    return sqlite3_changes64(handle_.get());
}

std::int64_t Connection::last_position() const {
    return sqlite3_last_insert_rowid(handle_.get());
}

Query::Query(const Connection& connection, Statement& statement,
             std::initializer_list<Bound> parameters)
    : connection_(connection), statement_(statement.statement_.get()) {
    int index = 0;
    for (const Bound& parameter : parameters) {
        bound_ = bind(statement_, ++index, parameter) == SQLITE_OK && bound_;
    }
}

Query::~Query() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

base::Result<bool> Query::next() {
    if (!bound_) {
        return std::unexpected(connection_.error("a value does not fit into the store"));
    }
    switch (sqlite3_step(statement_)) {
        case SQLITE_ROW: return true;
        case SQLITE_DONE: return false;
        default: return std::unexpected(connection_.error("the store refused"));
    }
}

base::Result<void> Query::run() {
    COMITY_TRY(next());
    return {};
}

std::int64_t Query::integer(int column) const {
    return sqlite3_column_int64(statement_, column);
}

std::string Query::text(int column) const {
    const base::Bytes found = bytes(column);
    return std::string(base::text_of(found));
}

base::Bytes Query::bytes(int column) const {
    const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    if (data == nullptr || size == 0) {
        return {};
    }
    return base::Bytes(data, data + size);
}

base::Result<base::Digest> Query::digest(int column) const {
    return base::Digest::from_bytes(bytes(column));
}

base::Result<Transaction> Transaction::begin(Connection& connection) {
    COMITY_TRY(connection.execute("BEGIN IMMEDIATE"));
    return Transaction(connection);
}

Transaction::~Transaction() {
    // After some errors SQLite has rolled back by itself.
    if (connection_ != nullptr && connection_->in_transaction()) {
        static_cast<void>(connection_->execute("ROLLBACK"));
    }
}

base::Result<void> Transaction::commit() {
    return connection_->execute("COMMIT");
}

}  // namespace comity::sqlite::detail
