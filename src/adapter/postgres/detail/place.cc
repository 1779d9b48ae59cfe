#include "adapter/postgres/detail/place.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <libpq-fe.h>
#include <memory>

namespace comity::postgres::detail {

namespace {

constexpr std::size_t max_place_bytes = 16 * 1024;

struct OptionsFree {
    void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using Options = std::unique_ptr<PQconninfoOption, OptionsFree>;

/// A setting that has one value here, whatever the place or the environment says.
struct Fixed {
    std::string_view name;
    std::string_view value;
    std::string_view reason;
};

// sslmode and gssencmode are of no effect on a unix socket.
constexpr std::array fixed{
    Fixed{"sslmode", "verify-full", "the server must be who its name says"},
    Fixed{"gssencmode", "disable", "GSSAPI encryption would stand in for verified TLS"},
    Fixed{"target_session_attrs", "read-write", "a standby cannot be written to"},
    Fixed{"client_encoding", "UTF8", "names are UTF-8"},
};

/// Used where the place says nothing: a host that is gone is noticed within about ten seconds.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> usual{{
    {"connect_timeout", "5"},
    {"keepalives", "1"},
    {"keepalives_idle", "5"},
    {"keepalives_interval", "2"},
    {"keepalives_count", "3"},
    {"tcp_user_timeout", "10000"},
    {"fallback_application_name", "comity"},
}};

std::unexpected<base::Error> refused(std::string why, std::string next = {}) {
    return base::fail(base::ErrorKind::malformed, "this place of a store cannot be used",
                      std::move(why), std::move(next));
}

/// The settings in a file: lines of `name = value`; `#` begins a comment line.
base::Result<std::string> settings_of_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string settings;
    std::string line;
    while (std::getline(file, line)) {
        const std::size_t first = line.find_first_not_of(" \t\r");
        if (first != std::string::npos && line[first] != '#') {
            settings += line + ' ';
        }
        if (settings.size() > max_place_bytes) {
            return refused("the file is over 16 KiB");
        }
    }
    if (!file.is_open() || file.bad()) {
        return base::fail(base::ErrorKind::failure, "the file with the database's place",
                          "it cannot be read", "see that it exists and may be read");
    }
    return settings;
}

base::Result<std::string> connection_string(std::string_view text) {
    if (!text.starts_with(place_prefix)) {
        return refused("it does not begin with postgres:");
    }
    const std::string rest(text.substr(place_prefix.size()));
    if (rest.size() > max_place_bytes || rest.contains('\0')) {
        return refused("it is over 16 KiB, or not text");
    }
    if (rest.starts_with("//")) {
        return std::string(text);
    }
    return rest.contains('=') ? base::Result<std::string>(rest) : settings_of_file(rest);
}

base::Result<void> check(std::string_view name, std::string_view value) {
    if (name == "password" || name == "sslpassword") {
        return refused("a password stands in it",
                       "name a file with it by passfile=, mode 0600; see docs/operations.md");
    }
    if (name == "replication") {
        return refused("replication is not what a store does");
    }
    const auto found = std::ranges::find(fixed, name, &Fixed::name);
    if (found != fixed.end() && value != found->value) {
        return refused(std::string(name) + " is not " + std::string(found->value) + ": " +
                           std::string(found->reason),
                       "leave it out");
    }
    return {};
}

}  // namespace

base::Result<Place> Place::parse(std::string_view text) {
    const std::string string = COMITY_TRY(connection_string(text));
    char* complaint = nullptr;
    const Options options(PQconninfoParse(string.c_str(), &complaint));
    PQfreemem(complaint);  // not passed on: it may repeat a password
    if (!options) {
        return refused(
            "libpq cannot read it",
            "write settings of libpq, e.g. postgres:service=NAME, "
            "postgres:host=/run/postgresql dbname=NAME, or the path of a file with them");
    }
    Place place;
    for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
        if (option->val != nullptr) {
            COMITY_TRY(check(option->keyword, option->val));
            place.settings.emplace_back(option->keyword, option->val);
        }
    }
    const auto has = [&](std::string_view name) {
        return std::ranges::any_of(place.settings,
                                   [name](const auto& one) { return one.first == name; });
    };
    for (const Fixed& one : fixed) {
        if (!has(one.name)) {
            place.settings.emplace_back(one.name, one.value);
        }
    }
    for (const auto& [name, value] : usual) {
        if (!has(name)) {
            place.settings.emplace_back(name, value);
        }
    }
    return place;
}

namespace {

/// The members of a list with commas, the first `count` of them moved to the end.
std::string rotated(const std::string& list, std::size_t count) {
    std::vector<std::string> members{""};
    for (const char letter : list) {
        if (letter == ',') {
            members.emplace_back();
        } else {
            members.back() += letter;
        }
    }
    std::ranges::rotate(members,
                        members.begin() + static_cast<std::ptrdiff_t>(count % members.size()));
    std::string joined;
    for (const std::string& member : members) {
        joined += (&member == members.data() ? "" : ",") + member;
    }
    return joined;
}

}  // namespace

Place Place::beginning_with(std::size_t first) const {
    Place place = *this;
    for (auto& [name, value] : place.settings) {
        if (name == "host" || name == "hostaddr" || name == "port") {
            value = rotated(value, first);
        }
    }
    return place;
}

base::Result<void> refuse_password_of_environment() {
    const Options defaults(PQconndefaults());
    for (const PQconninfoOption* option = defaults.get();
         option != nullptr && option->keyword != nullptr; ++option) {
        if (std::string_view(option->keyword) == "password" && option->val != nullptr) {
            return base::fail(base::ErrorKind::malformed,
                              "a database password stands in the environment",
                              "PGPASSWORD can be read by others",
                              "take it out, and put it into a file named by passfile=");
        }
    }
    return {};
}

}  // namespace comity::postgres::detail
