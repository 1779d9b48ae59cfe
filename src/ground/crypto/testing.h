#pragma once

// For tests and the simulator only: randomness that repeats from its seed, and verifications that
// many nodes of one process share. Never for real keys, never in a server.

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "ground/base/base.h"
#include "ground/crypto/detail/curves.h"
#include "ground/crypto/detail/memory.h"
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

/// While one lives, this thread computes no verification twice: a signature that held for the same
/// key and message holds again, and a public key that was a point is one. Verifying is a pure
/// function of these, so every caller gets the answer that it would have got. What did not hold is
/// computed again. For nodes that run in one process and judge the same acts; one that runs alone
/// gains nothing.
class VerifyOnce {
 public:
    VerifyOnce();
    ~VerifyOnce();
    VerifyOnce(const VerifyOnce&) = delete;
    VerifyOnce& operator=(const VerifyOnce&) = delete;
    VerifyOnce(VerifyOnce&&) = delete;
    VerifyOnce& operator=(VerifyOnce&&) = delete;

    /// Verifications that were computed since it began, and that were not.
    [[nodiscard]] std::uint64_t computed() const { return memory_.computed; }
    [[nodiscard]] std::uint64_t repeated() const { return memory_.repeated; }

 private:
    detail::Memory memory_;
    detail::Memory* outer_;
};

}  // namespace comity::crypto
