#pragma once

// The tables of a store and their history (docs/formats/store.md).

#include <cstdint>

#include "adapter/sqlite/detail/connection.h"
#include "ground/base/base.h"

namespace comity::sqlite::detail {

/// "Comi": SQLite's application_id of a store.
inline constexpr std::uint32_t application_id = 0x436f6d69;
/// The schema that this program writes: SQLite's user_version.
inline constexpr std::uint32_t schema_number = 3;

/// Takes the schema from its number to `schema_number`, one transaction a step. A new file has
/// number 0. Kind malformed if the number is greater than this program knows.
[[nodiscard]] base::Result<void> migrate(Connection& connection);

}  // namespace comity::sqlite::detail
