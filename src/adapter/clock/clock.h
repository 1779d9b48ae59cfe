#pragma once

// clock: the time and the randomness of this machine, and a clock that an exercise may turn.
//
// All three are safe to use from several threads.

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
