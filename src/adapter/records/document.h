#pragma once

// The answer of a provider's records, canonical JSON (docs/formats/records.md).

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "ground/base/base.h"
#include "ground/codec/codec.h"

namespace comity::records {

inline constexpr std::int64_t document_version = 1;
/// Access lines in one answer; over it the order must name a shorter time.
inline constexpr std::size_t max_access_lines = 20'000;
inline constexpr std::size_t max_cell_bytes = 4096;

/// An address that an account was used from: subscriber data where it is that of the registration
/// or of the last log-in, as the practice under the conventions has it; otherwise traffic data.
struct AddressUse {
    base::Instant at;
    std::string address;
    std::uint16_t port = 0;
    friend bool operator==(const AddressUse&, const AddressUse&) = default;
};

/// Data category `registration`.
struct Registration {
    base::Instant registered;
    std::string status;
    friend bool operator==(const Registration&, const Registration&) = default;
};

/// Data category `subscriber`.
struct Subscriber {
    std::string name;
    std::string street;
    std::string city;
    std::string country;
    std::string phone;
    std::string recovery_address;
    std::optional<AddressUse> registered_from;
    std::optional<AddressUse> last_login;
    friend bool operator==(const Subscriber&, const Subscriber&) = default;
};

/// Data category `traffic`.
struct Access {
    base::Instant at;
    std::string action;
    std::string address;
    std::uint16_t port = 0;
    std::string agent;
    friend bool operator==(const Access&, const Access&) = default;
};

struct Traffic {
    base::Instant from;
    base::Instant until;
    std::vector<Access> access;
    friend bool operator==(const Traffic&, const Traffic&) = default;
};

/// A member for each data category that was asked for, and none other.
struct RecordDocument {
    std::int64_t version = document_version;
    std::string account;
    bool found = false;
    std::optional<Registration> registration;
    std::optional<Subscriber> subscriber;
    std::optional<Traffic> traffic;
    friend bool operator==(const RecordDocument&, const RecordDocument&) = default;
};

/// Reads an answer. Kinds malformed, too_large.
[[nodiscard]] base::Result<RecordDocument> read_document(std::string_view text);

}  // namespace comity::records

template <>
struct comity::codec::Message<comity::records::AddressUse> {
    using Of = comity::records::AddressUse;
    static constexpr std::string_view name = "address_use";
    static constexpr auto fields = std::tuple{
        field("at", &Of::at, "when"), field("address", &Of::address, "IPv4 or IPv6", 64),
        field("port", &Of::port, "source port, which tells sharers of an address apart")};
};

template <>
struct comity::codec::Message<comity::records::Registration> {
    using Of = comity::records::Registration;
    static constexpr std::string_view name = "registration";
    static constexpr auto fields =
        std::tuple{field("registered", &Of::registered, "when the account was made"),
                   field("status", &Of::status, "active, suspended or closed", 32)};
};

template <>
struct comity::codec::Message<comity::records::Subscriber> {
    using Of = comity::records::Subscriber;
    static constexpr std::size_t limit = comity::records::max_cell_bytes;
    static constexpr std::string_view name = "subscriber";
    static constexpr auto fields = std::tuple{
        field("name", &Of::name, "as the subscriber gave it", limit),
        field("street", &Of::street, "as the subscriber gave it", limit),
        field("city", &Of::city, "as the subscriber gave it", limit),
        field("country", &Of::country, "as the subscriber gave it", limit),
        field("phone", &Of::phone, "as the subscriber gave it", limit),
        field("recovery_address", &Of::recovery_address, "as the subscriber gave it", limit),
        field("registered_from", &Of::registered_from, "of the registration, if logged"),
        field("last_login", &Of::last_login, "of the last log-in, if logged")};
};

template <>
struct comity::codec::Message<comity::records::Access> {
    using Of = comity::records::Access;
    static constexpr std::string_view name = "access";
    static constexpr auto fields = std::tuple{
        field("at", &Of::at, "when"), field("action", &Of::action, "what was done", 32),
        field("address", &Of::address, "IPv4 or IPv6", 64), field("port", &Of::port, "source port"),
        field("agent", &Of::agent, "user agent", comity::records::max_cell_bytes * 2)};
};

template <>
struct comity::codec::Message<comity::records::Traffic> {
    using Of = comity::records::Traffic;
    static constexpr std::string_view name = "traffic";
    static constexpr auto fields = std::tuple{
        field("from", &Of::from, "begin of the time asked for, inclusive"),
        field("until", &Of::until, "its end, exclusive"),
        field("access", &Of::access, "in the order of the log", comity::records::max_access_lines)};
};

template <>
struct comity::codec::Message<comity::records::RecordDocument> {
    using Of = comity::records::RecordDocument;
    static constexpr std::string_view name = "records";
    static constexpr auto fields =
        std::tuple{field("version", &Of::version, "1"),
                   field("account", &Of::account, "as it was searched for", 512),
                   field("found", &Of::found, "whether the account is there"),
                   field("registration", &Of::registration, "if asked for and found"),
                   field("subscriber", &Of::subscriber, "if asked for and found"),
                   field("traffic", &Of::traffic, "if asked for and found")};
};
