#pragma once

// clock: the time and the randomness of this machine, and clocks that an exercise may turn.
//
// All are safe to use from several threads.

#include <atomic>
#include <cstdint>
#include <span>

#include "ground/base/base.h"
#include "ground/crypto/random.h"
#include "node/ports/ports.h"

namespace comity::clock {

/// The machine's UTC clock (CLOCK_REALTIME), to the millisecond.
class SystemClock final : public ports::Clock {
 public:
    [[nodiscard]] base::Instant now() override;
};

/// The machine's clock, ahead of it by a duration that is given once, at the start: so an exercise
/// passes over the hours and days that its clauses wait for. DESIGN 5.14: only in an exercise, so
/// the constructor demands the realm; any other realm, and a clock that is behind, is our own
/// wiring's bug and ends the process.
class AheadClock final : public ports::Clock {
 public:
    /// The machine's time itself.
    AheadClock() = default;
    AheadClock(base::Realm realm, base::Duration ahead);

    [[nodiscard]] base::Instant now() override;
    [[nodiscard]] base::Duration ahead() const { return ahead_; }

 private:
    SystemClock system_;
    base::Duration ahead_{0};
};

/// A clock that runs with another one, moved by an offset. DESIGN 5.14: only an exercise node may
/// have one, so the constructor demands the realm; any other realm is our own wiring's bug and ends
/// the process.
class SettableClock final : public ports::Clock {
 public:
    /// `underlying` outlives this clock; nothing is moved yet.
    SettableClock(base::Realm realm, ports::Clock& underlying);

    [[nodiscard]] base::Instant now() override;
    /// Moves the clock onward from where it stands; a negative duration moves it back.
    void advance(base::Duration by);
    /// Makes now() be `instant` at this moment; the clock runs on from there.
    void set(base::Instant instant);
    /// How far this clock stands from the underlying one.
    [[nodiscard]] base::Duration offset() const;

 private:
    ports::Clock& underlying_;
    std::atomic<std::int64_t> offset_milliseconds_ = 0;
};

/// The operating system's random bytes (getrandom(2)). Ends the process if there are none.
class SystemRandom final : public crypto::Random {
 public:
    void fill(std::span<std::uint8_t> out) override;
};

}  // namespace comity::clock
