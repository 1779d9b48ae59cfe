#pragma once

// Every statement that a store uses once it is open, by name.

#include <span>

#include "adapter/postgres/detail/connection.h"

namespace comity::postgres::detail::statement {

inline constexpr const char* begin = "begin";
inline constexpr const char* commit = "commit";
inline constexpr const char* begin_batch = "begin_batch";
inline constexpr const char* expect_witnessed = "expect_witnessed";
inline constexpr const char* add_leaf = "add_leaf";
inline constexpr const char* set_head = "set_head";
inline constexpr const char* add_entry = "add_entry";
inline constexpr const char* add_outbox = "add_outbox";
inline constexpr const char* refuse_outbox = "refuse_outbox";
inline constexpr const char* remove_outbox = "remove_outbox";
inline constexpr const char* set_witnessed = "set_witnessed";
inline constexpr const char* keep_item = "keep_item";
inline constexpr const char* set_setting = "set_setting";
inline constexpr const char* rewrap_body = "rewrap_body";
inline constexpr const char* rewrap_item = "rewrap_item";
inline constexpr const char* erase_body = "erase_body";
inline constexpr const char* erase_item = "erase_item";

inline constexpr const char* head = "head";
inline constexpr const char* leaves = "leaves";
inline constexpr const char* entries_after = "entries_after";
inline constexpr const char* entry = "entry";
inline constexpr const char* outbox = "outbox";
inline constexpr const char* witnessed = "witnessed";
inline constexpr const char* item = "item";
inline constexpr const char* kept = "kept";
inline constexpr const char* setting = "setting";
inline constexpr const char* count_leaves = "count_leaves";

inline constexpr const char* own_identity = "own_identity";
inline constexpr const char* identity = "identity";
inline constexpr const char* forget_writers = "forget_writers";
inline constexpr const char* new_writer = "new_writer";
inline constexpr const char* settle = "settle";

/// What all sessions prepare.
[[nodiscard]] std::span<const Prepared> all();

}  // namespace comity::postgres::detail::statement
