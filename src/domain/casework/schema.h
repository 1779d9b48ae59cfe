#pragma once

// The fields of an act against the schema that its procedure gives them.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/casework/act.h"
#include "domain/law/law.h"
#include "ground/base/base.h"

namespace comity::casework {

/// The paths that an act of this kind commits to, in order: `kind` first, then the schema's fields.
/// Every one of them is committed to, a field left out as null.
[[nodiscard]] std::vector<std::string> paths_of(const law::ActKind& kind);

/// Checks one value against its field's type and bounds. Kind malformed, with the field as place.
[[nodiscard]] base::Result<void> check_value(const law::Vocabulary& vocabulary,
                                             const law::ActField& field, const codec::Value& value);

/// Checks an act's openings: paths as the schema has them, values of their types, no needed field
/// null, facts only by those who may assert them.
[[nodiscard]] base::Result<void> check_fields(const law::Vocabulary& vocabulary,
                                              const law::ActKind& kind, const Act& act,
                                              std::string_view role);

/// The copy of `act` for a reader on `side`: only the openings that its audience names.
[[nodiscard]] Act copy_for(const law::ActKind& kind, const Act& act, std::string_view side);

/// Checks that the copy opens every field that a reader on `side` may read; no side: those that are
/// open to all. Kind malformed with the field: a sender may not hide what its reader judges by.
[[nodiscard]] base::Result<void> check_complete(const law::ActKind& kind, const Act& act,
                                                const std::optional<std::string>& side);

}  // namespace comity::casework
