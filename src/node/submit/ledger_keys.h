#pragma once

// The keys of ledgers over time (docs/formats/ledger-key.md): what this node knows of changes of
// its own ledger's key and of others', and how its own is replaced.
//
//   a new key is made and kept -> one transaction: the change's leaf, and the change itself
//     -> from the next head on the new key signs, and every note carries the change

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/casework/casework.h"
#include "ground/base/base.h"
#include "ground/ledger/ledger.h"
#include "node/ports/ports.h"

namespace comity::submit {

/// Changes of keys by ledger, as they were last seen. Owns what it says; the store has a copy.
class LedgerKeys {
 public:
    /// Reads what is kept of the annex's ledgers.
    [[nodiscard]] static base::Result<LedgerKeys> load(ports::Store& store,
                                                       const casework::Annex& annex);

    [[nodiscard]] const std::vector<ledger::KeyChange>& of(std::string_view origin) const;
    /// What is to be kept (key_changes_setting) and learned when `head`, of the ledger whose first
    /// key is `log`, is believed; none: nothing new. Kind invalid: what was seen before speaks
    /// against it.
    [[nodiscard]] base::Result<std::optional<std::vector<ledger::KeyChange>>> news_in(
        const ledger::Note& head, std::uint64_t size, const ledger::NoteKey& log,
        const ledger::KeyRecovery& recovery) const;
    /// Once it is kept.
    void learn(const std::string& origin, std::vector<ledger::KeyChange> changes);

 private:
    std::map<std::string, std::vector<ledger::KeyChange>, std::less<>> changes_;
};

/// The setting that keeps `changes` of the ledger `origin`.
[[nodiscard]] std::pair<std::string, std::string> key_changes_setting(
    const std::string& origin, const std::vector<ledger::KeyChange>& changes);

/// The key that a node's ledger has now, by its store and the annex; each change is checked. Kinds:
/// not_proven, invalid.
[[nodiscard]] base::Result<ledger::NoteKey> present_ledger_key(const LedgerKeys& keys,
                                                               const casework::Annex& annex,
                                                               const base::PartyId& party);

}  // namespace comity::submit
