#pragma once

// What an institution is handed at its start: its ports and its settings.

#include <cstdint>
#include <optional>
#include <string>

#include "ground/base/base.h"
#include "ground/ledger/ledger.h"
#include "node/ports/ports.h"

namespace comity::submit {

/// The world as an institution is handed it. All outlive the institution.
struct Ports {
    ports::Store& store;
    ports::Clock& clock;
    crypto::Random& random;
    ports::Signer& node_key;
    ports::Signer& ledger_key;  ///< the present one (ledger_keys.h)
    ports::Signer& witness_key;
    ports::DayKeys& day_keys;
    ports::LedgerFiles& files;
    ports::Blobs& blobs;
    /// The public mirror of the ledger; nullptr: there is none.
    ports::LedgerFiles* mirror = nullptr;
    /// What the ledger's pseudonyms and padding derive from (derived.h); nullptr: a signature of
    /// the ledger's key.
    const base::SecretBytes* ledger_secret = nullptr;
    /// Makes the key that is to follow the ledger's present one; nullptr: it is not replaced here.
    ports::KeyMaker* new_ledger_key = nullptr;
};

struct Settings {
    base::PartyId party;
    base::Realm realm = base::Realm::exercise;
    std::string origin;          ///< the ledger's name, as in the annex's verifier key
    std::int64_t body_days = 0;  ///< how long bodies are kept before their day key goes
    std::optional<ledger::MirrorRule> mirror = std::nullopt;  ///< how the public mirror is kept
};

}  // namespace comity::submit
