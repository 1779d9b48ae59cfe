#pragma once

// What the cadence of a public mirror still shows: days of invented activity are played against the
// rule of a mirror (ground/ledger/mirror.h), and an observer guesses from what it sees whether a
// day was a quiet or a busy one.

#include <cstdint>
#include <string>
#include <vector>

#include "ground/base/base.h"
#include "ground/ledger/ledger.h"

namespace comity::app {

/// What is played: each day is quiet or busy by the toss of a coin.
struct CadencePlan {
    ledger::MirrorRule rule;
    double quiet = 2;           ///< matters that begin on a quiet day, on average
    double busy = 20;           ///< and on a busy one
    std::uint64_t leaves = 12;  ///< that a matter leaves, within two hours of its beginning
    std::uint64_t days = 4000;  ///< half of them to learn from, half to guess
    std::uint64_t seed = 1;

    /// Kind malformed: out of bounds.
    [[nodiscard]] base::Result<void> check() const;
};

/// How well an observer tells quiet from busy days.
struct Guessing {
    std::string observer;
    double advantage = 0;  ///< right guesses on busy days less wrong ones on quiet days; 0 to 1
    double bits = 0;       ///< of the one bit that a day has, what the guess tells
};

/// The observers, from the one that sees most. Pure: one plan has one outcome on every machine.
[[nodiscard]] std::vector<Guessing> measure_cadence(const CadencePlan& plan);

}  // namespace comity::app
