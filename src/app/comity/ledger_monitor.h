#pragma once

// Following other people's ledgers: what each shows now against what it, and its witnesses, showed
// before. Two heads that do not fit become evidence for anyone (docs/formats/split-view.md).

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/comity/ledger_source.h"
#include "ground/ledger/ledger.h"

namespace comity::app {

/// What became known of one ledger in one round.
struct LedgerNews {
    enum class State {
        fits,         ///< it extends everything that was seen before
        unreachable,  ///< nothing is known; no alarm, unless it lasts
        doubtful,     ///< unsigned, without its quorum, smaller than before, tiles that lack
        split_view    ///< it signed two histories
    };
    std::string log;
    State state = State::fits;
    std::uint64_t size = 0;       ///< of the newest head that fits
    std::string what;             ///< what is wrong
    std::filesystem::path saved;  ///< the evidence
};
[[nodiscard]] std::string_view name_of(LedgerNews::State state);

/// Keeps the newest head of each ledger in a folder of its own, and what was found against it.
class LedgerMonitor {
 public:
    using Open = std::function<base::Result<LedgerSource>(std::string_view url)>;

    /// The ledgers and witnesses of `policy` that have a URL; of a witness it is where the heads
    /// that it cosigned are read (c2sp.org/tlog-witness). `folder` is made if need be. `recovery`:
    /// who may endorse a new key of any of them. Kinds: malformed (no ledger has a URL), failure.
    [[nodiscard]] static base::Result<LedgerMonitor> start(ledger::Policy policy,
                                                           std::filesystem::path folder, Open open,
                                                           ledger::KeyRecovery recovery = {});

    /// Looks at every ledger once.
    [[nodiscard]] std::vector<LedgerNews> round();

 private:
    LedgerMonitor(ledger::Policy policy, std::filesystem::path folder, Open open,
                  ledger::KeyRecovery recovery)
        : policy_(std::move(policy)),
          folder_(std::move(folder)),
          open_(std::move(open)),
          recovery_(std::move(recovery)) {}

    [[nodiscard]] base::Result<LedgerNews> look_at(const ledger::Policy::Known& log);
    /// Whether the smaller of two heads is in the tree of the larger one: the evidence if not.
    /// Other kinds of doubt are errors.
    [[nodiscard]] static base::Result<std::optional<ledger::SplitView>> compare(
        const ledger::NoteKey& log, const LedgerSource& source, const ledger::SignedCheckpoint& one,
        const ledger::SignedCheckpoint& other);
    /// The heads of this ledger that witnesses show; a witness that does not answer is passed over.
    [[nodiscard]] std::vector<ledger::SignedCheckpoint> witnessed(const ledger::NoteKey& log) const;
    [[nodiscard]] base::Result<std::optional<ledger::SignedCheckpoint>> kept(
        const ledger::NoteKey& log) const;
    [[nodiscard]] base::Result<std::filesystem::path> save(const ledger::SplitView& evidence) const;

    ledger::Policy policy_;
    std::filesystem::path folder_;
    Open open_;
    ledger::KeyRecovery recovery_;
};

}  // namespace comity::app
