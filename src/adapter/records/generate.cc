#include "adapter/records/generate.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>
#include <utility>

#include "adapter/records/access_log.h"
#include "adapter/records/csv.h"
#include "adapter/records/csv_records.h"
#include "adapter/records/detail/invent.h"

namespace comity::records {

namespace {

using detail::capital;
using detail::mixed;
using detail::Numbers;
using detail::word;

constexpr std::size_t write_bytes = std::size_t{1} << 20;
constexpr std::uint64_t max_bound = std::uint64_t{1} << 32;
constexpr std::int64_t log_milliseconds = std::int64_t{360} * 24 * 3600 * 1000;

constexpr std::array<std::string_view, 6> agents = {"CirrusMail/4.2 (Desktop; invented)",
                                                    "CirrusMail/3.9 (Phone; invented)",
                                                    "Quill/11.0 (compatible; Tablet)",
                                                    "Nimbus \"Lite\" 2.1",
                                                    "Fetch\\7",
                                                    "Übermail/1.0"};
constexpr std::array<std::string_view, 4> actions = {"login", "login", "failed-login", "logout"};
constexpr std::array<std::string_view, 3> networks = {"192.0.2.", "198.51.100.", "203.0.113."};

struct Invented {
    std::string given;
    std::string family;
    std::string account;
};

/// Who account `index` belongs to; `numbers` is the account's own stream.
Invented invent(Numbers& numbers, std::uint64_t index) {
    Invented person;
    person.given = word(numbers, 2);
    person.family = word(numbers, 2 + numbers.below(2));
    person.account = person.given + "." + person.family + std::to_string(index) + "@cirrus.example";
    return person;
}

std::string street(Numbers& numbers) {
    const std::string name = capital(word(numbers, 2));
    const std::string house = std::to_string(1 + numbers.below(180));
    switch (numbers.below(16)) {  // some need quotation marks, as some do in life
        case 0: return "Flat " + std::to_string(1 + numbers.below(40)) + ", " + house + " " + name;
        case 1: return house + " \"Old\" " + name + " Lane";
        default: return house + " " + name + " Street";
    }
}

std::string account_row(std::uint64_t seed, std::uint64_t index, base::Instant registered) {
    Numbers numbers(seed, index);
    const Invented person = invent(numbers, index);
    std::string row = person.account;
    const auto add = [&row](std::string_view field) { row.append(",").append(csv_field(field)); };
    add(capital(person.given) + " " + capital(person.family));
    add(registered.text());
    add(street(numbers));
    add(capital(word(numbers, 3)));
    add(numbers.below(8) == 0 ? "XA" : "XB");
    add("+999 " + std::to_string(10'000'000 + numbers.below(90'000'000)));  // no country has +999
    add(person.family + std::to_string(index) + "@recovery.example");
    const std::uint64_t fate = numbers.below(20);
    add(fate == 0 ? "closed" : fate == 1 ? "suspended" : "active");
    row.push_back('\n');
    return row;
}

std::string address(Numbers& numbers) {
    if (numbers.below(10) < 7) {
        // Drawn one after the other: compilers may evaluate the operands of + in either order.
        const std::string network(numbers.one_of(networks));
        return network + std::to_string(1 + numbers.below(254));
    }
    std::string text = "2001:db8";
    for (const char* separator : {":", ":", "::"}) {
        constexpr std::string_view digits = "0123456789abcdef";
        text += separator;
        text += digits[1 + numbers.below(15)];
        for (int i = 0; i < 3; ++i) {
            text += digits[numbers.below(16)];
        }
    }
    return text;
}

/// A file that is written in large pieces and says whether all of it was.
class Output {
 public:
    explicit Output(const std::filesystem::path& path)
        : path_(path), file_(path, std::ios::binary | std::ios::trunc) {}

    void write(std::string_view text) {
        waiting_.append(text);
        if (waiting_.size() >= write_bytes) {
            flush();
        }
    }
    base::Result<void> close() {
        flush();
        file_.close();
        if (!file_) {
            return std::unexpected(base::Error{base::ErrorKind::failure,
                                               "the records cannot be written",
                                               {},
                                               {},
                                               path_.string(),
                                               {}});
        }
        return {};
    }

 private:
    void flush() {
        file_.write(waiting_.data(), static_cast<std::streamsize>(waiting_.size()));
        waiting_.clear();
    }
    std::filesystem::path path_;
    std::ofstream file_;
    std::string waiting_;
};

/// The log in order of time. Line i falls into the i-th of equal slots. First half: registrations,
/// each followed by an access of an account that is there by then. Second half: every account logs
/// in once, in a shuffled order, each followed by an access of any account.
class LogLines {
 public:
    LogLines(std::uint64_t seed, std::uint64_t accounts)
        : seed_(seed), accounts_(accounts), numbers_(seed, ~std::uint64_t{0}) {}

    /// When account `index` was registered.
    [[nodiscard]] base::Instant registered(std::uint64_t index) const {
        Numbers jitter(seed_ ^ 0x5eed, index);
        return at(2 * index, jitter);
    }

    [[nodiscard]] std::string line(std::uint64_t number) {
        const std::uint64_t round = number / 2;
        const bool is_first_half = round < accounts_;
        AccessLine access;
        access.at = at(number, numbers_);
        std::uint64_t account = 0;
        if (number % 2 == 0 && is_first_half) {
            account = round;
            access.at = registered(account);
            access.action = "register";
        } else if (number % 2 == 0) {
            account = shuffled(round - accounts_);
            access.action = "login";
        } else {
            account = numbers_.below(is_first_half ? round + 1 : accounts_);
            access.action = numbers_.one_of(actions);
        }
        access.account = generated_account(seed_, account);
        access.address = address(numbers_);
        access.port = static_cast<std::uint16_t>(1024 + numbers_.below(64512));
        access.agent = numbers_.one_of(agents);
        return write_access(access) + "\n";
    }

 private:
    [[nodiscard]] base::Instant at(std::uint64_t slot, Numbers& numbers) const {
        const std::int64_t slots = static_cast<std::int64_t>(accounts_ * lines_per_account);
        const std::int64_t width = log_milliseconds / slots;  // over 700 ms at the most accounts
        const std::int64_t begin =
            generated_until.milliseconds - (slots - static_cast<std::int64_t>(slot)) * width;
        const auto jitter = numbers.below(std::min(static_cast<std::uint64_t>(width), max_bound));
        return base::Instant{begin + static_cast<std::int64_t>(jitter)};
    }
    /// A permutation of 0 to accounts - 1: steps by a prime that does not divide their number.
    [[nodiscard]] std::uint64_t shuffled(std::uint64_t index) const {
        const std::uint64_t stride = accounts_ % 1'000'003 != 0 ? 1'000'003 : 1'000'033;
        return (index * stride + accounts_ / 3) % accounts_;
    }

    std::uint64_t seed_;
    std::uint64_t accounts_;
    Numbers numbers_;
};

}  // namespace

std::string generated_account(std::uint64_t seed, std::uint64_t index) {
    Numbers numbers(seed, index);
    return invent(numbers, index).account;
}

base::Result<GeneratedRecords> generate_records(const std::filesystem::path& folder,
                                                std::uint64_t seed, std::uint64_t accounts) {
    if (accounts == 0 || accounts > max_generated_accounts) {
        return base::fail(base::ErrorKind::too_large, "so many accounts cannot be generated",
                          "from 1 to " + std::to_string(max_generated_accounts));
    }
    LogLines log(seed, accounts);
    Output rows(folder / "accounts.csv");
    rows.write(accounts_header);
    rows.write("\n");
    for (std::uint64_t i = 0; i < accounts; ++i) {
        rows.write(account_row(seed, i, log.registered(i)));
    }
    COMITY_TRY(rows.close());
    const std::uint64_t lines = accounts * lines_per_account;
    Output accesses(folder / "access.log");
    for (std::uint64_t i = 0; i < lines; ++i) {
        accesses.write(log.line(i));
    }
    COMITY_TRY(accesses.close());
    return GeneratedRecords{accounts, lines};
}

}  // namespace comity::records
