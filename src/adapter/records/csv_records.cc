#include "adapter/records/csv_records.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <utility>

#include "adapter/records/access_log.h"
#include "adapter/records/csv.h"
#include "adapter/records/document.h"
#include "adapter/records/lines.h"

namespace comity::records {

using base::ErrorKind;
using base::Result;

namespace {

constexpr std::size_t columns = 9;  // of accounts_header
constexpr std::size_t max_account_bytes = 320;

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Whether `written` folds to `folded`, which holds one @.
bool is_account(std::string_view written, std::string_view folded) {
    if (written.size() != folded.size()) {
        return false;
    }
    const std::size_t at = folded.find('@');
    return written.substr(0, at) == folded.substr(0, at) &&
           std::ranges::equal(written.substr(at), folded.substr(at), {}, lower);
}

/// What a query asks for.
struct Wanted {
    std::string account;
    bool registration = false;
    bool subscriber = false;
    bool traffic = false;
    base::Instant from;
    base::Instant until;
};

Result<Wanted> wanted_by(const ports::RecordQuery& query) {
    Wanted wanted;
    wanted.account = COMITY_TRY(fold_account(query.account));
    for (const std::string& category : query.data) {
        wanted.registration |= category == "registration";
        wanted.subscriber |= category == "subscriber";
        wanted.traffic |= category == "traffic";
        if (category != "registration" && category != "subscriber" && category != "traffic") {
            return base::fail(ErrorKind::not_found,
                              "these records hold no data of category " + category.substr(0, 80),
                              "they hold registration, subscriber and traffic data");
        }
    }
    if (query.data.empty()) {
        return base::fail(ErrorKind::malformed, "the query names no data category");
    }
    if (wanted.traffic && query.until <= query.from) {
        return base::fail(ErrorKind::malformed, "the query's time has no length",
                          "from " + query.from.text() + " until " + query.until.text());
    }
    wanted.from = query.from;
    wanted.until = query.until;
    return wanted;
}

Result<std::ifstream> open_records(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return std::unexpected(base::Error{
            ErrorKind::not_found, "the records cannot be opened", {}, {}, path.string(), {}});
    }
    return file;
}

/// The row of the account, and how many rows there are.
struct Row {
    std::uint64_t line = 0;  ///< 0: not there
    std::uint64_t searched = 0;
    Registration registration;
    Subscriber subscriber;
};

Result<void> read_row(std::span<const std::string_view> fields, std::uint64_t line, Row& row) {
    if (row.line != 0) {
        return base::fail(ErrorKind::malformed, "the account stands twice",
                          "first on line " + std::to_string(row.line));
    }
    row.line = line;
    row.registration.registered = COMITY_TRY(base::Instant::parse(fields[2]));
    row.registration.status = fields[8];
    row.subscriber.name = fields[1];
    row.subscriber.street = fields[3];
    row.subscriber.city = fields[4];
    row.subscriber.country = fields[5];
    row.subscriber.phone = fields[6];
    row.subscriber.recovery_address = fields[7];
    for (const std::string_view field : fields) {
        if (field.size() > max_cell_bytes) {
            return base::fail(ErrorKind::too_large, "a field is too long",
                              "the limit is " + std::to_string(max_cell_bytes) + " bytes");
        }
    }
    if (fields[8] != "active" && fields[8] != "suspended" && fields[8] != "closed") {
        return base::fail(ErrorKind::malformed, "the status is not active, suspended or closed");
    }
    return {};
}

Result<Row> search_accounts(const std::filesystem::path& path, const std::string& account) {
    std::ifstream file = COMITY_TRY(open_records(path));
    LineReader lines(file, path.string());
    if (COMITY_TRY(lines.next()) != accounts_header) {
        return std::unexpected(lines.here({ErrorKind::malformed,
                                           "the header line is not right",
                                           "it must be " + std::string(accounts_header),
                                           {},
                                           {},
                                           {}}));
    }
    CsvSplitter splitter;
    Row row;
    while (const auto line = COMITY_TRY(lines.next())) {
        const auto fields = splitter.split(*line);
        if (!fields) {
            return std::unexpected(lines.here(fields.error()));
        }
        if (fields->size() != columns) {
            return std::unexpected(
                lines.here({ErrorKind::malformed,
                            "the line has " + std::to_string(fields->size()) + " fields",
                            "an account has " + std::to_string(columns),
                            {},
                            {},
                            {}}));
        }
        ++row.searched;
        if (is_account(fields->front(), account)) {
            auto taken = read_row(*fields, lines.number(), row);
            if (!taken) {
                return std::unexpected(lines.here(std::move(taken).error()));
            }
        }
    }
    return row;
}

/// What the access log holds about the account.
struct Accesses {
    std::uint64_t searched = 0;
    std::optional<AddressUse> registered_from;
    std::optional<AddressUse> last_login;
    std::vector<Access> within;
};

Result<void> take_access(const AccessLine& line, const Wanted& wanted, Accesses& accesses) {
    const AddressUse use{line.at, line.address, line.port};
    if (line.action == "register" && !accesses.registered_from) {
        accesses.registered_from = use;
    }
    if (line.action == "login" && (!accesses.last_login || accesses.last_login->at <= line.at)) {
        accesses.last_login = use;
    }
    if (!wanted.traffic || line.at < wanted.from || line.at >= wanted.until) {
        return {};
    }
    if (accesses.within.size() == max_access_lines) {
        return base::fail(ErrorKind::too_large, "the answer has too many access lines",
                          "the limit is " + std::to_string(max_access_lines),
                          "ask for a shorter time");
    }
    accesses.within.push_back({line.at, line.action, line.address, line.port, line.agent});
    return {};
}

Result<Accesses> search_log(const std::filesystem::path& path, const Wanted& wanted) {
    std::ifstream file = COMITY_TRY(open_records(path));
    LineReader lines(file, path.string());
    Accesses accesses;
    while (const auto line = COMITY_TRY(lines.next())) {
        ++accesses.searched;
        const auto take = [&]() -> Result<void> {
            const AccessParts parts = COMITY_TRY(split_access_line(*line));
            if (!is_account(parts.account, wanted.account)) {
                return {};
            }
            return take_access(COMITY_TRY(read_access(parts)), wanted, accesses);
        };
        if (auto taken = take(); !taken) {
            return std::unexpected(lines.here(std::move(taken).error()));
        }
    }
    return accesses;
}

}  // namespace

Result<std::string> fold_account(std::string_view account) {
    const std::size_t at = account.find('@');
    const auto is_domain_character = [](char c) {
        return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
               c == '-';
    };
    if (account.size() > max_account_bytes || at == std::string_view::npos || at == 0 ||
        at + 1 == account.size() || account.find(' ') != std::string_view::npos ||
        !is_clean_text(account) ||
        !std::ranges::all_of(account.substr(at + 1), is_domain_character)) {
        return base::fail(ErrorKind::malformed,
                          "this is not an account name: " + std::string(account.substr(0, 80)),
                          "it has the form local@domain, at most 320 bytes");
    }
    std::string folded(account);
    std::ranges::transform(folded.begin() + static_cast<std::ptrdiff_t>(at), folded.end(),
                           folded.begin() + static_cast<std::ptrdiff_t>(at), lower);
    return folded;
}

Result<ports::RecordAnswer> CsvRecords::find(const ports::RecordQuery& query) {
    const Wanted wanted = COMITY_TRY(wanted_by(query));
    Row row = COMITY_TRY(search_accounts(folder_ / "accounts.csv", wanted.account));
    RecordDocument document;
    document.account = wanted.account;
    document.found = row.line != 0;
    ports::RecordAnswer answer;
    answer.found = document.found;
    answer.searched = row.searched;
    answer.records = document.found ? 1 : 0;
    if (document.found && wanted.registration) {
        document.registration = std::move(row.registration);
    }
    if (document.found && (wanted.subscriber || wanted.traffic)) {
        Accesses accesses = COMITY_TRY(search_log(folder_ / "access.log", wanted));
        answer.searched += accesses.searched;
        if (wanted.subscriber) {
            document.subscriber = std::move(row.subscriber);
            document.subscriber->registered_from = accesses.registered_from;
            document.subscriber->last_login = accesses.last_login;
            answer.records += accesses.registered_from ? 1U : 0U;
            answer.records += accesses.last_login ? 1U : 0U;
        }
        if (wanted.traffic) {
            answer.records += accesses.within.size();
            document.traffic = Traffic{wanted.from, wanted.until, std::move(accesses.within)};
        }
    }
    answer.document = codec::write(document);
    return answer;
}

}  // namespace comity::records
