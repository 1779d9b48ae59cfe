#include "adapter/memory/test_clock.h"

#include <utility>

namespace comity::memory {

base::Instant FixedClock::now() {
    const std::scoped_lock hold(mutex_);
    return at_;
}

void FixedClock::set(base::Instant at) {
    const std::scoped_lock hold(mutex_);
    at_ = at;
}

void FixedClock::advance(base::Duration by) {
    const std::scoped_lock hold(mutex_);
    at_ = at_ + by;
}

base::Instant SteppingClock::now() {
    const std::scoped_lock hold(mutex_);
    return std::exchange(next_, next_ + step_);
}

void SteppingClock::set(base::Instant next) {
    const std::scoped_lock hold(mutex_);
    next_ = next;
}

}  // namespace comity::memory
