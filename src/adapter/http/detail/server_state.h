#pragma once

// The server's inside: its connections, and the answer that a handler owes.

#include <functional>
#include <memory>
#include <optional>
#include <unordered_set>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "adapter/http/detail/connection.h"
#include "adapter/http/detail/loop.h"
#include "adapter/http/http.h"

namespace comity::http::detail {

/// One request that waits for its answer. Loop thread only.
class Exchange {
 public:
    explicit Exchange(asio::io_context& io) : wake_(io) {}

    /// The first answer counts.
    void deliver(message::Response response);
    /// Waits for deliver(), at most until `deadline`.
    [[nodiscard]] asio::awaitable<void> wait(Time deadline);
    [[nodiscard]] std::optional<message::Response>& response() { return response_; }

 private:
    asio::steady_timer wake_;
    std::optional<message::Response> response_;
    bool waiting_ = false;
};

/// What is behind a Respond: finds its exchange again through the mailbox, if both are still there.
class Responder {
 public:
    Responder(std::weak_ptr<Exchange> exchange, std::shared_ptr<Mailbox> mailbox);
    Responder(Responder&&) noexcept = default;
    Responder& operator=(Responder&&) = delete;
    ~Responder();

    void operator()(message::Response response);

 private:
    std::weak_ptr<Exchange> exchange_;
    std::shared_ptr<Mailbox> mailbox_;  // none: answered, or moved from
};

struct ServerState {
    ServerState(asio::io_context& given, std::shared_ptr<Mailbox> box)
        : io(given), mailbox(std::move(box)), acceptor(given), sweep(given) {}

    asio::io_context& io;
    std::shared_ptr<Mailbox> mailbox;
    asio::ip::tcp::acceptor acceptor;
    std::optional<asio::ssl::context> tls;
    AcceptPeer accept_peer;
    Limits limits;
    Handler handler;
    std::uint16_t port = 0;

    std::unordered_set<Connection*> connections;  // each belongs to its coroutine
    asio::steady_timer sweep;                     // looks at the connections' deadlines
    bool sweeping = false;
    bool draining = false;  // no more connections; the last one calls `drained`
    bool gone = false;      // the Server is destroyed: the handler is not called any more
    std::move_only_function<void()> drained;
};

}  // namespace comity::http::detail
