#include <algorithm>
#include <exception>
#include <string>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "adapter/http/detail/server_state.h"
#include "adapter/http/detail/wire.h"
#include "adapter/http/http.h"

namespace comity::http {

namespace detail {

namespace {

using base::ErrorKind;
using Clock = std::chrono::steady_clock;
using State = std::shared_ptr<ServerState>;

constexpr auto quietly = asio::as_tuple(asio::use_awaitable);
constexpr base::Duration linger = std::chrono::seconds(2);
constexpr base::Duration accept_pause = std::chrono::milliseconds(50);

/// How often deadlines are looked at: an eighth of the shortest, so that none is missed by much.
base::Duration sweep_interval(const Limits& limits) {
    const base::Duration shortest = std::min({limits.request, limits.idle, limits.handshake});
    return std::clamp(shortest / 8, base::Duration(5), base::Duration(250));
}

void sweep_later(const State& state) {
    if (state->sweeping || state->connections.empty()) {
        return;
    }
    state->sweeping = true;
    state->sweep.expires_after(sweep_interval(state->limits));
    state->sweep.async_wait([weak = std::weak_ptr(state)](const ErrorCode& error) {
        const State own = weak.lock();
        if (!own || error) {
            return;
        }
        own->sweeping = false;
        const Time now = Clock::now();
        for (Connection* const connection : own->connections) {
            connection->expire_if_late(now);
        }
        sweep_later(own);
    });
}

/// A connection's place in the server's list, for as long as its coroutine runs.
class Registration {
 public:
    Registration(State state, Connection& connection)
        : state_(std::move(state)), connection_(connection) {
        state_->connections.insert(&connection_);
        sweep_later(state_);
    }
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;
    ~Registration() {
        state_->connections.erase(&connection_);
        if (state_->draining && state_->connections.empty() && state_->drained) {
            state_->mailbox->post(std::exchange(state_->drained, {}));
        }
    }

 private:
    State state_;
    Connection& connection_;
};

/// Bytes until a whole request is here. A fault of status 0 has nobody to answer to.
asio::awaitable<std::expected<message::Request, Fault>> receive(ServerState& state,
                                                                Connection& connection,
                                                                RequestReader& reader) {
    bool begun = reader.holds_bytes();
    connection.idle = !begun;
    connection.idle_since = Clock::now();
    connection.set_deadline(connection.idle_since +
                            (begun ? state.limits.request : state.limits.idle));
    while (true) {
        const Transfer transfer = co_await connection.read_some(reader.space());
        if (transfer.error) {
            connection.idle = false;
            Fault fault{begun && connection.is_expired() ? 408 : 0,
                        "the request did not arrive in time"};
            co_return std::unexpected(std::move(fault));
        }
        if (!begun) {
            begun = true;
            connection.idle = false;
            connection.set_deadline(Clock::now() + state.limits.request);
        }
        auto arrival = reader.arrived(transfer.size);
        if (!arrival) {
            co_return std::unexpected(std::move(arrival).error());
        }
        if (*arrival == Arrival::whole) {
            connection.set_deadline(Time::max());
            message::Request request = reader.take();
            request.peer_key = connection.peer_key();
            co_return request;
        }
        if (reader.wants_continue()) {
            const ErrorCode error = co_await connection.write("HTTP/1.1 100 Continue\r\n\r\n");
            if (error) {
                Fault fault{0, {}};
                co_return std::unexpected(std::move(fault));
            }
        }
    }
}

asio::awaitable<message::Response> handle(ServerState& state, message::Request request) {
    const auto exchange = std::make_shared<Exchange>(state.io);  // shared with a Respond, weakly
    try {
        Respond respond = Responder(exchange, state.mailbox);
        state.handler(std::move(request), std::move(respond));
    } catch (...) {
        // The handler's bug, seen once here; the others' requests go on.
        exchange->deliver(message::text_response(500, "internal error\n"));
    }
    if (!exchange->response()) {
        co_await exchange->wait(Clock::now() + state.limits.request);
    }
    if (!exchange->response()) {
        co_return message::text_response(503, "this took too long; try again later\n");
    }
    co_return std::move(*exchange->response());
}

/// False if it could not be sent whole.
asio::awaitable<bool> send(ServerState& state, Connection& connection, message::Response response,
                           Persistence persistence, Method answers) {
    auto text = response_text(std::move(response), persistence, answers);
    if (!text) {
        // A header from the handler that would break out of its line.
        text = response_text(message::text_response(500, "internal error\n"), persistence, answers);
    }
    connection.set_deadline(Clock::now() + state.limits.request);
    ErrorCode error = co_await connection.write(text->head);
    if (!error && !text->body.empty()) {
        error = co_await connection.write(text->body);
    }
    co_return !error;
}

/// One request and its response; close if it was the last one.
asio::awaitable<Persistence> serve_one(ServerState& state, Connection& connection,
                                       RequestReader& reader) {
    auto request = co_await receive(state, connection, reader);
    if (state.gone || (!request && request.error().status == 0)) {
        co_return Persistence::close;
    }
    if (!request) {
        message::Response refusal =
            message::text_response(request.error().status, request.error().reason + "\n");
        co_await send(state, connection, std::move(refusal), Persistence::close, Method::other);
        connection.set_deadline(Clock::now() + linger);
        co_await connection.finish(state.limits.body_bytes);
        co_return Persistence::close;
    }
    const Method answers = request->method == "HEAD" ? Method::head : Method::other;
    message::Response response = co_await handle(state, std::move(*request));
    const bool keep =
        !state.draining && !reader.holds_bytes() && reader.persistence() == Persistence::keep_alive;
    const Persistence persistence = keep ? Persistence::keep_alive : Persistence::close;
    const bool sent = co_await send(state, connection, std::move(response), persistence, answers);
    if (sent && keep) {
        co_return Persistence::keep_alive;
    }
    if (sent && reader.holds_bytes()) {
        connection.set_deadline(Clock::now() + linger);
        co_await connection.finish(state.limits.body_bytes);
    }
    co_return Persistence::close;
}

asio::awaitable<void> serve(State state, std::unique_ptr<Connection> connection) {
    const Registration registration(state, *connection);
    connection->idle_since = Clock::now();
    connection->idle = true;  // until its handshake is done it may go before any other
    connection->set_deadline(Clock::now() + state->limits.handshake);
    const ErrorCode refused = co_await connection->handshake(Role::server);
    if (refused) {
        co_return;
    }
    const TextLimits limits{state->limits.header_bytes, state->limits.body_bytes};
    RequestReader reader(limits);
    Persistence persistence = Persistence::keep_alive;
    while (persistence == Persistence::keep_alive && !state->draining && !state->gone) {
        persistence = co_await serve_one(*state, *connection, reader);
    }
}

/// Whether there is room for one more connection, after closing an idle one if need be.
bool make_room(ServerState& state) {
    if (state.connections.size() < state.limits.connections) {
        return true;
    }
    Connection* oldest = nullptr;
    for (Connection* const connection : state.connections) {
        if (connection->idle && connection->is_open() &&
            (oldest == nullptr || connection->idle_since < oldest->idle_since)) {
            oldest = connection;
        }
    }
    if (oldest == nullptr) {
        return false;
    }
    oldest->close();
    return true;
}

asio::awaitable<void> accept_all(State state) {
    asio::steady_timer pause(state->io);
    while (state->acceptor.is_open()) {
        auto [error, socket] = co_await state->acceptor.async_accept(quietly);
        if (error) {
            // Most likely no descriptor is left: waiting is all that helps.
            pause.expires_after(accept_pause);
            co_await pause.async_wait(quietly);
            continue;
        }
        if (!make_room(*state)) {
            continue;  // the socket closes
        }
        ErrorCode ignored;
        socket.set_option(asio::ip::tcp::no_delay(true), ignored);
        auto connection = state->tls ? std::make_unique<Connection>(std::move(socket), *state->tls,
                                                                    state->accept_peer)
                                     : std::make_unique<Connection>(std::move(socket));
        // An exception there is memory exhaustion; it ends that connection alone.
        const auto ended = [](const std::exception_ptr&) {};
        asio::co_spawn(state->io, serve(state, std::move(connection)), ended);
    }
}

void close_now(ServerState& state) {
    state.draining = true;
    ErrorCode ignored;
    state.acceptor.close(ignored);
    for (Connection* const connection : state.connections) {
        if (connection->idle || state.gone) {
            connection->close();
        }
    }
}

base::Result<void> open_acceptor(ServerState& state, const Address& address) {
    ErrorCode error;
    const auto host = asio::ip::make_address(address.host, error);
    if (error) {
        return base::fail(ErrorKind::malformed, "this is not an IP address: " + address.host, {},
                          "listen on 127.0.0.1, or on the address of one interface");
    }
    const asio::ip::tcp::endpoint endpoint(host, address.port);
    const auto failed = [&error] { return static_cast<bool>(error); };
    state.acceptor.open(endpoint.protocol(), error);
    if (!failed()) {
        state.acceptor.set_option(asio::ip::tcp::acceptor::reuse_address(true), error);
    }
    if (!failed()) {
        state.acceptor.bind(endpoint, error);
    }
    if (!failed()) {
        state.acceptor.listen(asio::ip::tcp::acceptor::max_listen_connections, error);
    }
    if (failed()) {
        return base::fail(
            ErrorKind::failure,
            "cannot listen on " + address.host + " port " + std::to_string(address.port),
            error.message(), "choose another port, or stop what uses it");
    }
    state.port = state.acceptor.local_endpoint(error).port();
    return {};
}

}  // namespace

void Exchange::deliver(message::Response response) {
    if (response_) {
        return;
    }
    response_ = std::move(response);
    if (waiting_) {
        wake_.cancel();
    }
}

asio::awaitable<void> Exchange::wait(Time deadline) {
    wake_.expires_at(deadline);
    waiting_ = true;
    co_await wake_.async_wait(quietly);
    waiting_ = false;
}

Responder::Responder(std::weak_ptr<Exchange> exchange, std::shared_ptr<Mailbox> mailbox)
    : exchange_(std::move(exchange)), mailbox_(std::move(mailbox)) {
}

Responder::~Responder() {
    if (mailbox_) {
        (*this)(message::text_response(500, "internal error\n"));
    }
}

void Responder::operator()(message::Response response) {
    const std::shared_ptr<Mailbox> mailbox = std::exchange(mailbox_, nullptr);
    if (!mailbox) {
        return;  // answered already
    }
    if (mailbox->is_on_loop_thread()) {
        if (const auto exchange = exchange_.lock()) {
            exchange->deliver(std::move(response));
        }
        return;
    }
    // Only the loop's thread may hold an exchange, whose timer belongs to the loop.
    mailbox->post([weak = exchange_, answer = std::move(response)]() mutable {
        if (const auto exchange = weak.lock()) {
            exchange->deliver(std::move(answer));
        }
    });
}

}  // namespace detail

base::Result<Server> Server::listen(Loop& loop, const Address& address,
                                    std::optional<MutualTls> tls, const Limits& limits,
                                    Handler handler) {
    auto state = std::make_shared<detail::ServerState>(loop.state_->io, loop.state_->mailbox);
    state->limits = limits;
    state->handler = std::move(handler);
    if (tls) {
        state->tls = COMITY_TRY(detail::tls_context(tls->identity, detail::Role::server));
        state->accept_peer = std::move(tls->accept_peer);
    }
    COMITY_TRY(detail::open_acceptor(*state, address));
    const auto ended = [](const std::exception_ptr&) {};
    detail::asio::co_spawn(loop.state_->io, detail::accept_all(state), ended);
    return Server(std::move(state));
}

Server::Server(std::shared_ptr<detail::ServerState> state) : state_(std::move(state)) {
}
Server::Server(Server&&) noexcept = default;

Server& Server::operator=(Server&& other) noexcept {
    std::swap(state_, other.state_);  // ours is cut when `other` dies
    return *this;
}

Server::~Server() {
    if (state_) {
        state_->gone = true;
        state_->drained = {};
        detail::close_now(*state_);
    }
}

std::uint16_t Server::port() const {
    return state_->port;
}

void Server::close(std::move_only_function<void()> drained) {
    state_->mailbox->post([weak = std::weak_ptr(state_), then = std::move(drained)]() mutable {
        const auto state = weak.lock();
        if (!state) {
            return;
        }
        detail::close_now(*state);
        if (state->connections.empty()) {
            if (then) {
                then();
            }
            return;
        }
        state->drained = std::move(then);
    });
}

}  // namespace comity::http
