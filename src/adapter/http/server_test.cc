#include <atomic>
#include <cstdlib>
#include <gtest/gtest.h>
#include <mutex>
#include <thread>
#include <vector>

#include "adapter/http/detail/testing.h"
#include "adapter/http/http.h"

namespace comity::http {
namespace {

using base::ErrorKind;
using detail::ask;
using detail::BareSocket;
using detail::echo;
using detail::Identities;
using detail::request_of;
using detail::RunningLoop;

constexpr std::string_view good_request = "GET /good HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view good_answer = "GET /good ";

Server listen(Loop& loop, Handler handler, const Limits& limits = {},
              std::optional<MutualTls> tls = std::nullopt) {
    auto server =
        Server::listen(loop, {"127.0.0.1", 0}, std::move(tls), limits, std::move(handler));
    EXPECT_TRUE(server) << server.error().text();
    return std::move(*server);
}

TEST(Server, answers_over_plain_http_and_keeps_the_connection) {
    RunningLoop running;
    const Server server = listen(running.loop(), echo);
    const BareSocket socket(server.port());
    for (int i = 0; i < 3; ++i) {
        socket.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");
        const std::string answer = socket.receive_until("POST /x hi");
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
        EXPECT_EQ(answer.find("Connection: close"), std::string::npos);
    }
    running.stop();
}

TEST(Server, closes_after_the_answer_when_it_is_asked_to) {
    RunningLoop running;
    const Server server = listen(running.loop(), echo);
    for (const std::string_view text :
         {"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "GET / HTTP/1.0\r\n\r\n"}) {
        const BareSocket socket(server.port());
        socket.send(text);
        const std::string answer = socket.receive_all();
        EXPECT_TRUE(answer.ends_with("\r\n\r\nGET / ")) << answer;
        EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
    }
    running.stop();
}

TEST(Server, takes_no_second_request_before_it_answered_the_first) {
    RunningLoop running;
    std::atomic<int> handled = 0;
    const Server server = listen(running.loop(), [&](message::Request request, Respond respond) {
        ++handled;
        echo(std::move(request), std::move(respond));
    });
    const BareSocket socket(server.port());
    socket.send(std::string(good_request) + std::string(good_request));
    const std::string answer = socket.receive_all();
    EXPECT_TRUE(answer.ends_with(good_answer));
    EXPECT_NE(answer.find("Connection: close"), std::string::npos);
    EXPECT_EQ(handled, 1);
    running.stop();
}

TEST(Server, two_hundred_idle_connections_do_not_delay_a_good_request) {
    RunningLoop running;
    const Identities identities;
    const Server plain = listen(running.loop(), echo);
    const Server tls = listen(running.loop(), echo, {},
                              MutualTls{identities.of("server"), identities.only("client")});
    std::vector<BareSocket> idle;
    for (int i = 0; i < 200; ++i) {
        idle.emplace_back(plain.port());
        idle.emplace_back(tls.port());
        ASSERT_TRUE(idle.back().is_connected());
        idle.back().send(i % 2 == 0 ? "" : "\x16\x03\x01");  // some begin a handshake
    }
    const auto start = std::chrono::steady_clock::now();
    const BareSocket good(plain.port());
    good.send(good_request);
    EXPECT_TRUE(good.receive_until(good_answer).ends_with(good_answer));
    const auto answer =
        call_once({"127.0.0.1", tls.port(), identities.key_of("server")}, identities.of("client"),
                  request_of("GET", "/good"), std::chrono::seconds(10));
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_EQ(answer->body, good_answer);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
    running.stop();
}

TEST(Server, at_its_limit_the_connection_that_was_idle_the_longest_makes_room) {
    RunningLoop running;
    Limits limits;
    limits.connections = 4;
    const Server server = listen(running.loop(), echo, limits);
    std::vector<BareSocket> sockets;
    for (int i = 0; i < 20; ++i) {
        sockets.emplace_back(server.port());
        sockets.back().send(good_request);
        EXPECT_TRUE(sockets.back().receive_until(good_answer).ends_with(good_answer)) << i;
    }
    EXPECT_EQ(sockets.front().receive_all(), "");  // closed
    sockets.back().send(good_request);
    EXPECT_TRUE(sockets.back().receive_until(good_answer).ends_with(good_answer));
    running.stop();
}

TEST(Server, at_its_limit_connections_in_use_are_not_closed) {
    RunningLoop running;
    Limits limits;
    limits.connections = 2;
    std::mutex mutex;
    std::vector<Respond> owed;
    std::promise<void> both;
    const Server server = listen(
        running.loop(),
        [&](message::Request, Respond respond) {
            const std::lock_guard lock(mutex);
            owed.push_back(std::move(respond));
            if (owed.size() == 2) {
                both.set_value();
            }
        },
        limits);
    const BareSocket first(server.port());
    const BareSocket second(server.port());
    first.send(good_request);
    second.send(good_request);
    both.get_future().wait();
    const BareSocket third(server.port());
    EXPECT_EQ(third.receive_all(), "");
    for (auto& respond : owed) {
        respond(message::text_response(200, "late"));
    }
    EXPECT_TRUE(first.receive_until("late").ends_with("late"));
    EXPECT_TRUE(second.receive_until("late").ends_with("late"));
    running.stop();
}

TEST(Server, refuses_a_body_over_the_limit_while_it_is_still_being_sent) {
    RunningLoop running;
    Limits limits;
    limits.body_bytes = 1000;
    std::atomic<int> handled = 0;
    const Server server = listen(
        running.loop(),
        [&](message::Request request, Respond respond) {
            ++handled;
            echo(std::move(request), std::move(respond));
        },
        limits);
    const BareSocket announced(server.port());
    announced.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n" +
                   std::string(1001, 'x'));
    EXPECT_TRUE(announced.receive_all().starts_with("HTTP/1.1 413 "));
    const BareSocket chunked(server.port());
    chunked.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n800\r\n" +
                 std::string(0x800, 'x') + "\r\n");
    EXPECT_TRUE(chunked.receive_all().starts_with("HTTP/1.1 413 "));
    const BareSocket exact(server.port());
    exact.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n" +
               std::string(1000, 'x'));
    EXPECT_TRUE(exact.receive_until("x").starts_with("HTTP/1.1 200 "));
    EXPECT_EQ(handled, 1);
    running.stop();
}

TEST(Server, refuses_large_headers_and_what_is_no_http) {
    RunningLoop running;
    Limits limits;
    limits.header_bytes = 1024;
    const Server server = listen(running.loop(), echo, limits);
    const BareSocket large(server.port());
    large.send("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(5000, 'x') + "\r\n\r\n");
    EXPECT_TRUE(large.receive_all().starts_with("HTTP/1.1 431 "));
    const BareSocket garbage(server.port());
    garbage.send("this is not HTTP at all\r\n\r\n");
    EXPECT_TRUE(garbage.receive_all().starts_with("HTTP/1.1 400 "));
    const BareSocket good(server.port());
    good.send(good_request);
    EXPECT_TRUE(good.receive_until(good_answer).ends_with(good_answer));
    running.stop();
}

TEST(Server, tells_a_client_that_waits_for_it_to_go_on) {
    RunningLoop running;
    const Server server = listen(running.loop(), echo);
    const BareSocket socket(server.port());
    socket.send("POST /c HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(socket.receive_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    socket.send("ok");
    EXPECT_TRUE(socket.receive_until("POST /c ok").starts_with("HTTP/1.1 200 OK\r\n"));
    running.stop();
}

TEST(Server, cuts_a_half_sent_request_at_its_deadline_and_says_so) {
    RunningLoop running;
    Limits limits;
    limits.request = base::Duration(100);
    const Server server = listen(running.loop(), echo, limits);
    for (const std::string_view text :
         {"GET / HT", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf"}) {
        const auto start = std::chrono::steady_clock::now();
        const BareSocket socket(server.port());
        socket.send(text);
        EXPECT_TRUE(socket.receive_all().starts_with("HTTP/1.1 408 ")) << text;
        EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
    }
    running.stop();
}

TEST(Server, cuts_a_request_that_drips_in_byte_by_byte) {
    RunningLoop running;
    Limits limits;
    limits.request = base::Duration(100);
    const Server server = listen(running.loop(), echo, limits);
    const BareSocket socket(server.port());
    const auto start = std::chrono::steady_clock::now();
    socket.send("GET / HTTP/1.1\r\nHost: a\r\nX: ");
    // As fast as the server reads, without ever coming to an end.
    while (std::chrono::steady_clock::now() - start < std::chrono::seconds(5) &&
           socket.send("x") == 1) {
        std::this_thread::yield();
        if (std::chrono::steady_clock::now() - start > base::Duration(400)) {
            break;
        }
    }
    const std::string answer = socket.receive_all();
    // 431 if the drip was so fast that it came to the header's limit first.
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 408 ") || answer.starts_with("HTTP/1.1 431 "))
        << answer;
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
    running.stop();
}

TEST(Server, closes_connections_that_stay_idle_or_never_finish_their_handshake) {
    RunningLoop running;
    const Identities identities;
    Limits limits;
    limits.idle = base::Duration(50);
    limits.handshake = base::Duration(50);
    const Server plain = listen(running.loop(), echo, limits);
    const Server tls = listen(running.loop(), echo, limits,
                              MutualTls{identities.of("server"), identities.only("client")});
    const BareSocket silent(plain.port());
    EXPECT_EQ(silent.receive_all(), "");
    const BareSocket used(plain.port());
    used.send(good_request);
    EXPECT_TRUE(used.receive_all().ends_with(good_answer));
    const BareSocket handshaking(tls.port());
    EXPECT_EQ(handshaking.receive_all(), "");
    running.stop();
}

TEST(Server, answers_late_from_another_thread) {
    RunningLoop running;
    std::vector<std::jthread> threads;
    const Server server = listen(running.loop(), [&](message::Request request, Respond respond) {
        threads.emplace_back([own = std::move(request), answer = std::move(respond)]() mutable {
            answer(message::text_response(200, "from a thread: " + own.target));
        });
    });
    const BareSocket socket(server.port());
    for (int i = 0; i < 20; ++i) {
        socket.send(good_request);
        EXPECT_TRUE(socket.receive_until("thread: /good").ends_with("from a thread: /good"));
    }
    running.stop();
}

TEST(Server, an_answer_that_is_dropped_or_a_handler_that_throws_is_an_internal_error) {
    RunningLoop running;
    const Server server = listen(running.loop(), [](message::Request request, Respond respond) {
        if (request.target == "/throw") {
            throw std::runtime_error("a secret reason");
        }
        const Respond dropped = std::move(respond);
    });
    for (const std::string_view target : {"/drop", "/throw"}) {
        const BareSocket socket(server.port());
        socket.send("GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n\r\n");
        const std::string answer = socket.receive_until("internal error\n");
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 500 ")) << answer;
        EXPECT_EQ(answer.find("secret"), std::string::npos);
    }
    running.stop();
}

TEST(Server, the_first_answer_counts_and_a_header_that_breaks_out_is_an_internal_error) {
    RunningLoop running;
    const Server server = listen(running.loop(), [](message::Request request, Respond respond) {
        message::Response response = message::text_response(200, "first");
        if (request.target == "/evil") {
            response.headers.fields.emplace_back("X", "a\r\nSet-Cookie: b");
        }
        respond(std::move(response));
        respond(message::text_response(200, "second"));
    });
    const BareSocket socket(server.port());
    socket.send(good_request);
    EXPECT_TRUE(socket.receive_until("first").ends_with("first"));
    socket.send("GET /evil HTTP/1.1\r\nHost: a\r\n\r\n");
    const std::string answer = socket.receive_until("internal error\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 500 "));
    EXPECT_EQ(answer.find("Set-Cookie"), std::string::npos);
    running.stop();
}

TEST(Server, a_handler_that_never_answers_is_cut_at_the_deadline) {
    RunningLoop running;
    Limits limits;
    limits.request = base::Duration(50);
    std::vector<Respond> owed;
    const Server server = listen(
        running.loop(),
        [&](message::Request, Respond respond) { owed.push_back(std::move(respond)); }, limits);
    const BareSocket socket(server.port());
    socket.send(good_request);
    EXPECT_TRUE(socket.receive_until("later\n").starts_with("HTTP/1.1 503 "));
    running.stop();
    ASSERT_EQ(owed.size(), 1U);
    owed.front()(message::text_response(200, "far too late"));  // harmless
}

TEST(Server, an_answer_to_a_connection_a_server_or_a_loop_that_is_gone_is_harmless) {
    std::vector<Respond> owed;
    {
        RunningLoop running;
        std::promise<void> both;
        auto server =
            std::make_optional(listen(running.loop(), [&](message::Request, Respond respond) {
                owed.push_back(std::move(respond));
                if (owed.size() == 2) {
                    both.set_value();
                }
            }));
        {
            const BareSocket first(server->port());
            const BareSocket second(server->port());
            first.send(good_request);
            second.send(good_request);
            both.get_future().wait();
        }
        std::promise<void> cut;
        running.loop().post([&] {
            server.reset();
            cut.set_value();
        });
        cut.get_future().wait();
        owed.back()(message::text_response(200, "nobody there"));
        owed.pop_back();
        running.stop();
    }
    owed.back()(message::text_response(200, "no loop either"));
}

TEST(Server, close_lets_a_request_in_flight_be_answered_and_takes_no_more) {
    RunningLoop running;
    std::promise<Respond> owed;
    Server server = listen(running.loop(), [&](message::Request, Respond respond) {
        owed.set_value(std::move(respond));
    });
    const BareSocket idle(server.port());
    const BareSocket busy(server.port());
    busy.send(good_request);
    Respond respond = owed.get_future().get();
    std::promise<void> drained;
    auto when_drained = drained.get_future();
    server.close([&] { drained.set_value(); });
    EXPECT_EQ(idle.receive_all(), "");
    EXPECT_FALSE(BareSocket(server.port()).is_connected());
    EXPECT_EQ(when_drained.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
    respond(message::text_response(200, "the last one"));
    const std::string answer = busy.receive_until("the last one");
    EXPECT_TRUE(answer.ends_with("the last one"));
    EXPECT_NE(answer.find("Connection: close"), std::string::npos);
    EXPECT_EQ(when_drained.wait_for(std::chrono::seconds(10)), std::future_status::ready);
    running.stop();
}

TEST(Server, close_of_an_idle_server_is_drained_at_once_and_its_port_is_free_again) {
    RunningLoop running;
    Server server = listen(running.loop(), echo);
    const std::uint16_t port = server.port();
    std::promise<void> drained;
    server.close([&] { drained.set_value(); });
    EXPECT_EQ(drained.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
    const auto again = Server::listen(running.loop(), {"127.0.0.1", port}, std::nullopt, {}, echo);
    EXPECT_TRUE(again);
    running.stop();
}

TEST(Server, says_why_it_cannot_listen) {
    Loop loop;
    const Identities identities;
    const auto first = Server::listen(loop, {"127.0.0.1", 0}, std::nullopt, {}, echo);
    ASSERT_TRUE(first);
    const auto taken = Server::listen(loop, {"127.0.0.1", first->port()}, std::nullopt, {}, echo);
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().kind, ErrorKind::failure);
    const auto name = Server::listen(loop, {"example.org", 0}, std::nullopt, {}, echo);
    ASSERT_FALSE(name);
    EXPECT_EQ(name.error().kind, ErrorKind::malformed);
    TlsIdentity identity = identities.of("server");
    identity.certificate = "/missing/tls.crt";
    const auto missing = Server::listen(loop, {"127.0.0.1", 0},
                                        MutualTls{identity, identities.only("client")}, {}, echo);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
    EXPECT_EQ(missing.error().place, "/missing/tls.crt");
    identity = identities.of("server");
    identity.private_key = identities.of("other").private_key;
    const auto mixed = Server::listen(loop, {"127.0.0.1", 0},
                                      MutualTls{identity, identities.only("client")}, {}, echo);
    ASSERT_FALSE(mixed);
    EXPECT_EQ(mixed.error().kind, ErrorKind::malformed);
}

}  // namespace
}  // namespace comity::http
