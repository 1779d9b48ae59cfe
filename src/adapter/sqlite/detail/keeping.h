#pragma once

// What is kept under keys that end: rare statements, prepared when they are needed.

#include <vector>

#include "adapter/sqlite/detail/connection.h"
#include "node/ports/store.h"

namespace comity::sqlite::detail {

/// Batch::rewrapped, then Batch::erased, in the open transaction.
[[nodiscard]] base::Result<void> change_kept(Connection& on, const ports::Batch& batch);
/// ports::Store::kept().
[[nodiscard]] base::Result<std::vector<ports::KeptKey>> kept(Connection& on, base::Date first,
                                                             base::Date last);

}  // namespace comity::sqlite::detail
