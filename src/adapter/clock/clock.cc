#include "adapter/clock/clock.h"

#include <cerrno>
#include <chrono>
#include <sys/random.h>

namespace comity::clock {

base::Instant SystemClock::now() {
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    return base::Instant{std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count()};
}

AheadClock::AheadClock(base::Realm realm, base::Duration ahead) : ahead_(ahead) {
    COMITY_ENSURE(realm == base::Realm::exercise);
    COMITY_ENSURE(ahead >= base::Duration{0});
}

base::Instant AheadClock::now() {
    return system_.now() + ahead_;
}

SettableClock::SettableClock(base::Realm realm, ports::Clock& underlying)
    : underlying_(underlying) {
    COMITY_ENSURE(realm == base::Realm::exercise);
}

base::Instant SettableClock::now() {
    return underlying_.now() + offset();
}

void SettableClock::advance(base::Duration by) {
    offset_milliseconds_.fetch_add(by.count());
}

void SettableClock::set(base::Instant instant) {
    offset_milliseconds_.store((instant - underlying_.now()).count());
}

base::Duration SettableClock::offset() const {
    return base::Duration{offset_milliseconds_.load()};
}

void SystemRandom::fill(std::span<std::uint8_t> out) {
    while (!out.empty()) {
        const ssize_t got = ::getrandom(out.data(), out.size(), 0);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        // Without randomness no key, salt or nonce would be safe: crypto::Random may not fail.
        COMITY_ENSURE(got > 0);
        out = out.subspan(static_cast<std::size_t>(got));
    }
}

}  // namespace comity::clock
