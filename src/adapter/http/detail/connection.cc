#include "adapter/http/detail/connection.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <string>
#include <sys/socket.h>
#include <system_error>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "ground/crypto/hash.h"

namespace comity::http::detail {

namespace {

using base::ErrorKind;

constexpr auto quietly = asio::as_tuple(asio::use_awaitable);

/// Where an SSL keeps its Connection; Asio uses the application-data slot itself.
int connection_index() {
    static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

std::optional<base::Digest> spki_digest(const X509* certificate) {
    if (certificate == nullptr) {
        return std::nullopt;
    }
    unsigned char* der = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
    if (size <= 0) {
        ERR_clear_error();
        return std::nullopt;
    }
    const auto digest = crypto::sha256(base::ByteView(der, static_cast<std::size_t>(size)));
    OPENSSL_free(der);
    return digest;
}

/// In place of OpenSSL's own verification: we know keys, not authorities, so that no chain, name or
/// date counts. TLS itself proves that the other side holds the key (RFC 8446 4.4.3).
int verify_peer(X509_STORE_CTX* context, void*) {
    const auto* ssl = static_cast<SSL*>(
        X509_STORE_CTX_get_ex_data(context, SSL_get_ex_data_X509_STORE_CTX_idx()));
    auto* connection = static_cast<Connection*>(SSL_get_ex_data(ssl, connection_index()));
    const auto digest = spki_digest(X509_STORE_CTX_get0_cert(context));
    bool accepted = false;
    try {
        accepted = digest && connection != nullptr && connection->accepts(*digest);
    } catch (...) {
        // No exception may pass through OpenSSL; a question that fails is answered with no.
    }
    X509_STORE_CTX_set_error(context, accepted ? X509_V_OK : X509_V_ERR_CERT_REJECTED);
    return accepted ? 1 : 0;
}

std::unexpected<base::Error> pem_failure(const std::filesystem::path& path, std::string what,
                                         const ErrorCode& error) {
    std::error_code ignored;
    const bool there = std::filesystem::exists(path, ignored);
    ERR_clear_error();
    auto failed = base::fail(there ? ErrorKind::malformed : ErrorKind::not_found, std::move(what),
                             there ? error.message() : "the file does not exist");
    failed.error().place = path.string();
    return failed;
}

}  // namespace

base::Result<asio::ssl::context> tls_context(const TlsIdentity& identity, Role role) {
    asio::ssl::context context(role == Role::server ? asio::ssl::context::tls_server
                                                    : asio::ssl::context::tls_client);
    SSL_CTX* const native = context.native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_3_VERSION);
    SSL_CTX_set_options(native, SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(native, 0);
    SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_verify(native, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    SSL_CTX_set_cert_verify_callback(native, verify_peer, nullptr);
    ErrorCode error;
    // Without a callback OpenSSL would ask for the password of a locked key at the terminal.
    context.set_password_callback(
        [](std::size_t, asio::ssl::context::password_purpose) { return std::string(); }, error);
    if (context.use_certificate_chain_file(identity.certificate.string(), error); error) {
        return pem_failure(identity.certificate, "the TLS certificate cannot be read", error);
    }
    if (context.use_private_key_file(identity.private_key.string(), asio::ssl::context::pem, error);
        error) {
        return pem_failure(identity.private_key,
                           "the TLS key cannot be read or is not the certificate's", error);
    }
    return context;
}

Connection::Connection(asio::ip::tcp::socket socket) : socket_(std::move(socket)) {
}

Connection::Connection(asio::ip::tcp::socket socket, asio::ssl::context& context, AcceptPeer accept)
    : socket_(std::move(socket)), accept_(std::move(accept)) {
    tls_.emplace(socket_, context);
    SSL_set_ex_data(tls_->native_handle(), connection_index(), this);
}

bool Connection::accepts(const base::Digest& peer_key) {
    peer_key_ = peer_key;
    refused_ = !accept_ || !accept_(peer_key);
    return !refused_;
}

asio::awaitable<ErrorCode> Connection::connect(asio::ip::tcp::endpoint endpoint) {
    const auto [error] = co_await socket_.async_connect(endpoint, quietly);
    if (!error) {
        ErrorCode ignored;
        socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    }
    co_return error;
}

asio::awaitable<ErrorCode> Connection::handshake(Role role) {
    if (!tls_) {
        co_return ErrorCode{};
    }
    const auto type =
        role == Role::server ? asio::ssl::stream_base::server : asio::ssl::stream_base::client;
    const auto [error] = co_await tls_->async_handshake(type, quietly);
    co_return error;
}

asio::awaitable<Transfer> Connection::read_some(std::span<char> room) {
    if (expired_) {
        co_return Transfer{asio::error::operation_aborted, 0};
    }
    const auto buffer = asio::buffer(room.data(), room.size());
    if (tls_) {
        const auto [error, size] = co_await tls_->async_read_some(buffer, quietly);
        co_return Transfer{error, size};
    }
    const auto [error, size] = co_await socket_.async_read_some(buffer, quietly);
    co_return Transfer{error, size};
}

asio::awaitable<ErrorCode> Connection::write(std::string_view bytes) {
    if (expired_) {
        co_return asio::error::operation_aborted;
    }
    const auto buffer = asio::buffer(bytes.data(), bytes.size());
    if (tls_) {
        const auto [error, size] = co_await asio::async_write(*tls_, buffer, quietly);
        co_return error;
    }
    const auto [error, size] = co_await asio::async_write(socket_, buffer, quietly);
    co_return error;
}

asio::awaitable<void> Connection::finish(std::size_t bytes) {
    ErrorCode error;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, error);
    std::array<char, 4096> dropped;
    const auto buffer = asio::buffer(dropped);
    while (!error && !expired_ && bytes > 0) {
        // The ciphertext itself: nobody will read what is in it.
        const auto [failed, size] = co_await socket_.async_read_some(buffer, quietly);
        error = failed;
        bytes -= std::min(bytes, size);
    }
}

void Connection::close() {
    ErrorCode ignored;
    socket_.close(ignored);
}

void Connection::set_deadline(Time deadline) {
    deadline_ = deadline;
    expired_ = false;
}

void Connection::expire_if_late(Time now) {
    if (now < deadline_) {
        return;
    }
    expired_ = true;
    ErrorCode ignored;
    socket_.cancel(ignored);
}

bool Connection::is_quiet() {
    char byte = 0;
    const ssize_t got =
        ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT | MSG_NOSIGNAL);
    return socket_.is_open() && got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace comity::http::detail
