#include "node/submit/outbox.h"

namespace comity::submit {

void Outbox::add(const ports::OutboxRow& row, std::uint64_t leaf) {
    peers_[row.peer].insert_or_assign(leaf, row);
}

void Outbox::done(const base::PartyId& peer, std::uint64_t leaf) {
    const auto rows = peers_.find(peer);
    if (rows != peers_.end()) {
        rows->second.erase(leaf);
    }
}

void Outbox::refused(const base::PartyId& peer, std::uint64_t leaf, std::string_view reason) {
    const auto rows = peers_.find(peer);
    if (rows == peers_.end()) {
        return;
    }
    const auto row = rows->second.find(leaf);
    if (row != rows->second.end()) {
        row->second.refused = std::string(reason);
    }
}

const Outbox::Rows& Outbox::of(const base::PartyId& peer) const {
    const auto rows = peers_.find(peer);
    return rows == peers_.end() ? none_ : rows->second;
}

std::vector<ports::OutboxRow> Outbox::rows() const {
    std::vector<ports::OutboxRow> all;
    for (const auto& [peer, rows] : peers_) {
        for (const auto& [leaf, row] : rows) {
            all.push_back(row);
        }
    }
    return all;
}

}  // namespace comity::submit
