#include "adapter/sqlite/sqlite.h"

#include <limits>
#include <mutex>
#include <string>
#include <utility>

#include "adapter/sqlite/detail/checkpointer.h"
#include "adapter/sqlite/detail/connection.h"
#include "adapter/sqlite/detail/keeping.h"
#include "adapter/sqlite/detail/outbox_places.h"
#include "adapter/sqlite/detail/schema.h"
#include "adapter/sqlite/detail/store_file.h"

namespace comity::sqlite {

using base::Result;
using detail::Connection;
using detail::Query;
using detail::Statement;

namespace {

constexpr std::int64_t entries_per_read = 256;
constexpr std::string_view entry_columns =
    "position, id, kind, matter, author, sequence, header, attestation, sealed_body, wrapped_key, "
    "erase_on, leaf, transport, recorded_at";

struct WriteStatements {
    Statement read_head;
    Statement set_head;
    Statement add_leaf;
    Statement add_entry;
    Statement add_outbox;
    Statement refuse_outbox;
    Statement remove_outbox;
    Statement read_witnessed;
    Statement set_witnessed;
    Statement read_item;
    Statement add_item;
    Statement set_setting;
};

struct ReadStatements {
    Statement head;
    Statement leaves;
    Statement entries_after;
    Statement entry;
    Statement outbox;
    Statement witnessed;
    Statement item;
    Statement setting;
};

constexpr std::string_view select_head = "SELECT size, root, epoch FROM head";
constexpr std::string_view select_witnessed = "SELECT size, root FROM witnessed WHERE origin = ?";
constexpr std::string_view select_item =
    "SELECT matter, sealed, erase_on, wrapped FROM items WHERE id = ?";

Result<WriteStatements> prepare_writes(Connection& on) {
    return WriteStatements{
        COMITY_TRY(on.prepare(select_head)),
        COMITY_TRY(on.prepare("UPDATE head SET size = ?, root = ?, epoch = ?")),
        COMITY_TRY(on.prepare("INSERT INTO leaves VALUES (?, ?)")),
        COMITY_TRY(on.prepare("INSERT INTO entries VALUES "
                              "(NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")),
        COMITY_TRY(on.prepare("INSERT INTO outbox VALUES (NULL, ?, ?, ?)")),
        COMITY_TRY(on.prepare("UPDATE outbox SET refused = ? WHERE position = ?")),
        COMITY_TRY(on.prepare("DELETE FROM outbox WHERE position = ?")),
        COMITY_TRY(on.prepare(select_witnessed)),
        COMITY_TRY(on.prepare("INSERT OR REPLACE INTO witnessed VALUES (?, ?, ?)")),
        COMITY_TRY(on.prepare(select_item)),
        COMITY_TRY(on.prepare("INSERT INTO items VALUES (?, ?, ?, ?, ?)")),
        COMITY_TRY(on.prepare("INSERT OR REPLACE INTO settings VALUES (?, ?)")),
    };
}

Result<ReadStatements> prepare_reads(Connection& on) {
    const std::string select_entry = "SELECT " + std::string(entry_columns) + " FROM entries ";
    return ReadStatements{
        COMITY_TRY(on.prepare(select_head)),
        COMITY_TRY(on.prepare("SELECT content FROM leaves WHERE position >= ? "
                              "ORDER BY position LIMIT ?")),
        COMITY_TRY(on.prepare(select_entry + "WHERE position > ? ORDER BY position LIMIT ?")),
        COMITY_TRY(on.prepare(select_entry + "WHERE id = ?")),
        COMITY_TRY(on.prepare("SELECT peer, entry, refused FROM outbox ORDER BY position")),
        COMITY_TRY(on.prepare(select_witnessed)),
        COMITY_TRY(on.prepare(select_item)),
        COMITY_TRY(on.prepare("SELECT value FROM settings WHERE name = ?")),
    };
}

/// A size as SQLite keeps it.
Result<std::int64_t> stored_number(std::uint64_t number) {
    if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        return base::fail(base::ErrorKind::too_large, "a number does not fit into the store",
                          std::to_string(number) + " is over 2^63 - 1");
    }
    return static_cast<std::int64_t>(number);
}

std::unexpected<base::Error> conflict(std::string what, std::string why) {
    return base::fail(base::ErrorKind::conflict, std::move(what), std::move(why),
                      "read the store again and decide anew; nothing was stored");
}

Result<ports::LedgerHead> read_head(const Connection& on, Statement& statement) {
    Query query(on, statement, {});
    if (!COMITY_TRY(query.next())) {
        return base::fail(base::ErrorKind::malformed, "the store has lost its head row");
    }
    return ports::LedgerHead{static_cast<std::uint64_t>(query.integer(0)),
                             COMITY_TRY(query.digest(1)),
                             static_cast<std::uint64_t>(query.integer(2))};
}

Result<std::optional<ports::WitnessRow>> read_witnessed(const Connection& on, Statement& statement,
                                                        std::string_view origin) {
    Query query(on, statement, {origin});
    if (!COMITY_TRY(query.next())) {
        return std::nullopt;
    }
    return ports::WitnessRow{std::string(origin), static_cast<std::uint64_t>(query.integer(0)),
                             COMITY_TRY(query.digest(1))};
}

Result<std::optional<ports::StoredItem>> read_item(const Connection& on, Statement& statement,
                                                   const base::Digest& id) {
    Query query(on, statement, {id.view()});
    if (!COMITY_TRY(query.next())) {
        return std::nullopt;
    }
    return ports::StoredItem{id, COMITY_TRY(base::MatterId::parse(query.text(0))), query.bytes(1),
                             query.bytes(3),
                             base::Date{static_cast<std::int32_t>(query.integer(2))}};
}

/// The row that `query` stands on; columns as in entry_columns.
Result<ports::StoredEntry> read_entry(const Query& query) {
    ports::StoredEntry entry;
    entry.id = COMITY_TRY(query.digest(1));
    const std::int64_t kind = query.integer(2);
    if (kind != static_cast<std::int64_t>(ports::EntryKind::act) &&
        kind != static_cast<std::int64_t>(ports::EntryKind::receipt)) {
        return base::fail(base::ErrorKind::malformed, "the store holds an entry of no known kind",
                          entry.id.hex() + " has kind " + std::to_string(kind));
    }
    entry.kind = static_cast<ports::EntryKind>(kind);
    entry.matter = COMITY_TRY(base::MatterId::parse(query.text(3)));
    entry.author = COMITY_TRY(base::PartyId::parse(query.text(4)));
    entry.sequence = query.integer(5);
    entry.header = query.text(6);
    entry.attestation = query.text(7);
    entry.sealed_body = query.bytes(8);
    entry.wrapped_key = query.bytes(9);
    entry.erase_on = base::Date{static_cast<std::int32_t>(query.integer(10))};
    entry.leaf = query.integer(11);
    entry.transport = query.text(12);
    entry.recorded_at = base::Instant{query.integer(13)};
    return entry;
}

/// The writing half: one batch into one open transaction.
class Writer {
 public:
    Writer(const Connection& connection, WriteStatements& statements, detail::OutboxPlaces& outbox)
        : on_(connection), statements_(statements), outbox_(outbox) {}

    Result<void> apply(const ports::Batch& batch) {
        COMITY_TRY(expect_head(batch));
        COMITY_TRY(expect_witnessed(batch));
        COMITY_TRY(add_leaves(batch));
        for (const ports::StoredEntry& entry : batch.entries) {
            COMITY_TRY(add_entry(entry));
        }
        COMITY_TRY(change_outbox(batch));
        for (const ports::WitnessRow& row : batch.witnessed) {
            const std::int64_t size = COMITY_TRY(stored_number(row.size));
            COMITY_TRY(
                Query(on_, statements_.set_witnessed, {row.origin, size, row.root.view()}).run());
        }
        for (const ports::StoredItem& item : batch.items) {
            COMITY_TRY(add_item(item));
        }
        for (const auto& [name, value] : batch.settings) {
            COMITY_TRY(Query(on_, statements_.set_setting, {name, value}).run());
        }
        return {};
    }

 private:
    Result<void> expect_head(const ports::Batch& batch) {
        if (!batch.expected_head) {
            return {};
        }
        const ports::LedgerHead stored = COMITY_TRY(read_head(on_, statements_.read_head));
        if (stored != *batch.expected_head) {
            return conflict("the ledger's head has moved",
                            "size " + std::to_string(batch.expected_head->size) + " epoch " +
                                std::to_string(batch.expected_head->epoch) +
                                " was expected, the store has size " + std::to_string(stored.size) +
                                " epoch " + std::to_string(stored.epoch));
        }
        return {};
    }

    Result<void> expect_witnessed(const ports::Batch& batch) {
        for (const ports::WitnessRow& expected : batch.witnessed_expected) {
            const auto stored =
                COMITY_TRY(read_witnessed(on_, statements_.read_witnessed, expected.origin));
            if (stored.value_or(ports::WitnessRow{expected.origin, 0, {}}) != expected) {
                return conflict("the witnessed head of " + expected.origin + " has changed",
                                "size " + std::to_string(expected.size) + " was expected");
            }
        }
        return {};
    }

    Result<void> add_leaves(const ports::Batch& batch) {
        if (!batch.new_head) {
            return {};
        }
        std::int64_t position = COMITY_TRY(stored_number(batch.expected_head->size));
        for (const base::Bytes& leaf : batch.leaves) {
            COMITY_TRY(Query(on_, statements_.add_leaf, {position, base::ByteView(leaf)}).run());
            ++position;
        }
        const ports::LedgerHead& head = *batch.new_head;
        return Query(on_, statements_.set_head,
                     {COMITY_TRY(stored_number(head.size)), head.root.view(),
                      COMITY_TRY(stored_number(head.epoch))})
            .run();
    }

    Result<void> add_entry(const ports::StoredEntry& entry) {
        auto added = Query(on_, statements_.add_entry,
                           {entry.id.view(), static_cast<std::int64_t>(entry.kind),
                            entry.matter.text(), entry.author.text(), entry.sequence, entry.header,
                            entry.attestation, base::ByteView(entry.sealed_body),
                            base::ByteView(entry.wrapped_key), std::int64_t{entry.erase_on.days},
                            entry.leaf, entry.transport, entry.recorded_at.milliseconds})
                         .run();
        if (!added && added.error().kind == base::ErrorKind::conflict) {
            return conflict("entry " + entry.id.hex() + " (matter " + entry.matter.text() +
                                ", author " + entry.author.text() + ", sequence " +
                                std::to_string(entry.sequence) + ") is already there",
                            std::move(added).error().why);
        }
        return added;
    }

    Result<void> change_outbox(const ports::Batch& batch) {
        for (const ports::OutboxRow& row : batch.outbox_add) {
            COMITY_TRY(add_outbox(row));
        }
        for (const ports::OutboxRow& row : batch.outbox_refused) {
            if (const auto position = outbox_.find(row)) {
                COMITY_TRY(Query(on_, statements_.refuse_outbox, {row.refused, *position}).run());
            }
        }
        for (const ports::OutboxRow& row : batch.outbox_done) {
            if (const auto position = outbox_.find(row)) {
                COMITY_TRY(Query(on_, statements_.remove_outbox, {*position}).run());
                outbox_.erase(row);
            }
        }
        return {};
    }

    Result<void> add_outbox(const ports::OutboxRow& row) {
        if (const auto position = outbox_.find(row)) {
            return Query(on_, statements_.refuse_outbox, {row.refused, *position}).run();
        }
        Query added(on_, statements_.add_outbox, {row.peer.text(), row.entry.view(), row.refused});
        COMITY_TRY(added.run());
        outbox_.set(row, on_.last_position());
        return {};
    }

    Result<void> add_item(const ports::StoredItem& item) {
        const auto stored = COMITY_TRY(read_item(on_, statements_.read_item, item.id));
        if (stored && *stored != item) {
            return conflict("item " + item.id.hex() + " is already there, and differs",
                            "it is kept for matter " + stored->matter.text() + " until " +
                                stored->erase_on.text());
        }
        if (stored) {
            return {};
        }
        return Query(on_, statements_.add_item,
                     {item.id.view(), item.matter.text(), base::ByteView(item.sealed),
                      std::int64_t{item.erase_on.days}, base::ByteView(item.wrapped)})
            .run();
    }

    const Connection& on_;
    WriteStatements& statements_;
    detail::OutboxPlaces& outbox_;
};

bool touches_outbox(const ports::Batch& batch) {
    return !batch.outbox_add.empty() || !batch.outbox_refused.empty() || !batch.outbox_done.empty();
}

}  // namespace

// Statements stand behind their connection, so that they are gone before it closes.
struct SqliteStore::Parts {
    std::string path;
    detail::FileLock lock;
    std::unique_ptr<std::mutex> write_mutex;  ///< guards write, writes, places
    std::unique_ptr<detail::Checkpointer> checkpointer;
    Connection write;
    WriteStatements writes;
    Connection read;
    ReadStatements reads;
    std::mutex read_mutex = {};  ///< guards read, reads
    detail::OutboxPlaces places = {};

    Result<void> commit(const ports::Batch& batch) {
        auto transaction = COMITY_TRY(detail::Transaction::begin(write));
        if (touches_outbox(batch)) {
            COMITY_TRY(places.load(write));
        }
        COMITY_TRY(Writer(write, writes, places).apply(batch));
        COMITY_TRY(detail::change_kept(write, batch));
        return transaction.commit();
    }
};

SqliteStore::SqliteStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {
}
SqliteStore::~SqliteStore() = default;

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::filesystem::path& path) {
    detail::FileLock lock = COMITY_TRY(detail::FileLock::take(path));
    std::error_code code;
    if (!std::filesystem::exists(path, code)) {
        COMITY_TRY(detail::create(path));
    }
    COMITY_TRY(detail::recognise(path));
    Connection write = COMITY_TRY(Connection::open(path));
    auto migrated = detail::migrate(write);
    if (!migrated) {
        return std::unexpected(base::at_place(std::move(migrated).error(), path.string()));
    }
    // The cache holds the pages of the indices, whose keys are random.
    COMITY_TRY(
        write.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                      "PRAGMA journal_size_limit=67108864;"
                      "PRAGMA cache_size=-32768"));
    WriteStatements writes = COMITY_TRY(prepare_writes(write));
    Connection read = COMITY_TRY(Connection::open(path));
    COMITY_TRY(read.execute("PRAGMA query_only=ON"));
    ReadStatements reads = COMITY_TRY(prepare_reads(read));
    auto write_mutex = std::make_unique<std::mutex>();
    auto checkpointer = COMITY_TRY(detail::Checkpointer::start(path, *write_mutex));
    write.after_commit([copying = checkpointer.get()](int pages) { copying->log_has(pages); });
    std::unique_ptr<SqliteStore> store(new SqliteStore(std::unique_ptr<Parts>(
        new Parts{path.string(), std::move(lock), std::move(write_mutex), std::move(checkpointer),
                  std::move(write), std::move(writes), std::move(read), std::move(reads)})));
    COMITY_TRY(store->head());
    return store;
}

Result<void> SqliteStore::commit(const ports::Batch& batch) {
    COMITY_TRY(batch.check());
    const std::scoped_lock hold(*parts_->write_mutex);
    auto committed = parts_->commit(batch);
    if (!committed && touches_outbox(batch)) {
        parts_->places.forget();
    }
    return committed;
}

Result<ports::LedgerHead> SqliteStore::head() {
    const std::scoped_lock hold(parts_->read_mutex);
    return read_head(parts_->read, parts_->reads.head);
}

Result<std::vector<base::Bytes>> SqliteStore::leaves(std::uint64_t first, std::uint64_t count) {
    const std::int64_t from = COMITY_TRY(stored_number(first));
    const std::int64_t limit = COMITY_TRY(stored_number(count));
    std::vector<base::Bytes> found;
    const std::scoped_lock hold(parts_->read_mutex);
    Query query(parts_->read, parts_->reads.leaves, {from, limit});
    while (COMITY_TRY(query.next())) {
        found.push_back(query.bytes(0));
    }
    if (found.size() != count) {
        return base::fail(base::ErrorKind::not_found, "the ledger does not reach so far",
                          std::to_string(count) + " leaves from " + std::to_string(first) +
                              " were asked for, " + std::to_string(found.size()) + " are there");
    }
    return found;
}

Result<void> SqliteStore::each_entry(
    const std::function<Result<void>(const ports::StoredEntry&)>& visit) {
    std::int64_t after = 0;
    // Read in parts, so that `visit` may use the store and no read transaction grows old.
    for (;;) {
        std::vector<ports::StoredEntry> part;
        {
            const std::scoped_lock hold(parts_->read_mutex);
            Query query(parts_->read, parts_->reads.entries_after, {after, entries_per_read});
            while (COMITY_TRY(query.next())) {
                after = query.integer(0);
                part.push_back(COMITY_TRY(read_entry(query)));
            }
        }
        if (part.empty()) {
            return {};
        }
        for (const ports::StoredEntry& entry : part) {
            COMITY_TRY(visit(entry));
        }
    }
}

Result<ports::StoredEntry> SqliteStore::entry(const base::Digest& id) {
    const std::scoped_lock hold(parts_->read_mutex);
    Query query(parts_->read, parts_->reads.entry, {id.view()});
    if (!COMITY_TRY(query.next())) {
        return base::fail(base::ErrorKind::not_found, "there is no entry " + id.hex());
    }
    return read_entry(query);
}

Result<std::vector<ports::OutboxRow>> SqliteStore::outbox() {
    std::vector<ports::OutboxRow> rows;
    const std::scoped_lock hold(parts_->read_mutex);
    Query query(parts_->read, parts_->reads.outbox, {});
    while (COMITY_TRY(query.next())) {
        rows.push_back(ports::OutboxRow{COMITY_TRY(base::PartyId::parse(query.text(0))),
                                        COMITY_TRY(query.digest(1)), query.text(2)});
    }
    return rows;
}

Result<std::optional<ports::WitnessRow>> SqliteStore::witnessed(std::string_view origin) {
    const std::scoped_lock hold(parts_->read_mutex);
    return read_witnessed(parts_->read, parts_->reads.witnessed, origin);
}

Result<ports::StoredItem> SqliteStore::item(const base::Digest& id) {
    const std::scoped_lock hold(parts_->read_mutex);
    auto found = COMITY_TRY(read_item(parts_->read, parts_->reads.item, id));
    if (!found) {
        return base::fail(base::ErrorKind::not_found, "there is no item " + id.hex());
    }
    return *std::move(found);
}

Result<std::vector<ports::KeptKey>> SqliteStore::kept(base::Date first, base::Date last) {
    const std::scoped_lock hold(parts_->read_mutex);
    return detail::kept(parts_->read, first, last);
}

Result<std::optional<std::string>> SqliteStore::setting(std::string_view name) {
    const std::scoped_lock hold(parts_->read_mutex);
    Query query(parts_->read, parts_->reads.setting, {name});
    if (!COMITY_TRY(query.next())) {
        return std::nullopt;
    }
    return query.text(0);
}

Result<void> SqliteStore::integrity_check() {
    const std::scoped_lock hold(parts_->read_mutex);
    Connection& on = parts_->read;
    Statement check = COMITY_TRY(on.prepare("PRAGMA integrity_check(8)"));
    std::string findings;
    {
        Query query(on, check, {});
        while (COMITY_TRY(query.next())) {
            const std::string line = query.text(0);
            if (line != "ok") {
                findings += findings.empty() ? line : "; " + line;
            }
        }
    }
    if (findings.empty()) {
        findings = COMITY_TRY(on.value_of(
            "SELECT 'the head has size ' || size || ', there are ' || n || ' leaves up to ' || top "
            "FROM head, (SELECT count(*) AS n, coalesce(max(position) + 1, 0) AS top FROM leaves) "
            "WHERE size <> n OR size <> top"));
    }
    if (!findings.empty()) {
        return std::unexpected(base::Error{base::ErrorKind::invalid,
                                           "the store is damaged",
                                           findings,
                                           "restore it from a back-up",
                                           parts_->path,
                                           {}});
    }
    return {};
}

}  // namespace comity::sqlite
