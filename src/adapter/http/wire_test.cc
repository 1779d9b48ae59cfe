#include "adapter/http/detail/wire.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <optional>
#include <rapidcheck.h>
#include <string>
#include <utility>
#include <vector>

namespace comity::http::detail {
namespace {

constexpr TextLimits limits{1024, 4096};

/// Gives `text` to the reader in pieces of `piece` bytes, until a request is whole.
std::expected<Arrival, Fault> feed(RequestReader& reader, std::string_view text,
                                   std::size_t piece = 16 * 1024) {
    std::expected<Arrival, Fault> arrival = Arrival::more;
    while (!text.empty() && arrival && *arrival == Arrival::more) {
        const auto space = reader.space();
        const std::size_t size = std::min({piece, space.size(), text.size()});
        std::copy_n(text.begin(), size, space.begin());
        arrival = reader.arrived(size);
        text.remove_prefix(size);
    }
    return arrival;
}

int status_of(std::string_view text) {
    RequestReader reader(limits);
    const auto arrival = feed(reader, text);
    return !arrival ? arrival.error().status : *arrival == Arrival::whole ? 200 : 0;
}

TEST(RequestReader, reads_a_request_however_it_is_cut) {
    const std::string text =
        "POST /acts?x=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nX-One: two\r\n\r\nhello";
    for (std::size_t piece = 1; piece <= text.size(); ++piece) {
        RequestReader reader(limits);
        const auto arrival = feed(reader, text, piece);
        ASSERT_TRUE(arrival);
        ASSERT_EQ(*arrival, Arrival::whole);
        const message::Request request = reader.take();
        EXPECT_EQ(request.method, "POST");
        EXPECT_EQ(request.target, "/acts?x=1");
        EXPECT_EQ(request.headers.get("x-one"), "two");
        EXPECT_EQ(request.body, "hello");
        EXPECT_EQ(reader.persistence(), Persistence::keep_alive);
        EXPECT_FALSE(reader.holds_bytes());
    }
}

TEST(RequestReader, reads_a_chunked_body) {
    RequestReader reader(limits);
    const auto arrival = feed(reader,
                              "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                              "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
    ASSERT_TRUE(arrival);
    ASSERT_EQ(*arrival, Arrival::whole);
    EXPECT_EQ(reader.take().body, "abcde");
}

TEST(RequestReader, keeps_the_bytes_behind_a_whole_request) {
    RequestReader reader(limits);
    const auto first =
        feed(reader, "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_TRUE(first && *first == Arrival::whole);
    EXPECT_EQ(reader.take().target, "/1");
    EXPECT_TRUE(reader.holds_bytes());
}

TEST(RequestReader, refuses_what_is_no_request) {
    for (const std::string_view text :
         {"\x16\x03\x01\x02\x01\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/2.0\r\n\r\n",
          "GET / HTTP/1.1\r\n\r\n",                        // no Host
          "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",  // two
          "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",     // absolute form
          "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",         // no path
          "GET / HTTP/1.1\r\nHost : a\r\n\r\n",            // space before colon
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"}) {
        EXPECT_EQ(status_of(text), 400) << text;
    }
}

TEST(RequestReader, refuses_a_body_over_its_limit_before_it_comes) {
    const std::string head = "POST / HTTP/1.1\r\nHost: a\r\n";
    EXPECT_EQ(status_of(head + "Content-Length: 4096\r\n\r\n" + std::string(4096, 'x')), 200);
    EXPECT_EQ(status_of(head + "Content-Length: 4097\r\n\r\n"), 413);
    EXPECT_EQ(status_of(head + "Content-Length: 18446744073709551615\r\n\r\n"), 413);
    std::string chunked = head + "Transfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 5; ++i) {
        chunked += "400\r\n" + std::string(1024, 'x') + "\r\n";
    }
    EXPECT_EQ(status_of(chunked), 413);
}

TEST(RequestReader, refuses_a_header_over_its_limit_also_if_it_never_ends) {
    const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
    EXPECT_EQ(status_of(head + "X: " + std::string(500, 'x') + "\r\n\r\n"), 200);
    EXPECT_EQ(status_of(head + "X: " + std::string(2000, 'x') + "\r\n\r\n"), 431);
    EXPECT_EQ(status_of(head + "X: " + std::string(2000, 'x')), 431);
    EXPECT_EQ(status_of("GET /" + std::string(2000, 'x')), 431);
    std::string many = head;
    for (int i = 0; i < 300; ++i) {
        many += "A: b\r\n";
    }
    EXPECT_EQ(status_of(many), 431);
}

TEST(RequestReader, asks_to_continue_once_and_only_if_the_body_lacks) {
    const std::string head =
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";
    RequestReader waiting(limits);
    ASSERT_TRUE(feed(waiting, head));
    EXPECT_TRUE(waiting.wants_continue());
    EXPECT_FALSE(waiting.wants_continue());
    RequestReader whole(limits);
    ASSERT_TRUE(feed(whole, head + "ab"));
    EXPECT_FALSE(whole.wants_continue());
}

/// A fault may be seen at once or only when the deadline cuts a request that never ends; but which
/// requests are whole, and what they say, must not hang on how they were cut.
TEST(RequestReader, the_way_of_cutting_does_not_change_which_request_is_read) {
    EXPECT_TRUE(rc::check("pieces against the whole", [] {
        std::string text = "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody";
        const auto changes =
            *rc::gen::container<std::vector<std::pair<std::size_t, char>>>(rc::gen::pair(
                rc::gen::inRange<std::size_t>(0, text.size()), rc::gen::arbitrary<char>()));
        for (const auto& [at, byte] : changes) {
            text[at] = byte;
        }
        const auto piece = *rc::gen::inRange<std::size_t>(1, text.size());
        RequestReader at_once(limits);
        RequestReader in_pieces(limits);
        const auto one = feed(at_once, text);
        const auto other = feed(in_pieces, text, piece);
        const bool whole = one && *one == Arrival::whole;
        RC_ASSERT(whole == (other && *other == Arrival::whole));
        if (whole) {
            const message::Request first = at_once.take();
            const message::Request second = in_pieces.take();
            RC_ASSERT(first.method == second.method);
            RC_ASSERT(first.target == second.target);
            RC_ASSERT(first.headers.fields == second.headers.fields);
            RC_ASSERT(first.body == second.body);
        }
    }));
}

struct Outcome {
    std::expected<Arrival, Fault> arrival;
    message::Response response;
    Persistence persistence = Persistence::close;
};

Outcome read_response(std::string_view text, Method method = Method::other, bool closes = false) {
    ResponseReader reader(limits, method);
    std::expected<Arrival, Fault> arrival = Arrival::more;
    for (std::size_t at = 0; at < text.size() && arrival && *arrival == Arrival::more;) {
        const auto space = reader.space();
        const std::size_t size = std::min<std::size_t>({7, space.size(), text.size() - at});
        std::copy_n(text.begin() + static_cast<std::ptrdiff_t>(at), size, space.begin());
        arrival = reader.arrived(size);
        at += size;
    }
    if (arrival && *arrival == Arrival::more && closes) {
        arrival = reader.ended();
    }
    if (!arrival || *arrival != Arrival::whole) {
        return {arrival, {}};
    }
    const Persistence persistence = reader.persistence();
    return {arrival, reader.take(), persistence};
}

TEST(ResponseReader, reads_what_response_text_writes) {
    EXPECT_TRUE(rc::check("round trip", [] {
        message::Response response;
        response.status = *rc::gen::inRange(200, 600);
        const bool without = response.status == 204 || response.status == 304;
        response.body = without ? "" : *rc::gen::resize(200, rc::gen::arbitrary<std::string>());
        response.headers.set("X-Name", "value");
        const auto persistence = *rc::gen::element(Persistence::keep_alive, Persistence::close);
        const auto text = response_text(response, persistence, Method::other);
        RC_ASSERT(text.has_value());
        const Outcome outcome = read_response(text->head + text->body);
        RC_ASSERT(outcome.arrival.has_value());
        RC_ASSERT(*outcome.arrival == Arrival::whole);
        RC_ASSERT(outcome.response.status == response.status);
        RC_ASSERT(outcome.response.body == response.body);
        RC_ASSERT(outcome.response.headers.get("x-name") == "value");
        RC_ASSERT(outcome.persistence == persistence);
    }));
}

TEST(ResponseReader, passes_over_interim_responses_but_not_for_ever) {
    const std::string interim = "HTTP/1.1 100 Continue\r\n\r\n";
    const std::string final = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx";
    EXPECT_EQ(read_response(interim + interim + final).response.body, "x");
    std::string many;
    for (int i = 0; i < 20; ++i) {
        many += interim;
    }
    EXPECT_FALSE(read_response(many + final).arrival);
}

TEST(ResponseReader, a_response_without_a_length_ends_with_the_connection) {
    const auto ended = read_response("HTTP/1.1 200 OK\r\n\r\nabc", Method::other, true);
    ASSERT_TRUE(ended.arrival && *ended.arrival == Arrival::whole);
    EXPECT_EQ(ended.response.body, "abc");
    EXPECT_EQ(ended.persistence, Persistence::close);
    const auto cut =
        read_response("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", Method::other, true);
    EXPECT_FALSE(cut.arrival);
}

TEST(ResponseReader, a_response_to_head_has_a_length_and_no_body) {
    message::Response response = message::text_response(200, "hello");
    const auto text = response_text(response, Persistence::keep_alive, Method::head);
    ASSERT_TRUE(text);
    EXPECT_NE(text->head.find("Content-Length: 5\r\n"), std::string::npos);
    EXPECT_TRUE(text->head.ends_with("\r\n\r\n"));
    EXPECT_TRUE(text->body.empty());
    const auto outcome = read_response(text->head, Method::head);
    ASSERT_TRUE(outcome.arrival);
    EXPECT_EQ(*outcome.arrival, Arrival::whole);
}

TEST(ResponseReader, refuses_a_response_over_its_limits) {
    const auto large = read_response("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n");
    ASSERT_FALSE(large.arrival);
    EXPECT_EQ(large.arrival.error().status, 413);
    EXPECT_FALSE(read_response("HTTP/1.1 200 OK\r\nX: " + std::string(2000, 'x')).arrival);
    EXPECT_FALSE(read_response("SSH-2.0-OpenSSH_9.2\r\n\r\n").arrival);
}

TEST(ResponseText, refuses_headers_that_would_break_out_of_their_line) {
    for (const auto& [name, value] :
         {std::pair<std::string, std::string>{"X", "a\r\nSet-Cookie: b"},
          {"X", "a\nb"},
          {"X", std::string("a\0b", 3)},
          {"X Y", "a"},
          {"X:", "a"},
          {"", "a"},
          {"X\r\nY", "a"}}) {
        message::Response response;
        response.headers.fields.emplace_back(name, value);
        EXPECT_FALSE(response_text(response, Persistence::close, Method::other)) << name;
    }
}

TEST(ResponseText, frames_the_message_itself) {
    message::Response response = message::text_response(200, "hello");
    response.headers.set("Content-Length", "1000");
    response.headers.set("Transfer-Encoding", "chunked");
    response.headers.set("Connection", "upgrade");
    const auto text = response_text(response, Persistence::keep_alive, Method::other);
    ASSERT_TRUE(text);
    EXPECT_EQ(text->head.find("1000"), std::string::npos);
    EXPECT_EQ(text->head.find("chunked"), std::string::npos);
    EXPECT_EQ(text->head.find("upgrade"), std::string::npos);
    response.status = 100;
    EXPECT_FALSE(response_text(response, Persistence::close, Method::other));
}

TEST(RequestText, refuses_targets_and_methods_that_would_break_the_first_line) {
    for (const std::string_view target : {"", "acts", "/a b", "/a\r\nX: y", "http://a/"}) {
        message::Request request;
        request.method = "GET";
        request.target = target;
        EXPECT_FALSE(request_text(request, "a:1")) << target;
    }
    message::Request request;
    request.method = "GET /";
    request.target = "/";
    EXPECT_FALSE(request_text(request, "a:1"));
    request.method = "GET";
    EXPECT_FALSE(request_text(request, "a\r\nX: y"));
    EXPECT_TRUE(request_text(request, "a:1"));
}

TEST(RequestText, is_read_back_by_the_reader_small_and_large) {
    for (const std::size_t size : {0U, 1U, 4000U, 100000U}) {
        message::Request request;
        request.method = "POST";
        request.target = "/acts";
        request.headers.set("Content-Type", "application/json");
        request.body = std::string(size, 'x');
        const auto text = request_text(request, "node:1");
        ASSERT_TRUE(text);
        EXPECT_EQ(text->body.empty(), size < 16 * 1024);
        RequestReader reader(TextLimits{1024, 1 << 20});
        const auto arrival = feed(reader, text->head + text->body);
        ASSERT_TRUE(arrival && *arrival == Arrival::whole);
        const message::Request read = reader.take();
        EXPECT_EQ(read.body, request.body);
        EXPECT_EQ(read.headers.get("host"), "node:1");
        EXPECT_EQ(read.headers.get("content-type"), "application/json");
    }
}

}  // namespace
}  // namespace comity::http::detail
