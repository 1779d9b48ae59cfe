#pragma once

// What a guardrail is about: its text alone, beside the law of others that asks for nothing.
//
// An agreement's guardrail must hold whatever its parties' own law is, so it is proven between
// profiles that permit everything. A profile's guardrail must hold under whatever agreement, and
// speaks of what its own organs do: it is proven as that of the requested side, under an agreement
// that permits everything. Every day on which the text says something else is a case of its own.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/certificate/certificate.h"
#include "domain/law/compiled.h"
#include "domain/law/law.h"

namespace comity::prover::detail {

inline constexpr std::size_t max_cases = 256;

struct Setting {
    law::Library library;  ///< the text, its vocabulary and statuses, and the law that permits all
    const law::Instrument* instrument = nullptr;  ///< in `library`
    std::vector<law::Question> cases;             ///< sides and days; no facts
    std::vector<certificate::TextName> texts;     ///< what was given, not what was made up
};

/// Kind not_found: no two parties are bound on any day. Kind too_large: more than 256 cases.
[[nodiscard]] base::Result<Setting> alone(const law::Library& library,
                                          const law::Instrument& instrument);
/// The same with the text in other words: `text` in place of the instrument's source.
[[nodiscard]] base::Result<Setting> alone(const law::Library& library,
                                          const law::Instrument& instrument, std::string text);

/// The sides and days of a profile as the law of the requesting side.
[[nodiscard]] std::vector<law::Question> as_issuing(const Setting& setting);

/// The day in the instrument's force that is nearest to `day`.
[[nodiscard]] base::Date nearest_day(const law::Instrument& instrument, base::Date day);

/// The document of that kind, name and version; none if the library has none.
[[nodiscard]] const law::Instrument* instrument_of(const law::Library& library, bool profile,
                                                   std::string_view name, int version);

}  // namespace comity::prover::detail
