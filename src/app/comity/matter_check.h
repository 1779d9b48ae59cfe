#pragma once

// What a reader finds out by the map of matters (docs/formats/matter-map.md): whether a proof shows
// all leaves of a matter, and whether a ledger's maps follow from its leaves. `comity ledger
// matter-proof check` and `comity ledger replay` print it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/comity/ledger_source.h"
#include "domain/casework/casework.h"
#include "ground/base/base.h"
#include "ground/ledger/ledger.h"

namespace comity::app {

/// Openings, one a line, of several files. Kind malformed, place: the line.
[[nodiscard]] base::Result<std::vector<casework::LeafOpening>> read_openings(std::string_view text);
/// The key of the pseudonyms: 64 hexadecimal digits and LF.
[[nodiscard]] base::Result<ledger::MapKey> read_map_key(std::string_view text);

struct MatterQuestion {
    ledger::NoteKey log;
    ledger::Policy policy;
    base::MatterId matter;
    std::optional<ledger::MapKey> key;            ///< of the pseudonyms
    std::vector<casework::LeafOpening> openings;  ///< that the reader holds, of any matter
    std::string up_to;  ///< a head that the proof has to cover; empty: none
};

struct MatterFinding {
    ledger::MatterProof proof;
    ledger::SignedCheckpoint head;
    bool is_tied_by_key = false;        ///< else by an opening
    std::vector<std::uint64_t> opened;  ///< leaves of the matter that the reader can open
    std::uint64_t behind = 0;           ///< leaves of it that are not covered, by the openings
};

/// Kinds: invalid (the proof is refused), malformed (it is none), not_proven (what lacks).
[[nodiscard]] base::Result<MatterFinding> check_matter(base::ByteView proof,
                                                       const MatterQuestion& question);

struct ReplayQuestion {
    ledger::NoteKey log;
    ledger::Policy policy;
    ledger::MapKey key;
    std::vector<casework::LeafOpening> openings;
};

struct ReplayReport {
    ledger::SignedCheckpoint head;
    ledger::ReplayFinding finding;
    std::uint64_t told = 0;  ///< leaves laid to a matter by the node's word: their salt is erased
};

/// Reads and checks the whole ledger and follows its maps. Kinds: those of check_ledger(); invalid:
/// an opening is of another leaf than the ledger's. What the maps say is in the finding.
[[nodiscard]] base::Result<ReplayReport> replay_maps(const LedgerSource& source,
                                                     ReplayQuestion question);
/// What is wrong with the maps, or not shown; none: they follow to the last. Kinds: invalid,
/// not_proven.
[[nodiscard]] base::Result<void> verdict_of(const ReplayReport& report);

}  // namespace comity::app
