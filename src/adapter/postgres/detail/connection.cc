#include "adapter/postgres/detail/connection.h"

#include <algorithm>
#include <array>
#include <libpq-fe.h>
#include <limits>
#include <optional>
#include <poll.h>
#include <utility>

namespace comity::postgres::detail {

namespace {

constexpr int binary = 1;
constexpr std::size_t max_parameters = 16;
constexpr std::size_t max_value_bytes = std::size_t{1} << 29;
constexpr std::size_t max_message_bytes = 2000;

std::string trimmed(const char* text) {
    std::string line(text == nullptr ? "" : text);
    line.resize(std::min(line.size(), max_message_bytes));
    while (!line.empty() && (line.back() == '\n' || line.back() == ' ')) {
        line.pop_back();
    }
    std::ranges::replace(line, '\n', ' ');
    return line;
}

Trouble refusal(const PGresult* result, std::size_t command) {
    const auto field = [result](int code) { return trimmed(PQresultErrorField(result, code)); };
    const bool ends_connection = field(PG_DIAG_SEVERITY_NONLOCALIZED) != "ERROR";
    return Trouble{ends_connection ? Trouble::Kind::lost : Trouble::Kind::refused,
                   field(PG_DIAG_SQLSTATE), field(PG_DIAG_MESSAGE_PRIMARY),
                   field(PG_DIAG_MESSAGE_DETAIL), command};
}

/// What has to be sent of a value, and whether the protocol can carry it.
bool fits(const Bound& bound) {
    if (const auto* text = std::get_if<std::string_view>(&bound)) {
        return text->size() <= max_value_bytes;
    }
    const auto* bytes = std::get_if<base::ByteView>(&bound);
    return bytes == nullptr || bytes->size() <= max_value_bytes;
}

/// The values of one command as libpq wants them.
struct Encoded {
    std::array<const char*, max_parameters> values{};
    std::array<int, max_parameters> lengths{};
    std::array<int, max_parameters> formats{};
    std::array<std::array<char, 8>, max_parameters> numbers{};

    void add(std::size_t at, const Bound& bound) {
        formats[at] = binary;
        if (const auto* number = std::get_if<std::int64_t>(&bound)) {
            const auto bits = static_cast<std::uint64_t>(*number);
            for (std::size_t i = 0; i < 8; ++i) {
                numbers[at][i] = static_cast<char>(bits >> (56 - 8 * i));
            }
            values[at] = numbers[at].data();
            lengths[at] = 8;
        } else if (const auto* text = std::get_if<std::string_view>(&bound)) {
            add_bytes(at, text->data(), text->size());
        } else if (const auto* bytes = std::get_if<base::ByteView>(&bound)) {
            add_bytes(at, reinterpret_cast<const char*>(bytes->data()), bytes->size());
        }
    }

 private:
    void add_bytes(std::size_t at, const char* data, std::size_t size) {
        values[at] = size == 0 ? "" : data;  // a null pointer would be NULL
        lengths[at] = static_cast<int>(size);
    }
};

}  // namespace

base::Error Trouble::error(std::string_view what) const {
    std::string why = "PostgreSQL: " + message;
    if (!detail.empty()) {
        why += " (" + detail + ")";
    }
    if (!state.empty()) {
        why += ", SQLSTATE " + state;
    }
    return base::Error{base::ErrorKind::failure, std::string(what), std::move(why), {}, {}, {}};
}

void Rows::Clear::operator()(pg_result* result) const {
    PQclear(result);
}

int Rows::count() const {
    return PQntuples(result_.get());
}

std::string_view Rows::tag() const {
    return PQcmdStatus(result_.get());
}

base::Result<std::int64_t> Rows::integer(int row, int column) const {
    if (PQgetlength(result_.get(), row, column) != 8) {
        return base::fail(base::ErrorKind::malformed, "the store holds a number of another size");
    }
    const char* value = PQgetvalue(result_.get(), row, column);
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        bits = (bits << 8) | static_cast<std::uint8_t>(value[i]);
    }
    return static_cast<std::int64_t>(bits);
}

std::string Rows::text(int row, int column) const {
    return {PQgetvalue(result_.get(), row, column),
            static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

base::Bytes Rows::bytes(int row, int column) const {
    const auto* value =
        reinterpret_cast<const std::uint8_t*>(PQgetvalue(result_.get(), row, column));
    return {value, value + PQgetlength(result_.get(), row, column)};
}

base::Result<base::Digest> Rows::digest(int row, int column) const {
    return base::Digest::from_bytes(bytes(row, column));
}

void Connection::Finish::operator()(pg_conn* handle) const {
    PQfinish(handle);
}

Connection::Connection(pg_conn* handle) : notices_(std::make_unique<Notices>()), handle_(handle) {
    PQsetNoticeReceiver(
        handle_.get(),
        [](void* notices, const PGresult* result) {
            const char* severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
            if (severity != nullptr && std::string_view(severity) == "WARNING") {
                static_cast<Notices*>(notices)->warning =
                    trimmed(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
            }
        },
        notices_.get());
}

Outcome<Connection> Connection::open(const Place& place) {
    std::vector<const char*> names;
    std::vector<const char*> values;
    for (const auto& [name, value] : place.settings) {
        names.push_back(name.c_str());
        values.push_back(value.c_str());
    }
    names.push_back(nullptr);
    values.push_back(nullptr);
    pg_conn* handle = PQconnectdbParams(names.data(), values.data(), 0);
    if (handle == nullptr) {
        return std::unexpected(
            Trouble{Trouble::Kind::lost, {}, "no memory for a connection", {}, 0});
    }
    Connection connection(handle);
    if (PQstatus(handle) != CONNECTION_OK) {
        return std::unexpected(connection.lost());
    }
    if (PQsetnonblocking(handle, 1) != 0) {
        return std::unexpected(connection.lost());
    }
    return connection;
}

bool Connection::is_protected() const {
    const char* host = PQhost(handle_.get());
    return PQsslInUse(handle_.get()) == 1 || (host != nullptr && (*host == '/' || *host == '@'));
}

Trouble Connection::lost(std::string_view why) const {
    return Trouble{Trouble::Kind::lost,
                   {},
                   why.empty() ? trimmed(PQerrorMessage(handle_.get())) : std::string(why),
                   {},
                   0};
}

std::string Connection::take_warning() {
    return std::exchange(notices_->warning, {});
}

Outcome<Rows> Connection::execute(const std::string& sql, Deadline until) {
    if ((PQpipelineStatus(handle_.get()) != PQ_PIPELINE_OFF &&
         PQexitPipelineMode(handle_.get()) != 1) ||
        PQsendQuery(handle_.get(), sql.c_str()) != 1) {
        return std::unexpected(lost());
    }
    Rows last;
    std::optional<Trouble> refused;
    for (;;) {
        Rows rows(COMITY_TRY(next_result(until)));
        if (rows.result_ == nullptr) {
            break;
        }
        const ExecStatusType status = PQresultStatus(rows.result_.get());
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
            refused = refusal(rows.result_.get(), 0);
        }
        last = std::move(rows);
    }
    if (refused) {
        return std::unexpected(*std::move(refused));
    }
    return last;
}

Outcome<void> Connection::enter_pipeline() {
    if (PQpipelineStatus(handle_.get()) == PQ_PIPELINE_OFF &&
        PQenterPipelineMode(handle_.get()) != 1) {
        return std::unexpected(lost());
    }
    return {};
}

Outcome<void> Connection::send(const Command& command) {
    Encoded encoded;
    const std::size_t count = command.parameters.size();
    COMITY_ENSURE(count <= max_parameters);
    for (std::size_t i = 0; i < count; ++i) {
        encoded.add(i, command.parameters[i]);
    }
    if (PQsendQueryPrepared(handle_.get(), command.statement, static_cast<int>(count),
                            encoded.values.data(), encoded.lengths.data(), encoded.formats.data(),
                            binary) != 1) {
        return std::unexpected(lost());
    }
    return {};
}

Outcome<void> Connection::prepare(std::span<const Prepared> statements, Deadline until) {
    COMITY_TRY(enter_pipeline());
    for (const Prepared& one : statements) {
        if (PQsendPrepare(handle_.get(), one.name, one.sql, 0, nullptr) != 1) {
            return std::unexpected(lost());
        }
    }
    if (PQpipelineSync(handle_.get()) != 1) {
        return std::unexpected(lost());
    }
    COMITY_TRY(answers(statements.size(), until));
    return {};
}

Outcome<Rows> Connection::run(const std::vector<Command>& commands, Deadline until) {
    for (const Command& command : commands) {
        if (!std::ranges::all_of(command.parameters, fits)) {
            return std::unexpected(
                Trouble{Trouble::Kind::refused, {}, "a value is over 512 MiB", {}, 0});
        }
    }
    COMITY_TRY(enter_pipeline());
    for (const Command& command : commands) {
        COMITY_TRY(send(command));
    }
    if (PQpipelineSync(handle_.get()) != 1) {
        return std::unexpected(lost());
    }
    auto rows = answers(commands.size(), until);
    if (!rows && rows.error().kind == Trouble::Kind::refused &&
        PQtransactionStatus(handle_.get()) != PQTRANS_IDLE && !roll_back(until)) {
        handle_.reset();  // found to be lost when it is next used
    }
    return rows;
}

Outcome<void> Connection::roll_back(Deadline until) {
    if (PQsendQueryParams(handle_.get(), "ROLLBACK", 0, nullptr, nullptr, nullptr, nullptr,
                          binary) != 1 ||
        PQpipelineSync(handle_.get()) != 1) {
        return std::unexpected(lost());
    }
    COMITY_TRY(answers(1, until));
    return {};
}

Outcome<Rows> Connection::answers(std::size_t commands, Deadline until) {
    Rows last;
    std::optional<Trouble> refused;
    for (std::size_t command = 0; command < commands;) {
        Rows rows(COMITY_TRY(next_result(until)));
        if (rows.result_ == nullptr) {  // the end of one command's results
            ++command;
            continue;
        }
        const ExecStatusType status = PQresultStatus(rows.result_.get());
        if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
            last = std::move(rows);
        } else if (status != PGRES_PIPELINE_ABORTED && !refused) {
            refused = refusal(rows.result_.get(), command);
        }
    }
    const Rows sync(COMITY_TRY(next_result(until)));
    if (sync.result_ == nullptr || PQresultStatus(sync.result_.get()) != PGRES_PIPELINE_SYNC) {
        return std::unexpected(lost());
    }
    if (refused) {
        return std::unexpected(*std::move(refused));
    }
    return last;
}

Outcome<pg_result*> Connection::next_result(Deadline until) {
    while (PQisBusy(handle_.get()) == 1) {
        COMITY_TRY(wait(until));
    }
    if (PQstatus(handle_.get()) != CONNECTION_OK) {
        return std::unexpected(lost());
    }
    return PQgetResult(handle_.get());
}

Outcome<void> Connection::wait(Deadline until) {
    const int unsent = PQflush(handle_.get());
    if (unsent < 0) {
        return std::unexpected(lost());
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        until - std::chrono::steady_clock::now());
    if (left.count() <= 0) {
        return std::unexpected(lost("no answer in time"));
    }
    pollfd waiting{PQsocket(handle_.get()),
                   static_cast<short>(unsent == 1 ? POLLIN | POLLOUT : POLLIN), 0};
    const auto most = std::min<std::int64_t>(left.count(), std::numeric_limits<int>::max());
    if (::poll(&waiting, 1, static_cast<int>(most)) > 0 && (waiting.revents & ~POLLOUT) != 0 &&
        PQconsumeInput(handle_.get()) != 1) {
        return std::unexpected(lost());
    }
    return {};
}

}  // namespace comity::postgres::detail
