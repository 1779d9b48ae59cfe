#pragma once

// The pause between two tries, which doubles.

#include <algorithm>

#include "ground/base/base.h"

namespace comity::delivery {

class Pause {
 public:
    /// One that ends further ahead than it lasts was begun before the clock was put back: it is
    /// over, however far that was.
    [[nodiscard]] bool runs(base::Instant now) const {
        return now < until_ && until_ - now <= length_;
    }
    /// Begins anew at `now`: twice as long as before, between `first` and `most`.
    void prolong(base::Instant now, base::Duration first, base::Duration most) {
        length_ = std::clamp(length_ * 2, first, most);
        until_ = now + length_;
    }
    [[nodiscard]] base::Instant until() const { return until_; }

 private:
    base::Instant until_;
    base::Duration length_{0};
};

}  // namespace comity::delivery
