#include "adapter/sqlite/detail/outbox_places.h"

#include <utility>

namespace comity::sqlite::detail {

base::Result<void> OutboxPlaces::load(Connection& connection) {
    if (is_loaded_) {
        return {};
    }
    places_.clear();
    Statement statement =
        COMITY_TRY(connection.prepare("SELECT position, peer, entry FROM outbox"));
    Query query(connection, statement, {});
    while (COMITY_TRY(query.next())) {
        set({COMITY_TRY(base::PartyId::parse(query.text(1))), COMITY_TRY(query.digest(2)), {}},
            query.integer(0));
    }
    is_loaded_ = true;
    return {};
}

std::optional<std::int64_t> OutboxPlaces::find(const ports::OutboxRow& row) const {
    const auto found = places_.find(key_of(row));
    return found == places_.end() ? std::nullopt : std::optional(found->second);
}

void OutboxPlaces::set(const ports::OutboxRow& row, std::int64_t position) {
    places_.insert_or_assign(key_of(row), position);
}

void OutboxPlaces::erase(const ports::OutboxRow& row) {
    places_.erase(key_of(row));
}

std::string OutboxPlaces::key_of(const ports::OutboxRow& row) {
    std::string key(base::text_of(row.entry.view()));
    key += row.peer.text();
    return key;
}

}  // namespace comity::sqlite::detail
