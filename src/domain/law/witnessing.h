#pragma once

// Whose cosignatures an act needs before what it hands over leaves, or what it erases is destroyed
// (DESIGN 5.11): by the kind of institution, with k of n, and how old they may be. A text says it
// in a line `witnessed by` of an act (docs/formats/law.md).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/law/facts.h"
#include "ground/codec/codec.h"

namespace comity::law {

/// At most so many cosignatures may one clause ask for.
inline constexpr std::int64_t most_cosigners = 16;

/// `N of [foreign] KINDS`, `N of [foreign] any`.
struct WitnessGroup {
    std::int64_t needed = 0;
    bool foreign = false;            ///< of another jurisdiction than the act's author
    std::vector<std::string> kinds;  ///< institutions of the vocabulary; empty: any

    [[nodiscard]] std::string text() const;  ///< "1 of foreign court, prosecution"
    friend bool operator==(const WitnessGroup&, const WitnessGroup&) = default;
};

/// A fact that a mechanism asks for, and the one value that it must surely have.
struct FactIs {
    std::string fact;
    codec::Value value;

    /// Whether the fact is known and has that value. A contested or unknown fact has none.
    [[nodiscard]] bool holds(const Vocabulary& vocabulary, const Facts& facts) const;
};

/// `or when FACT [is VALUE] by GROUPS completed within SPAN`: fewer, where a text says so.
struct EmergencyWitnessing {
    FactIs when;
    std::vector<WitnessGroup> groups;
    Span complete_within;  ///< after the effect: by then the whole quorum is there
};

/// `witnessed by GROUP {and GROUP} no older than SPAN [or when ...]`. No institution counts for two
/// groups.
struct Witnessing {
    std::vector<WitnessGroup> groups;
    Span no_older;  ///< hours or days
    std::optional<EmergencyWitnessing> emergency;
};

/// "1 of foreign court and 1 of oversight".
[[nodiscard]] std::string text_of(const std::vector<WitnessGroup>& groups);

/// The length of a span of hours or days; of other units, which no calendar is there for, none.
[[nodiscard]] std::optional<base::Duration> plain_length(const Span& span);

}  // namespace comity::law
