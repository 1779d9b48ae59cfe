#pragma once

// HTTP/1.1 text (RFC 9112) to message values and back. Beast's parser stands behind it and nowhere
// else; writing is plain strings, because a response is a few lines and a body.

#include <cstddef>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "ground/base/base.h"
#include "ground/message/message.h"

namespace comity::http::detail {

struct TextLimits {
    std::size_t header_bytes = 0;
    std::size_t body_bytes = 0;
};

/// Why a message cannot be read, and what a server answers to it.
struct Fault {
    int status = 400;
    std::string reason;
};

enum class Arrival { more, whole };
enum class Persistence { close, keep_alive };
enum class Method { head, other };

/// Reads requests that follow each other on one connection.
class RequestReader {
 public:
    explicit RequestReader(const TextLimits& limits);
    ~RequestReader();
    RequestReader(const RequestReader&) = delete;
    RequestReader& operator=(const RequestReader&) = delete;

    /// Where the next bytes go; then arrived() says how many came.
    [[nodiscard]] std::span<char> space();
    [[nodiscard]] std::expected<Arrival, Fault> arrived(std::size_t size);
    /// True once per request that asks to be told to go on (RFC 9110 10.1.1).
    [[nodiscard]] bool wants_continue();
    /// Bytes of the next request are here already.
    [[nodiscard]] bool holds_bytes() const;
    /// The whole request; the reader is ready for the next one.
    [[nodiscard]] message::Request take();

    /// Of the request last taken.
    [[nodiscard]] Persistence persistence() const;

 private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Reads one response; interim responses (1xx) are passed over.
class ResponseReader {
 public:
    ResponseReader(const TextLimits& limits, Method answers);
    ~ResponseReader();
    ResponseReader(const ResponseReader&) = delete;
    ResponseReader& operator=(const ResponseReader&) = delete;

    [[nodiscard]] std::span<char> space();
    [[nodiscard]] std::expected<Arrival, Fault> arrived(std::size_t size);
    /// The peer closed: whole, if the response was to end so.
    [[nodiscard]] std::expected<Arrival, Fault> ended();
    [[nodiscard]] bool has_begun() const;
    [[nodiscard]] Persistence persistence() const;
    [[nodiscard]] message::Response take();

 private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Head and, if it is small, body in one string for one TLS record; a large body follows by itself.
struct Text {
    std::string head;
    std::string body;
};

/// Kind malformed if a header or the target would break the message's frame.
[[nodiscard]] base::Result<Text> request_text(message::Request request, std::string_view host);
/// As request_text(). Content-Length and Connection are written here, never taken from the
/// response.
[[nodiscard]] base::Result<Text> response_text(message::Response response, Persistence persistence,
                                               Method answers);

}  // namespace comity::http::detail
