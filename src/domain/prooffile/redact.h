#pragma once

// Fewer fields in the same file: openings are taken away, or put back. The acts' ids, signatures
// and places in ledgers stay and verify, and so does the seal, which says what the export opened;
// the verifier names what lacks. The bytes follow from the file and the choice alone.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/prooffile/proof.h"
#include "ground/base/base.h"

namespace comity::prooffile {

/// Which fields: `PATH` (that field in every act of the matter), `ACT:PATH` (in that act), and `*`
/// for PATH: all fields. ACT is the act's number in the report or the first digits of its id (at
/// least 8; of an act of a registry only those).
struct FieldChoice {
    std::string act;  ///< empty: every act of the matter
    std::string path;

    friend bool operator==(const FieldChoice&, const FieldChoice&) = default;
};

/// Reads `[ACT:]PATH`. Kind malformed.
[[nodiscard]] base::Result<FieldChoice> read_choice(std::string_view text);

/// Without the fields chosen. Kind not_found: a choice that names no open field, with those that
/// are open.
[[nodiscard]] base::Result<ProofContents> redact(ProofContents contents,
                                                 std::span<const FieldChoice> choices);

/// Of the acts of the matter only the fields chosen, and `kind`. Registries stay as they are: the
/// chains of keys need them. Kind not_found as above.
[[nodiscard]] base::Result<ProofContents> open_only(ProofContents contents,
                                                    std::span<const FieldChoice> choices);

/// The fields chosen put back, from another copy of the same acts. Only what the export opened can
/// be. Kinds: not_found (`from` does not open it), not_proven (the export did not).
[[nodiscard]] base::Result<ProofContents> reopen(ProofContents contents, const ProofContents& from,
                                                 std::span<const FieldChoice> choices);

/// Of the acts of the matter only the fields whose audience, in the procedure's text, names `side`
/// or everybody. Kinds: not_found (no such side; the error names those that there are), not_proven
/// (the texts do not read, or an act does not say of what kind it is).
[[nodiscard]] base::Result<ProofContents> redact_for_side(ProofContents contents,
                                                          std::string_view side);

/// Without the sealed items; their digests stay.
[[nodiscard]] ProofContents without_items(ProofContents contents);

}  // namespace comity::prooffile
