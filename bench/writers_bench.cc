// The sequencer with one writer and with a thousand, against the disk and against SQLite by itself
// in the same run. Every round of the ledger stands between two rounds of its limit, and the median
// of the rounds' ratios is what counts: a disk's own speed changes within seconds.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <sqlite3.h>
#include <string>
#include <unistd.h>
#include <vector>

#include "adapter/files/files.h"
#include "adapter/softkeys/softkeys.h"
#include "adapter/sqlite/sqlite.h"
#include "bench/limits.h"
#include "node/submit/sequencer.h"

namespace {

using namespace comity;
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::size_t writers = 1'000;
constexpr int rounds = 9;

void require(bool holds, std::string_view what) {
    if (!holds) {
        fmt::print(stderr, "writers-bench: {}\n", what);
        std::exit(1);
    }
}

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// A folder that goes away.
class Folder {
 public:
    Folder() {
        std::string name = "writers-bench-XXXXXX";
        require(::mkdtemp(name.data()) != nullptr, "no folder");
        path_ = name;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { fs::remove_all(path_); }
    [[nodiscard]] const fs::path& path() const { return path_; }

 private:
    fs::path path_;
};

base::Bytes leaf_at(std::uint64_t number) {
    ledger::Leaf leaf;
    leaf.commitment = crypto::sha256(std::to_string(number));
    leaf.delete_by = base::Date{21'000};
    return leaf.encode();
}

/// An act's row as the demonstration's are: about 2.4 KB in all.
ports::StoredEntry row_at(std::uint64_t number) {
    ports::StoredEntry row;
    row.id = crypto::sha256("row " + std::to_string(number));
    row.matter = base::MatterId::parse(fmt::format("{:032x}", number % 50'000)).value();
    row.author = base::PartyId::parse("xa-prosecution").value();
    row.sequence = static_cast<std::int64_t>(number);
    row.header = std::string(700, 'h');
    row.attestation = std::string(900, 'a');
    row.sealed_body = base::Bytes(700, 7);
    row.wrapped_key = base::Bytes(40, 9);
    row.erase_on = base::Date{21'000};
    row.leaf = static_cast<std::int64_t>(number);
    row.recorded_at = base::Instant{1'800'000'000'000};
    return row;
}

/// A ledger as a node keeps it: store, static files, key.
class Ledger {
 public:
    explicit Ledger(const fs::path& folder)
        : store_(sqlite::SqliteStore::open(folder / "store.sqlite").value()),
          files_(files::FileLedgerFiles::open(folder / "ledger").value()),
          key_(softkeys::SoftSigner::generate(crypto::Algorithm::ed25519).value()),
          sequencer_(submit::Sequencer::open({*store_, *files_, key_}, "ledger.example").value()) {}

    /// One commit of what so many writers wait for.
    void commit(std::size_t count, bool with_acts) {
        std::vector<base::Bytes> leaves;
        ports::Batch batch;
        for (std::size_t i = 0; i < count; ++i) {
            leaves.push_back(leaf_at(sequencer_.size() + i));
            if (with_acts) {
                batch.entries.push_back(row_at(sequencer_.size() + i));
            }
        }
        const auto start = Clock::now();  // what the writers bring is theirs
        require(sequencer_.commit(batch, std::move(leaves)).has_value(), "the store");
        busy_ += seconds_since(start);
    }
    void publish() {
        const auto start = Clock::now();
        require(sequencer_.publish().has_value(), "the files");
        busy_ += seconds_since(start);
    }
    [[nodiscard]] std::uint64_t size() const { return sequencer_.size(); }
    /// Seconds of work since the last time this was asked.
    [[nodiscard]] double busy() { return std::exchange(busy_, 0); }

 private:
    std::unique_ptr<sqlite::SqliteStore> store_;
    std::unique_ptr<files::FileLedgerFiles> files_;
    softkeys::SoftSigner key_;
    submit::Sequencer sequencer_;
    double busy_ = 0;
};

/// Appends blocks of so many bytes, each made durable; seconds of each.
std::vector<double> append(const fs::path& file, std::size_t bytes, int times) {
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    require(descriptor >= 0, "no file");
    const std::string block(bytes, 'x');
    std::vector<double> took;
    for (int i = 0; i < times; ++i) {
        const auto start = Clock::now();
        require(::write(descriptor, block.data(), bytes) == static_cast<ssize_t>(bytes) &&
                    ::fdatasync(descriptor) == 0,
                "the disk");
        took.push_back(seconds_since(start));
    }
    ::close(descriptor);
    return took;
}

double median(std::vector<double> values) {
    return bench::percentile(std::move(values), 0.5);
}

double sum(const std::vector<double>& values) {
    double all = 0;
    for (const double value : values) {
        all += value;
    }
    return all;
}

void one_writer(const Folder& folder) {
    Ledger ledger(folder.path() / "one");
    constexpr int times = 100;
    std::vector<double> ratios;
    std::vector<double> all;
    std::vector<double> limits;
    for (int round = 0; round < rounds; ++round) {
        auto limit = append(folder.path() / "baseline", 4096, times / 2);
        std::vector<double> published;
        for (int i = 0; i < times; ++i) {
            ledger.commit(1, false);
            ledger.publish();
            published.push_back(ledger.busy());
        }
        std::ranges::copy(append(folder.path() / "baseline", 4096, times / 2),
                          std::back_inserter(limit));
        ratios.push_back(median(published) / median(limit));
        all.insert(all.end(), published.begin(), published.end());
        limits.insert(limits.end(), limit.begin(), limit.end());
    }
    fmt::print(
        "one writer, published      p50 {:.3f} ms, p99 {:.3f} ms; 4 KiB and fdatasync p50 "
        "{:.3f} ms: {:.1f} x (goal 10 x; rounds {:.1f} to {:.1f})\n",
        1e3 * median(all), 1e3 * bench::percentile(all, 0.99), 1e3 * median(limits), median(ratios),
        std::ranges::min(ratios), std::ranges::max(ratios));
}

constexpr base::Duration between_publications = std::chrono::milliseconds(50);  // as delivery does

/// `commits` commits of a thousand, published as often as a node does it; leaves a second.
double ledger_rate(Ledger& ledger, int commits, bool with_acts) {
    double since = 0;
    double busy = 0;
    for (int i = 0; i < commits; ++i) {
        ledger.commit(writers, with_acts);
        const double took = ledger.busy();
        busy += took;
        since += took;
        if (since > std::chrono::duration<double>(between_publications).count()) {
            ledger.publish();
            busy += ledger.busy();
            since = 0;
        }
    }
    return static_cast<double>(writers) * commits / busy;
}

void thousand_writers(const Folder& folder) {
    Ledger ledger(folder.path() / "thousand");
    const std::size_t bytes = writers * leaf_at(0).size();
    constexpr int commits = 60;
    std::vector<double> ratios;
    std::vector<double> rates;
    std::vector<double> limits;
    for (int round = 0; round < rounds; ++round) {
        auto limit = append(folder.path() / "bare", bytes, commits / 2);
        rates.push_back(ledger_rate(ledger, commits, false));
        std::ranges::copy(append(folder.path() / "bare", bytes, commits / 2),
                          std::back_inserter(limit));
        limits.push_back(static_cast<double>(writers * limit.size()) / sum(limit));
        ratios.push_back(rates.back() / limits.back());
    }
    fmt::print(
        "1,000 writers, ledger      {:.0f} leaves/s; the same bytes appended bare {:.0f} "
        "/s: {:.1f} % (goal 20 %; rounds {:.1f} to {:.1f})\n",
        median(rates), median(limits), 100 * median(ratios), 100 * std::ranges::min(ratios),
        100 * std::ranges::max(ratios));
}

/// SQLite by itself: the same tables, the same rows, one prepared statement a table, no ledger.
class BareSqlite {
 public:
    explicit BareSqlite(const fs::path& file) {
        require(sqlite::SqliteStore::open(file).has_value(), "the tables");  // makes them
        require(sqlite3_open(file.c_str(), &database_) == SQLITE_OK, "no database");
        run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32768;"
            "PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY");
        leaf_ = prepared("INSERT INTO leaves VALUES (?, ?)");
        row_ = prepared("INSERT INTO entries VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    }
    BareSqlite(const BareSqlite&) = delete;
    BareSqlite& operator=(const BareSqlite&) = delete;
    ~BareSqlite() {
        sqlite3_finalize(leaf_);
        sqlite3_finalize(row_);
        sqlite3_close(database_);
    }
    /// Seconds that inserting a thousand took.
    double insert() {
        std::vector<base::Bytes> leaves;
        std::vector<ports::StoredEntry> rows;
        for (std::size_t i = 0; i < writers; ++i) {
            leaves.push_back(leaf_at(size_ + i));
            rows.push_back(row_at(size_ + i));
        }
        const auto start = Clock::now();
        run("BEGIN IMMEDIATE");
        for (std::size_t i = 0; i < writers; ++i) {
            sqlite3_bind_int64(leaf_, 1, static_cast<sqlite3_int64>(size_ + i));
            bind(leaf_, 2, leaves[i]);
            step(leaf_);
            bind_row(rows[i]);
            step(row_);
        }
        run("COMMIT");
        size_ += writers;
        return seconds_since(start);
    }

 private:
    void run(const char* sql) {
        require(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK, sql);
    }
    [[nodiscard]] sqlite3_stmt* prepared(const char* sql) const {
        sqlite3_stmt* statement = nullptr;
        require(sqlite3_prepare_v3(database_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement,
                                   nullptr) == SQLITE_OK,
                sql);
        return statement;
    }
    static void step(sqlite3_stmt* statement) {
        require(sqlite3_step(statement) == SQLITE_DONE, "a row");
        sqlite3_reset(statement);
    }
    static void bind(sqlite3_stmt* statement, int place, base::ByteView bytes) {
        sqlite3_bind_blob64(statement, place, bytes.data(), bytes.size(), SQLITE_STATIC);
    }
    static void bind(sqlite3_stmt* statement, int place, std::string_view text) {
        sqlite3_bind_text64(statement, place, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
    }
    void bind_row(const ports::StoredEntry& row) {
        bind(row_, 1, row.id.view());
        sqlite3_bind_int64(row_, 2, 1);
        bind(row_, 3, std::string_view(row.matter.text()));
        bind(row_, 4, std::string_view(row.author.text()));
        sqlite3_bind_int64(row_, 5, row.sequence);
        bind(row_, 6, std::string_view(row.header));
        bind(row_, 7, std::string_view(row.attestation));
        bind(row_, 8, base::ByteView(row.sealed_body));
        bind(row_, 9, base::ByteView(row.wrapped_key));
        sqlite3_bind_int64(row_, 10, row.erase_on.days);
        sqlite3_bind_int64(row_, 11, row.leaf);
        bind(row_, 12, std::string_view(row.transport));
        sqlite3_bind_int64(row_, 13, row.recorded_at.milliseconds);
    }

    sqlite3* database_ = nullptr;
    sqlite3_stmt* leaf_ = nullptr;
    sqlite3_stmt* row_ = nullptr;
    std::uint64_t size_ = 0;
};

void thousand_writers_with_acts(const Folder& folder) {
    Ledger ledger(folder.path() / "acts");
    BareSqlite bare(folder.path() / "bare.sqlite");
    constexpr int commits = 10;
    std::vector<double> ratios;
    std::vector<double> rates;
    std::vector<double> limits;
    for (int round = 0; round < rounds; ++round) {
        double took = 0;
        for (int i = 0; i < commits / 2; ++i) {
            took += bare.insert();
        }
        rates.push_back(ledger_rate(ledger, commits, true));
        for (int i = 0; i < commits / 2; ++i) {
            took += bare.insert();
        }
        limits.push_back(static_cast<double>(writers) * commits / took);
        ratios.push_back(rates.back() / limits.back());
    }
    fmt::print(
        "1,000 writers, with acts   {:.0f} /s; SQLite alone, the same rows {:.0f} /s: "
        "{:.1f} % (goal 50 %; rounds {:.1f} to {:.1f})\n",
        median(rates), median(limits), 100 * median(ratios), 100 * std::ranges::min(ratios),
        100 * std::ranges::max(ratios));
}

/// What a leaf costs in commits of a thousand, as the ledger grows.
void curve(const Folder& folder) {
    Ledger ledger(folder.path() / "curve");
    fmt::print("one leaf in commits of a thousand, and a head published, by the ledger's size:\n");
    for (const std::uint64_t size : {10'000ULL, 100'000ULL, 1'000'000ULL, 10'000'000ULL}) {
        while (ledger.size() < size) {
            ledger.commit(std::min<std::uint64_t>(50'000, size - ledger.size()), false);
        }
        ledger.publish();
        (void)ledger.busy();
        std::vector<double> took;
        std::vector<double> published;
        for (int i = 0; i < 40; ++i) {
            ledger.commit(writers, false);
            took.push_back(ledger.busy());
            ledger.publish();
            published.push_back(ledger.busy());
        }
        const double limit = median(append(folder.path() / "bare", 4096, 100));
        fmt::print(
            "  {:>9}    {:6.2f} us a leaf, published in {:6.2f} ms ({:.1f} x an fdatasync)\n", size,
            1e6 * median(took) / writers, 1e3 * median(published), median(published) / limit);
    }
}

}  // namespace

int main(int count, char**) {
    const Folder folder;
    for (const char* name : {"one", "thousand", "acts", "curve"}) {
        fs::create_directories(folder.path() / name);
    }
    one_writer(folder);
    thousand_writers(folder);
    thousand_writers_with_acts(folder);
    if (count == 1) {
        curve(folder);
    }
    return 0;
}
