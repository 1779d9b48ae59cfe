#pragma once

// `lost-leaves.json` in a node's folder: what `comity node restore` found to be lost. As long as it
// is there the node is not served, because what it would sign stood beside an attested history.

#include <filesystem>
#include <set>

#include "ground/base/base.h"
#include "ground/codec/codec.h"
#include "node/submit/restoring.h"

namespace comity::app {

inline constexpr std::string_view lost_leaves_file = "lost-leaves.json";

/// Kind conflict if leaves of this node's ledger are lost; the advice names the list.
[[nodiscard]] base::Result<void> check_nothing_lost(const std::filesystem::path& folder);

/// What became of a restoration, as it is shown and listed.
[[nodiscard]] codec::Object view_of(const submit::TakenBack& taken);

/// Writes the list, or removes it if nothing is lost. `without`: the parties that were given up.
[[nodiscard]] base::Result<void> list_lost_leaves(const std::filesystem::path& folder,
                                                  const submit::TakenBack& taken,
                                                  const std::set<base::PartyId>& without);

}  // namespace comity::app
