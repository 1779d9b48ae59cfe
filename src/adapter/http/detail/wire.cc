#include "adapter/http/detail/wire.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace comity::http::detail {

namespace {

namespace beast = boost::beast;

using base::ErrorKind;

constexpr std::size_t read_size = 16 * 1024;        // one TLS record
constexpr std::size_t one_record_body = 16 * 1024;  // up to here a body is copied behind its head
constexpr int most_interim_responses = 8;

std::string_view view_of(beast::string_view text) {
    return {text.data(), text.size()};
}

Fault fault_of(const beast::error_code& code) {
    if (code == beast::http::error::body_limit) {
        return {413, "the body is too large"};
    }
    if (code == beast::http::error::header_limit) {
        return {431, "the header is too large"};
    }
    return {400, "this is not HTTP/1.1: " + code.message()};
}

template <class Fields>
message::Headers headers_of(const Fields& fields) {
    message::Headers headers;
    headers.fields.reserve(16);
    for (const auto& field : fields) {
        headers.fields.emplace_back(std::string(view_of(field.name_string())),
                                    std::string(view_of(field.value())));
    }
    return headers;
}

/// Feeds `buffer` to the parser until it wants more, is done, or fails.
template <class Parser>
std::expected<Arrival, Fault> feed(Parser& parser, beast::flat_buffer& buffer) {
    while (!parser.is_done() && buffer.size() > 0) {
        beast::error_code error;
        const std::size_t used = parser.put(buffer.data(), error);
        buffer.consume(used);
        if (error && error != beast::http::error::need_more) {
            return std::unexpected(fault_of(error));
        }
        if (error || used == 0) {
            return Arrival::more;
        }
    }
    return parser.is_done() ? Arrival::whole : Arrival::more;
}

template <class Buffer>
std::span<char> space_in(Buffer& buffer) {
    const auto room = buffer.prepare(read_size);
    return {static_cast<char*>(room.data()), room.size()};
}

bool is_token(std::string_view text) {
    static constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               marks.find(c) != std::string_view::npos;
    });
}

bool is_field_value(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
    });
}

bool is_origin_form(std::string_view target) {
    return target.starts_with('/') && std::all_of(target.begin(), target.end(), [](char c) {
               return static_cast<unsigned char>(c) > 0x20 && c != 0x7f;
           });
}

bool equal_ignoring_case(std::string_view one, std::string_view other) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                      [&lower](char a, char b) { return lower(a) == lower(b); });
}

/// Headers that frame the message are ours to write.
bool is_framing(std::string_view name) {
    constexpr std::array<std::string_view, 6> framing = {
        "connection", "content-length", "transfer-encoding", "host", "upgrade", "keep-alive"};
    return std::any_of(framing.begin(), framing.end(),
                       [name](std::string_view own) { return equal_ignoring_case(name, own); });
}

base::Result<void> append_headers(std::string& text, const message::Headers& headers) {
    for (const auto& [name, value] : headers.fields) {
        if (!is_token(name) || !is_field_value(value)) {
            return base::fail(ErrorKind::malformed, "this cannot be an HTTP header",
                              name.substr(0, 80));
        }
        if (is_framing(name)) {
            continue;
        }
        text.append(name).append(": ").append(value).append("\r\n");
    }
    return {};
}

Text joined(std::string head, std::string body) {
    if (body.size() <= one_record_body) {
        head += body;
        body.clear();
    }
    return {std::move(head), std::move(body)};
}

}  // namespace

struct RequestReader::State {
    using Parser = beast::http::request_parser<beast::http::string_body>;

    explicit State(const TextLimits& given) : limits(given) { restart(); }

    void restart() {
        parser.emplace();
        parser->header_limit(static_cast<std::uint32_t>(limits.header_bytes));
        parser->body_limit(limits.body_bytes);
        parser->eager(true);
        asked_to_continue = false;
    }

    /// What Beast lets pass and we do not: HTTP/1.1 without exactly one Host (RFC 9112 3.2), and
    /// any target but a path.
    [[nodiscard]] std::optional<Fault> refusal() const {
        const auto& head = parser->get();
        if (head.version() > 11 ||
            (head.version() == 11 && head.count(beast::http::field::host) != 1)) {
            return Fault{400, "a request of HTTP/1.1 has one Host header"};
        }
        if (!is_origin_form(view_of(head.target()))) {
            return Fault{400, "the request's target is no path"};
        }
        return std::nullopt;
    }

    TextLimits limits;
    beast::flat_buffer buffer;
    std::optional<Parser> parser;
    bool asked_to_continue = false;
    Persistence persistence = Persistence::keep_alive;
};

RequestReader::RequestReader(const TextLimits& limits) : state_(std::make_unique<State>(limits)) {
}
RequestReader::~RequestReader() = default;

std::span<char> RequestReader::space() {
    return space_in(state_->buffer);
}

std::expected<Arrival, Fault> RequestReader::arrived(std::size_t size) {
    state_->buffer.commit(size);
    const bool head_was_here = state_->parser->is_header_done();
    auto arrival = feed(*state_->parser, state_->buffer);
    if (arrival && !head_was_here && state_->parser->is_header_done()) {
        if (auto refused = state_->refusal()) {
            return std::unexpected(std::move(*refused));
        }
    }
    // A header that does not end is a header too large, whatever Beast makes of its lines.
    if (arrival && !state_->parser->is_header_done() &&
        state_->buffer.size() > state_->limits.header_bytes) {
        return std::unexpected(Fault{431, "the header is too large"});
    }
    return arrival;
}

bool RequestReader::wants_continue() {
    const auto& parser = *state_->parser;
    if (state_->asked_to_continue || !parser.is_header_done() || parser.is_done()) {
        return false;
    }
    const auto expect = parser.get().find(beast::http::field::expect);
    if (expect == parser.get().end() ||
        !equal_ignoring_case(view_of(expect->value()), "100-continue")) {
        return false;
    }
    state_->asked_to_continue = true;
    return true;
}

bool RequestReader::holds_bytes() const {
    return state_->buffer.size() > 0 || state_->parser->got_some();
}

message::Request RequestReader::take() {
    auto& parsed = state_->parser->get();
    state_->persistence = parsed.keep_alive() ? Persistence::keep_alive : Persistence::close;
    message::Request request;
    request.method = std::string(view_of(parsed.method_string()));
    request.target = std::string(view_of(parsed.target()));
    request.headers = headers_of(parsed);
    request.body = std::move(parsed.body());
    state_->restart();
    return request;
}

Persistence RequestReader::persistence() const {
    return state_->persistence;
}

struct ResponseReader::State {
    using Parser = beast::http::response_parser<beast::http::string_body>;

    State(const TextLimits& given, Method method) : limits(given), answers(method) { restart(); }

    void restart() {
        parser.emplace();
        parser->header_limit(static_cast<std::uint32_t>(limits.header_bytes));
        parser->body_limit(limits.body_bytes);
        parser->eager(true);
        if (answers == Method::head) {
            parser->skip(true);
        }
    }

    TextLimits limits;
    Method answers;
    beast::flat_buffer buffer;
    std::optional<Parser> parser;
    int interim = 0;
    bool begun = false;
};

ResponseReader::ResponseReader(const TextLimits& limits, Method answers)
    : state_(std::make_unique<State>(limits, answers)) {
}
ResponseReader::~ResponseReader() = default;

std::span<char> ResponseReader::space() {
    return space_in(state_->buffer);
}

std::expected<Arrival, Fault> ResponseReader::arrived(std::size_t size) {
    state_->begun = state_->begun || size > 0;
    state_->buffer.commit(size);
    while (true) {
        auto arrival = feed(*state_->parser, state_->buffer);
        if (!arrival || *arrival == Arrival::more) {
            return arrival;
        }
        if (state_->parser->get().result_int() >= 200) {
            return Arrival::whole;
        }
        if (state_->parser->get().result_int() == 101 ||
            ++state_->interim > most_interim_responses) {
            return std::unexpected(Fault{400, "the peer sends interim responses only"});
        }
        state_->restart();
    }
}

std::expected<Arrival, Fault> ResponseReader::ended() {
    beast::error_code error;
    if (state_->parser->got_some()) {
        state_->parser->put_eof(error);
    }
    if (error || !state_->parser->is_done()) {
        return std::unexpected(Fault{400, "the peer closed the connection inside its response"});
    }
    return Arrival::whole;
}

bool ResponseReader::has_begun() const {
    return state_->begun;
}

Persistence ResponseReader::persistence() const {
    const bool keep = state_->parser->keep_alive() && state_->buffer.size() == 0;
    return keep ? Persistence::keep_alive : Persistence::close;
}

message::Response ResponseReader::take() {
    auto& parsed = state_->parser->get();
    message::Response response;
    response.status = static_cast<int>(parsed.result_int());
    response.headers = headers_of(parsed);
    response.body = std::move(parsed.body());
    return response;
}

base::Result<Text> request_text(message::Request request, std::string_view host) {
    if (!is_token(request.method) || !is_origin_form(request.target) || !is_field_value(host)) {
        return base::fail(ErrorKind::malformed, "this cannot be sent as an HTTP request",
                          request.method.substr(0, 20) + " " + request.target.substr(0, 200),
                          "a target is a path without spaces");
    }
    std::string head;
    head.reserve(512 + std::min(request.body.size(), one_record_body));
    head.append(request.method).append(" ").append(request.target);
    head.append(" HTTP/1.1\r\nHost: ").append(host).append("\r\n");
    COMITY_TRY(append_headers(head, request.headers));
    head.append("Content-Length: ").append(std::to_string(request.body.size()));
    head.append("\r\n\r\n");
    return joined(std::move(head), std::move(request.body));
}

base::Result<Text> response_text(message::Response response, Persistence persistence,
                                 Method answers) {
    if (response.status < 200 || response.status > 599) {
        return base::fail(ErrorKind::malformed, "this is not the status of a final response",
                          std::to_string(response.status));
    }
    const bool without_body = response.status == 204 || response.status == 304;
    const auto reason = beast::http::obsolete_reason(
        beast::http::int_to_status(static_cast<unsigned>(response.status)));
    std::string head;
    head.reserve(512 + std::min(response.body.size(), one_record_body));
    head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
    head.append(view_of(reason)).append("\r\n");
    COMITY_TRY(append_headers(head, response.headers));
    if (!without_body) {
        head.append("Content-Length: ").append(std::to_string(response.body.size()));
        head.append("\r\n");
    }
    head.append(persistence == Persistence::close ? "Connection: close\r\n\r\n" : "\r\n");
    if (without_body || answers == Method::head) {
        response.body.clear();
    }
    return joined(std::move(head), std::move(response.body));
}

}  // namespace comity::http::detail
