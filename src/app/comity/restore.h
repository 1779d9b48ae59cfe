#pragma once

// Restoring a node from its peers' copies: asks them, takes back, lists what is lost. The node is
// not served meanwhile; nothing is signed, acknowledged or published.

#include <filesystem>
#include <map>
#include <set>

#include "ground/base/base.h"
#include "node/submit/restoring.h"

namespace comity::app {

struct Restored {
    submit::TakenBack taken;
    std::map<base::PartyId, std::size_t> given;            ///< entries, by who gave them
    std::map<base::PartyId, std::size_t> to_be_delivered;  ///< entries, by who delivers them again
    /// Why somebody was not asked to deliver again; none if all were.
    std::optional<base::Error> not_asked;
};

/// Restores the node in `folder`, giving up the parties in `without`. Kinds: conflict (it is being
/// served; another history), unavailable, invalid (Restoration::outcome).
[[nodiscard]] base::Result<Restored> restore(const std::filesystem::path& folder,
                                             const std::set<base::PartyId>& without);

}  // namespace comity::app
