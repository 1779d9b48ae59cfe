#pragma once

// Rows as the port's values. Every value's length and every name is checked: kind malformed.

#include <vector>

#include "adapter/postgres/detail/connection.h"
#include "node/ports/store.h"

namespace comity::postgres::detail {

[[nodiscard]] base::Result<ports::LedgerHead> read_head(const Rows& rows);
[[nodiscard]] base::Result<ports::StoredEntry> read_entry(const Rows& rows, int row);
[[nodiscard]] base::Result<std::vector<ports::OutboxRow>> read_outbox(const Rows& rows);
[[nodiscard]] base::Result<ports::WitnessRow> read_witnessed(const Rows& rows,
                                                             std::string_view origin);
[[nodiscard]] base::Result<ports::StoredItem> read_item(const Rows& rows, const base::Digest& id);
[[nodiscard]] base::Result<std::vector<ports::KeptKey>> read_kept(const Rows& rows);

}  // namespace comity::postgres::detail
