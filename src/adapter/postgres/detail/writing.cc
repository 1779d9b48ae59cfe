#include "adapter/postgres/detail/writing.h"

#include <limits>
#include <utility>

#include "adapter/postgres/detail/statements.h"

namespace comity::postgres::detail {

namespace {

constexpr std::string_view again = "read the store again and decide anew; nothing was stored";

/// A size as PostgreSQL keeps it.
base::Result<std::int64_t> stored_number(std::uint64_t number) {
    if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        return base::fail(base::ErrorKind::too_large, "a number does not fit into the store",
                          std::to_string(number) + " is over 2^63 - 1");
    }
    return static_cast<std::int64_t>(number);
}

base::Result<Command> begin_batch(const ports::Batch& batch, const Turn& turn) {
    Command command{statement::begin_batch, {std::string_view(turn.writer), turn.number}};
    command.parameters.emplace_back(turn.own_epoch ? Bound(*turn.own_epoch)
                                                   : Bound(std::monostate{}));
    if (!batch.expected_head) {
        command.parameters.insert(command.parameters.end(), 3, Bound(std::monostate{}));
        return command;
    }
    const ports::LedgerHead& head = *batch.expected_head;
    command.parameters.emplace_back(COMITY_TRY(stored_number(head.size)));
    command.parameters.emplace_back(head.root.view());
    command.parameters.emplace_back(COMITY_TRY(stored_number(head.epoch)));
    return command;
}

base::Result<Command> witnessed(const char* name, const ports::WitnessRow& row) {
    const std::int64_t size = COMITY_TRY(stored_number(row.size));
    return Command{name, {base::view_of(row.origin), size, row.root.view()}};
}

base::Result<void> add_leaves(const ports::Batch& batch, std::vector<Command>& commands) {
    if (!batch.new_head) {
        return {};
    }
    std::int64_t position = COMITY_TRY(stored_number(batch.expected_head->size));
    for (const base::Bytes& leaf : batch.leaves) {
        commands.push_back({statement::add_leaf, {position, base::ByteView(leaf)}});
        ++position;
    }
    const std::int64_t size = COMITY_TRY(stored_number(batch.new_head->size));
    const std::int64_t epoch = COMITY_TRY(stored_number(batch.new_head->epoch));
    commands.push_back({statement::set_head, {size, batch.new_head->root.view(), epoch}});
    return {};
}

Command add_entry(const ports::StoredEntry& entry) {
    return {statement::add_entry,
            {entry.id.view(), static_cast<std::int64_t>(entry.kind),
             std::string_view(entry.matter.text()), std::string_view(entry.author.text()),
             entry.sequence, base::view_of(entry.header), base::view_of(entry.attestation),
             base::ByteView(entry.sealed_body), base::ByteView(entry.wrapped_key),
             std::int64_t{entry.erase_on.days}, entry.leaf, base::view_of(entry.transport),
             entry.recorded_at.milliseconds}};
}

void change_outbox(const ports::Batch& batch, std::vector<Command>& commands) {
    for (const ports::OutboxRow& row : batch.outbox_add) {
        commands.push_back(
            {statement::add_outbox,
             {std::string_view(row.peer.text()), row.entry.view(), base::view_of(row.refused)}});
    }
    for (const ports::OutboxRow& row : batch.outbox_refused) {
        commands.push_back(
            {statement::refuse_outbox,
             {std::string_view(row.peer.text()), row.entry.view(), base::view_of(row.refused)}});
    }
    for (const ports::OutboxRow& row : batch.outbox_done) {
        commands.push_back(
            {statement::remove_outbox, {std::string_view(row.peer.text()), row.entry.view()}});
    }
}

const char* rewrap_statement(ports::Kept of) {
    switch (of) {
        case ports::Kept::body: return statement::rewrap_body;
        case ports::Kept::item: return statement::rewrap_item;
    }
    std::unreachable();
}

const char* erase_statement(ports::Kept of) {
    switch (of) {
        case ports::Kept::body: return statement::erase_body;
        case ports::Kept::item: return statement::erase_item;
    }
    std::unreachable();
}

void change_kept(const ports::Batch& batch, std::vector<Command>& commands) {
    for (const ports::KeptKey& key : batch.rewrapped) {
        commands.push_back(
            {rewrap_statement(key.of),
             {base::ByteView(key.wrapped), std::int64_t{key.erase_on.days}, key.id.view()}});
    }
    for (const auto& [of, id] : batch.erased) {
        commands.push_back({erase_statement(of), {id.view()}});
    }
}

base::Error conflict(std::string what, const Trouble& trouble) {
    return {base::ErrorKind::conflict, std::move(what), trouble.detail, std::string(again), {}, {}};
}

base::Error entry_conflict(const ports::StoredEntry& entry, const Trouble& trouble) {
    return conflict("entry " + entry.id.hex() + " (matter " + entry.matter.text() + ", author " +
                        entry.author.text() + ", sequence " + std::to_string(entry.sequence) +
                        ") is already there",
                    trouble);
}

}  // namespace

base::Result<Writing> write(const ports::Batch& batch, const Turn& turn) {
    Writing writing;
    std::vector<Command>& commands = writing.commands;
    commands.reserve(8 + batch.leaves.size() + 2 * batch.entries.size());
    commands.push_back({statement::begin, {}});
    commands.push_back(COMITY_TRY(begin_batch(batch, turn)));
    writing.first_expected = commands.size();
    for (const ports::WitnessRow& row : batch.witnessed_expected) {
        commands.push_back(COMITY_TRY(witnessed(statement::expect_witnessed, row)));
    }
    COMITY_TRY(add_leaves(batch, commands));
    writing.first_entry = commands.size();
    for (const ports::StoredEntry& entry : batch.entries) {
        commands.push_back(add_entry(entry));
    }
    change_outbox(batch, commands);
    for (const ports::WitnessRow& row : batch.witnessed) {
        commands.push_back(COMITY_TRY(witnessed(statement::set_witnessed, row)));
    }
    writing.first_item = commands.size();
    for (const ports::StoredItem& item : batch.items) {
        commands.push_back(
            {statement::keep_item,
             {item.id.view(), std::string_view(item.matter.text()), base::ByteView(item.sealed),
              base::ByteView(item.wrapped), std::int64_t{item.erase_on.days}}});
    }
    for (const auto& [name, value] : batch.settings) {
        commands.push_back({statement::set_setting, {base::view_of(name), base::view_of(value)}});
    }
    change_kept(batch, commands);
    commands.push_back({statement::commit, {}});
    return writing;
}

base::Error refusal_of(const Trouble& trouble, const Writing& writing, const ports::Batch& batch) {
    const auto within = [&](std::size_t first, std::size_t count) {
        return trouble.command >= first && trouble.command - first < count;
    };
    if (trouble.state == "CM002") {
        return {base::ErrorKind::conflict,
                "another process has taken this ledger over",
                trouble.detail,
                "end this process, it may not write any more; to take the ledger back, end the "
                "other one and start this one anew",
                {},
                {}};
    }
    if (trouble.state == "CM003") {
        return conflict("the ledger's head has moved", trouble);
    }
    if (trouble.state == "CM004" &&
        within(writing.first_expected, batch.witnessed_expected.size())) {
        const auto& row = batch.witnessed_expected[trouble.command - writing.first_expected];
        return conflict("the witnessed head of " + row.origin + " has changed", trouble);
    }
    if (trouble.state == "CM005" && within(writing.first_item, batch.items.size())) {
        const auto& item = batch.items[trouble.command - writing.first_item];
        return conflict("item " + item.id.hex() + " is already there, and differs", trouble);
    }
    if (trouble.state == "23505" && within(writing.first_entry, batch.entries.size())) {
        return entry_conflict(batch.entries[trouble.command - writing.first_entry], trouble);
    }
    return trouble.error("the batch was not stored");
}

bool is_passing(const Trouble& trouble) {
    // serialization_failure, deadlock_detected, read_only_sql_transaction
    return trouble.state == "40001" || trouble.state == "40P01" || trouble.state == "25006";
}

}  // namespace comity::postgres::detail
