#include "tests/federation/relay.h"

#include <array>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace comity::federation {
namespace {

constexpr std::size_t piece = 64 * 1024;
constexpr int most_waiting = 64;

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

void need(bool holds, const char* what) {
    if (!holds) {
        throw std::runtime_error(std::string("the test's relay: ") + what);
    }
}

}  // namespace

Descriptor::Descriptor(Descriptor&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

Descriptor::~Descriptor() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

Relay::Relay(std::uint16_t target)
    : target_(target),
      listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    sockaddr_in address = loopback(0);
    socklen_t length = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    need(listener_.get() >= 0 && wake_.get() >= 0, "no descriptor");
    need(::bind(listener_.get(), generic, length) == 0, "no port");
    need(::getsockname(listener_.get(), generic, &length) == 0, "no name");
    need(::listen(listener_.get(), most_waiting) == 0, "cannot listen");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
}

Relay::~Relay() {
    ending_ = true;
    set(Line::cut);
    thread_.join();
}

void Relay::set(Line line) {
    line_ = line;
    const std::uint64_t one = 1;
    need(::write(wake_.get(), &one, sizeof one) == sizeof one, "cannot wake");
}

void Relay::accept_one(Line line) {
    Descriptor near(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (near.get() < 0 || line == Line::cut) {
        return;
    }
    Descriptor far(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in address = loopback(target_);
    if (far.get() < 0 ||
        ::connect(far.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return;  // nobody listens: the caller sees a closed connection
    }
    const auto pair = std::make_shared<Pair>();
    pair->near = std::move(near);
    pair->far = std::move(far);
    pairs_[pair->near.get()] = pair;
    pairs_[pair->far.get()] = pair;
}

bool Relay::forward(int from, int to) {
    std::array<char, piece> bytes{};
    const ssize_t got = ::recv(from, bytes.data(), bytes.size(), 0);
    if (got <= 0) {
        return false;
    }
    for (ssize_t sent = 0; sent < got;) {
        const ssize_t some =
            ::send(to, bytes.data() + sent, static_cast<std::size_t>(got - sent), MSG_NOSIGNAL);
        if (some <= 0) {
            return false;
        }
        sent += some;
    }
    passed_ += static_cast<std::uint64_t>(got);
    return true;
}

void Relay::forward_ready(const std::map<int, short>& ready) {
    for (const auto& [descriptor, events] : ready) {
        const auto found = pairs_.find(descriptor);
        if (found == pairs_.end()) {
            continue;
        }
        const std::shared_ptr<Pair> pair = found->second;
        const int other = pair->near.get() == descriptor ? pair->far.get() : pair->near.get();
        if (!forward(descriptor, other)) {
            pairs_.erase(descriptor);
            pairs_.erase(other);
        }
    }
}

void Relay::run() {
    while (!ending_) {
        const Line line = line_;
        if (line == Line::cut) {
            pairs_.clear();
        }
        std::vector<pollfd> waited{{wake_.get(), POLLIN, 0}};
        if (line != Line::silent) {
            waited.push_back({listener_.get(), POLLIN, 0});
            for (const auto& [descriptor, pair] : pairs_) {
                waited.push_back({descriptor, POLLIN, 0});
            }
        }
        (void)::poll(waited.data(), waited.size(), -1);
        std::uint64_t woken = 0;
        (void)!::read(wake_.get(), &woken, sizeof woken);
        if (line != line_ || woken != 0) {
            continue;  // what is to be done may have changed
        }
        std::map<int, short> ready;
        for (const pollfd& one : waited) {
            if (one.revents == 0 || one.fd == wake_.get()) {
                continue;
            }
            if (one.fd == listener_.get()) {
                accept_one(line);
            } else {
                ready.emplace(one.fd, one.revents);
            }
        }
        forward_ready(ready);
    }
    pairs_.clear();
}

}  // namespace comity::federation
