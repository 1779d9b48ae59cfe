#include "adapter/records/access_log.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>

namespace comity::records {

namespace {

std::unexpected<base::Error> malformed(std::string what, std::string_view found) {
    return base::fail(base::ErrorKind::malformed, std::move(what),
                      "found: " + std::string(found.substr(0, 80)));
}

bool is_address(const std::string& text) {
    std::array<std::uint8_t, 16> ignored{};
    return ::inet_pton(AF_INET, text.c_str(), ignored.data()) == 1 ||
           ::inet_pton(AF_INET6, text.c_str(), ignored.data()) == 1;
}

bool is_action(std::string_view text) {
    return !text.empty() && text.size() <= 32 &&
           std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
}

/// Within quotation marks: a mark or a backslash stands behind a backslash, and nothing else does.
base::Result<std::string> read_agent(std::string_view escaped) {
    std::string agent;
    for (std::size_t i = 0; i < escaped.size(); ++i) {
        if (escaped[i] == '\\') {
            ++i;
            if (i == escaped.size() || (escaped[i] != '"' && escaped[i] != '\\')) {
                return malformed("the user agent has a wrong escape", escaped);
            }
        } else if (escaped[i] == '"') {
            return malformed("the user agent has a quotation mark inside", escaped);
        }
        agent.push_back(escaped[i]);
    }
    return agent;
}

}  // namespace

base::Result<AccessParts> split_access_line(std::string_view line) {
    std::array<std::string_view, 5> words;
    std::string_view rest = line;
    for (std::string_view& word : words) {
        const std::size_t space = rest.find(' ');
        if (space == std::string_view::npos || space == 0) {
            return malformed("an access has six parts with one space between them", line);
        }
        word = rest.substr(0, space);
        rest.remove_prefix(space + 1);
    }
    if (rest.size() < 2 || !rest.starts_with('"') || !rest.ends_with('"')) {
        return malformed("the user agent does not stand in quotation marks", rest);
    }
    return AccessParts{words[0], words[1], words[2],
                       words[3], words[4], rest.substr(1, rest.size() - 2)};
}

base::Result<AccessLine> read_access(const AccessParts& parts) {
    AccessLine access;
    access.at = COMITY_TRY(base::Instant::parse(parts.at));
    access.account = parts.account;
    if (!is_action(parts.action)) {
        return malformed("this is not an action", parts.action);
    }
    access.action = parts.action;
    access.address = parts.address;
    if (!is_address(access.address)) {
        return malformed("this is not an IPv4 or IPv6 address", parts.address);
    }
    const char* end = parts.port.data() + parts.port.size();
    if (const auto [stop, error] = std::from_chars(parts.port.data(), end, access.port);
        error != std::errc() || stop != end) {
        return malformed("this is not a port", parts.port);
    }
    access.agent = COMITY_TRY(read_agent(parts.agent));
    return access;
}

std::string write_access(const AccessLine& access) {
    std::string line = access.at.text();
    line.append(" ").append(access.account).append(" ").append(access.action).append(" ");
    line.append(access.address).append(" ").append(std::to_string(access.port)).append(" \"");
    for (const char c : access.agent) {
        if (c == '"' || c == '\\') {
            line.push_back('\\');
        }
        line.push_back(c);
    }
    return line + "\"";
}

}  // namespace comity::records
