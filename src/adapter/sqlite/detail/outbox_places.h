#pragma once

// Where each outbox row stands in its table, in memory. An index in the file, whose keys begin with
// random digests, would cost a page of its own for every row that a commit adds or removes.

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "adapter/sqlite/detail/connection.h"
#include "ground/base/base.h"
#include "node/ports/store.h"

namespace comity::sqlite::detail {

/// Belongs to the one connection that writes; no other process has the file open (FileLock).
class OutboxPlaces {
 public:
    /// Reads the table, unless that was done and nothing was forgotten since.
    [[nodiscard]] base::Result<void> load(Connection& connection);
    /// A transaction that changed places did not end well: what is true is read again.
    void forget() { is_loaded_ = false; }

    [[nodiscard]] std::optional<std::int64_t> find(const ports::OutboxRow& row) const;
    void set(const ports::OutboxRow& row, std::int64_t position);
    void erase(const ports::OutboxRow& row);

 private:
    /// The digest's bytes, then the peer's name.
    [[nodiscard]] static std::string key_of(const ports::OutboxRow& row);

    std::unordered_map<std::string, std::int64_t> places_;
    bool is_loaded_ = false;
};

}  // namespace comity::sqlite::detail
