#pragma once

// A connection that was checked, and is made anew when it was lost.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "adapter/postgres/detail/connection.h"
#include "adapter/postgres/detail/place.h"
#include "adapter/postgres/postgres.h"
#include "ground/base/base.h"

namespace comity::postgres::detail {

/// The value, or the trouble as an error.
template <class T>
base::Result<T> or_error(Outcome<T> outcome, std::string_view what) {
    if (!outcome) {
        return std::unexpected(outcome.error().error(what));
    }
    if constexpr (std::is_void_v<T>) {
        return {};
    } else {
        return std::move(*outcome);
    }
}

/// Connects and looks at the server: release 15 or later, UTF-8, writable, settings under which an
/// acknowledged commit is kept. Kinds: inadmissible (such a setting), malformed, failure.
[[nodiscard]] base::Result<Connection> connect(const Place& place, Durability durability,
                                               Deadline until);

/// One of the store's connections. Used by one thread at a time.
class Link {
 public:
    /// What is to be done with each new connection before it is used; on an error it is given up
    /// and made again.
    using Settle = std::function<base::Result<void>(Connection&, Deadline)>;

    Link(const Place& place, Durability durability, Settle settle)
        : place_(place), durability_(durability), settle_(std::move(settle)) {}

    /// The connection; made, prepared and settled if there is none. Tried again with pauses until
    /// `until`, at least once, each time beginning with another host: one that takes writes may be
    /// a primary that was replaced, and then settling fails.
    [[nodiscard]] base::Result<Connection*> get(Deadline until);
    /// Takes a connection that was made and checked elsewhere.
    [[nodiscard]] base::Result<void> adopt(Connection connection, Deadline until);
    void drop() { connection_.reset(); }

 private:
    const Place& place_;
    Durability durability_;
    Settle settle_;
    std::size_t first_host_ = 0;
    std::optional<Connection> connection_;
};

}  // namespace comity::postgres::detail
