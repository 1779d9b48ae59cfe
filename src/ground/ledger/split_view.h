#pragma once

// Two heads of one log that do not fit: evidence against whoever signed both, in one file that
// anyone can check (docs/formats/split-view.md).

#include <string>
#include <string_view>
#include <vector>

#include "ground/base/base.h"
#include "ground/ledger/note.h"

namespace comity::ledger {

/// The older head (not larger than the newer), and what the newer one's tree holds in its place.
struct SplitView {
    NoteKey log;
    Note older;
    Note newer;
    /// The root of the newer tree's first leaves, as many as the older head has, and the proof that
    /// leads from there to the newer head; zero and empty if both have one size.
    base::Digest prefix;
    std::vector<base::Digest> proof;

    [[nodiscard]] std::string encode() const;
    /// Strict; at most 256 KiB. Kind malformed or too_large.
    [[nodiscard]] static base::Result<SplitView> parse(std::string_view text);

    friend bool operator==(const SplitView&, const SplitView&) = default;
};

/// Whether it proves that the log signed two histories: both heads are signed by `log`, or by the
/// key that the changes of key in the head lead to from there, and the newer one does not extend
/// the older one. A recovery is followed as far as its reader knows those who may endorse one: the
/// file cannot say who they are. Kinds: not_proven (they may well fit, or an endorsement lacks),
/// invalid (a signature, the proof).
[[nodiscard]] base::Result<void> check_split_view(const SplitView& evidence,
                                                  const KeyRecovery& recovery = {});

}  // namespace comity::ledger
