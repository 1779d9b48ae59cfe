#pragma once

// The report on one screen, for a judge who knows neither this program nor its words: the answer;
// who signed, from the root key down, with dates; clause by clause what conforms to which text;
// what rests on whose word; what could not be proven, and what would prove it.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/prooffile/report.h"
#include "ground/codec/codec.h"

namespace comity::prooffile {

enum class Language { english, french };
/// "en" or "fr".
[[nodiscard]] std::optional<Language> language_named(std::string_view name);
[[nodiscard]] std::string_view name_of(Language language);

inline constexpr std::size_t screen_columns = 80;
inline constexpr std::size_t screen_lines = 66;  ///< a printed page; an ordinary matter needs fewer

/// Lines of at most `screen_columns` characters, at most `screen_lines` of them; what is left out
/// for length is counted. Titles of acts are in the language of the texts if they have it.
[[nodiscard]] std::vector<std::string> screen_of(const Report& report, Language language);

/// The same content as one object, docs/formats/prooffile.md.
[[nodiscard]] codec::Value screen_to_json(const Report& report, Language language);

}  // namespace comity::prooffile
