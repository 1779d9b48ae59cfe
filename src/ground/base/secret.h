#pragma once

// Bytes that must not leak: wiped when they die, not copyable, without formatter or comparison.

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "ground/base/bytes.h"

namespace comity::base {

/// Overwrites memory in a way the optimiser keeps.
void wipe(std::span<std::uint8_t> bytes);

class SecretBytes {
 public:
    SecretBytes() = default;
    explicit SecretBytes(std::size_t size) : bytes_(size) {}
    explicit SecretBytes(Bytes&& bytes) : bytes_(std::move(bytes)) {}
    SecretBytes(const SecretBytes&) = delete;
    SecretBytes& operator=(const SecretBytes&) = delete;
    SecretBytes(SecretBytes&& other) noexcept : bytes_(std::move(other.bytes_)) {
        other.bytes_.clear();
    }
    SecretBytes& operator=(SecretBytes&& other) noexcept {
        if (this != &other) {
            wipe(bytes_);
            bytes_ = std::move(other.bytes_);
            other.bytes_.clear();
        }
        return *this;
    }
    ~SecretBytes() { wipe(bytes_); }

    /// A copy, asked for by name because it doubles what has to be protected.
    [[nodiscard]] SecretBytes clone() const { return SecretBytes(Bytes(bytes_)); }
    [[nodiscard]] ByteView view() const { return bytes_; }
    [[nodiscard]] std::span<std::uint8_t> writable() { return bytes_; }
    [[nodiscard]] std::size_t size() const { return bytes_.size(); }
    [[nodiscard]] bool empty() const { return bytes_.empty(); }

 private:
    Bytes bytes_;
};

}  // namespace comity::base
