#pragma once

// The tables of a store and their history (docs/formats/store-postgres.md). They stand in the
// schema `comity` of the database.

#include <cstdint>

#include "adapter/postgres/detail/connection.h"
#include "ground/base/base.h"

namespace comity::postgres::detail {

/// The schema that this program writes: the greatest number in comity.migrations.
inline constexpr std::int64_t schema_number = 1;

/// Makes the tables in a database that has none, or takes them from their number to
/// `schema_number`, one transaction a step. Kind malformed: a schema `comity` of another program,
/// or with a greater number; nothing was changed.
[[nodiscard]] base::Result<void> migrate(Connection& connection, Deadline until);

}  // namespace comity::postgres::detail
