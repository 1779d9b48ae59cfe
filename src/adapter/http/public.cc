// Calls to public servers: other people's logs, witnesses and web servers.

#include <charconv>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "adapter/http/detail/connection.h"
#include "adapter/http/detail/wire.h"
#include "adapter/http/http.h"

namespace comity::http {

namespace {

using base::ErrorKind;
using detail::asio::awaitable;
namespace asio = detail::asio;
using detail::ErrorCode;

constexpr auto quietly = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t header_bytes = std::size_t{32} * 1024;
constexpr std::size_t longest_url = 2048;

std::unexpected<base::Error> no_url(std::string why) {
    return base::fail(ErrorKind::malformed, "this is no URL that can be called", std::move(why),
                      "write http://HOST[:PORT][/PATH] or https://HOST[:PORT][/PATH]");
}

/// One call from its connection to its response.
class PublicCall {
 public:
    PublicCall(asio::io_context& io, const PublicUrl& url, std::size_t most_bytes)
        : socket_(io),
          resolver_(io),
          url_(url),
          reader_({header_bytes, most_bytes}, detail::Method::other) {}

    awaitable<base::Result<message::Response>> perform(detail::Text text) {
        if (std::string why = co_await connect(); !why.empty()) {
            co_return unavailable(std::move(why));
        }
        if (!url_.secure) {
            co_return co_await exchange(socket_, std::move(text));
        }
        ErrorCode error;
        asio::ssl::context context(asio::ssl::context::tls_client);
        context.set_default_verify_paths(error);
        if (SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION) != 1) {
            co_return unavailable("TLS 1.2 is not to be had");
        }
        asio::ssl::stream<asio::ip::tcp::socket&> tls(socket_, context);
        tls.set_verify_mode(asio::ssl::verify_peer, error);
        tls.set_verify_callback(asio::ssl::host_name_verification(url_.host), error);
        if (SSL_set_tlsext_host_name(tls.native_handle(), url_.host.c_str()) != 1) {
            co_return unavailable("the host's name cannot be asked for");
        }
        std::tie(error) = co_await tls.async_handshake(asio::ssl::stream_base::client, quietly);
        if (error) {
            co_return unavailable("TLS handshake: " + error.message());
        }
        co_return co_await exchange(tls, std::move(text));
    }

    void give_up() {
        late_ = true;
        resolver_.cancel();
        ErrorCode ignored;
        socket_.close(ignored);
    }

    [[nodiscard]] std::unexpected<base::Error> unavailable(std::string why) const {
        return base::fail(ErrorKind::unavailable,
                          "no answer from " + url_.host + " port " + std::to_string(url_.port),
                          late_ ? "the time for this call is over" : std::move(why));
    }

 private:
    /// Empty once it is connected, else why not.
    awaitable<std::string> connect() {
        const auto [error, found] =
            co_await resolver_.async_resolve(url_.host, std::to_string(url_.port), quietly);
        std::string why = error ? error.message() : "the name has no address";
        for (const auto& entry : found) {
            ErrorCode failed;
            socket_.close(failed);
            const asio::ip::tcp::endpoint endpoint = entry.endpoint();
            std::tie(failed) = co_await socket_.async_connect(endpoint, quietly);
            if (!failed) {
                co_return std::string();
            }
            why = failed.message();
        }
        co_return why;
    }

    template <class Stream>
    awaitable<base::Result<message::Response>> exchange(Stream& stream, detail::Text text) {
        auto [error, written] =
            co_await asio::async_write(stream, asio::buffer(text.head + text.body), quietly);
        while (true) {
            const std::span<char> room = reader_.space();
            const auto [failed, size] =
                co_await stream.async_read_some(asio::buffer(room.data(), room.size()), quietly);
            std::expected<detail::Arrival, detail::Fault> arrival = detail::Arrival::more;
            const bool ended =
                failed == asio::error::eof || failed == asio::ssl::error::stream_truncated;
            if (!failed) {
                arrival = reader_.arrived(size);
            } else if (ended && reader_.has_begun()) {
                arrival = reader_.ended();
            } else {
                co_return unavailable(error ? error.message() : failed.message());
            }
            if (!arrival) {
                co_return unavailable(std::move(arrival).error().reason);
            }
            if (*arrival == detail::Arrival::whole) {
                co_return reader_.take();
            }
        }
    }

    asio::ip::tcp::socket socket_;
    asio::ip::tcp::resolver resolver_;
    const PublicUrl& url_;
    detail::ResponseReader reader_;
    bool late_ = false;
};

}  // namespace

base::Result<PublicUrl> PublicUrl::parse(std::string_view text) {
    PublicUrl url;
    url.secure = text.starts_with("https://");
    if (text.size() > longest_url || (!url.secure && !text.starts_with("http://"))) {
        return no_url(text.size() > longest_url ? "it is too long"
                                                : "it begins with neither http:// nor https://");
    }
    text.remove_prefix(url.secure ? 8 : 7);
    const std::size_t slash = std::min(text.find('/'), text.size());
    std::string_view authority = text.substr(0, slash);
    url.path = std::string(text.substr(slash));
    while (url.path.ends_with('/')) {
        url.path.pop_back();
    }
    if (url.path.find_first_of("?# \t\r\n") != std::string::npos) {
        return no_url("it holds a query, a fragment or a blank");
    }
    url.port = url.secure ? 443 : 80;
    // An IPv6 address stands in brackets (RFC 3986 3.2.2).
    const std::size_t bracket = authority.starts_with('[') ? authority.find(']') : 0;
    const std::size_t colon =
        bracket == std::string_view::npos ? bracket : authority.find(':', bracket);
    if (colon != std::string_view::npos) {
        const std::string_view port = authority.substr(colon + 1);
        const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
        if (error != std::errc{} || end != port.data() + port.size() || url.port == 0) {
            return no_url("its port is none");
        }
        authority = authority.substr(0, colon);
    }
    if (authority.starts_with('[') && authority.ends_with(']')) {
        authority = authority.substr(1, authority.size() - 2);
    }
    if (authority.empty() || authority.find_first_of("@[] \t\r\n") != std::string_view::npos) {
        return no_url("it names no host, or a user");
    }
    url.host = std::string(authority);
    return url;
}

base::Result<message::Response> call_public(const PublicUrl& url, message::Request request,
                                            std::size_t most_bytes, base::Duration timeout) {
    request.target = url.path + request.target;
    const bool bare = url.host.find(':') == std::string::npos;
    const std::string host =
        (bare ? url.host : "[" + url.host + "]") + ":" + std::to_string(url.port);
    detail::Text text = COMITY_TRY(detail::request_text(std::move(request), host));
    asio::io_context io;
    PublicCall call(io, url, most_bytes);
    asio::steady_timer deadline(io);
    deadline.expires_after(timeout);
    deadline.async_wait([&call](const ErrorCode& error) {
        if (!error) {
            call.give_up();
        }
    });
    std::optional<base::Result<message::Response>> answer;
    asio::co_spawn(io, call.perform(std::move(text)),
                   [&](const std::exception_ptr& thrown, base::Result<message::Response> result) {
                       answer =
                           thrown ? call.unavailable("we ran out of memory") : std::move(result);
                       deadline.cancel();
                   });
    io.run();
    COMITY_ENSURE(answer.has_value());
    return std::move(*answer);
}

}  // namespace comity::http
