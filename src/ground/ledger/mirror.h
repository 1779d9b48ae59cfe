#pragma once

// Public mirrors (docs/formats/ledger.md, "Public mirrors"): at fixed times, by a fixed number of
// leaves, as hashes only. The rule decides from sizes alone, so that it can be played over years in
// a moment; writing, signing and the clock are the caller's.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "ground/base/base.h"
#include "ground/ledger/leaf.h"
#include "ground/ledger/tiles.h"
#include "ground/ledger/tree.h"

namespace comity::ledger {

/// How a ledger is shown to the public.
struct MirrorRule {
    std::int64_t interval = 0;  ///< seconds from one publication to the next; 60 to 604,800
    std::uint64_t batch = 0;    ///< leaves by which every publication grows; 1 to 65,536
    /// How many batches the mirror may stay behind a busy ledger before it takes them at once; 1 to
    /// 65,536.
    std::uint64_t carry = 0;

    /// Whether the numbers are within their bounds. Kind malformed.
    [[nodiscard]] base::Result<void> check() const;
    /// The largest multiple of the batch that is at most `size`.
    [[nodiscard]] std::uint64_t boundary(std::uint64_t size) const { return size / batch * batch; }
    /// The first publication after `now`: whole intervals since 1970, so that a restart, or a
    /// second mirror, moves nothing.
    [[nodiscard]] base::Instant next_time(base::Instant now) const;

    friend bool operator==(const MirrorRule&, const MirrorRule&) = default;
};

/// What is to be done when an interval has passed.
struct MirrorStep {
    std::optional<std::uint64_t> publish;  ///< the size to be shown from now on; none: as it is
    std::uint64_t pad = 0;                 ///< padding leaves to be written for the next time

    friend bool operator==(const MirrorStep&, const MirrorStep&) = default;
};

/// `published`: the size that is shown (0: nothing yet); `size`: the ledger's; `attested`: sizes of
/// attested heads, ascending. What is shown is attested, and grows by one batch; by more only where
/// no attested head lies there, or where more than rule.carry batches wait.
[[nodiscard]] MirrorStep next_mirror_step(const MirrorRule& rule, std::uint64_t published,
                                          std::uint64_t size,
                                          std::span<const std::uint64_t> attested);

/// The leaf that means nothing, at `index`: its commitment is HMAC-SHA-256(key,
/// "comity/padding/v1" || index), so that a node that lost its data can write it again. Its days
/// are those of `before`, the last leaf with an entry.
[[nodiscard]] Leaf padding_leaf(const base::SecretBytes& key, std::uint64_t index,
                                const std::optional<Leaf>& before);

/// The tiles, without entries, of the first `size` leaves that differ from those of `old_size`.
[[nodiscard]] std::vector<StaticFile> mirror_files_for_growth(const Tree& tree,
                                                              std::uint64_t old_size,
                                                              std::uint64_t size);

/// As check_static_ledger(), of a mirror that shows tiles and no entries: that all tiles agree with
/// each other and with the root. Kind invalid.
[[nodiscard]] base::Result<std::vector<base::Digest>> check_static_mirror(
    const std::function<base::Result<base::Bytes>(std::string_view path)>& read, std::uint64_t size,
    const base::Digest& root);

}  // namespace comity::ledger
