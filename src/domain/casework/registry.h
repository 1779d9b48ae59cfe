#pragma once

// The registry: who may act, for whom, as what, until when. A fold over the accreditation acts of
// every party's own registry matter; it owns no truth.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/casework/act.h"
#include "domain/casework/annex.h"
#include "domain/law/law.h"
#include "ground/base/base.h"

namespace comity::casework {

struct Accreditation {
    base::PersonId person;
    base::PartyId party;
    std::string role;
    crypto::PublicKey key;
    std::optional<crypto::SealingKey> sealing;
    std::vector<std::string> competence;  ///< data categories; empty: none named, all
    base::Instant from;                   ///< inclusive
    base::Instant until;                  ///< exclusive
    base::ActId granted;
    std::int64_t sequence = 0;  ///< of the granting act in the party's registry chain

    struct Suspension {
        base::ActId act;
        std::int64_t sequence = 0;
        base::Instant since;  ///< acts from this instant on are void unless logged before
    };
    std::optional<Suspension> suspended;
};

/// What the ids of registry matters begin with; no other matter's id may.
inline constexpr std::string_view registry_prefix = "registry-";

class Registry {
 public:
    /// The matter that is `party`'s registry.
    [[nodiscard]] static base::Result<base::MatterId> matter_of(const base::PartyId& party);

    /// Records that `entry` is now the head of the party's registry chain.
    void extend(const base::PartyId& party, const EntryId& entry, std::int64_t sequence);
    /// Applies an act whose kind accredits or suspends. It must have been judged admissible.
    [[nodiscard]] base::Result<void> apply(const law::ActKind& kind, const Act& act);

    [[nodiscard]] std::optional<EntryId> head(const base::PartyId& party) const;
    /// The grant to `key` that an act dated `at` rests on, as the registry stood at `head`: the
    /// newest one that is in force at `at`, else the newest. It says who signed; whether they still
    /// could is accredited()'s to say. Kinds: not_proven (no link from the party's root to this
    /// key), try_later (the head is not known here yet).
    [[nodiscard]] base::Result<Accreditation> granted(const base::PartyId& party,
                                                      const base::KeyId& key, const EntryId& head,
                                                      base::Instant at) const;
    /// The same, if it holds at `at` and is not known to be suspended from then or earlier on.
    /// Kinds: those of granted(), and inadmissible (expired, not yet begun, suspended).
    [[nodiscard]] base::Result<Accreditation> accredited(const base::PartyId& party,
                                                         const base::KeyId& key,
                                                         const EntryId& head,
                                                         base::Instant at) const;
    /// All accreditations of a party, in the order of granting.
    [[nodiscard]] std::vector<Accreditation> of(const base::PartyId& party) const;
    /// The newest accreditation of a key, whatever its dates; nullptr if there is none.
    [[nodiscard]] const Accreditation* newest(const base::KeyId& key) const;

 private:
    struct Chain {
        std::map<EntryId, std::int64_t> places;
        std::optional<EntryId> head;
        std::int64_t head_sequence = -1;
        std::vector<Accreditation> accreditations;
    };
    std::map<base::PartyId, Chain> chains_;
};

/// Whether the accreditation's dates hold `at`; kind inadmissible (expired, not yet begun).
[[nodiscard]] base::Result<void> check_in_force(const Accreditation& used, base::Instant at);
/// Whether the key is not suspended from `at` or earlier on; kind inadmissible.
[[nodiscard]] base::Result<void> check_not_suspended(const Accreditation& used, base::Instant at);

/// Reads the accreditation that the act grants. Kind malformed if a field lacks.
[[nodiscard]] base::Result<Accreditation> accreditation_in(const Act& act);

/// The key that an act suspends, and since when acts under it are void.
struct SuspendedKey {
    crypto::PublicKey key;
    base::Instant since;
};
/// Reads the suspension that the act declares. Kind malformed if the key lacks.
[[nodiscard]] base::Result<SuspendedKey> suspension_in(const Act& act);

}  // namespace comity::casework
