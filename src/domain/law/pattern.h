#pragma once

// Fact patterns: a case made up from a legal text, and the answer that this text gives to it. They
// hold the encoding of the text to account, so they are never written from its answers. The format:
// docs/formats/law.md 7.

#include <cstddef>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/law/assess.h"
#include "domain/law/library.h"
#include "ground/base/base.h"
#include "ground/codec/codec.h"

namespace comity::law {

inline constexpr std::size_t max_pattern_bytes = 1 << 20;
inline constexpr std::size_t max_pattern_line = 4096;
inline constexpr std::size_t max_patterns = 1024;
inline constexpr std::size_t max_pattern_cases = 64;

/// Facts in the JSON form of requests, and where they stand in the file.
struct StatedFacts {
    codec::Object facts;
    int line = 0;
    int column = 0;
};

/// What a legal text answers to one case. What is left out is not compared.
struct ExpectedAnswer {
    bool no_agreement = false;  ///< no agreement binds both sides; then nothing else is expected
    std::optional<Outcome> outcome;
    std::optional<bool> release_up;
    std::optional<std::string> route;
    /// The clauses of the grounds, all of them; `no-basis` for those that fail to permit.
    std::optional<std::vector<std::string>> grounds;
    std::optional<std::vector<std::string>> missing;  ///< all of them, in any order
    std::vector<std::string> duties;                  ///< clauses that surely oblige
    std::vector<std::string> no_duties;               ///< clauses that do not
    struct Due {
        std::string clause;
        base::Instant at;
    };
    std::vector<Due> due;  ///< when the time of a clause's duty runs out
    struct Silence {
        std::string clause;
        std::string effect;
    };
    std::vector<Silence> silence;
};

/// The answer for what one case adds to the pattern's facts, e.g. for one category of data.
struct PatternCase {
    StatedFacts facts;  ///< empty for a pattern without cases
    ExpectedAnswer expected;
    int line = 0;
};

struct FactPattern {
    std::string title;
    std::string instrument;             ///< the legal text it is written from
    std::vector<std::string> articles;  ///< and the places in it
    bool unconfirmed = false;           ///< the legal text itself was not at hand
    std::string requesting;
    std::string requested;
    base::Date as_of;
    std::vector<StatedFacts> facts;    ///< later ones replace earlier ones
    std::vector<std::string> unknown;  ///< facts stated above that this pattern does not know
    std::map<std::string, base::Instant, std::less<>> events;
    std::optional<base::Instant> now;
    std::vector<PatternCase> cases;
    int line = 0;
};

struct PatternFile {
    std::string title;
    std::string law;  ///< the law folder, seen from the file
    std::vector<FactPattern> patterns;
};

/// Reads a file of fact patterns; everything that is wrong with it, or the file.
[[nodiscard]] std::expected<PatternFile, std::vector<Diagnostic>> read_patterns(
    std::string_view file, std::string_view text);

/// One answer that is not the expected one.
struct Mismatch {
    int line = 0;      ///< of the pattern, or of the case in it
    std::string what;  ///< "outcome", "grounds", "due 10(4)"
    std::string expected;
    std::string came;
    friend bool operator==(const Mismatch&, const Mismatch&) = default;
};

/// Asks the texts for every case of the pattern; empty: all answers are the expected ones. A fact,
/// clause or event that the texts do not have is a diagnostic.
[[nodiscard]] std::expected<std::vector<Mismatch>, Diagnostic> judge_pattern(
    const Library& library, std::string_view file, const FactPattern& pattern);

}  // namespace comity::law
