#pragma once

// For tests and the simulator only: randomness that repeats from its seed. Never for real keys.

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "ground/base/base.h"
#include "ground/crypto/detail/curves.h"
#include "ground/crypto/hash.h"
#include "ground/crypto/random.h"
#include "ground/crypto/sealing.h"

namespace comity::crypto {

/// SHA-256(seed || counter) block after block, counter from 0 in 8 bytes big-endian.
class CountingRandom : public Random {
 public:
    explicit CountingRandom(std::uint64_t seed) { base::append_u64(seed_, seed); }
    explicit CountingRandom(std::string_view seed) : seed_(base::bytes_of(seed)) {}

    void fill(std::span<std::uint8_t> out) override {
        for (std::uint8_t& byte : out) {
            if (used_ == block_.bytes.size()) {
                base::Bytes input = seed_;
                base::append_u64(input, counter_++);
                block_ = sha256(input);
                used_ = 0;
            }
            byte = block_.bytes[used_++];
        }
    }

 private:
    base::Bytes seed_;
    std::uint64_t counter_ = 0;
    base::Digest block_;
    std::size_t used_ = sizeof(base::Digest::bytes);
};

/// A sealing key pair in memory.
class HeldSealingKey : public KeyAgreement {
 public:
    HeldSealingKey(Curve curve, Random& random) : pair_(detail::make_key_pair(curve, random)) {}
    explicit HeldSealingKey(detail::KeyPair pair) : pair_(std::move(pair)) {}

    [[nodiscard]] const SealingKey& public_key() const override { return pair_.public_key; }
    [[nodiscard]] base::Result<base::SecretBytes> agree(const SealingKey& peer) override {
        return detail::shared_secret(pair_.private_key, peer);
    }
    [[nodiscard]] const base::SecretBytes& private_key() const { return pair_.private_key; }

 private:
    detail::KeyPair pair_;
};

}  // namespace comity::crypto
