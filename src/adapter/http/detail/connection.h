#pragma once

// One TCP connection, plain or TLS, with a deadline that is looked at from outside.

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "adapter/http/http.h"
#include "ground/base/base.h"

namespace comity::http::detail {

namespace asio = boost::asio;

using Time = std::chrono::steady_clock::time_point;
using ErrorCode = boost::system::error_code;

enum class Role { server, client };

/// TLS 1.3 only, the other side's certificate required, no tickets and no resumption (each
/// connection is authenticated anew).
[[nodiscard]] base::Result<asio::ssl::context> tls_context(const TlsIdentity& identity, Role role);

struct Transfer {
    ErrorCode error;
    std::size_t size = 0;
};

/// Used on the loop's thread only.
class Connection {
 public:
    explicit Connection(asio::ip::tcp::socket socket);
    /// `accept` decides over the other side's key; it is asked during the handshake.
    Connection(asio::ip::tcp::socket socket, asio::ssl::context& context, AcceptPeer accept);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    [[nodiscard]] asio::awaitable<ErrorCode> connect(asio::ip::tcp::endpoint endpoint);
    /// Nothing to do without TLS.
    [[nodiscard]] asio::awaitable<ErrorCode> handshake(Role role);
    [[nodiscard]] asio::awaitable<Transfer> read_some(std::span<char> room);
    [[nodiscard]] asio::awaitable<ErrorCode> write(std::string_view bytes);
    /// Says that no more will come, then reads and drops what still comes, at most `bytes`: a
    /// socket closed over unread bytes would take the last response back.
    [[nodiscard]] asio::awaitable<void> finish(std::size_t bytes);
    void close();

    /// From now on expire_if_late() counts from `deadline`; an expiry before is forgotten.
    void set_deadline(Time deadline);
    /// Breaks off what is being awaited if the deadline is over. Asked again and again, since an
    /// operation between two of its steps cannot be broken off.
    void expire_if_late(Time now);
    [[nodiscard]] bool is_expired() const { return expired_; }
    [[nodiscard]] bool is_open() const { return socket_.is_open(); }
    /// Nothing has arrived that nobody asked for, such as the end of the connection.
    [[nodiscard]] bool is_quiet();

    /// The other side's key, once the handshake is done; also when it was refused.
    [[nodiscard]] const std::optional<base::Digest>& peer_key() const { return peer_key_; }
    /// Called by OpenSSL's verification: whether the other side may talk to us.
    [[nodiscard]] bool accepts(const base::Digest& peer_key);
    [[nodiscard]] bool has_refused() const { return refused_; }

    /// Between two requests: the first to go when there are too many connections.
    bool idle = false;
    Time idle_since{};

 private:
    asio::ip::tcp::socket socket_;
    std::optional<asio::ssl::stream<asio::ip::tcp::socket&>> tls_;
    AcceptPeer accept_;
    std::optional<base::Digest> peer_key_;
    Time deadline_ = Time::max();
    bool expired_ = false;
    bool refused_ = false;
};

}  // namespace comity::http::detail
