#include "adapter/sqlite/detail/keeping.h"

#include <string_view>

namespace comity::sqlite::detail {

using base::Result;

namespace {

std::string_view rewrap_statement(ports::Kept of) {
    switch (of) {
        case ports::Kept::body:
            return "UPDATE entries SET wrapped_key = ?, erase_on = ? "
                   "WHERE id = ? AND length(sealed_body) > 0";
        case ports::Kept::item:
            return "UPDATE items SET wrapped = ?, erase_on = ? WHERE id = ? AND length(sealed) > 0";
    }
    std::unreachable();
}

std::string_view erase_statement(ports::Kept of) {
    switch (of) {
        case ports::Kept::body:
            return "UPDATE entries SET sealed_body = x'', wrapped_key = x'' WHERE id = ?";
        case ports::Kept::item: return "UPDATE items SET sealed = x'', wrapped = x'' WHERE id = ?";
    }
    std::unreachable();
}

constexpr std::string_view select_kept =
    "SELECT 1 AS kind, id, matter, erase_on, wrapped_key FROM entries "
    "WHERE erase_on BETWEEN ?1 AND ?2 AND length(sealed_body) > 0 UNION ALL "
    "SELECT 2, id, matter, erase_on, wrapped FROM items "
    "WHERE erase_on BETWEEN ?1 AND ?2 AND length(sealed) > 0 ORDER BY erase_on, kind, id";

}  // namespace

Result<void> change_kept(Connection& on, const ports::Batch& batch) {
    for (const ports::KeptKey& key : batch.rewrapped) {
        Statement statement = COMITY_TRY(on.prepare(rewrap_statement(key.of)));
        COMITY_TRY(
            Query(on, statement,
                  {base::ByteView(key.wrapped), std::int64_t{key.erase_on.days}, key.id.view()})
                .run());
    }
    for (const auto& [of, id] : batch.erased) {
        Statement statement = COMITY_TRY(on.prepare(erase_statement(of)));
        COMITY_TRY(Query(on, statement, {id.view()}).run());
    }
    return {};
}

Result<std::vector<ports::KeptKey>> kept(Connection& on, base::Date first, base::Date last) {
    Statement statement = COMITY_TRY(on.prepare(select_kept));
    Query query(on, statement, {std::int64_t{first.days}, std::int64_t{last.days}});
    std::vector<ports::KeptKey> keys;
    while (COMITY_TRY(query.next())) {
        ports::KeptKey key;
        key.of = query.integer(0) == static_cast<std::int64_t>(ports::Kept::item)
                     ? ports::Kept::item
                     : ports::Kept::body;
        key.id = COMITY_TRY(query.digest(1));
        key.matter = COMITY_TRY(base::MatterId::parse(query.text(2)));
        key.erase_on = base::Date{static_cast<std::int32_t>(query.integer(3))};
        key.wrapped = query.bytes(4);
        keys.push_back(std::move(key));
    }
    return keys;
}

}  // namespace comity::sqlite::detail
