#pragma once

// A line between two nodes that a test can break: a TCP relay on loopback.

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <thread>

namespace comity::federation {

/// Owns a file descriptor.
class Descriptor {
 public:
    Descriptor() = default;
    explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
    Descriptor(Descriptor&& other) noexcept;
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor();
    [[nodiscard]] int get() const { return descriptor_; }

 private:
    int descriptor_ = -1;
};

enum class Line {
    whole,   ///< everything passes
    silent,  ///< nothing passes, nothing is lost: connections stand, bytes wait
    cut,     ///< connections are closed, new ones too
};

class Relay {
 public:
    /// Listens on a free port of loopback and forwards to `target` there.
    explicit Relay(std::uint16_t target);
    Relay(const Relay&) = delete;
    Relay& operator=(const Relay&) = delete;
    ~Relay();

    [[nodiscard]] std::uint16_t port() const { return port_; }
    void set(Line line);
    /// Bytes that passed so far.
    [[nodiscard]] std::uint64_t passed() const { return passed_; }

 private:
    struct Pair {
        Descriptor near, far;
    };
    void run();
    void accept_one(Line line);
    /// False if the pair is at its end.
    [[nodiscard]] bool forward(int from, int to);
    void forward_ready(const std::map<int, short>& ready);

    std::uint16_t target_;
    std::uint16_t port_ = 0;
    Descriptor listener_;
    Descriptor wake_;
    std::atomic<Line> line_ = Line::whole;
    std::atomic<bool> ending_ = false;
    std::atomic<std::uint64_t> passed_ = 0;
    std::map<int, std::shared_ptr<Pair>> pairs_;  // shared: a pair stands under both its ends
    std::thread thread_;
};

}  // namespace comity::federation
