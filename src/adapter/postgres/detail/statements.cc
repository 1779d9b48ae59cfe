#include "adapter/postgres/detail/statements.h"

#include <array>

namespace comity::postgres::detail::statement {

namespace {

constexpr std::array statements{
    Prepared{begin, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"},
    Prepared{commit, "COMMIT"},
    Prepared{begin_batch, "SELECT comity.begin_batch($1, $2, $3, $4, $5, $6)"},
    Prepared{expect_witnessed, "SELECT comity.expect_witnessed($1, $2, $3)"},
    Prepared{add_leaf, "INSERT INTO comity.leaves VALUES ($1, $2)"},
    Prepared{set_head, "UPDATE comity.head SET size = $1, root = $2, epoch = $3"},
    Prepared{add_entry,
             "INSERT INTO comity.entries (id, kind, matter, author, sequence, header, attestation, "
             "sealed_body, wrapped_key, erase_on, leaf, transport, recorded_at) "
             "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"},
    Prepared{add_outbox,
             "INSERT INTO comity.outbox (peer, entry, refused) VALUES ($1, $2, $3) "
             "ON CONFLICT (peer, entry) DO UPDATE SET refused = excluded.refused"},
    Prepared{refuse_outbox, "UPDATE comity.outbox SET refused = $3 WHERE peer = $1 AND entry = $2"},
    Prepared{remove_outbox, "DELETE FROM comity.outbox WHERE peer = $1 AND entry = $2"},
    Prepared{set_witnessed,
             "INSERT INTO comity.witnessed VALUES ($1, $2, $3) "
             "ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root"},
    Prepared{keep_item, "SELECT comity.keep_item($1, $2, $3, $4, $5)"},
    Prepared{set_setting,
             "INSERT INTO comity.settings VALUES ($1, $2) "
             "ON CONFLICT (name) DO UPDATE SET value = excluded.value"},
    Prepared{rewrap_body,
             "UPDATE comity.entries SET wrapped_key = $1, erase_on = $2 "
             "WHERE id = $3 AND octet_length(sealed_body) > 0"},
    Prepared{rewrap_item,
             "UPDATE comity.items SET wrapped = $1, erase_on = $2 "
             "WHERE id = $3 AND octet_length(sealed) > 0"},
    Prepared{erase_body,
             "UPDATE comity.entries SET sealed_body = '', wrapped_key = '' WHERE id = $1"},
    Prepared{erase_item, "UPDATE comity.items SET sealed = '', wrapped = '' WHERE id = $1"},

    Prepared{head, "SELECT size, root, epoch FROM comity.head"},
    // One statement, one snapshot: the head and the leaves of the same moment.
    Prepared{leaves,
             "SELECT content FROM comity.leaves WHERE position >= $1 AND position < $2 "
             "AND $2 <= (SELECT size FROM comity.head) ORDER BY position"},
    // A part ends with $2 rows, or behind the row with which it is over $3 bytes.
    Prepared{
        entries_after,
        "SELECT position, id, kind, matter, author, sequence, header, attestation, sealed_body, "
        "wrapped_key, erase_on, leaf, transport, recorded_at FROM ("
        "SELECT *, (sum(octet_length(header) + octet_length(attestation) + "
        "octet_length(sealed_body) "
        "+ octet_length(transport)) OVER (ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 "
        "PRECEDING))::bigint AS before FROM ("
        "SELECT * FROM comity.entries WHERE position > $1 ORDER BY position LIMIT $2) AS following"
        ") AS part WHERE before IS NULL OR before < $3 ORDER BY position"},
    Prepared{
        entry,
        "SELECT position, id, kind, matter, author, sequence, header, attestation, sealed_body, "
        "wrapped_key, erase_on, leaf, transport, recorded_at FROM comity.entries WHERE id = $1"},
    Prepared{outbox, "SELECT peer, entry, refused FROM comity.outbox ORDER BY position"},
    Prepared{witnessed, "SELECT size, root FROM comity.witnessed WHERE origin = $1"},
    Prepared{item, "SELECT matter, sealed, wrapped, erase_on FROM comity.items WHERE id = $1"},
    Prepared{kept,
             "SELECT 1::bigint AS kind, id, matter, erase_on, wrapped_key FROM comity.entries "
             "WHERE erase_on BETWEEN $1 AND $2 AND octet_length(sealed_body) > 0 UNION ALL "
             "SELECT 2::bigint, id, matter, erase_on, wrapped FROM comity.items "
             "WHERE erase_on BETWEEN $1 AND $2 AND octet_length(sealed) > 0 ORDER BY erase_on, "
             "kind, id"},
    Prepared{setting, "SELECT value FROM comity.settings WHERE name = $1"},
    Prepared{count_leaves,
             "SELECT size, count, top FROM comity.head, (SELECT count(*) AS count, "
             "coalesce(max(position) + 1, 0) AS top FROM comity.leaves) AS leaves"},

    Prepared{own_identity,
             "INSERT INTO comity.identity VALUES (1, $1) ON CONFLICT (single) DO NOTHING"},
    Prepared{identity, "SELECT owner FROM comity.identity"},
    // A store that was silent for so long has long been ended.
    Prepared{forget_writers, "DELETE FROM comity.writers WHERE seen < now() - interval '90 days'"},
    Prepared{new_writer, "INSERT INTO comity.writers DEFAULT VALUES RETURNING id"},
    // $2: the transaction whose outcome is not known, 0 for none. Its number is used up here.
    Prepared{
        settle,
        "UPDATE comity.writers SET seen = now(), "
        "turn = CASE WHEN $2::bigint > 0 THEN greatest(turn, $2 + 1) ELSE turn END WHERE id = $1 "
        "RETURNING turn, held, (SELECT max(number) FROM comity.migrations)"},
};

}  // namespace

std::span<const Prepared> all() {
    return statements;
}

}  // namespace comity::postgres::detail::statement
