#include "bench/bare_tls.h"

#include <arpa/inet.h>
#include <chrono>
#include <fcntl.h>
#include <memory>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace comity::bench {
namespace {

constexpr std::size_t block_bytes = std::size_t{1} << 20;

class Descriptor {
 public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) {
            ::close(number_);
        }
    }
    [[nodiscard]] int number() const { return number_; }

 private:
    int number_;
};

using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using Session = std::unique_ptr<SSL, decltype(&SSL_free)>;

base::Result<void> failed(std::string what) {
    return base::fail(base::ErrorKind::failure, "bare TLS: " + std::move(what));
}

base::Result<void> send_all(SSL_CTX* context, int listener, const std::filesystem::path& from) {
    const Descriptor connection(::accept(listener, nullptr, nullptr));
    const Descriptor file(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
    const Session session(SSL_new(context), &SSL_free);
    if (connection.number() < 0 || file.number() < 0 ||
        SSL_set_fd(session.get(), connection.number()) != 1 || SSL_accept(session.get()) != 1) {
        return failed("the sender cannot begin");
    }
    std::vector<char> block(block_bytes);
    for (;;) {
        const ssize_t got = ::read(file.number(), block.data(), block.size());
        if (got < 0) {
            return failed("the source cannot be read");
        }
        if (got == 0) {
            SSL_shutdown(session.get());
            return {};
        }
        if (SSL_write(session.get(), block.data(), static_cast<int>(got)) != got) {
            return failed("the stream cannot be sent");
        }
    }
}

base::Result<void> receive_all(SSL_CTX* context, const sockaddr_in& address,
                               const std::filesystem::path& to) {
    const Descriptor connection(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const Descriptor file(
        ::open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR));
    const Session session(SSL_new(context), &SSL_free);
    if (file.number() < 0 ||
        ::connect(connection.number(), reinterpret_cast<const sockaddr*>(&address),
                  sizeof address) != 0 ||
        SSL_set_fd(session.get(), connection.number()) != 1 || SSL_connect(session.get()) != 1) {
        return failed("the receiver cannot begin");
    }
    std::vector<char> block(block_bytes);
    for (;;) {
        const int got = SSL_read(session.get(), block.data(), static_cast<int>(block.size()));
        if (got <= 0) {
            break;
        }
        if (::write(file.number(), block.data(), static_cast<std::size_t>(got)) != got) {
            return failed("the stream cannot be written");
        }
    }
    return ::fsync(file.number()) == 0 ? base::Result<void>{} : failed("the file cannot be synced");
}

}  // namespace

base::Result<double> bare_tls_seconds(const BareIdentity& identity,
                                      const std::filesystem::path& from,
                                      const std::filesystem::path& to) {
    const Context server(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
    const Context client(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free);
    SSL_CTX_set_min_proto_version(server.get(), TLS1_3_VERSION);
    if (SSL_CTX_use_certificate_file(server.get(), identity.certificate.c_str(),
                                     SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_use_PrivateKey_file(server.get(), identity.private_key.c_str(), SSL_FILETYPE_PEM) !=
            1) {
        return base::fail(base::ErrorKind::failure, "bare TLS: the identity cannot be loaded");
    }
    const Descriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
            0 ||
        ::listen(listener.number(), 1) != 0 ||
        ::getsockname(listener.number(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        return base::fail(base::ErrorKind::failure, "bare TLS: no socket");
    }
    const auto start = std::chrono::steady_clock::now();
    base::Result<void> sent;
    std::thread sender([&] { sent = send_all(server.get(), listener.number(), from); });
    const auto received = receive_all(client.get(), address, to);
    ::shutdown(listener.number(), SHUT_RDWR);  // a sender that nobody called would wait for ever
    sender.join();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    COMITY_TRY(sent);
    COMITY_TRY(received);
    std::error_code error;
    if (std::filesystem::file_size(from, error) != std::filesystem::file_size(to, error)) {
        return base::fail(base::ErrorKind::failure, "bare TLS: the stream was cut off");
    }
    return took.count();
}

}  // namespace comity::bench
