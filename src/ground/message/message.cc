#include "ground/message/message.h"

#include <algorithm>

#include "ground/codec/codec.h"

namespace comity::message {

namespace detail {

/// What an error says to the other side. `code` is the name of its kind.
struct ErrorBody {
    std::string code;
    std::string message;
    std::optional<std::string> why;
    std::optional<std::string> fix;
    std::optional<std::string> place;
    std::optional<std::string> ref;  ///< the clause that decides
};

}  // namespace detail

namespace {

using detail::ErrorBody;

constexpr std::size_t text_limit = 4096;
constexpr std::size_t body_limit = 256 * 1024;

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_name(std::string_view left, std::string_view right) {
    return std::ranges::equal(left, right, {}, lower, lower);
}

int status_of(base::ErrorKind kind) {
    using enum base::ErrorKind;
    switch (kind) {
        case failure: return 500;
        case malformed: return 400;
        case too_large: return 413;
        case not_found: return 404;
        case inadmissible: return 403;
        case lacks_facts: return 422;
        case invalid: return 400;
        case not_proven: return 403;
        case conflict: return 409;
        case unavailable: return 502;
        case try_later: return 503;
    }
    std::unreachable();
}

std::optional<base::ErrorKind> kind_named(std::string_view name) {
    using enum base::ErrorKind;
    for (const base::ErrorKind kind :
         {failure, malformed, too_large, not_found, inadmissible, lacks_facts, invalid, not_proven,
          conflict, unavailable, try_later}) {
        if (base::name_of(kind) == name) {
            return kind;
        }
    }
    return std::nullopt;
}

/// What the other side can read of `text`: at most `text_limit` bytes, cut between characters. An
/// error may quote input that is no Unicode; of such a text only ASCII is told.
std::string readable(std::string_view text) {
    std::size_t end = std::min(text.size(), text_limit);
    while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) {
        --end;
    }
    std::string told(text.substr(0, end));
    if (!codec::parse(codec::canonical(codec::Value(told)))) {
        std::ranges::replace_if(told, [](char c) { return (c & 0x80) != 0; }, '?');
    }
    return told;
}

std::optional<std::string> unless_empty(std::string_view text) {
    return text.empty() ? std::optional<std::string>{} : readable(text);
}

}  // namespace

}  // namespace comity::message

template <>
struct comity::codec::Message<comity::message::detail::ErrorBody> {
    using Body = comity::message::detail::ErrorBody;
    static constexpr std::string_view name = "error";
    static constexpr auto fields =
        std::tuple{field("code", &Body::code, "the kind of error", 64),
                   field("message", &Body::message, "what happened", message::text_limit),
                   field("why", &Body::why, "the reason", message::text_limit),
                   field("fix", &Body::fix, "what to do next", message::text_limit),
                   field("place", &Body::place, "where in the input", message::text_limit),
                   field("ref", &Body::ref, "the clause that decides", message::text_limit)};
};

namespace comity::message {

std::optional<std::string_view> Headers::get(std::string_view name) const {
    for (const auto& [known, value] : fields) {
        if (same_name(known, name)) {
            return value;
        }
    }
    return std::nullopt;
}

void Headers::set(std::string_view name, std::string_view value) {
    std::erase_if(fields, [&](const auto& one) { return same_name(one.first, name); });
    fields.emplace_back(name, value);
}

std::string_view Request::path() const {
    const std::string_view whole = target;
    return whole.substr(0, whole.find('?'));
}

Request get_request(std::string_view target) {
    Request request;
    request.method = "GET";
    request.target = std::string(target);
    return request;
}

Request post_request(std::string_view target, std::string body, std::string_view content_type) {
    Request request;
    request.method = "POST";
    request.target = std::string(target);
    request.headers.set("content-type", content_type);
    request.body = std::move(body);
    return request;
}

Response text_response(int status, std::string_view body) {
    Response response{status, {}, std::string(body)};
    response.headers.set("Content-Type", "text/plain; charset=utf-8");
    return response;
}

Response json_response(int status, std::string body) {
    Response response{status, {}, std::move(body)};
    response.headers.set("Content-Type", "application/json");
    return response;
}

Response error_response(const base::Error& error) {
    ErrorBody body{std::string(base::name_of(error.kind)), {}, {}, {}, {}, {}};
    if (error.kind == base::ErrorKind::failure) {
        // What failed inside is for the operator's log, not for the other side.
        body.message = "the request could not be carried out here";
    } else {
        body.message = readable(error.what);
        body.why = unless_empty(error.why);
        body.fix = unless_empty(error.next);
        body.place = unless_empty(error.place);
        body.ref = unless_empty(error.clause);
    }
    return json_response(status_of(error.kind), codec::write(body));
}

base::Error error_of(const Response& response) {
    codec::JsonLimits limits;
    limits.bytes = body_limit;
    limits.depth = 1;
    auto body = codec::read_text<ErrorBody>(response.body, limits);
    const std::optional<base::ErrorKind> kind =
        body ? kind_named(body->code) : std::optional<base::ErrorKind>{};
    if (!kind || status_of(*kind) != response.status) {
        return {base::ErrorKind::unavailable,
                "the other side answered with status " + std::to_string(response.status),
                "its body is not an error of this protocol",
                {},
                {},
                {}};
    }
    return {*kind,
            std::move(body->message),
            std::move(body->why).value_or(""),
            std::move(body->fix).value_or(""),
            std::move(body->place).value_or(""),
            std::move(body->ref).value_or("")};
}

}  // namespace comity::message
