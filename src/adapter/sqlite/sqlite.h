#pragma once

// sqlite: what a node keeps, in one SQLite file.
//
//   auto store = COMITY_TRY(sqlite::SqliteStore::open(folder / "store.sqlite"));
//   COMITY_TRY(store->commit(batch));   // one transaction, durable when it returns
//
// WAL with synchronous=FULL: a commit is one fdatasync. There is one connection that writes, one
// that reads, so that readers do not wait for the disk, and one that copies the log into the file
// on a thread of its own. Beside the file lies FILE.lock, held as
// long as the store is open. The format is docs/formats/store.md; its number is SQLite's
// user_version and its history the table `migrations`.
//
//   detail/connection.h   connections, statements, errors
//   detail/checkpointer.h the thread that copies the log
//   detail/schema.h       the tables and their history
//   detail/store_file.h   recognising, creating and locking the file

#include <filesystem>
#include <memory>

#include "node/ports/store.h"

namespace comity::sqlite {

/// Safe to use from several threads.
class SqliteStore final : public ports::Store {
 public:
    /// Opens the store at `path`, or makes a new one if nothing is there. Kinds: conflict (another
    /// process has it open), malformed (the file is none of ours, damaged, or written by a newer
    /// program; nothing was changed), failure (disk).
    [[nodiscard]] static base::Result<std::unique_ptr<SqliteStore>> open(
        const std::filesystem::path& path);
    ~SqliteStore() override;

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

    /// Reads the whole file: SQLite's own check of every page and index, and that the leaves are as
    /// many as the head says. Kind invalid with the first findings.
    [[nodiscard]] base::Result<void> integrity_check();

 private:
    struct Parts;
    explicit SqliteStore(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace comity::sqlite
