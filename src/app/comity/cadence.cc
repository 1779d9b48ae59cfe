#include "app/comity/cadence.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <span>

namespace comity::app {
namespace {

constexpr std::int64_t day = 86'400;
constexpr std::int64_t office_opens = 8 * 3600;
constexpr std::int64_t office_hours = 10 * 3600;
constexpr std::int64_t matter_lasts = 2 * 3600;
constexpr double most_matters = 500;
constexpr std::uint64_t most_leaves = 1000;
constexpr std::uint64_t most_days = 100'000;

/// What the observers count on one day.
struct Seen {
    bool is_busy = false;
    std::uint64_t leaves = 0;      ///< heads of the ledger itself: all leaves, at once
    std::uint64_t unpadded = 0;    ///< leaves that a mirror without padding shows
    std::uint64_t classes = 0;     ///< leaves that are no padding, if a mirror showed entries
    std::uint64_t batches = 0;     ///< by which the mirror grew
    std::uint64_t late_times = 0;  ///< attested by another time than that of a publication
};

class Dice {
 public:
    explicit Dice(std::uint64_t seed) : engine_(seed) {}
    /// 0 to 1, without 1; the same on every machine.
    double fraction() { return static_cast<double>(engine_() >> 11) * 0x1.0p-53; }
    std::int64_t below(std::int64_t bound) {
        return static_cast<std::int64_t>(fraction() * static_cast<double>(bound));
    }
    /// Of a Poisson distribution (Knuth).
    std::uint64_t about(double mean) {
        const double limit = std::exp(-mean);
        std::uint64_t count = 0;
        for (double product = fraction(); product > limit; product *= fraction()) {
            ++count;
        }
        return count;
    }

 private:
    std::mt19937_64 engine_;
};

/// A ledger with its mirror, second by second.
class Played {
 public:
    explicit Played(const CadencePlan& plan) : plan_(plan), dice_(plan.seed) {}

    std::vector<Seen> run() {
        for (std::uint64_t i = 0; i < plan_.days; ++i) {
            play_day(static_cast<std::int64_t>(i) * day);
        }
        return std::move(seen_);
    }

 private:
    struct Head {
        std::uint64_t size = 0;
        std::int64_t attested = 0;
    };
    void play_day(std::int64_t begins) {
        seen_.emplace_back().is_busy = dice_.fraction() < 0.5;
        const double mean = seen_.back().is_busy ? plan_.busy : plan_.quiet;
        for (std::uint64_t matters = dice_.about(mean); matters > 0; --matters) {
            const std::int64_t first = begins + office_opens + dice_.below(office_hours);
            seen_.back().leaves += plan_.leaves;
            for (std::uint64_t i = 0; i < plan_.leaves; ++i) {
                leaves_.push_back(first + (i == 0 ? 0 : dice_.below(matter_lasts)));
            }
        }
        std::ranges::sort(leaves_);
        auto next = leaves_.begin();
        while (next_time_ < begins + day) {
            for (; next != leaves_.end() && *next < next_time_; ++next) {
                append(*next);
            }
            publish();
            next_time_ += plan_.rule.interval;
        }
        leaves_.erase(leaves_.begin(), next);
    }
    void append(std::int64_t at) {
        ++size_;
        padding_.push_back(false);
        ++seen_.back().unpadded;
        note_head(at);
    }
    void note_head(std::int64_t at) {
        if (size_ % plan_.rule.batch == 0) {
            heads_.push_back({size_, at});
        }
    }
    void publish() {
        std::vector<std::uint64_t> attested;
        for (const Head& head : heads_) {
            attested.push_back(head.size);
        }
        const auto step = ledger::next_mirror_step(plan_.rule, shown_, size_, attested);
        if (step.publish) {
            show(*step.publish);
        }
        for (std::uint64_t i = 0; i < step.pad; ++i) {
            ++size_;
            padding_.push_back(true);
            note_head(next_time_);
        }
    }
    void show(std::uint64_t size) {
        Seen& seen = seen_.back();
        seen.batches += (size - shown_) / plan_.rule.batch;
        const auto head = std::ranges::find(heads_, size, &Head::size);
        seen.late_times += head->attested % plan_.rule.interval == 0 ? 0 : 1;
        seen.classes += static_cast<std::uint64_t>(
            std::count(padding_.begin(),
                       padding_.begin() + static_cast<std::ptrdiff_t>(size - shown_), false));
        padding_.erase(padding_.begin(),
                       padding_.begin() + static_cast<std::ptrdiff_t>(size - shown_));
        heads_.erase(heads_.begin(), head + 1);
        shown_ = size;
    }

    const CadencePlan& plan_;
    Dice dice_;
    std::vector<Seen> seen_;
    std::vector<std::int64_t> leaves_;  ///< to come, ascending
    std::vector<Head> heads_;           ///< at multiples of the batch, not yet shown
    std::vector<bool> padding_;         ///< of each leaf that is not yet shown
    std::uint64_t size_ = 0;
    std::uint64_t shown_ = 0;
    std::int64_t next_time_ = 0;
};

struct Rates {
    double busy = 0;   ///< busy days called busy
    double quiet = 0;  ///< quiet days called busy
};

using Count = std::uint64_t Seen::*;

/// A day, and what was counted on it or some days later: a mirror lags behind its ledger.
struct Sample {
    bool is_busy = false;
    std::uint64_t count = 0;
};
constexpr std::size_t longest_lag = 2;

std::vector<Sample> samples_of(std::span<const Seen> days, Count count, std::size_t lag) {
    std::vector<Sample> samples;
    for (std::size_t i = 0; i + lag < days.size(); ++i) {
        samples.push_back({days[i].is_busy, days[i + lag].*count});
    }
    return samples;
}

/// Days with more than `above` are called busy.
Rates rates_of(std::span<const Sample> days, std::uint64_t above) {
    double called[2] = {0, 0};
    double all[2] = {0, 0};
    for (const Sample& one : days) {
        all[one.is_busy ? 1 : 0] += 1;
        called[one.is_busy ? 1 : 0] += one.count > above ? 1 : 0;
    }
    return {all[1] == 0 ? 0 : called[1] / all[1], all[0] == 0 ? 0 : called[0] / all[0]};
}

/// The share of one bit that a guess with these rates tells of a day that is busy or quiet by the
/// toss of a coin.
double bits_of(const Rates& rates) {
    const auto part = [](double joint, double guess) {
        return joint == 0 ? 0 : joint * std::log2(joint / (guess * 0.5));
    };
    const double called = (rates.busy + rates.quiet) / 2;
    return part(rates.busy / 2, called) + part(rates.quiet / 2, called) +
           part((1 - rates.busy) / 2, 1 - called) + part((1 - rates.quiet) / 2, 1 - called);
}

/// How an observer guesses, learned from days whose sort it was told.
struct Rule {
    std::size_t lag = 0;
    std::uint64_t above = 0;
    double advantage = -1;
};

Rule learn(std::span<const Seen> days, Count count) {
    Rule best;
    for (std::size_t lag = 0; lag <= longest_lag; ++lag) {
        const std::vector<Sample> samples = samples_of(days, count, lag);
        std::vector<std::uint64_t> bounds;
        for (const Sample& one : samples) {
            bounds.push_back(one.count);
        }
        std::ranges::sort(bounds);
        bounds.erase(std::ranges::unique(bounds).begin(), bounds.end());
        for (const std::uint64_t bound : bounds) {
            const Rates rates = rates_of(samples, bound);
            if (rates.busy - rates.quiet > best.advantage) {
                best = {lag, bound, rates.busy - rates.quiet};
            }
        }
    }
    return best;
}

Guessing guess(std::string observer, std::span<const Seen> days, Count count) {
    const Rule rule = learn(days.first(days.size() / 2), count);
    const std::vector<Sample> asked = samples_of(days.subspan(days.size() / 2), count, rule.lag);
    const Rates rates = rates_of(asked, rule.above);
    return {std::move(observer), std::max(0.0, rates.busy - rates.quiet), bits_of(rates)};
}

}  // namespace

base::Result<void> CadencePlan::check() const {
    COMITY_TRY(rule.check());
    const auto is_mean = [](double mean) { return mean >= 0 && mean <= most_matters; };
    if (!is_mean(quiet) || !is_mean(busy) || leaves < 1 || leaves > most_leaves || days < 2 ||
        days > most_days) {
        return base::fail(base::ErrorKind::malformed, "what is to be played is out of bounds",
                          "0 to 500 matters a day, 1 to 1000 leaves a matter, 2 to 100000 days");
    }
    if (day % rule.interval != 0) {
        return base::fail(base::ErrorKind::malformed,
                          "a day has to be a number of whole intervals for this");
    }
    return {};
}

std::vector<Guessing> measure_cadence(const CadencePlan& plan) {
    const std::vector<Seen> days = Played(plan).run();
    return {guess("partner: every head at once", days, &Seen::leaves),
            guess("mirror without padding", days, &Seen::unpadded),
            guess("mirror with padding and entries", days, &Seen::classes),
            guess("mirror: sizes", days, &Seen::batches),
            guess("mirror: times of attestation", days, &Seen::late_times)};
}

}  // namespace comity::app
