#pragma once

// What an institution is asked to record, and what became of it.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "domain/casework/casework.h"
#include "ground/base/base.h"

namespace comity::submit {

/// An act of one of this institution's own officials: drafted here or elsewhere, signed by the
/// official, not yet countersigned.
struct OwnAct {
    casework::Draft draft;
    casework::SignatureRecord signature;
    std::vector<casework::ShippedItem> items;
    /// `signature`, if it was verified before.
    std::optional<casework::VerifiedRecord> verified = std::nullopt;
};

using Submission = std::variant<OwnAct, casework::Envelope>;

/// What became of a submission; of an envelope of which nothing is recorded: the error itself.
struct Recorded {
    base::MatterId matter;
    std::vector<casework::EntryId> entries;  ///< newly recorded, in order; empty for a replay
    std::vector<std::uint64_t> leaves;       ///< this node's leaves that hold them
    std::size_t already_known = 0;           ///< entries that were recorded before
    /// Why an envelope's next entry was not recorded; none if all are. Of an envelope the first
    /// `entries.size() + already_known` entries are recorded.
    std::optional<base::Error> stopped;
    std::string act_title;                            ///< of the last act among them
    std::vector<std::string> clauses;                 ///< that it rests on: its own, then the law's
    std::optional<std::string> waits = std::nullopt;  ///< for whose cosignatures its effect does
};

}  // namespace comity::submit
