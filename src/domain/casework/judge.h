#pragma once

// judge: act + what its author's side recorded + the law -> admissible, or why not, with the
// clause. An act is valid by its causal past and nothing else (DESIGN 5.4); receivers never judge
// by their own clock (DESIGN 5.6).

#include <functional>
#include <optional>
#include <string>

#include "domain/casework/act.h"
#include "domain/casework/dossier.h"
#include "domain/casework/state.h"
#include "domain/law/law.h"
#include "ground/base/base.h"

namespace comity::casework {

/// An admissible act: what it is, who took it, and what the matter is afterwards.
struct Admitted {
    const law::ActKind* kind = nullptr;
    Signer signer;
    std::optional<law::Assessment> assessment;  ///< if the kind asks for the law's word
    MatterState before;                         ///< the state of its causal past
    MatterState after;                          ///< the same with the act
};

/// What is known about an act's signature besides the act.
struct SignatureContext {
    const VerifiedRecord* ahead = nullptr;  ///< the same record, verified before; nullptr: none
    /// Whether the act's author logged it before this suspension of its key: then it stands, under
    /// review (DESIGN 5.6). None: that is not known, and a suspended key signs nothing.
    std::function<bool(const Accreditation::Suspension&)> logged_before = {};
};

/// Verifies the official's signature of an act by the annex and the registry. Kinds: invalid,
/// not_proven, inadmissible, try_later.
[[nodiscard]] base::Result<Signer> check_signature(const World& world, const Act& act,
                                                   const SignatureContext& context = {});
/// Verifies the countersignature of the act by its party's node.
[[nodiscard]] base::Result<void> check_countersignature(const Annex& annex, const Act& act);
/// Verifies a receipt's signature by its party's node key.
[[nodiscard]] base::Result<void> check_signature(const Annex& annex, const Receipt& receipt);

/// The state of everything known of the matter, in causal order.
[[nodiscard]] base::Result<MatterState> fold(const World& world, const Dossier& dossier,
                                             const std::set<base::ActId>* among);

/// Judges an act whose form and signatures were checked and which fits the dossier. `current`: the
/// fold of everything in the dossier, used when the act's past is everything; nullptr: fold anew.
/// Kinds: inadmissible and lacks_facts (with the clause), malformed (with the field), not_proven.
[[nodiscard]] base::Result<Admitted> judge(const World& world, const Dossier& dossier,
                                           const MatterState* current, const Act& act,
                                           const Signer& signer);

/// Assesses the matter as `kind` asks, with the facts of `state`. None if the kind asks nothing.
[[nodiscard]] base::Result<std::optional<law::Assessment>> assess_for(const World& world,
                                                                      const MatterState& state,
                                                                      const law::ActKind& kind,
                                                                      base::Instant at);

}  // namespace comity::casework
