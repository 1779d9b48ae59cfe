#include <algorithm>
#include <deque>
#include <exception>
#include <map>
#include <string>
#include <tuple>
#include <unordered_set>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "adapter/http/detail/connection.h"
#include "adapter/http/detail/loop.h"
#include "adapter/http/detail/wire.h"
#include "adapter/http/http.h"

namespace comity::http {

namespace detail {

namespace {

using base::ErrorKind;
using Clock = std::chrono::steady_clock;

constexpr auto quietly = asio::as_tuple(asio::use_awaitable);

/// One call, from call() until its callback.
struct Call {
    explicit Call(asio::io_context& io) : timer(io) {}

    Endpoint endpoint;
    Text text;
    Method method = Method::other;
    Callback callback;                 // empty once it was called
    asio::steady_timer timer;          // its deadline
    Connection* connection = nullptr;  // what it is using; belongs to its coroutine
};

using SharedCall = std::shared_ptr<Call>;  // its coroutine, its timer, the waiting line

using PeerName = std::tuple<std::string, std::uint16_t, base::Digest>;

/// The connections to one endpoint.
struct Peer {
    std::vector<std::unique_ptr<Connection>> idle;  // the one used last is the next to be used
    std::deque<SharedCall> waiting;
    std::size_t active = 0;  // calls that have a coroutine
};

}  // namespace

struct ClientState {
    ClientState(asio::io_context& given, std::shared_ptr<Mailbox> box, asio::ssl::context context,
                const ClientLimits& own_limits)
        : io(given),
          mailbox(std::move(box)),
          tls(std::move(context)),
          limits(own_limits),
          prune(given) {}

    asio::io_context& io;
    std::shared_ptr<Mailbox> mailbox;
    asio::ssl::context tls;
    ClientLimits limits;
    std::map<PeerName, Peer> peers;
    std::unordered_set<SharedCall> calls;
    asio::steady_timer prune;  // closes connections that are idle for too long
    bool pruning = false;
    bool gone = false;  // the Client is destroyed
};

namespace {

using State = std::shared_ptr<ClientState>;

std::unexpected<base::Error> unavailable(const Call& call, std::string why) {
    return base::fail(
        ErrorKind::unavailable,
        "no answer from " + call.endpoint.host + " port " + std::to_string(call.endpoint.port),
        std::move(why));
}

void finish(ClientState& state, const SharedCall& call, base::Result<message::Response> result) {
    if (!call->callback) {
        return;
    }
    Callback callback = std::exchange(call->callback, {});
    call->timer.cancel();
    state.calls.erase(call);
    callback(std::move(result));
}

void expire(ClientState& state, const SharedCall& call, std::string why) {
    if (call->connection != nullptr) {
        call->connection->close();  // its coroutine wakes, and finds the callback called
    }
    finish(state, call, unavailable(*call, std::move(why)));
}

std::unique_ptr<Connection> take_idle(Peer& peer) {
    while (!peer.idle.empty()) {
        std::unique_ptr<Connection> connection = std::move(peer.idle.back());
        peer.idle.pop_back();
        if (connection->is_quiet()) {
            return connection;
        }
    }
    return nullptr;
}

void prune_later(const State& state) {
    if (state->pruning || state->gone) {
        return;
    }
    state->pruning = true;
    state->prune.expires_after(std::max(state->limits.idle / 4, base::Duration(5)));
    state->prune.async_wait([weak = std::weak_ptr(state)](const ErrorCode& error) {
        const State own = weak.lock();
        if (!own || error) {
            return;
        }
        own->pruning = false;
        const Time oldest = Clock::now() - own->limits.idle;
        bool some_left = false;
        for (auto& [name, peer] : own->peers) {
            std::erase_if(peer.idle, [oldest](const std::unique_ptr<Connection>& connection) {
                return connection->idle_since < oldest || !connection->is_quiet();
            });
            some_left = some_left || !peer.idle.empty();
        }
        if (some_left) {
            prune_later(own);
        }
    });
}

void put_idle(const State& state, Peer& peer, std::unique_ptr<Connection> connection) {
    if (state->gone || peer.idle.size() >= state->limits.connections_per_peer) {
        return;
    }
    connection->idle_since = Clock::now();
    peer.idle.push_back(std::move(connection));
    prune_later(state);
}

using Connected = std::expected<std::unique_ptr<Connection>, std::string>;

asio::awaitable<Connected> connect_to(ClientState& state, Call& call,
                                      asio::ip::tcp::endpoint endpoint) {
    AcceptPeer pinned = [expected = call.endpoint.spki_sha256](const base::Digest& key) {
        return key == expected;
    };
    asio::ip::tcp::socket socket(state.io);
    auto connection = std::make_unique<Connection>(std::move(socket), state.tls, std::move(pinned));
    call.connection = connection.get();
    ErrorCode error = co_await connection->connect(endpoint);
    std::string why = error ? error.message() : std::string();
    if (!error) {
        error = co_await connection->handshake(Role::client);
        why = connection->has_refused() ? "it does not hold the TLS key that we expect of it"
              : error                   ? "TLS handshake: " + error.message()
                                        : std::string();
    }
    call.connection = nullptr;
    if (error) {
        co_return std::unexpected(std::move(why));
    }
    co_return std::move(connection);
}

asio::awaitable<Connected> connect(ClientState& state, Call& call) {
    ErrorCode not_literal;
    const auto literal = asio::ip::make_address(call.endpoint.host, not_literal);
    if (!not_literal) {
        const asio::ip::tcp::endpoint endpoint(literal, call.endpoint.port);
        co_return co_await connect_to(state, call, endpoint);
    }
    asio::ip::tcp::resolver resolver(state.io);
    const auto [error, found] = co_await resolver.async_resolve(
        call.endpoint.host, std::to_string(call.endpoint.port), quietly);
    Connected connected = std::unexpected(error ? error.message() : "the name has no address");
    for (const auto& entry : found) {
        if (connected || !call.callback) {
            break;
        }
        const asio::ip::tcp::endpoint endpoint = entry.endpoint();
        connected = co_await connect_to(state, call, endpoint);
    }
    co_return connected;
}

struct Failed {
    std::string why;
    bool answered = false;  ///< some bytes of a response had come
};

struct Answered {
    message::Response response;
    Persistence persistence = Persistence::close;
};

/// The peer closed. Over TLS it may do so without saying so: the response's own length tells
/// whether something lacks.
bool is_end(const ErrorCode& code) {
    return code == asio::error::eof || code == asio::ssl::error::stream_truncated;
}

/// Sends the request and reads its response.
asio::awaitable<std::expected<Answered, Failed>> ask(ClientState& state, const Call& call,
                                                     Connection& connection) {
    const TextLimits limits{state.limits.header_bytes, state.limits.body_bytes};
    ResponseReader reader(limits, call.method);
    ErrorCode error = co_await connection.write(call.text.head);
    if (!error && !call.text.body.empty()) {
        error = co_await connection.write(call.text.body);
    }
    // A server that refuses a request early stops reading it: its answer may be there all the same.
    std::string why = error.message();
    while (true) {
        const Transfer transfer = co_await connection.read_some(reader.space());
        std::expected<Arrival, Fault> arrival = Arrival::more;
        if (!transfer.error) {
            arrival = reader.arrived(transfer.size);
        } else if (reader.has_begun() && is_end(transfer.error)) {
            arrival = reader.ended();
        } else {
            Failed failed{error ? std::move(why) : transfer.error.message(), reader.has_begun()};
            co_return std::unexpected(std::move(failed));
        }
        if (!arrival) {
            Failed failed{std::move(arrival).error().reason, true};
            co_return std::unexpected(std::move(failed));
        }
        if (*arrival == Arrival::whole) {
            const bool keep =
                !error && !transfer.error && reader.persistence() == Persistence::keep_alive;
            Answered answered{reader.take(), keep ? Persistence::keep_alive : Persistence::close};
            co_return std::move(answered);
        }
    }
}

asio::awaitable<base::Result<message::Response>> perform(State state, SharedCall call, Peer& peer) {
    std::unique_ptr<Connection> connection = take_idle(peer);
    for (bool fresh = connection == nullptr;; fresh = true) {
        if (fresh) {
            Connected connected = co_await connect(*state, *call);
            if (!connected) {
                co_return unavailable(*call, std::move(connected).error());
            }
            connection = std::move(*connected);
        }
        call->connection = connection.get();
        auto answered = co_await ask(*state, *call, *connection);
        call->connection = nullptr;
        if (answered) {
            if (answered->persistence == Persistence::keep_alive && connection->is_open()) {
                put_idle(state, peer, std::move(connection));
            }
            co_return std::move(answered->response);
        }
        if (fresh || answered.error().answered || !call->callback) {
            co_return unavailable(*call, std::move(answered.error().why));
        }
    }
}

void start(const State& state, const SharedCall& call, Peer& peer);

/// Gives the place of a call that is over to one that waits.
void start_waiting(const State& state, Peer& peer) {
    while (!state->gone && !peer.waiting.empty() &&
           peer.active < state->limits.connections_per_peer) {
        const SharedCall next = std::move(peer.waiting.front());
        peer.waiting.pop_front();
        if (next->callback) {
            start(state, next, peer);
        }
    }
}

void start(const State& state, const SharedCall& call, Peer& peer) {
    ++peer.active;
    asio::co_spawn(state->io, perform(state, call, peer),
                   [state, call, &peer](const std::exception_ptr& thrown,
                                        base::Result<message::Response> result) {
                       --peer.active;
                       call->connection = nullptr;
                       start_waiting(state, peer);
                       if (thrown) {
                           result = unavailable(*call, "we ran out of memory");
                       }
                       finish(*state, call, std::move(result));
                   });
}

/// On the loop's thread.
void begin(const State& state, const SharedCall& call, Time due) {
    if (state->gone) {
        finish(*state, call, unavailable(*call, "this client is closed"));
        return;
    }
    state->calls.insert(call);
    call->timer.expires_at(due);
    call->timer.async_wait([weak_state = std::weak_ptr(state),
                            weak_call = std::weak_ptr(call)](const ErrorCode& error) {
        const State own = weak_state.lock();
        const SharedCall late = weak_call.lock();
        if (own && late && !error) {
            expire(*own, late, "the time for this call is over");
        }
    });
    const Endpoint& endpoint = call->endpoint;
    Peer& peer = state->peers[PeerName(endpoint.host, endpoint.port, endpoint.spki_sha256)];
    if (peer.active < state->limits.connections_per_peer) {
        start(state, call, peer);
    } else if (peer.waiting.size() < state->limits.waiting_per_peer) {
        peer.waiting.push_back(call);
    } else {
        finish(*state, call, unavailable(*call, "too many calls are waiting for it already"));
    }
}

}  // namespace
}  // namespace detail

base::Result<Client> Client::make(Loop& loop, const TlsIdentity& identity,
                                  const ClientLimits& limits) {
    auto context = COMITY_TRY(detail::tls_context(identity, detail::Role::client));
    return Client(std::make_shared<detail::ClientState>(loop.state_->io, loop.state_->mailbox,
                                                        std::move(context), limits));
}

Client::Client(std::shared_ptr<detail::ClientState> state) : state_(std::move(state)) {
}
Client::Client(Client&&) noexcept = default;

Client& Client::operator=(Client&& other) noexcept {
    std::swap(state_, other.state_);  // ours is closed when `other` dies
    return *this;
}

Client::~Client() {
    if (!state_) {
        return;
    }
    state_->gone = true;
    state_->prune.cancel();
    const auto calls = std::exchange(state_->calls, {});
    for (const auto& call : calls) {
        detail::expire(*state_, call, "this client is closed");
    }
    for (auto& [name, peer] : state_->peers) {
        peer.idle.clear();
        peer.waiting.clear();
    }
}

void Client::call(const Endpoint& endpoint, message::Request request, base::Duration deadline,
                  Callback callback) {
    const auto due = std::chrono::steady_clock::now() + deadline;
    const detail::Method method =
        request.method == "HEAD" ? detail::Method::head : detail::Method::other;
    auto text = detail::request_text(std::move(request),
                                     endpoint.host + ":" + std::to_string(endpoint.port));
    if (!text) {
        auto refused = [own = std::move(callback), error = std::move(text).error()]() mutable {
            own(std::unexpected(std::move(error)));
        };
        state_->mailbox->post(std::move(refused));
        return;
    }
    // Posted even on the loop's own thread, so that the callback never runs inside call().
    auto begin = [state = state_, endpoint, own = std::move(*text), method, due,
                  then = std::move(callback)]() mutable {
        const auto call = std::make_shared<detail::Call>(state->io);
        call->endpoint = std::move(endpoint);
        call->text = std::move(own);
        call->method = method;
        call->callback = std::move(then);
        detail::begin(state, call, due);
    };
    state_->mailbox->post(std::move(begin));
}

base::Result<message::Response> call_once(const Endpoint& endpoint, const TlsIdentity& identity,
                                          message::Request request, base::Duration timeout) {
    Loop loop;
    auto client = COMITY_TRY(Client::make(loop, identity));
    std::optional<base::Result<message::Response>> answer;
    client.call(endpoint, std::move(request), timeout,
                [&loop, &answer](base::Result<message::Response> result) {
                    answer = std::move(result);
                    loop.stop();
                });
    loop.run();
    COMITY_ENSURE(answer.has_value());
    return std::move(*answer);
}

}  // namespace comity::http
