#pragma once

// The state of a matter: a fold over its acts in causal order. Nothing else changes it.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/casework/act.h"
#include "domain/casework/annex.h"
#include "domain/casework/attendance.h"
#include "domain/casework/mechanism.h"
#include "domain/casework/onward.h"
#include "domain/casework/registry.h"
#include "domain/law/law.h"
#include "ground/base/base.h"

namespace comity::casework {

/// What judging and folding need besides the matter itself.
struct World {
    const law::Library& library;
    const Annex& annex;
    const Registry& registry;
};

/// Who signed an act, as what.
struct Signer {
    base::PartyId party;
    base::PersonId person;  ///< for an institution's root key: `root`
    std::string role;       ///< `root` for the institution's root key
    crypto::PublicKey public_key;
    std::optional<crypto::SealingKey> sealing;
    std::vector<std::string> competence;
};

/// The role under which an institution's root key signs.
inline constexpr std::string_view root_role = "root";

/// Who signed `act`, by the annex and the registry, whether or not they could (a fold must not
/// change because a key was suspended later). Kinds as Registry::granted().
[[nodiscard]] base::Result<Signer> signer_of(const World& world, const Act& act);

struct DoneAct {
    base::ActId id;
    const law::ActKind* kind = nullptr;
    base::PartyId party;
    base::PersonId person;
    std::string role;
    base::KeyId key;
    base::Instant at;
    bool overtaken = false;          ///< a concurrent act came first: recorded, without effect
    std::vector<base::ActId> known;  ///< of its past: the acts that restrict or contest, ascending
};

struct FactSource {
    base::ActId act;
    std::string side;
    std::string role;
};

/// An item that an act of the matter carries: the value of its field of type item.
struct MatterItem {
    base::ActId act;
    base::PartyId author;
    base::PartyId reader;
    int tier = 0;
    codec::Value descriptor;
    std::string category;  ///< of data, if the act says it
};

struct MatterState {
    const law::Procedure* procedure = nullptr;
    std::map<std::string, std::vector<base::PartyId>, std::less<>> sides;
    std::string state;
    law::Facts facts;
    std::map<std::string, FactSource, std::less<>> sources;
    std::map<std::string, base::Instant, std::less<>> events;
    std::vector<DoneAct> done;
    std::vector<MatterItem> items;
    std::vector<Restriction> restrictions;
    std::vector<Release> releases;
    std::vector<Grant> grants;                          ///< of the origins of items
    std::vector<Attendance> attendances;                ///< second persons to accesses
    std::map<std::string, Claims, std::less<>> claims;  ///< facts that can be contested
    std::vector<StartedDuty> started;
    std::vector<Outage> outages;
    std::vector<TacitDone> tacit;
    std::optional<EarlyEnd> items_end;
    std::set<base::ActId> noted;  ///< the acts that restrict or contest

    /// The side that a party stands on.
    [[nodiscard]] std::optional<std::string> side_of(const base::PartyId& party) const;
    /// The party that stands alone on a side; nullptr if none or several do.
    [[nodiscard]] const base::PartyId* only_party_on(std::string_view side) const;
    /// All parties of the matter, ascending.
    [[nodiscard]] std::vector<base::PartyId> parties() const;
    [[nodiscard]] const Restriction* restriction(const base::ActId& act) const;
    [[nodiscard]] const Release* release(const base::ActId& act) const;
};

/// The act kind that the act says it is, from its opened field `kind`. Kind malformed.
[[nodiscard]] base::Result<const law::ActKind*> kind_of(const law::Procedure& procedure,
                                                        const Act& act);

/// The state before any act of a matter under `procedure`.
[[nodiscard]] base::Result<MatterState> initial(const law::Library& library,
                                                const law::Procedure& procedure);
/// The state after `act`, which was judged admissible in its own past. In a merged state that has
/// moved on it is kept as overtaken and changes nothing.
[[nodiscard]] base::Result<MatterState> apply(const law::Library& library, MatterState state,
                                              const Act& act, const law::ActKind& kind,
                                              const Signer& signer);

}  // namespace comity::casework
