#pragma once

// postgres: what a node keeps, in a PostgreSQL database.
//
//   auto store = COMITY_TRY(postgres::PostgresStore::open(
//       {.place = "postgres:service=xa-court", .owner = "xa-court"}));
//   COMITY_TRY(store->commit(batch));   // one transaction, one round trip, durable when it returns
//
// A commit locks the head's row, compares what the batch expects, writes, and commits: all of it in
// one libpq pipeline. Several processes may have the database open; whoever takes a new epoch of
// the head overtakes the others, and their commits are refused from then on.
//
// A connection that breaks in a commit leaves open whether the batch holds. Each store therefore
// has a row of its own with the number of its last transaction, written in the same transaction as
// the batch. After reconnecting (to whichever host takes writes now) the number is read, and at the
// same time used up, so that the broken-off transaction cannot hold later. Then the batch is
// acknowledged or sent again. That reading is itself a commit: with a synchronous standby
// everything it saw is on the standby when it returns.
//
// The format is docs/formats/store-postgres.md.
//
//   detail/place.h       where the database is; what is refused (passwords, no TLS)
//   detail/connection.h  libpq behind values, pipelines
//   detail/schema.h      the tables and their history
//   detail/session.h     a connection that was checked: settings, schema, own row
//   detail/writing.h     a batch as commands
//   detail/reading.h     rows as values

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "node/ports/store.h"

namespace comity::postgres {

/// What of the server's settings a store insists on.
enum class Durability : std::uint8_t {
    strict,    ///< synchronous_commit on or remote_apply, fsync and full_page_writes on
    as_found,  ///< for tests and benchmarks only: an acknowledged batch may be lost
};

struct Settings {
    /// `postgres:` and what docs/operations.md ("PostgreSQL") lists: settings of libpq
    /// (`service=...`, `host=... dbname=...`), a file with such settings, or a URI. Never with a
    /// password.
    std::string place;
    /// Whose database it is; written into a new one and compared afterwards. At most 200 bytes.
    std::string owner;
    Durability durability = Durability::strict;
    /// How long one call waits for a database that does not answer, with all reconnecting.
    std::chrono::milliseconds patience{60'000};
};

/// True if `place` names a database for this adapter.
[[nodiscard]] bool is_place(std::string_view place);
/// Whether `place` can be used, as far as that shows without connecting. Kind malformed: unknown
/// words, a password, TLS that does not verify. Errors never repeat the place.
[[nodiscard]] base::Result<void> check_place(std::string_view place);

/// Safe to use from several threads.
class PostgresStore final : public ports::Store {
 public:
    /// Connects, and makes the tables in a database that has none. Kinds: malformed (the place, a
    /// database of another program, of another owner or a newer one; nothing was changed),
    /// inadmissible (settings of the server that lose acknowledged batches), failure (no
    /// connection).
    [[nodiscard]] static base::Result<std::unique_ptr<PostgresStore>> open(Settings settings);
    ~PostgresStore() override;

    /// As the port says, and kind conflict also for every commit after another process took a newer
    /// epoch than this store took. Kind failure after `patience` without an answer: then it is not
    /// known whether the batch holds. The next call finds out first, or fails alike.
    [[nodiscard]] base::Result<void> commit(const ports::Batch& batch) override;
    [[nodiscard]] base::Result<ports::LedgerHead> head() override;
    [[nodiscard]] base::Result<std::vector<base::Bytes>> leaves(std::uint64_t first,
                                                                std::uint64_t count) override;
    [[nodiscard]] base::Result<void> each_entry(
        const std::function<base::Result<void>(const ports::StoredEntry&)>& visit) override;
    [[nodiscard]] base::Result<ports::StoredEntry> entry(const base::Digest& id) override;
    [[nodiscard]] base::Result<std::vector<ports::OutboxRow>> outbox() override;
    [[nodiscard]] base::Result<std::optional<ports::WitnessRow>> witnessed(
        std::string_view origin) override;
    [[nodiscard]] base::Result<ports::StoredItem> item(const base::Digest& id) override;
    [[nodiscard]] base::Result<std::vector<ports::KeptKey>> kept(base::Date first,
                                                                 base::Date last) override;
    [[nodiscard]] base::Result<std::optional<std::string>> setting(std::string_view name) override;

    /// That the leaves are as many as the head says, without a gap. Kind invalid with the finding.
    [[nodiscard]] base::Result<void> integrity_check();

 private:
    struct Parts;
    explicit PostgresStore(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace comity::postgres
