#pragma once

// What a reader finds out about a ledger from its static files: whether it is what its key signed,
// and proofs to keep. `comity ledger verify` and `comity ledger prove` print it.

#include <initializer_list>
#include <optional>
#include <span>
#include <string>

#include "app/comity/ledger_source.h"
#include "ground/ledger/ledger.h"

namespace comity::app {

/// What to hold a ledger against; empty texts are not asked about.
struct LedgerQuestion {
    ledger::NoteKey log;
    ledger::Policy policy;
    std::string old_checkpoint;         ///< a head that was seen before
    std::string proof;                  ///< c2sp.org/tlog-proof
    base::Bytes leaf;                   ///< the entry that the proof is of
    std::string consistency;            ///< an add-checkpoint body (c2sp.org/tlog-witness)
    ledger::KeyRecovery recovery = {};  ///< who may endorse a new key of the log
};

struct LedgerFinding {
    std::optional<ledger::SignedCheckpoint> head;  ///< of the ledger
    bool has_entries = true;  ///< false: a public mirror, of which the tiles were checked
    std::optional<ledger::Checkpoint> proof_head;  ///< of the proof
    std::optional<std::uint64_t> proof_index;
    std::optional<ledger::Checkpoint> old_head;
    std::optional<ledger::Checkpoint> consistency_head;
    /// The old head does not fit: evidence for anyone.
    std::optional<ledger::SplitView> split_view;
};

/// What a reader is told of an error about these heads of the log: if it is that the log's key was
/// replaced by a recovery that the reader cannot check, which options let it be checked.
[[nodiscard]] base::Error with_advice(base::Error error,
                                      std::initializer_list<const ledger::Note*> heads,
                                      const ledger::NoteKey& log,
                                      const ledger::KeyRecovery& recovery);

/// Answers all that is asked; without a source the proof is checked by itself. Kinds: invalid and
/// not_proven (the ledger is refused), malformed (what the reader brought), and what reading gives.
/// A split view is a finding, not an error: the caller refuses the ledger.
[[nodiscard]] base::Result<LedgerFinding> check_ledger(const std::optional<LedgerSource>& source,
                                                       const LedgerQuestion& question);

/// The proof of an entry, checked before it is given. `leaf`: which entry, by its bytes; none: by
/// `index`. Kinds: not_found, and those of check_ledger().
struct EntryChoice {
    std::optional<std::uint64_t> index;
    std::optional<base::Bytes> leaf;
};
[[nodiscard]] base::Result<ledger::LogProof> prove_entry(const LedgerSource& source,
                                                         const LedgerQuestion& question,
                                                         const EntryChoice& choice);

/// The proof that the published head extends an older one, as the body of an add-checkpoint
/// request, checked before it is given.
[[nodiscard]] base::Result<ledger::AddCheckpoint> prove_growth(const LedgerSource& source,
                                                               const LedgerQuestion& question);

}  // namespace comity::app
