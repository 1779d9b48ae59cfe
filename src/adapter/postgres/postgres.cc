#include "adapter/postgres/postgres.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <mutex>
#include <optional>
#include <utility>

#include "adapter/postgres/detail/place.h"
#include "adapter/postgres/detail/reading.h"
#include "adapter/postgres/detail/schema.h"
#include "adapter/postgres/detail/session.h"
#include "adapter/postgres/detail/statements.h"
#include "adapter/postgres/detail/writing.h"

namespace comity::postgres {

using base::Result;
using detail::Connection;
using detail::Deadline;
using detail::Link;
using detail::Rows;
using detail::Trouble;
namespace statement = detail::statement;

namespace {

constexpr std::int64_t entries_per_read = 256;
constexpr std::int64_t bytes_per_read = std::int64_t{8} << 20;
constexpr std::uint64_t leaves_per_read = 16'384;
constexpr std::size_t max_owner_bytes = 200;
constexpr std::string_view read_failed = "the store cannot be read";

base::Error unknown_outcome(const base::Error& because) {
    return {base::ErrorKind::failure,
            "it is not known whether the last batch is stored",
            because.text(),
            "see that the database answers; it is found out before anything else is done",
            {},
            {}};
}

}  // namespace

bool is_place(std::string_view place) {
    return place.starts_with(detail::place_prefix);
}

Result<void> check_place(std::string_view place) {
    COMITY_TRY(detail::Place::parse(place));
    return {};
}

/// What the two connections and their users share.
struct PostgresStore::Parts {
    Parts(detail::Place where, Settings given)
        : place(std::move(where)),
          settings(std::move(given)),
          write(place, settings.durability,
                [this](Connection& on, Deadline until) { return settle_writer(on, until); }),
          read(place, settings.durability,
               [this](Connection& on, Deadline until) { return settle_reader(on, until); }) {}

    [[nodiscard]] Deadline deadline() const {
        return std::chrono::steady_clock::now() + settings.patience;
    }

    Result<void> take_row(Connection& on, Deadline until);
    Result<Rows> settle(Connection& on, std::int64_t unknown, Deadline until);
    Result<void> settle_writer(Connection& on, Deadline until);
    Result<void> settle_reader(Connection& on, Deadline until);
    Result<void> commit(const ports::Batch& batch, Deadline until);
    void acknowledge(std::int64_t number, const ports::Batch& batch);
    Result<Rows> ask(const detail::Command& command);

    const detail::Place place;
    const Settings settings;
    std::string id;  ///< of the row in comity.writers; set once, while opening

    std::mutex write_mutex;  ///< guards the members below, up to own_epoch
    Link write;
    std::int64_t turn = 0;              ///< the last number used up
    std::optional<bool> unknown_holds;  ///< what settling found out
    std::optional<std::int64_t> own_epoch;

    /// The transaction of which it is not known whether it holds; 0: none.
    std::atomic<std::int64_t> unknown = 0;
    std::atomic<std::int64_t> acknowledged = 0;
    std::atomic<std::uint64_t> losses = 0;  ///< of the writing connection

    std::mutex read_mutex;  ///< guards the members below
    Link read;
    std::uint64_t losses_seen = 0;
};

Result<void> PostgresStore::Parts::take_row(Connection& on, Deadline until) {
    COMITY_TRY(detail::or_error(
        on.run({{statement::own_identity, {std::string_view(settings.owner)}}}, until),
        "the database cannot be written to"));
    const Rows owner =
        COMITY_TRY(detail::or_error(on.run({{statement::identity, {}}}, until), read_failed));
    if (owner.count() != 1 || owner.text(0, 0) != settings.owner) {
        return base::fail(base::ErrorKind::malformed, "this database is another institution's",
                          owner.count() == 1 ? "it belongs to " + owner.text(0, 0) : std::string(),
                          "name this node's own database; nothing was changed");
    }
    COMITY_TRY(detail::or_error(on.run({{statement::forget_writers, {}}}, until),
                                "the database cannot be written to"));
    const Rows row = COMITY_TRY(detail::or_error(on.run({{statement::new_writer, {}}}, until),
                                                 "the database cannot be written to"));
    id = row.text(0, 0);
    return {};
}

// Writes, so that with a synchronous standby everything seen here is there too when it returns.
Result<Rows> PostgresStore::Parts::settle(Connection& on, std::int64_t open, Deadline until) {
    static_cast<void>(on.take_warning());
    const std::int64_t least = acknowledged;  // before the database is asked
    Rows row = COMITY_TRY(
        detail::or_error(on.run({{statement::settle, {std::string_view(id), open}}}, until),
                         "the database does not say what it holds"));
    if (const std::string warning = on.take_warning(); !warning.empty()) {
        return base::fail(base::ErrorKind::failure, "the database does not reach its standby",
                          warning);
    }
    if (row.count() != 1 || COMITY_TRY(row.integer(0, 1)) < least) {
        return base::fail(base::ErrorKind::invalid,
                          "the database lacks what it acknowledged to this process",
                          "it is an older copy, or a primary that was replaced",
                          "do not write to it; bring the newest copy back");
    }
    if (COMITY_TRY(row.integer(0, 2)) > detail::schema_number) {
        return base::fail(base::ErrorKind::malformed, "the store was written by a newer program",
                          {}, "end this process and use the newer program");
    }
    return row;
}

Result<void> PostgresStore::Parts::settle_writer(Connection& on, Deadline until) {
    if (id.empty()) {
        COMITY_TRY(take_row(on, until));
    }
    const std::int64_t open = unknown;
    const Rows row = COMITY_TRY(settle(on, open, until));
    turn = COMITY_TRY(row.integer(0, 0));
    const std::int64_t held = COMITY_TRY(row.integer(0, 1));
    acknowledged = held;
    unknown_holds = open != 0 ? std::optional(held == open) : std::nullopt;
    unknown = 0;
    return {};
}

Result<void> PostgresStore::Parts::settle_reader(Connection& on, Deadline until) {
    COMITY_TRY(settle(on, 0, until));
    return {};
}

void PostgresStore::Parts::acknowledge(std::int64_t number, const ports::Batch& batch) {
    turn = std::max(turn, number);
    acknowledged = number;
    if (batch.new_head && batch.new_head->epoch != batch.expected_head->epoch) {
        own_epoch = static_cast<std::int64_t>(batch.new_head->epoch);
    }
}

Result<void> PostgresStore::Parts::commit(const ports::Batch& batch, Deadline until) {
    const std::scoped_lock hold(write_mutex);
    for (bool is_sent = false;;) {
        auto connection = write.get(until);
        if (!connection) {
            return std::unexpected(is_sent || unknown != 0 ? unknown_outcome(connection.error())
                                                           : std::move(connection).error());
        }
        if (is_sent && unknown_holds == true) {
            acknowledge(acknowledged, batch);
            return {};
        }
        is_sent = false;
        const detail::Turn mine{id, turn + 1, own_epoch};
        const detail::Writing writing = COMITY_TRY(detail::write(batch, mine));
        static_cast<void>((*connection)->take_warning());
        const auto outcome = (*connection)->run(writing.commands, until);
        const bool is_warned = !(*connection)->take_warning().empty();
        if (outcome && outcome->tag() == "COMMIT" && !is_warned) {
            acknowledge(mine.number, batch);
            return {};
        }
        if (!outcome && outcome.error().kind == Trouble::Kind::refused) {
            if (!detail::is_passing(outcome.error())) {
                return std::unexpected(detail::refusal_of(outcome.error(), writing, batch));
            }
        } else {
            unknown = mine.number;
            is_sent = true;
        }
        write.drop();
        ++losses;
        if (std::chrono::steady_clock::now() >= until) {
            auto why = outcome ? base::Error{} : outcome.error().error("the commit broke off");
            return std::unexpected(is_sent ? unknown_outcome(why) : std::move(why));
        }
    }
}

Result<Rows> PostgresStore::Parts::ask(const detail::Command& command) {
    const Deadline until = deadline();
    if (unknown != 0) {
        const std::scoped_lock hold(write_mutex);
        if (auto settled = write.get(until); !settled) {
            return std::unexpected(unknown_outcome(settled.error()));
        }
    }
    const std::scoped_lock hold(read_mutex);
    for (;;) {
        // The writer may have gone to another host: what is read must be from there too.
        if (const std::uint64_t now = losses; now != losses_seen) {
            losses_seen = now;
            read.drop();
        }
        Connection* connection = COMITY_TRY(read.get(until));
        auto rows = connection->run({command}, until);
        if (rows) {
            return *std::move(rows);
        }
        if (rows.error().kind == Trouble::Kind::refused ||
            std::chrono::steady_clock::now() >= until) {
            return std::unexpected(rows.error().error(read_failed));
        }
        read.drop();
    }
}

PostgresStore::PostgresStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {
}
PostgresStore::~PostgresStore() = default;

Result<std::unique_ptr<PostgresStore>> PostgresStore::open(Settings settings) {
    if (settings.owner.empty() || settings.owner.size() > max_owner_bytes) {
        return base::fail(base::ErrorKind::malformed, "a store has an owner of 1 to 200 bytes");
    }
    COMITY_TRY(detail::refuse_password_of_environment());
    detail::Place place = COMITY_TRY(detail::Place::parse(settings.place));
    auto parts = std::make_unique<Parts>(std::move(place), std::move(settings));
    const Deadline until = parts->deadline();
    Connection connection =
        COMITY_TRY(detail::connect(parts->place, parts->settings.durability, until));
    COMITY_TRY(detail::migrate(connection, until));
    COMITY_TRY(parts->write.adopt(std::move(connection), until));
    std::unique_ptr<PostgresStore> store(new PostgresStore(std::move(parts)));
    COMITY_TRY(store->head());
    return store;
}

Result<void> PostgresStore::commit(const ports::Batch& batch) {
    COMITY_TRY(batch.check());
    return parts_->commit(batch, parts_->deadline());
}

Result<ports::LedgerHead> PostgresStore::head() {
    return detail::read_head(COMITY_TRY(parts_->ask({statement::head, {}})));
}

Result<std::vector<base::Bytes>> PostgresStore::leaves(std::uint64_t first, std::uint64_t count) {
    const ports::LedgerHead reached = COMITY_TRY(head());
    if (first > reached.size || count > reached.size - first) {
        return base::fail(base::ErrorKind::not_found, "the ledger does not reach so far",
                          std::to_string(count) + " leaves from " + std::to_string(first) +
                              " were asked for, there are " + std::to_string(reached.size));
    }
    std::vector<base::Bytes> found;
    found.reserve(count);
    while (found.size() < count) {
        const std::uint64_t from = first + found.size();
        const std::uint64_t to = std::min(first + count, from + leaves_per_read);
        const Rows rows = COMITY_TRY(parts_->ask(
            {statement::leaves, {static_cast<std::int64_t>(from), static_cast<std::int64_t>(to)}}));
        if (static_cast<std::uint64_t>(rows.count()) != to - from) {
            return base::fail(base::ErrorKind::malformed, "the store lacks leaves",
                              "between " + std::to_string(from) + " and " + std::to_string(to));
        }
        for (int row = 0; row < rows.count(); ++row) {
            found.push_back(rows.bytes(row, 0));
        }
    }
    return found;
}

Result<void> PostgresStore::each_entry(
    const std::function<Result<void>(const ports::StoredEntry&)>& visit) {
    std::int64_t after = 0;
    // Read in parts, so that `visit` may use the store. Positions are given under the head's lock,
    // so none appears behind one that was read.
    for (;;) {
        const Rows part = COMITY_TRY(
            parts_->ask({statement::entries_after, {after, entries_per_read, bytes_per_read}}));
        if (part.count() == 0) {
            return {};
        }
        for (int row = 0; row < part.count(); ++row) {
            after = COMITY_TRY(part.integer(row, 0));
            const ports::StoredEntry one = COMITY_TRY(detail::read_entry(part, row));
            COMITY_TRY(visit(one));
        }
    }
}

Result<ports::StoredEntry> PostgresStore::entry(const base::Digest& id) {
    const Rows rows = COMITY_TRY(parts_->ask({statement::entry, {id.view()}}));
    if (rows.count() == 0) {
        return base::fail(base::ErrorKind::not_found, "there is no entry " + id.hex());
    }
    return detail::read_entry(rows, 0);
}

Result<std::vector<ports::OutboxRow>> PostgresStore::outbox() {
    return detail::read_outbox(COMITY_TRY(parts_->ask({statement::outbox, {}})));
}

Result<std::optional<ports::WitnessRow>> PostgresStore::witnessed(std::string_view origin) {
    const Rows rows = COMITY_TRY(parts_->ask({statement::witnessed, {base::view_of(origin)}}));
    if (rows.count() == 0) {
        return std::nullopt;
    }
    return COMITY_TRY(detail::read_witnessed(rows, origin));
}

Result<ports::StoredItem> PostgresStore::item(const base::Digest& id) {
    const Rows rows = COMITY_TRY(parts_->ask({statement::item, {id.view()}}));
    if (rows.count() == 0) {
        return base::fail(base::ErrorKind::not_found, "there is no item " + id.hex());
    }
    return detail::read_item(rows, id);
}

Result<std::vector<ports::KeptKey>> PostgresStore::kept(base::Date first, base::Date last) {
    return detail::read_kept(COMITY_TRY(
        parts_->ask({statement::kept, {std::int64_t{first.days}, std::int64_t{last.days}}})));
}

Result<std::optional<std::string>> PostgresStore::setting(std::string_view name) {
    const Rows rows = COMITY_TRY(parts_->ask({statement::setting, {base::view_of(name)}}));
    if (rows.count() == 0) {
        return std::nullopt;
    }
    return rows.text(0, 0);
}

Result<void> PostgresStore::integrity_check() {
    const Rows rows = COMITY_TRY(parts_->ask({statement::count_leaves, {}}));
    const std::int64_t size = COMITY_TRY(rows.integer(0, 0));
    const std::int64_t count = COMITY_TRY(rows.integer(0, 1));
    const std::int64_t top = COMITY_TRY(rows.integer(0, 2));
    if (size != count || size != top) {
        return base::fail(base::ErrorKind::invalid, "the store is damaged",
                          "the head has size " + std::to_string(size) + ", there are " +
                              std::to_string(count) + " leaves up to " + std::to_string(top),
                          "restore it from a back-up");
    }
    return {};
}

}  // namespace comity::postgres
