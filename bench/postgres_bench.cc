// Batches through the PostgreSQL store against the server's own pipelined insert rate of the same
// rows, in the same run, on a server of the bench's own.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <memory>
#include <string>
#include <vector>

#include "adapter/postgres/postgres.h"
#include "tests/stores/server.h"

namespace {

using namespace comity;
using Clock = std::chrono::steady_clock;

constexpr std::size_t rows_per_round = 6000;
constexpr int rounds = 5;
constexpr std::array<std::size_t, 4> acts_per_batch{1, 10, 100, 1000};
constexpr double goal = 0.5;

template <class T>
T must(base::Result<T> result) {
    if (!result) {
        fmt::print(stderr, "postgres-bench: {}\n", result.error().text());
        std::exit(1);
    }
    if constexpr (!std::is_void_v<T>) {
        return std::move(*result);
    }
}

base::Digest digest(std::uint64_t number) {
    base::Digest made;
    for (std::size_t i = 0; i < 32; ++i) {  // spread, as hashes are: the indices' keys are random
        number = number * 6364136223846793005U + 1442695040888963407U;
        made.bytes[i] = static_cast<std::uint8_t>(number >> 56);
    }
    return made;
}

/// Batch after batch as a node writes them: for each act an entry, a leaf and a row to be sent.
class Batches {
 public:
    explicit Batches(std::size_t acts) : acts_(acts) {}
    [[nodiscard]] ports::Batch next() {
        ports::Batch batch;
        batch.expected_head = head_;
        for (std::size_t i = 0; i < acts_; ++i) {
            const std::uint64_t number = head_.size + i;
            ports::StoredEntry entry;
            entry.id = digest(number);
            entry.matter = *base::MatterId::parse("matter-" + std::to_string(number / 8));
            entry.author = *base::PartyId::parse("xa-court");
            entry.sequence = static_cast<std::int64_t>(number);
            entry.header = std::string(600, 'h');
            entry.attestation = std::string(500, 'a');
            entry.sealed_body = base::Bytes(700, static_cast<std::uint8_t>(number));
            entry.wrapped_key = base::Bytes(60, 1);
            entry.erase_on = base::Date{21'000};
            entry.leaf = static_cast<std::int64_t>(number);
            batch.outbox_add.push_back(
                {*base::PartyId::parse("xb-authority"), entry.id, std::string()});
            batch.entries.push_back(std::move(entry));
            batch.leaves.emplace_back(48, static_cast<std::uint8_t>(number));
        }
        batch.new_head = ports::LedgerHead{head_.size + acts_, digest(~head_.size), head_.epoch};
        head_ = *batch.new_head;
        return batch;
    }
    static std::size_t rows(std::size_t acts) { return 3 * acts + 1; }

 private:
    std::size_t acts_;
    ports::LedgerHead head_;
};

struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
    void operator()(PGresult* result) const { PQclear(result); }
};

/// What PostgreSQL itself gives: the same inserts, prepared and pipelined, without any condition.
class Bare {
 public:
    explicit Bare(const std::string& where) : connection_(PQconnectdb(where.c_str())) {
        prepare("begin", "BEGIN");
        prepare("commit", "COMMIT");
        prepare("leaf", "INSERT INTO comity.leaves VALUES ($1, $2)");
        prepare("head", "UPDATE comity.head SET size = $1, root = $2, epoch = $3");
        prepare("outbox", "INSERT INTO comity.outbox (peer, entry, refused) VALUES ($1, $2, $3)");
        prepare("entry",
                "INSERT INTO comity.entries (id, kind, matter, author, sequence, header, "
                "attestation, sealed_body, wrapped_key, erase_on, leaf, transport, recorded_at) "
                "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)");
        require(PQenterPipelineMode(connection_.get()) == 1);
    }

    void insert(const ports::Batch& batch) {
        send("begin");
        std::int64_t position = static_cast<std::int64_t>(batch.expected_head->size);
        for (const base::Bytes& leaf : batch.leaves) {
            number(position++).bytes(leaf).send("leaf");
        }
        number(static_cast<std::int64_t>(batch.new_head->size))
            .bytes(batch.new_head->root.view())
            .number(0)
            .send("head");
        for (const ports::StoredEntry& one : batch.entries) {
            bytes(one.id.view()).number(1).text(one.matter.text()).text(one.author.text());
            number(one.sequence).text(one.header).text(one.attestation).bytes(one.sealed_body);
            bytes(one.wrapped_key).number(one.erase_on.days).number(one.leaf).text("").number(0);
            send("entry");
        }
        for (const ports::OutboxRow& row : batch.outbox_add) {
            text(row.peer.text()).bytes(row.entry.view()).text("").send("outbox");
        }
        send("commit");
        require(PQpipelineSync(connection_.get()) == 1);
        finish();
    }

 private:
    void require(bool holds) const {
        if (!holds) {
            fmt::print(stderr, "postgres-bench: {}\n", PQerrorMessage(connection_.get()));
            std::exit(1);
        }
    }
    void prepare(const char* name, const char* sql) {
        const std::unique_ptr<PGresult, Finish> result(
            PQprepare(connection_.get(), name, sql, 0, nullptr));
        require(PQresultStatus(result.get()) == PGRES_COMMAND_OK);
    }
    Bare& value(const char* data, std::size_t size) {
        values_[count_] = data;
        lengths_[count_] = static_cast<int>(size);
        formats_[count_++] = 1;
        return *this;
    }
    Bare& number(std::int64_t given) {
        for (std::size_t i = 0; i < 8; ++i) {
            numbers_[count_][i] =
                static_cast<char>(static_cast<std::uint64_t>(given) >> (56 - 8 * i));
        }
        return value(numbers_[count_].data(), 8);
    }
    Bare& text(std::string_view given) {
        return value(given.empty() ? "" : given.data(), given.size());
    }
    Bare& bytes(base::ByteView given) { return text(base::text_of(given)); }
    void send(const char* statement) {
        require(PQsendQueryPrepared(connection_.get(), statement, static_cast<int>(count_),
                                    values_.data(), lengths_.data(), formats_.data(), 1) == 1);
        ++sent_;
        count_ = 0;
    }
    void finish() {
        while (sent_ > 0) {
            const std::unique_ptr<PGresult, Finish> result(PQgetResult(connection_.get()));
            require(result == nullptr || PQresultStatus(result.get()) == PGRES_COMMAND_OK);
            sent_ -= result == nullptr ? 1U : 0U;
        }
        const std::unique_ptr<PGresult, Finish> sync(PQgetResult(connection_.get()));
        require(PQresultStatus(sync.get()) == PGRES_PIPELINE_SYNC);
    }

    std::unique_ptr<PGconn, Finish> connection_;
    std::array<const char*, 13> values_{};
    std::array<int, 13> lengths_{};
    std::array<int, 13> formats_{};
    std::array<std::array<char, 8>, 13> numbers_{};
    std::size_t count_ = 0;
    std::size_t sent_ = 0;
};

/// Rows a second over one round; the batches are made before the clock runs.
template <class Write>
double rate(Batches& batches, std::size_t acts, Write write) {
    const std::size_t count = std::max<std::size_t>(1, rows_per_round / Batches::rows(acts));
    std::vector<ports::Batch> made;
    for (std::size_t i = 0; i < count; ++i) {
        made.push_back(batches.next());
    }
    const Clock::time_point start = Clock::now();
    for (const ports::Batch& batch : made) {
        write(batch);
    }
    const std::chrono::duration<double> spent = Clock::now() - start;
    return static_cast<double>(count * Batches::rows(acts)) / spent.count();
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

/// Rounds of the store and of the bare inserts by turns, on two databases with the same tables.
double compare(stores::PostgresServer& server, std::size_t acts) {
    const std::string ours = must(server.new_database());
    const std::string theirs = must(server.new_database());
    const auto store =
        must(postgres::PostgresStore::open({.place = server.place(ours), .owner = "bench"}));
    must(postgres::PostgresStore::open({.place = server.place(theirs), .owner = "bench"}));
    Bare bare("host=" + server.socket_folder().string() + " user=comity dbname=" + theirs);
    Batches for_store(acts);
    Batches for_bare(acts);
    std::vector<double> with_store;
    std::vector<double> without;
    for (int round = 0; round < rounds; ++round) {
        without.push_back(
            rate(for_bare, acts, [&](const ports::Batch& batch) { bare.insert(batch); }));
        with_store.push_back(
            rate(for_store, acts, [&](const ports::Batch& batch) { must(store->commit(batch)); }));
    }
    const double ratio = median(with_store) / median(without);
    fmt::print(
        "  {:>5} acts a batch: store {:>7.0f} rows/s, PostgreSQL's own inserts {:>7.0f}, "
        "{:.0f} %\n",
        acts, median(with_store), median(without), 100 * ratio);
    return ratio;
}

}  // namespace

int main() {
    const auto server = must(stores::PostgresServer::make({"shared_buffers=128MB"}));
    fmt::print(
        "PostgreSQL 15 on a unix socket, synchronous_commit=on, one writer; rows are entries "
        "(1.9 kB), leaves, outbox; medians of {} rounds\n",
        rounds);
    double least = 1e9;
    for (const std::size_t acts : acts_per_batch) {
        least = std::min(least, compare(*server, acts));
    }
    fmt::print("least ratio {:.0f} %, goal {:.0f} %: {}\n", 100 * least, 100 * goal,
               least >= goal ? "held" : "MISSED");
    return least >= goal ? 0 : 1;
}
