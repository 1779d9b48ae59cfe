#pragma once

// The public mirror of this node's ledger: static files that change at fixed times only, and then
// by a fixed number of leaves (ground/ledger/mirror.h). Partners and oversight do not read it; they
// see every head at once.

#include <cstdint>
#include <optional>

#include "ground/base/base.h"
#include "node/submit/institution.h"

namespace comity::submit {

/// The last leaf that stands for an entry, whose days the padding takes.
[[nodiscard]] std::optional<ledger::Leaf> last_with_entry(const Sequencer& sequencer);

class Mirror {
 public:
    explicit Mirror(Institution& institution) : own_(institution) {}

    /// At the times of the rule: shows what was ready at the time before, then pads the ledger for
    /// the next time. At all other times, and without a rule: nothing. What fails is tried again at
    /// the next time only, since a time of its own would tell of it.
    [[nodiscard]] base::Result<void> run(base::Instant now);
    /// When run() is to be called next; none: never.
    [[nodiscard]] std::optional<base::Instant> wake_at() const { return next_; }

    struct Status {
        std::uint64_t size = 0;   ///< leaves that are shown
        std::uint64_t grown = 0;  ///< by how many batches it grew the last time
    };
    /// Known from the first time that run() did something.
    [[nodiscard]] const Status& status() const { return status_; }

 private:
    [[nodiscard]] base::Result<void> find_shown();
    [[nodiscard]] base::Result<void> step(const ledger::MirrorRule& rule);
    [[nodiscard]] base::Result<void> show(std::uint64_t size, const std::string& note);

    Institution& own_;
    std::optional<base::Instant> next_;
    bool is_found_ = false;  ///< what is shown was looked up
    Status status_;
};

}  // namespace comity::submit
