#pragma once

// http: HTTP/1.1 over TLS 1.3 with mutual authentication, on one event loop; the only place that
// knows Boost.Asio and Boost.Beast.
//
//   Loop        one thread runs it; everything below happens on that thread
//   Server      hands each request to a handler, which answers at once or later, from any thread
//   Client      calls peers through pools of kept-alive connections
//   call_once   one blocking call, for the command line
//   call_public one blocking call to a public server, such as another log's
//
// Nodes trust keys, not authorities: each side requires the other's certificate and looks at
// nothing but the SHA-256 of its public key (SubjectPublicKeyInfo). Names, dates and issuers in it
// are for people; a key's life is decided by the registry that the caller asks.
//
//     http::Loop loop;
//     const auto answer = [](message::Request request, http::Respond respond) {
//         respond(message::text_response(200, request.target));
//     };
//     auto server = http::Server::listen(loop, {"127.0.0.1", 0}, std::nullopt, {}, answer);
//     loop.stop_on_signals([&loop] { loop.stop(); });
//     loop.run();
//
// The Loop outlives its Servers and Clients, and these are destroyed on the loop's thread or while
// the loop does not run. A Respond may outlive all of them.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "ground/base/base.h"
#include "ground/message/message.h"

namespace comity::http {

namespace detail {
struct LoopState;
struct ServerState;
struct ClientState;
}  // namespace detail

class Loop {
 public:
    Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;
    /// Drops what is still waiting: timers, posted functions, connections.
    ~Loop();

    /// Runs until stop(). May be run again afterwards.
    void run();
    /// From any thread. A stop before run() makes run() return at once.
    void stop();
    /// SIGINT and SIGTERM call `callback` on the loop's thread, each time, instead of ending the
    /// process. One at a time: a second call replaces the first.
    void stop_on_signals(std::function<void()> callback);
    /// From any thread: runs `function` on the loop's thread, in the order of the posts.
    void post(std::move_only_function<void()> function);
    /// From any thread: runs `function` once, `delay` from now.
    void after(base::Duration delay, std::move_only_function<void()> function);

 private:
    friend class Server;
    friend class Client;
    std::unique_ptr<detail::LoopState> state_;
};

/// What one Server takes from strangers. Bytes after a whole request (pipelining) end the
/// connection after its response.
struct Limits {
    std::size_t body_bytes = 8 * 1024 * 1024;  ///< over it: 413
    std::size_t header_bytes = 16 * 1024;      ///< request line and headers; over it: 431
    /// Over it the connection that has been idle the longest is closed; if none is, the new one.
    std::size_t connections = 1024;
    /// For a whole request to arrive (else 408), for the handler to answer (else 503), for the
    /// response to be taken (else the connection is cut).
    base::Duration request = std::chrono::seconds(30);
    base::Duration idle = std::chrono::seconds(75);       ///< between requests
    base::Duration handshake = std::chrono::seconds(10);  ///< for TLS
};

/// PEM files; the key is unencrypted.
struct TlsIdentity {
    std::filesystem::path certificate;
    std::filesystem::path private_key;
};

/// Called once, from any thread. Destroyed without a call it answers 500; for a connection that is
/// gone it does nothing.
using Respond = std::move_only_function<void(message::Response)>;
/// Runs on the loop's thread and must not block.
using Handler = std::function<void(message::Request, Respond)>;
/// Whether the holder of this TLS key may connect. Runs on the loop's thread and must not block.
using AcceptPeer = std::function<bool(const base::Digest& spki_sha256)>;

struct Address {
    std::string host = "127.0.0.1";  ///< an IP address
    std::uint16_t port = 0;          ///< 0: any free one
};

struct MutualTls {
    TlsIdentity identity;
    AcceptPeer accept_peer;
};

class Server {
 public:
    /// Without `tls` it speaks plain HTTP, which is for pages on loopback only.
    /// Kinds: malformed (address, PEM), not_found (PEM files), failure (the port is not free).
    [[nodiscard]] static base::Result<Server> listen(Loop& loop, const Address& address,
                                                     std::optional<MutualTls> tls,
                                                     const Limits& limits, Handler handler);
    Server(Server&&) noexcept;
    Server& operator=(Server&&) noexcept;
    /// Cuts all connections; the handler is not called any more.
    ~Server();

    [[nodiscard]] std::uint16_t port() const;
    /// From any thread: stops accepting, closes idle connections, lets requests in flight be
    /// answered; then calls `drained` on the loop's thread.
    void close(std::move_only_function<void()> drained = {});

 private:
    explicit Server(std::shared_ptr<detail::ServerState> state);
    std::shared_ptr<detail::ServerState> state_;  // shared with the connections' coroutines
};

struct Endpoint {
    std::string host;  ///< a name or an IP address
    std::uint16_t port = 0;
    base::Digest spki_sha256;  ///< the key that the peer must show
};

struct ClientLimits {
    std::size_t body_bytes = 8 * 1024 * 1024;        ///< of a response
    std::size_t header_bytes = 16 * 1024;            ///< of a response
    std::size_t connections_per_peer = 64;           ///< calls at the same time to one endpoint
    std::size_t waiting_per_peer = 4096;             ///< calls beyond, waiting for one of these
    base::Duration idle = std::chrono::seconds(60);  ///< shorter than the servers'
};

/// Runs on the loop's thread (or in ~Client), exactly once per call; never inside call() itself.
/// A call that no loop ran before its Client died is answered when the loop runs again.
using Callback = std::move_only_function<void(base::Result<message::Response>)>;

class Client {
 public:
    /// Kinds: malformed, not_found (PEM files).
    [[nodiscard]] static base::Result<Client> make(Loop& loop, const TlsIdentity& identity,
                                                   const ClientLimits& limits = {});
    Client(Client&&) noexcept;
    Client& operator=(Client&&) noexcept;
    /// Calls that are not answered yet get kind unavailable here.
    ~Client();

    /// From any thread. Any response, of whatever status, is a result; whatever else happens is
    /// kind unavailable with its reason (a request that HTTP cannot carry: malformed). If a kept-
    /// alive connection turns out to be closed before a byte of the answer came, the request is
    /// sent once more on a new one: requests must bear being received twice.
    void call(const Endpoint& endpoint, message::Request request, base::Duration deadline,
              Callback callback);

 private:
    explicit Client(std::shared_ptr<detail::ClientState> state);
    std::shared_ptr<detail::ClientState> state_;  // shared with the calls' coroutines
};

/// One call on a connection of its own; blocks for at most `timeout`.
[[nodiscard]] base::Result<message::Response> call_once(const Endpoint& endpoint,
                                                        const TlsIdentity& identity,
                                                        message::Request request,
                                                        base::Duration timeout);

/// Where a public server is, and the prefix of what it serves.
struct PublicUrl {
    bool secure = true;  ///< https
    std::string host;
    std::uint16_t port = 443;
    std::string path;  ///< without a slash at its end; may be empty

    /// `http://` or `https://`, without user, query or fragment. Kind malformed.
    [[nodiscard]] static base::Result<PublicUrl> parse(std::string_view text);
    friend bool operator==(const PublicUrl&, const PublicUrl&) = default;
};

/// One call below `url` on a connection of its own; blocks for at most `timeout`. Over https the
/// server must show a certificate for its name from one of the machine's authorities: nothing that
/// a node trusts may rest on it, so what comes is checked by its signatures. Any response, of
/// whatever status, is a result. Kinds: malformed (target), unavailable.
[[nodiscard]] base::Result<message::Response> call_public(const PublicUrl& url,
                                                          message::Request request,
                                                          std::size_t most_bytes,
                                                          base::Duration timeout);

}  // namespace comity::http
