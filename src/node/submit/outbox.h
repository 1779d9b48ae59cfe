#pragma once

// The outbox in memory: what waits for each peer, in the order of this node's leaves, which is the
// order of its chains. Every operation costs the logarithm of what waits.

#include <cstdint>
#include <map>
#include <vector>

#include "ground/base/base.h"
#include "node/ports/ports.h"

namespace comity::submit {

class Outbox {
 public:
    /// An entry of this node's ledger at `leaf` waits for `row.peer`; if it was there it waits
    /// again.
    void add(const ports::OutboxRow& row, std::uint64_t leaf);
    /// The peer recorded it.
    void done(const base::PartyId& peer, std::uint64_t leaf);
    /// The peer refused it for good.
    void refused(const base::PartyId& peer, std::uint64_t leaf, std::string_view reason);

    /// What is there for a peer, by leaf, refused rows too.
    using Rows = std::map<std::uint64_t, ports::OutboxRow>;
    [[nodiscard]] const Rows& of(const base::PartyId& peer) const;
    /// All rows, by peer and leaf.
    [[nodiscard]] std::vector<ports::OutboxRow> rows() const;

 private:
    std::map<base::PartyId, Rows> peers_;
    Rows none_;
};

}  // namespace comity::submit
