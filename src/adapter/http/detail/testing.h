#pragma once

// For the tests of this library: TLS identities, a loop that runs, and a bare socket that may
// behave badly.

#include <arpa/inet.h>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <optional>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <thread>
#include <unistd.h>
#include <utility>

#include "adapter/http/http.h"
#include "adapter/softkeys/softkeys.h"

namespace comity::http::detail {

/// Certificates by name, made when first asked for, in a folder that goes away.
class Identities {
 public:
    Identities() {
        std::string name = (std::filesystem::temp_directory_path() / "comity-XXXXXX").string();
        EXPECT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name;
    }
    Identities(const Identities&) = delete;
    Identities& operator=(const Identities&) = delete;
    ~Identities() { std::filesystem::remove_all(folder_); }

    [[nodiscard]] TlsIdentity of(const std::string& name) const {
        make(name);
        return {folder_ / name / "tls.crt", folder_ / name / "tls.key"};
    }
    [[nodiscard]] base::Digest key_of(const std::string& name) const {
        return softkeys::spki_digest(of(name).certificate).value();
    }
    /// Accepts the holder of this name's key alone.
    [[nodiscard]] AcceptPeer only(const std::string& name) const {
        return [expected = key_of(name)](const base::Digest& key) { return key == expected; };
    }

 private:
    void make(const std::string& name) const {
        if (std::filesystem::create_directory(folder_ / name)) {
            EXPECT_TRUE(softkeys::make_tls_identity(folder_ / name, name));
        }
    }

    std::filesystem::path folder_;
};

/// A loop on a thread of its own.
class RunningLoop {
 public:
    RunningLoop() : thread_([this] { loop_.run(); }) {}
    ~RunningLoop() { stop(); }
    RunningLoop(const RunningLoop&) = delete;
    RunningLoop& operator=(const RunningLoop&) = delete;
    [[nodiscard]] Loop& loop() { return loop_; }
    /// Waits until the thread has left the loop, so that servers and clients may be destroyed.
    void stop() {
        if (thread_.joinable()) {
            loop_.stop();
            thread_.join();
        }
    }

 private:
    Loop loop_;
    std::thread thread_;
};

/// A plain blocking TCP connection to 127.0.0.1 that gives up after ten seconds.
class BareSocket {
 public:
    explicit BareSocket(std::uint16_t port) : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
        const timeval patience{10, 0};
        ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ = ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address),
                               sizeof address) == 0;
    }
    BareSocket(BareSocket&& other) noexcept
        : descriptor_(std::exchange(other.descriptor_, -1)), connected_(other.connected_) {}
    BareSocket& operator=(BareSocket&&) = delete;
    ~BareSocket() {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
    }

    [[nodiscard]] bool is_connected() const { return connected_; }
    /// How much could be sent before the other side would have no more.
    std::size_t send(std::string_view text) const {
        std::size_t sent = 0;
        while (sent < text.size()) {
            const ssize_t size =
                ::send(descriptor_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
            if (size <= 0) {
                break;
            }
            sent += static_cast<std::size_t>(size);
        }
        return sent;
    }
    /// Until the other side closes.
    [[nodiscard]] std::string receive_all() const {
        std::string text;
        while (receive_more(text)) {
        }
        return text;
    }
    /// Until the text received ends so, or the other side closes.
    [[nodiscard]] std::string receive_until(std::string_view end) const {
        std::string text;
        while (!text.ends_with(end) && receive_more(text)) {
        }
        return text;
    }

 private:
    bool receive_more(std::string& text) const {
        std::array<char, 4096> part{};
        const ssize_t size = ::recv(descriptor_, part.data(), part.size(), 0);
        if (size <= 0) {
            return false;
        }
        text.append(part.data(), static_cast<std::size_t>(size));
        return true;
    }

    int descriptor_;
    bool connected_ = false;
};

inline message::Request request_of(std::string method, std::string target, std::string body = {}) {
    message::Request request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.body = std::move(body);
    return request;
}

/// Answers with what came: `METHOD target body`.
inline void echo(message::Request request, Respond respond) {
    respond(
        message::text_response(200, request.method + " " + request.target + " " + request.body));
}

/// call() as a future.
inline std::future<base::Result<message::Response>> ask(
    Client& client, const Endpoint& endpoint, message::Request request,
    base::Duration deadline = std::chrono::seconds(10)) {
    std::promise<base::Result<message::Response>> promise;
    auto answer = promise.get_future();
    client.call(endpoint, std::move(request), deadline,
                [own = std::move(promise)](base::Result<message::Response> result) mutable {
                    own.set_value(std::move(result));
                });
    return answer;
}

}  // namespace comity::http::detail
