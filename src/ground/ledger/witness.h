#pragma once

// The witness protocol's messages (c2sp.org/tlog-witness): add-checkpoint requests, and the
// decision a witness takes. Keeping the state atomically is the caller's.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ground/base/base.h"
#include "ground/ledger/key_change.h"
#include "ground/ledger/note.h"

namespace comity::ledger {

struct AddCheckpoint {
    std::uint64_t old_size = 0;
    std::vector<base::Digest> proof;  ///< consistency, at most 63
    Note note;

    [[nodiscard]] std::string encode() const;
    /// Strict; whatever fails here is answered with status 400. Kind malformed or too_large.
    [[nodiscard]] static base::Result<AddCheckpoint> parse(std::string_view body);
};

/// What a witness last cosigned for one log.
struct WitnessedHead {
    std::uint64_t size = 0;
    base::Digest root;
    friend bool operator==(const WitnessedHead&, const WitnessedHead&) = default;
};

struct WitnessDecision {
    int status = 0;                             ///< HTTP status of c2sp.org/tlog-witness
    std::string reason;                         ///< for the caller's log and the body of a refusal
    std::uint64_t size = 0;                     ///< for 409: the last cosigned size
    std::optional<Checkpoint> accepted;         ///< for 200: cosign this text and keep this head
    std::optional<SignedCheckpoint> head = {};  ///< as its log signed it, whatever was decided
    std::vector<KeyChange> changes = {};        ///< for 200: of the log's key, to be remembered
};

/// What a witness holds of a log's keys besides the first one.
struct WitnessedKeys {
    KeyRecovery recovery;
    std::vector<KeyChange> seen;  ///< in the head that was cosigned last
};

/// Decides on `request` for the log of (first) key `log`, of which `last` was cosigned before.
[[nodiscard]] WitnessDecision decide(const AddCheckpoint& request, const NoteKey& log,
                                     const std::optional<WitnessedHead>& last,
                                     const WitnessedKeys& keys = {});

/// Under which name below its monitoring prefix a witness shows the last head that it cosigned of a
/// log: the hash of its origin in hexadecimal; `/checkpoint` follows.
[[nodiscard]] std::string monitored_name(std::string_view origin);

/// The body of an answer with status 200: the line of the witness's signature.
[[nodiscard]] std::string cosigned_body(const NoteSignature& signature);

}  // namespace comity::ledger
