#include <gtest/gtest.h>
#include <string>

#include "adapter/http/detail/testing.h"
#include "adapter/http/http.h"

namespace comity::http {
namespace {

using namespace std::chrono_literals;
using base::ErrorKind;
using detail::echo;
using detail::RunningLoop;

PublicUrl at(const Server& server, std::string path = {}) {
    return {false, "127.0.0.1", server.port(), std::move(path)};
}

TEST(PublicUrl, is_read_in_its_usual_forms) {
    EXPECT_EQ(PublicUrl::parse("https://log.example"), (PublicUrl{true, "log.example", 443, ""}));
    EXPECT_EQ(PublicUrl::parse("http://log.example:8080/a/b/"),
              (PublicUrl{false, "log.example", 8080, "/a/b"}));
    EXPECT_EQ(PublicUrl::parse("http://127.0.0.1:1"), (PublicUrl{false, "127.0.0.1", 1, ""}));
    EXPECT_EQ(PublicUrl::parse("https://[::1]:9/x"), (PublicUrl{true, "::1", 9, "/x"}));
    EXPECT_EQ(PublicUrl::parse("https://[::1]"), (PublicUrl{true, "::1", 443, ""}));
}

TEST(PublicUrl, is_refused_in_any_other_form) {
    for (const std::string_view text :
         {"", "log.example", "ftp://log.example", "https://", "https:///x", "https://user@log",
          "https://log:0", "https://log:65536", "https://log:x", "https://log:", "https://log/a?b",
          "https://log/a#b", "https://log/a b", "https://lo g/", "https://[::1", "https://::1]"}) {
        const auto url = PublicUrl::parse(text);
        ASSERT_FALSE(url) << text;
        EXPECT_EQ(url.error().kind, ErrorKind::malformed);
    }
    EXPECT_FALSE(PublicUrl::parse("https://log/" + std::string(4096, 'a')));
}

TEST(CallPublic, asks_below_the_prefix) {
    RunningLoop running;
    auto server = Server::listen(running.loop(), {"127.0.0.1", 0}, std::nullopt, {}, echo);
    ASSERT_TRUE(server);
    const auto answer =
        call_public(at(*server, "/log"), message::get_request("/checkpoint"), 1000, 5s);
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, "GET /log/checkpoint ");
    const message::Request post = message::post_request("/add-checkpoint", "old 0\n", "text/plain");
    EXPECT_EQ(call_public(at(*server), post, 1000, 5s)->body, "POST /add-checkpoint old 0\n");
    running.stop();
}

TEST(CallPublic, takes_no_more_bytes_than_it_was_told) {
    RunningLoop running;
    auto server = Server::listen(running.loop(), {"127.0.0.1", 0}, std::nullopt, {},
                                 [](const message::Request&, Respond respond) {
                                     respond(message::text_response(200, std::string(5000, 'a')));
                                 });
    ASSERT_TRUE(server);
    EXPECT_EQ(call_public(at(*server), message::get_request("/"), 5000, 5s)->body.size(), 5000U);
    EXPECT_FALSE(call_public(at(*server), message::get_request("/"), 4999, 5s));
    running.stop();
}

TEST(CallPublic, ends_with_its_time) {
    RunningLoop running;
    std::vector<Respond> never;
    auto server = Server::listen(
        running.loop(), {"127.0.0.1", 0}, std::nullopt, {},
        [&](const message::Request&, Respond respond) { never.push_back(std::move(respond)); });
    ASSERT_TRUE(server);
    const auto answer = call_public(at(*server), message::get_request("/"), 1000, 50ms);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::unavailable);
    EXPECT_EQ(answer.error().why, "the time for this call is over");
    running.stop();
}

TEST(CallPublic, trusts_no_certificate_that_no_authority_of_the_machine_signed) {
    RunningLoop running;
    const detail::Identities identities;
    auto server = Server::listen(
        running.loop(), {"127.0.0.1", 0},
        MutualTls{identities.of("server"), [](const auto&) { return true; }}, {}, echo);
    ASSERT_TRUE(server) << server.error().text();
    const PublicUrl url{true, "127.0.0.1", server->port(), ""};
    const auto answer = call_public(url, message::get_request("/"), 1000, 5s);
    ASSERT_FALSE(answer);
    EXPECT_TRUE(answer.error().why.starts_with("TLS handshake: ")) << answer.error().why;
    running.stop();
}

TEST(CallPublic, says_that_nobody_is_there) {
    Loop loop;
    std::uint16_t port = 0;
    {
        auto server = Server::listen(loop, {"127.0.0.1", 0}, std::nullopt, {}, echo);
        ASSERT_TRUE(server);
        port = server->port();
    }
    const auto answer =
        call_public({false, "127.0.0.1", port, ""}, message::get_request("/"), 1000, 5s);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::unavailable);
}

}  // namespace
}  // namespace comity::http
