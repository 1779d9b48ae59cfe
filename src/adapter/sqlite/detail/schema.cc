#include "adapter/sqlite/detail/schema.h"

#include <array>
#include <charconv>
#include <string>

namespace comity::sqlite::detail {

namespace {

struct Migration {
    std::uint32_t number;
    std::string_view name;
    const char* sql;
};

// A step that has been shipped is never edited: older files were made by it.
constexpr std::array migrations{Migration{1, "the first tables", R"sql(
CREATE TABLE migrations (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL, program TEXT NOT NULL) STRICT;
CREATE TABLE head (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    size INTEGER NOT NULL CHECK (size >= 0),
    root BLOB NOT NULL CHECK (length(root) = 32),
    epoch INTEGER NOT NULL CHECK (epoch >= 0)) STRICT;
INSERT INTO head VALUES (1, 0, zeroblob(32), 0);
CREATE TABLE leaves (
    position INTEGER PRIMARY KEY CHECK (position >= 0), content BLOB NOT NULL) STRICT;
CREATE TABLE entries (
    position INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 32),
    kind INTEGER NOT NULL,
    matter TEXT NOT NULL,
    author TEXT NOT NULL,
    sequence INTEGER NOT NULL CHECK (sequence >= 0),
    header TEXT NOT NULL,
    attestation TEXT NOT NULL,
    sealed_body BLOB NOT NULL,
    wrapped_key BLOB NOT NULL,
    erase_on INTEGER NOT NULL,
    leaf INTEGER NOT NULL CHECK (leaf >= -1),
    transport TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    UNIQUE (matter, author, sequence)) STRICT;
CREATE TABLE outbox (
    position INTEGER PRIMARY KEY,
    peer TEXT NOT NULL,
    entry BLOB NOT NULL CHECK (length(entry) = 32),
    refused TEXT NOT NULL,
    UNIQUE (peer, entry)) STRICT;
CREATE TABLE witnessed (
    origin TEXT PRIMARY KEY,
    size INTEGER NOT NULL CHECK (size >= 0),
    root BLOB NOT NULL CHECK (length(root) = 32)) STRICT, WITHOUT ROWID;
CREATE TABLE items (
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 32),
    matter TEXT NOT NULL,
    sealed BLOB NOT NULL,
    erase_on INTEGER NOT NULL) STRICT;
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
)sql"},
                                Migration{2, "items under data keys, what ends when", R"sql(
ALTER TABLE items ADD COLUMN wrapped BLOB NOT NULL DEFAULT x'';
CREATE INDEX entries_by_end ON entries (erase_on) WHERE length(sealed_body) > 0;
CREATE INDEX items_by_end ON items (erase_on) WHERE length(sealed) > 0;
)sql"},
                                Migration{3, "an outbox without an index", R"sql(
CREATE TABLE waiting (
    position INTEGER PRIMARY KEY,
    peer TEXT NOT NULL,
    entry BLOB NOT NULL CHECK (length(entry) = 32),
    refused TEXT NOT NULL) STRICT;
INSERT INTO waiting SELECT position, peer, entry, refused FROM outbox ORDER BY position;
DROP TABLE outbox;
ALTER TABLE waiting RENAME TO outbox;
)sql"}};
static_assert(migrations.back().number == schema_number);

base::Result<std::uint32_t> number_of(Connection& connection) {
    const std::string text = COMITY_TRY(connection.value_of("PRAGMA user_version"));
    std::uint32_t number = 0;
    const char* end = text.data() + text.size();
    if (const auto [stop, error] = std::from_chars(text.data(), end, number);
        error != std::errc() || stop != end) {
        return base::fail(base::ErrorKind::malformed, "the store has no schema number: " + text);
    }
    return number;
}

base::Result<void> apply(Connection& connection, const Migration& migration) {
    Transaction transaction = COMITY_TRY(Transaction::begin(connection));
    COMITY_TRY(connection.execute(migration.sql));
    Statement note = COMITY_TRY(connection.prepare("INSERT INTO migrations VALUES (?, ?, ?)"));
    COMITY_TRY(Query(connection, note,
                     {static_cast<std::int64_t>(migration.number), migration.name,
                      std::string_view(COMITY_VERSION)})
                   .run());
    const std::string marks = "PRAGMA application_id=" + std::to_string(application_id) +
                              "; PRAGMA user_version=" + std::to_string(migration.number);
    COMITY_TRY(connection.execute(marks.c_str()));
    return transaction.commit();
}

}  // namespace

base::Result<void> migrate(Connection& connection) {
    const std::uint32_t found = COMITY_TRY(number_of(connection));
    if (found > schema_number) {
        return base::fail(base::ErrorKind::malformed, "the store was written by a newer program",
                          "its schema has number " + std::to_string(found) +
                              ", this program knows up to " + std::to_string(schema_number),
                          "use the newer program; nothing was changed");
    }
    for (const Migration& migration : migrations) {
        if (migration.number > found) {
            COMITY_TRY(apply(connection, migration));
        }
    }
    return {};
}

}  // namespace comity::sqlite::detail
