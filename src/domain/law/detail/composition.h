#pragma once

// Which texts a request is assessed against (treaty.md 5.5): the agreements in force between the
// two sides, each with its routes, the overlays, and the profiles of both.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/law/detail/route.h"

namespace comity::law::detail {

/// Whether `day` lies in [from, until); never without a `from`.
[[nodiscard]] bool in_force(const std::optional<base::Date>& from,
                            const std::optional<base::Date>& until, base::Date day);

/// What one question is assessed against.
struct Composition {
    std::vector<const Instrument*> agreements;  ///< of several versions of one, the newest
    const Instrument* issuing = nullptr;        ///< the profile of the requesting side
    const Instrument* executing = nullptr;
};

/// Kind not_found if no agreement binds both sides on that day, or one has no profile.
[[nodiscard]] base::Result<Composition> composition_of(const LibraryData& data,
                                                       const Question& question);

/// The articles that are routes of their own; one empty name if the text has one route.
[[nodiscard]] const std::vector<std::string>& articles_of(const Instrument& leading);

/// The parts of one route, no clause judged yet. `leading`, `article` and `table` outlive it.
[[nodiscard]] Route compose(const LibraryData& data, const Question& question,
                            const Composition& composition, const Instrument& leading,
                            std::string_view article, const FactTable& table);

}  // namespace comity::law::detail
