#pragma once

// The ledger's keys in a node's folder: keys/ledger.key is the first one, each later one stands in
// keys/ledger-ID.key, where it is before the ledger says that it follows; keys/ledger.secret is
// what the pseudonyms and the padding derive from, whatever key signs (node/submit/derived.h).

#include <filesystem>
#include <memory>
#include <string>

#include "adapter/softkeys/softkeys.h"
#include "domain/casework/casework.h"
#include "ground/base/base.h"
#include "node/submit/ledger_keys.h"

namespace comity::app {

class LedgerKeyring final : public ports::KeyMaker {
 public:
    LedgerKeyring(std::filesystem::path keys, std::string origin)
        : keys_(std::move(keys)), origin_(std::move(origin)) {}

    [[nodiscard]] base::Result<std::unique_ptr<ports::Signer>> make() override;
    /// Kind not_found: no file here holds that key.
    [[nodiscard]] base::Result<std::unique_ptr<softkeys::SoftSigner>> find(
        const ledger::NoteKey& key) const;
    /// The secret, which is written from the ledger's first key if there is none yet.
    [[nodiscard]] base::Result<base::SecretBytes> secret(const ledger::NoteKey& first) const;

 private:
    std::filesystem::path keys_;
    std::string origin_;
};

/// Prepares the recovery of a ledger whose key was lost or stolen; the node is not served. Makes
/// the new key, and states at which head it follows: to be endorsed by the annex's witnesses.
[[nodiscard]] base::Result<ledger::KeyChange> prepare_key_recovery(
    const std::filesystem::path& folder);
/// Puts an endorsed recovery into the ledger of the node, which is not served. Kinds: not_proven
/// (too few endorsed it), conflict (the ledger has grown since).
[[nodiscard]] base::Result<void> carry_out_key_recovery(const std::filesystem::path& folder,
                                                        const ledger::Note& note);

}  // namespace comity::app
