#include "adapter/postgres/detail/schema.h"

#include <array>
#include <charconv>
#include <string>

#include "adapter/postgres/detail/session.h"

namespace comity::postgres::detail {

namespace {

struct Migration {
    std::int64_t number;
    const char* name;
    const char* sql;
};

// A step that has been shipped is never edited: older databases were made by it.
//
// What is not a name is bytea: a text of PostgreSQL holds no zero byte. What is sealed is not
// compressed. `held` is the last transaction of a store that holds, `turn` the last number that was
// used up; see PostgresStore. Conditions that refuse a batch have SQLSTATEs of their own, CM001 to
// CM005 (detail/writing.cc).
constexpr std::array migrations{Migration{1, "the first tables", R"sql(
CREATE SCHEMA comity;
CREATE TABLE comity.migrations (
    number bigint PRIMARY KEY, name text NOT NULL, program text NOT NULL,
    applied timestamptz NOT NULL DEFAULT now());
CREATE TABLE comity.identity (single bigint PRIMARY KEY CHECK (single = 1), owner text NOT NULL);
CREATE TABLE comity.head (
    single bigint PRIMARY KEY CHECK (single = 1),
    size bigint NOT NULL CHECK (size >= 0),
    root bytea NOT NULL CHECK (octet_length(root) = 32),
    epoch bigint NOT NULL CHECK (epoch >= 0)) WITH (fillfactor = 10);
INSERT INTO comity.head VALUES (1, 0, decode(repeat('00', 32), 'hex'), 0);
CREATE TABLE comity.writers (
    id text PRIMARY KEY DEFAULT gen_random_uuid()::text,
    turn bigint NOT NULL DEFAULT 0,
    held bigint NOT NULL DEFAULT 0,
    seen timestamptz NOT NULL DEFAULT now()) WITH (fillfactor = 10);
CREATE TABLE comity.leaves (
    position bigint PRIMARY KEY CHECK (position >= 0), content bytea NOT NULL);
CREATE TABLE comity.entries (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id bytea NOT NULL UNIQUE CHECK (octet_length(id) = 32),
    kind bigint NOT NULL,
    matter text COLLATE "C" NOT NULL,
    author text COLLATE "C" NOT NULL,
    sequence bigint NOT NULL CHECK (sequence >= 0),
    header bytea NOT NULL,
    attestation bytea NOT NULL,
    sealed_body bytea NOT NULL,
    wrapped_key bytea NOT NULL,
    erase_on bigint NOT NULL,
    leaf bigint NOT NULL CHECK (leaf >= -1),
    transport bytea NOT NULL,
    recorded_at bigint NOT NULL,
    UNIQUE (matter, author, sequence));
CREATE TABLE comity.outbox (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    peer text COLLATE "C" NOT NULL,
    entry bytea NOT NULL CHECK (octet_length(entry) = 32),
    refused bytea NOT NULL,
    UNIQUE (peer, entry));
CREATE TABLE comity.witnessed (
    origin bytea PRIMARY KEY,
    size bigint NOT NULL CHECK (size >= 0),
    root bytea NOT NULL CHECK (octet_length(root) = 32)) WITH (fillfactor = 50);
CREATE TABLE comity.items (
    id bytea PRIMARY KEY CHECK (octet_length(id) = 32),
    matter text COLLATE "C" NOT NULL,
    sealed bytea NOT NULL,
    wrapped bytea NOT NULL,
    erase_on bigint NOT NULL);
CREATE TABLE comity.settings (name bytea PRIMARY KEY, value bytea NOT NULL) WITH (fillfactor = 50);
ALTER TABLE comity.entries ALTER COLUMN sealed_body SET STORAGE EXTERNAL;
ALTER TABLE comity.items ALTER COLUMN sealed SET STORAGE EXTERNAL;
CREATE INDEX entries_by_end ON comity.entries (erase_on) WHERE octet_length(sealed_body) > 0;
CREATE INDEX items_by_end ON comity.items (erase_on) WHERE octet_length(sealed) > 0;

CREATE FUNCTION comity.begin_batch(p_writer text, p_turn bigint, p_own_epoch bigint,
                                   p_size bigint, p_root bytea, p_epoch bigint)
RETURNS void LANGUAGE plpgsql AS $function$
DECLARE
    stored comity.head%ROWTYPE;
BEGIN
    SELECT * INTO STRICT stored FROM comity.head FOR UPDATE;
    UPDATE comity.writers SET turn = p_turn, held = p_turn, seen = now()
        WHERE id = p_writer AND turn = p_turn - 1;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this turn of the store is used up' USING ERRCODE = 'CM001';
    END IF;
    IF stored.epoch <> p_own_epoch THEN
        RAISE EXCEPTION 'overtaken' USING ERRCODE = 'CM002',
            DETAIL = format('this process took epoch %s, the store has epoch %s',
                            p_own_epoch, stored.epoch);
    END IF;
    IF p_size IS NOT NULL AND (stored.size, stored.root, stored.epoch)
                              IS DISTINCT FROM (p_size, p_root, p_epoch) THEN
        RAISE EXCEPTION 'the head has moved' USING ERRCODE = 'CM003',
            DETAIL = format('size %s epoch %s was expected, the store has size %s epoch %s',
                            p_size, p_epoch, stored.size, stored.epoch);
    END IF;
END $function$;

CREATE FUNCTION comity.expect_witnessed(p_origin bytea, p_size bigint, p_root bytea)
RETURNS void LANGUAGE plpgsql AS $function$
DECLARE
    stored_size bigint := 0;
    stored_root bytea := decode(repeat('00', 32), 'hex');
BEGIN
    SELECT size, root INTO stored_size, stored_root FROM comity.witnessed WHERE origin = p_origin;
    IF NOT FOUND THEN
        stored_size := 0;
        stored_root := decode(repeat('00', 32), 'hex');
    END IF;
    IF (stored_size, stored_root) IS DISTINCT FROM (p_size, p_root) THEN
        RAISE EXCEPTION 'the witnessed head has changed' USING ERRCODE = 'CM004',
            DETAIL = format('size %s was expected, the store has size %s', p_size, stored_size);
    END IF;
END $function$;

CREATE FUNCTION comity.keep_item(p_id bytea, p_matter text, p_sealed bytea, p_wrapped bytea,
                                 p_erase_on bigint)
RETURNS void LANGUAGE plpgsql AS $function$
BEGIN
    INSERT INTO comity.items (id, matter, sealed, wrapped, erase_on)
        VALUES (p_id, p_matter, p_sealed, p_wrapped, p_erase_on) ON CONFLICT (id) DO NOTHING;
    IF FOUND THEN
        RETURN;
    END IF;
    PERFORM FROM comity.items WHERE id = p_id AND matter = p_matter AND sealed = p_sealed
        AND wrapped = p_wrapped AND erase_on = p_erase_on;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the item differs' USING ERRCODE = 'CM005';
    END IF;
END $function$;
)sql"}};
static_assert(migrations.back().number == schema_number);

// 'none', 'foreign', or the schema's number. The lock is for two processes that start at once.
constexpr const char* begin_step = R"sql(
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SELECT pg_advisory_xact_lock(1131375977);
SELECT CASE
    WHEN NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'comity') THEN 'none'
    WHEN to_regclass('comity.migrations') IS NULL THEN 'foreign'
    ELSE 'ours' END;
)sql";

constexpr std::string_view unreadable = "the database's schema cannot be read";
constexpr std::string_view unmakeable = "the tables cannot be made in this database";

std::unexpected<base::Error> malformed(std::string what, std::string why, std::string next) {
    return base::fail(base::ErrorKind::malformed, std::move(what), std::move(why), std::move(next));
}

/// The number of the tables that are there; 0 if there are none.
base::Result<std::int64_t> number_of(Connection& on, Deadline until) {
    const Rows state = COMITY_TRY(or_error(on.execute(begin_step, until), unreadable));
    const std::string text = state.text(0, 0);
    if (text == "none") {
        return 0;
    }
    if (text != "ours") {
        return malformed("this database is not a store of Comity",
                         "it has a schema `comity` of another program",
                         "name another database; nothing was changed");
    }
    const Rows rows = COMITY_TRY(
        or_error(on.execute("SELECT max(number) FROM comity.migrations", until), unreadable));
    const std::string number = rows.text(0, 0);
    std::int64_t value = 0;
    const auto read = std::from_chars(number.data(), number.data() + number.size(), value);
    if (read.ec != std::errc{} || read.ptr != number.data() + number.size()) {
        return malformed("this database is not a store of Comity", "its schema has no number",
                         "name another database; nothing was changed");
    }
    return value;
}

base::Result<void> apply(Connection& on, const Migration& migration, Deadline until) {
    COMITY_TRY(or_error(on.execute(migration.sql, until), unmakeable));
    const std::string note = "INSERT INTO comity.migrations VALUES (" +
                             std::to_string(migration.number) + ", '" + migration.name + "', '" +
                             COMITY_VERSION + "'); COMMIT";
    COMITY_TRY(or_error(on.execute(note, until), unmakeable));
    return {};
}

}  // namespace

base::Result<void> migrate(Connection& connection, Deadline until) {
    for (;;) {
        const std::int64_t found = COMITY_TRY(number_of(connection, until));
        if (found > schema_number) {
            return malformed("the store was written by a newer program",
                             "its schema has number " + std::to_string(found) +
                                 ", this program knows up to " + std::to_string(schema_number),
                             "use the newer program; nothing was changed");
        }
        if (found == schema_number) {
            COMITY_TRY(or_error(connection.execute("ROLLBACK", until), unreadable));
            return {};
        }
        for (const Migration& migration : migrations) {
            if (migration.number == found + 1) {
                COMITY_TRY(apply(connection, migration, until));
            }
        }
    }
}

}  // namespace comity::postgres::detail
