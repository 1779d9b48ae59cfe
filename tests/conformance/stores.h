#pragma once

// The stores under test, and batches to put into them.

#include <filesystem>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include "adapter/memory/memory_store.h"
#include "adapter/sqlite/sqlite.h"
#include "node/ports/store.h"

namespace comity::conformance {

/// A folder that is gone when the test is over.
class TemporaryFolder {
 public:
    TemporaryFolder() {
        std::string name = testing::TempDir() + "comity-store-XXXXXX";
        path_ = ::mkdtemp(name.data());
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
    std::filesystem::path path_;
};

/// One kind of store, opened anew or again.
class Subject {
 public:
    virtual ~Subject() = default;
    [[nodiscard]] virtual ports::Store& store() = 0;
    /// What a restart of the node does to its store.
    virtual void reopen() = 0;
};

class MemorySubject final : public Subject {
 public:
    [[nodiscard]] ports::Store& store() override { return store_; }
    void reopen() override {}  // the object is the disk

 private:
    memory::MemoryStore store_;
};

class SqliteSubject final : public Subject {
 public:
    SqliteSubject() { reopen(); }
    [[nodiscard]] ports::Store& store() override { return *store_; }
    void reopen() override {
        store_.reset();
        auto opened = sqlite::SqliteStore::open(folder_.path() / "store.sqlite");
        if (!opened) {
            ADD_FAILURE() << opened.error().text();
            std::abort();
        }
        store_ = *std::move(opened);
    }

 private:
    TemporaryFolder folder_;
    std::unique_ptr<sqlite::SqliteStore> store_;
};

/// A kind of store, and how a new one is made.
struct Kind {
    std::string name;
    std::function<std::unique_ptr<Subject>()> make;
};

/// The kinds under test. Every program that the suite is linked into says which: embedded.cc here,
/// tests/stores for PostgreSQL.
[[nodiscard]] std::vector<Kind> kinds();

inline base::Digest digest(std::uint64_t number) {
    base::Digest made;
    for (std::size_t i = 0; i < 8; ++i) {
        made.bytes[i] = static_cast<std::uint8_t>(number * 2654435761U >> (8 * i));
        made.bytes[8 + i] = static_cast<std::uint8_t>(number >> (8 * i));
    }
    return made;
}

inline base::PartyId party(const std::string& name) {
    return *base::PartyId::parse(name);
}
inline base::MatterId matter(const std::string& name) {
    return *base::MatterId::parse(name);
}

/// An entry with something in every member.
inline ports::StoredEntry entry(std::uint64_t number, std::int64_t sequence,
                                const std::string& author = "xa-prosecution") {
    ports::StoredEntry made;
    made.id = digest(number);
    made.kind = number % 2 == 0 ? ports::EntryKind::act : ports::EntryKind::receipt;
    made.matter = matter("matter-1");
    made.author = party(author);
    made.sequence = sequence;
    made.header = R"({"version":1,"number":)" + std::to_string(number) + "}";
    made.attestation = R"({"signatures":["é"]})";
    made.sealed_body = {0, 1, 2, static_cast<std::uint8_t>(number)};
    made.wrapped_key = {9, 0, 9};
    made.erase_on = base::Date{21000};
    made.leaf = static_cast<std::int64_t>(number);
    made.transport = number % 3 == 0 ? std::string() : R"({"checkpoint":"x"})";
    made.recorded_at = base::Instant{1900000000123 + static_cast<std::int64_t>(number)};
    return made;
}

/// The next head behind `before` with `leaves` leaves more; its root is made up.
inline ports::LedgerHead grown(const ports::LedgerHead& before, std::size_t leaves) {
    return {before.size + leaves, digest(1000 + before.size + leaves), before.epoch};
}

}  // namespace comity::conformance
