#include "adapter/postgres/detail/reading.h"

#include <limits>

namespace comity::postgres::detail {

using base::Result;

namespace {

Result<base::Date> read_date(const Rows& rows, int row, int column) {
    const std::int64_t days = COMITY_TRY(rows.integer(row, column));
    if (days < std::numeric_limits<std::int32_t>::min() ||
        days > std::numeric_limits<std::int32_t>::max()) {
        return base::fail(base::ErrorKind::malformed, "the store holds a day that is none");
    }
    return base::Date{static_cast<std::int32_t>(days)};
}

Result<std::uint64_t> read_size(const Rows& rows, int row, int column) {
    return static_cast<std::uint64_t>(COMITY_TRY(rows.integer(row, column)));
}

}  // namespace

Result<ports::LedgerHead> read_head(const Rows& rows) {
    if (rows.count() != 1) {
        return base::fail(base::ErrorKind::malformed, "the store has lost its head row");
    }
    ports::LedgerHead head;
    head.size = COMITY_TRY(read_size(rows, 0, 0));
    head.root = COMITY_TRY(rows.digest(0, 1));
    head.epoch = COMITY_TRY(read_size(rows, 0, 2));
    return head;
}

Result<ports::StoredEntry> read_entry(const Rows& rows, int row) {
    ports::StoredEntry entry;
    entry.id = COMITY_TRY(rows.digest(row, 1));
    const std::int64_t kind = COMITY_TRY(rows.integer(row, 2));
    if (kind != static_cast<std::int64_t>(ports::EntryKind::act) &&
        kind != static_cast<std::int64_t>(ports::EntryKind::receipt)) {
        return base::fail(base::ErrorKind::malformed, "the store holds an entry of no known kind",
                          entry.id.hex() + " has kind " + std::to_string(kind));
    }
    entry.kind = static_cast<ports::EntryKind>(kind);
    entry.matter = COMITY_TRY(base::MatterId::parse(rows.text(row, 3)));
    entry.author = COMITY_TRY(base::PartyId::parse(rows.text(row, 4)));
    entry.sequence = COMITY_TRY(rows.integer(row, 5));
    entry.header = rows.text(row, 6);
    entry.attestation = rows.text(row, 7);
    entry.sealed_body = rows.bytes(row, 8);
    entry.wrapped_key = rows.bytes(row, 9);
    entry.erase_on = COMITY_TRY(read_date(rows, row, 10));
    entry.leaf = COMITY_TRY(rows.integer(row, 11));
    entry.transport = rows.text(row, 12);
    entry.recorded_at = base::Instant{COMITY_TRY(rows.integer(row, 13))};
    return entry;
}

Result<std::vector<ports::OutboxRow>> read_outbox(const Rows& rows) {
    std::vector<ports::OutboxRow> outbox;
    for (int row = 0; row < rows.count(); ++row) {
        ports::OutboxRow one;
        one.peer = COMITY_TRY(base::PartyId::parse(rows.text(row, 0)));
        one.entry = COMITY_TRY(rows.digest(row, 1));
        one.refused = rows.text(row, 2);
        outbox.push_back(std::move(one));
    }
    return outbox;
}

Result<ports::WitnessRow> read_witnessed(const Rows& rows, std::string_view origin) {
    ports::WitnessRow row;
    row.origin = std::string(origin);
    row.size = COMITY_TRY(read_size(rows, 0, 0));
    row.root = COMITY_TRY(rows.digest(0, 1));
    return row;
}

Result<ports::StoredItem> read_item(const Rows& rows, const base::Digest& id) {
    ports::StoredItem item;
    item.id = id;
    item.matter = COMITY_TRY(base::MatterId::parse(rows.text(0, 0)));
    item.sealed = rows.bytes(0, 1);
    item.wrapped = rows.bytes(0, 2);
    item.erase_on = COMITY_TRY(read_date(rows, 0, 3));
    return item;
}

Result<std::vector<ports::KeptKey>> read_kept(const Rows& rows) {
    std::vector<ports::KeptKey> keys;
    for (int row = 0; row < rows.count(); ++row) {
        ports::KeptKey key;
        const std::int64_t of = COMITY_TRY(rows.integer(row, 0));
        key.of = of == static_cast<std::int64_t>(ports::Kept::item) ? ports::Kept::item
                                                                    : ports::Kept::body;
        key.id = COMITY_TRY(rows.digest(row, 1));
        key.matter = COMITY_TRY(base::MatterId::parse(rows.text(row, 2)));
        key.erase_on = COMITY_TRY(read_date(rows, row, 3));
        key.wrapped = rows.bytes(row, 4);
        keys.push_back(std::move(key));
    }
    return keys;
}

}  // namespace comity::postgres::detail
