#pragma once

// A batch as the commands of one pipeline, and what a refusal of one of them means.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adapter/postgres/detail/connection.h"
#include "node/ports/store.h"

namespace comity::postgres::detail {

/// Who writes, and under what condition besides the batch's own.
struct Turn {
    std::string writer;                     ///< the store's row in comity.writers
    std::int64_t number = 0;                ///< of this transaction
    std::optional<std::int64_t> own_epoch;  ///< the epoch that this store took
};

/// The commands borrow from the batch and the turn.
struct Writing {
    std::vector<Command> commands;
    std::size_t first_expected = 0;  ///< places in `commands`
    std::size_t first_entry = 0;
    std::size_t first_item = 0;
};

/// Kind too_large: a number over 2^63 - 1.
[[nodiscard]] base::Result<Writing> write(const ports::Batch& batch, const Turn& turn);

/// The error of a refused pipeline, as ports::Store::commit() promises it.
[[nodiscard]] base::Error refusal_of(const Trouble& trouble, const Writing& writing,
                                     const ports::Batch& batch);

/// Whether the same batch may hold when it is sent again: the transaction lost a race inside the
/// server, or the server has become a standby.
[[nodiscard]] bool is_passing(const Trouble& trouble);

}  // namespace comity::postgres::detail
