#pragma once

// The reference model of a matter: what its acts make of it, written as plainly as can be. It
// shares no code with casework's fold; only the types of an act, of facts and of texts are the
// same.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/casework/act.h"
#include "domain/law/law.h"
#include "node/simulation/cast.h"

namespace comity::simulation {

/// An act as the simulation made it: everything of it, and what is true of it.
struct KnownAct {
    base::ActId id;
    casework::Header header;
    const law::Procedure* procedure = nullptr;
    const law::ActKind* kind = nullptr;
    codec::Object fields;
    base::PersonId person;
    std::string role;
    std::string lie;                       ///< why no node may record it; empty: it is to be judged
    std::optional<base::KeyId> concerned;  ///< the key that it grants or suspends; Oracle::know
    std::optional<std::uint64_t> leaf;     ///< of the liar's ledger
};

[[nodiscard]] bool contains(const std::vector<std::string>& list, const std::string& word);
/// The instant that a field of the act says; none if it says none.
[[nodiscard]] std::optional<base::Instant> instant_in(const KnownAct& act,
                                                      const std::string& field);

struct ModelAct {
    const KnownAct* act = nullptr;
    bool overtaken = false;
    /// Of an act that hands something over: of which category, and for whom.
    std::string category;
    std::optional<base::PartyId> reader;
};

/// What is said of a fact that can be contested.
struct Claim {
    struct Said {
        codec::Value value;
        law::Possible possible;
    };
    std::map<std::string, Said> by_side;
    std::optional<Said> decided;
    std::set<base::ActId> decision_knew;  ///< the past of the deciding act
    std::set<base::ActId> contests;
};

struct Model {
    const law::Procedure* procedure = nullptr;
    std::string state;
    std::map<std::string, std::set<base::PartyId>> sides;
    law::Facts facts;
    std::map<std::string, base::Instant> events;
    std::map<std::string, Claim> claims;
    std::string data;  ///< the one category that the matter is about, as far as is known
    std::vector<ModelAct> done;

    [[nodiscard]] std::optional<std::string> side_of(const base::PartyId& party) const;
    [[nodiscard]] std::set<base::PartyId> parties() const;
    /// The one party on a side; nullptr if there is none or there are several.
    [[nodiscard]] const base::PartyId* only(const std::string& side) const;
    /// The acts among `done` that `after` has in its past.
    [[nodiscard]] std::set<base::ActId> past(const std::vector<base::ActId>& after) const;
    /// Whether the restricting act of that id has been lifted.
    [[nodiscard]] bool lifted(const base::ActId& restricting) const;
};

/// Whether the kind is one whose whole meaning the reference knows. Of the others it knows what
/// they do to state, sides, facts and releases, and not when they may be refused.
[[nodiscard]] bool is_plain(const law::ActKind& kind);
/// The act that a field of type act names.
[[nodiscard]] std::optional<base::ActId> named_by(const KnownAct& act, const std::string& field);

/// What `acts` of one matter make of it, in the order of their pasts, then of time and id.
[[nodiscard]] Model model_of(const law::Library& library, std::vector<const KnownAct*> acts);
/// The same with one act more, after all the others.
void take(const law::Library& library, Model& model, const KnownAct& act);

/// Everything that the reference has against `act` in the matter of `before`, whatever node it is
/// recorded at; none if it has nothing.
struct Objection {
    std::string rule;
    std::string what;
};
/// The act of that id, if it hands something over; nullptr otherwise.
[[nodiscard]] const ModelAct* handover(const Model& model, const std::optional<base::ActId>& named);
/// The category of what an act hands over: what it says, else what the matter is about.
[[nodiscard]] std::string category_in(const Model& model, const KnownAct& act);
/// Whether an open restriction postpones the end of what that act handed over; of no act: of
/// anything in the matter.
[[nodiscard]] bool is_held_up(const Model& model, const std::optional<base::ActId>& carrier);
/// Whether the party has said by an act that what the other handed over is erased there, and
/// whether that act waits for witnesses.
enum class Erasing { none, once_witnessed, at_once };
[[nodiscard]] Erasing erasing(const Model& model, const base::ActId& carrier,
                              const base::PartyId& party);
/// Objections to handing over, opening, erasing, calling back and lifting.
[[nodiscard]] std::optional<Objection> against_handling(const KnownAct& act, const Model& before);
/// Objections to granting and handing on.
[[nodiscard]] std::optional<Objection> against_onward(const KnownAct& act, const Model& before);
[[nodiscard]] std::optional<Objection> against_attendance(const KnownAct& act, const Model& before);
/// Objections to what witnesses would never suffice for. `after`: with the act in it.
[[nodiscard]] std::optional<Objection> against_witnesses(const KnownAct& act, const Model& after,
                                                         const Cast& cast);
/// The same, as far as it can be said before anything is written into its fields: whether it is
/// open, and who takes it.
[[nodiscard]] std::optional<Objection> objection_to_taking(const KnownAct& act, const Model& before,
                                                           const law::Library& library);
enum class Regard {
    everything,
    all_but_moment,  ///< neither what is restricted, called back or somebody else's, nor silence
};
[[nodiscard]] std::optional<Objection> objection_to(const KnownAct& act, const Model& before,
                                                    const Cast& cast, const law::Library& library,
                                                    Regard regard = Regard::everything);

}  // namespace comity::simulation
