#pragma once

// A proof that an entry is in a log, in one file that verifies offline (c2sp.org/tlog-proof).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ground/base/base.h"
#include "ground/ledger/note.h"
#include "ground/ledger/policy.h"

namespace comity::ledger {

struct LogProof {
    std::optional<base::Bytes> extra;  ///< authenticated by nothing
    std::uint64_t index = 0;
    std::vector<base::Digest> path;  ///< from the leaf's sibling up
    Note checkpoint;

    [[nodiscard]] std::string encode() const;
    /// Strict; at most 64 hashes and 256 KiB. Kind malformed or too_large.
    [[nodiscard]] static base::Result<LogProof> parse(std::string_view text);

    friend bool operator==(const LogProof&, const LogProof&) = default;
};

/// Whether `entry` is in the log whose key is `log`: the checkpoint is signed by it, cosigned as
/// `policy` asks, and the path leads to its root. Kinds: not_proven (a signature lacks), invalid.
[[nodiscard]] base::Result<SignedCheckpoint> check_log_proof(const LogProof& proof,
                                                             base::ByteView entry,
                                                             const NoteKey& log,
                                                             const Policy& policy,
                                                             const KeyRecovery& recovery = {});

}  // namespace comity::ledger
