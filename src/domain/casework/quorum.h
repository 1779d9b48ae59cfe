#pragma once

// Whether a head of a ledger is cosigned as a clause asks (DESIGN 5.11, docs/formats/law.md,
// Witnesses): what an act releases or destroys waits for that, and a proof shows it.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/casework/annex.h"
#include "domain/casework/envelope.h"
#include "domain/casework/judge.h"
#include "domain/casework/state.h"
#include "domain/law/law.h"
#include "ground/base/base.h"
#include "ground/ledger/ledger.h"

namespace comity::casework {

struct Cosigner {
    base::PartyId party;
    base::Instant at;
};

/// Who of the annex's witnesses besides `author` cosigned the head of its ledger, and when.
[[nodiscard]] std::vector<Cosigner> cosigners_of(const Annex& annex, const base::PartyId& author,
                                                 const ledger::SignedCheckpoint& head);

/// The witnesses of the annex that count for a group for a ledger of `author`.
[[nodiscard]] std::vector<base::PartyId> eligible(const Annex& annex, const base::PartyId& author,
                                                  const law::WitnessGroup& group);

/// What `there` leaves open of the groups, one line each with who could still sign: "1 of oversight
/// (board)"; empty: nothing. No party counts for two groups, and each counts where most are met.
[[nodiscard]] std::vector<std::string> lacking(const Annex& annex, const base::PartyId& author,
                                               const std::vector<law::WitnessGroup>& groups,
                                               std::span<const base::PartyId> there);

/// How a clause's quorum is met.
enum class MetBy {
    whole,      ///< all that it asks for
    emergency,  ///< the smaller number that it names for an emergency: to be completed
};

/// A quorum as an act of `kind` of `author` needs it.
struct QuorumAsked {
    const law::ActKind& kind;  ///< with `witnessing`
    base::PartyId author;
    bool in_emergency = false;  ///< whether the clause's condition for fewer holds
};

/// Whether these cosignatures of one head suffice. `now`: none may be older than the clause says at
/// that moment; none: they must lie as close together. Kind not_proven, with the clause and who
/// lacks.
[[nodiscard]] base::Result<MetBy> check_quorum(const Annex& annex, const QuorumAsked& asked,
                                               std::span<const Cosigner> cosigners,
                                               const std::optional<base::Instant>& now);

/// Whether `proven` shows that its act's clause was met: the head of its member `quorum` is the
/// ledger's, holds the leaf, and is cosigned as the clause asks. Kinds: not_proven, invalid,
/// malformed.
[[nodiscard]] base::Result<MetBy> check_quorum(const Annex& annex, const QuorumAsked& asked,
                                               const ProvenEntry& proven);

/// Whether the condition holds, in the act's own past and with what it states, under which its
/// clause asks for fewer. The act need not be in the dossier. Kind try_later: its past is not
/// known.
[[nodiscard]] base::Result<bool> asks_fewer(const World& world, const Dossier& dossier,
                                            const Act& act, const law::ActKind& kind);

/// Whether the annex has the witnesses that the clause asks for, for an author as this one. Kind
/// inadmissible, with the clause.
[[nodiscard]] base::Result<void> check_reachable(const Annex& annex, const law::ActKind& kind,
                                                 const base::PartyId& author);

/// The same before an act of `kind` is admitted, which leads to `after`; of an act that opens a
/// matter, for all that who is named in it may have to do. What waits for witnesses that there are
/// not would wait for ever. Kind inadmissible.
[[nodiscard]] base::Result<void> check_witnesses(const Annex& annex, const law::ActKind& kind,
                                                 const base::PartyId& author,
                                                 const MatterState& after);

}  // namespace comity::casework
