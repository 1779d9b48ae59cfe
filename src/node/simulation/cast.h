#pragma once

// Who takes part in a seed: institutions, their keys, the annex, and officials of whom some are
// accredited, some no longer, some never.

#include <optional>
#include <string>
#include <vector>

#include "domain/casework/casework.h"
#include "node/simulation/dice.h"
#include "node/simulation/simulation.h"

namespace comity::simulation {

/// A person under one key. The same person may have two roles under two keys.
struct Official {
    base::PersonId person;
    std::string role;
    ports::Signer* key = nullptr;            // borrowed from the workshop
    crypto::KeyAgreement* sealer = nullptr;  // borrowed from the workshop
    base::Instant from;
    base::Instant until;
    bool accredited = true;  ///< false: nobody ever grants this key anything
};

struct Member {
    base::PartyId party;
    std::string jurisdiction;
    std::string kind;
    std::string origin;  ///< of its ledger
    ports::Signer* root = nullptr;
    ports::Signer* node = nullptr;
    ports::Signer* ledger = nullptr;
    ports::Signer* witness = nullptr;
    base::Digest tls;
    std::vector<Official> officials;
    bool liar = false;

    /// The institution itself as one who signs.
    [[nodiscard]] Official institution() const;
};

/// What the calm of a deep seed is for: how far matters are played before anything breaks.
enum class Aim {
    handed_over,
    attended,   ///< somebody opens what a second person has to agree to
    handed_on,  ///< and something more is handed over, which nobody may hand on
    elsewhere,  ///< handed to another than who asked
    recalled,
    silence,   ///< a clock runs, and everybody sleeps over its end
    answered,  ///< the same, of a clock that was answered
    outage,    ///< the same, of a clock that an outage stretches
    ended      ///< a matter ends, and the day comes on which its bodies do
};

[[nodiscard]] std::string_view name_of(Aim aim);

struct Cast {
    /// A seed in which matters are to get far: everybody is there, and there is calm at first.
    bool deep = false;
    Aim aim = Aim::handed_over;    ///< of a deep seed
    std::int64_t body_days = 365;  ///< how long nodes keep bodies
    std::vector<Member> members;
    casework::Annex annex;
    /// The procedure by which institutions accredit; nullptr if the texts have none.
    const law::Procedure* registry = nullptr;

    [[nodiscard]] const Member& of(const base::PartyId& party) const;
    [[nodiscard]] const Member* origin(std::string_view name) const;
    /// Who may be meant by that side of a procedure: the institutions that could accredit one of
    /// the roles that act on it; everybody if there is none.
    [[nodiscard]] std::vector<base::PartyId> suited(const law::Library& library,
                                                    const law::Procedure& procedure,
                                                    std::string_view side) const;
};

/// The registry procedure of the library: the one with an act that accredits.
[[nodiscard]] const law::Procedure* registry_in(const law::Library& library);
/// The first kind that opens a matter under the procedure; nullptr if none does.
[[nodiscard]] const law::ActKind* opening_of(const law::Procedure& procedure);

[[nodiscard]] Cast assemble(const Setting& setting, Workshop& workshop, const Plan& plan);

}  // namespace comity::simulation
