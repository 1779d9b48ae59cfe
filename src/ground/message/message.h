#pragma once

// message: HTTP requests and responses as plain values, so that the node's use cases can be tested
// without a socket and adapter/http is the only place that knows Beast.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ground/base/base.h"

namespace comity::message {

struct Headers {
    std::vector<std::pair<std::string, std::string>> fields;

    /// First field of that name, case-insensitively.
    [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const;
    void set(std::string_view name, std::string_view value);
};

struct Request {
    std::string method;  ///< "GET", "POST", upper case
    std::string target;  ///< path and query, origin form
    Headers headers;
    std::string body;
    /// SHA-256 of the SubjectPublicKeyInfo of the client's TLS certificate; none without mutual
    /// TLS.
    std::optional<base::Digest> peer_key;

    /// The target without its query.
    [[nodiscard]] std::string_view path() const;
};

[[nodiscard]] Request get_request(std::string_view target);
[[nodiscard]] Request post_request(std::string_view target, std::string body,
                                   std::string_view content_type = "application/json");

struct Response {
    int status = 200;
    Headers headers;
    std::string body;
};

[[nodiscard]] Response text_response(int status, std::string_view body);
[[nodiscard]] Response json_response(int status, std::string body);
/// The response to an error: status by kind, body {"code","message","fix","ref"}; an internal
/// failure tells an outsider nothing more than that it happened.
[[nodiscard]] Response error_response(const base::Error& error);
/// Reads an error_response() back, for clients; kind unavailable if the body is no error body.
[[nodiscard]] base::Error error_of(const Response& response);

}  // namespace comity::message
