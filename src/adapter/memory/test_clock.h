#pragma once

// Clocks that stand until the test moves them.

#include <mutex>

#include "node/ports/ports.h"

namespace comity::memory {

/// Shows what it was set to. Safe to use from several threads.
class FixedClock final : public ports::Clock {
 public:
    explicit FixedClock(base::Instant at) : at_(at) {}
    [[nodiscard]] base::Instant now() override;
    void set(base::Instant at);
    void advance(base::Duration by);

 private:
    std::mutex mutex_;  ///< guards at_
    base::Instant at_;
};

/// Moves on by one step with every look, so that no two looks are equal. Safe to use from several
/// threads.
class SteppingClock final : public ports::Clock {
 public:
    SteppingClock(base::Instant first, base::Duration step) : next_(first), step_(step) {}
    [[nodiscard]] base::Instant now() override;
    void set(base::Instant next);

 private:
    std::mutex mutex_;  ///< guards next_
    base::Instant next_;
    base::Duration step_;
};

}  // namespace comity::memory
