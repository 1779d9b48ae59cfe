#pragma once

// What a matter's acts make of it beside state and facts: restrictions that are open, what was
// released and what became of it, facts that are contested, duties that acts began, outages.
// All of it is a fold over the acts (state.h), the same for everyone who knows the same acts.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/law/law.h"
#include "ground/base/base.h"

namespace comity::casework {

struct Act;
struct DoneAct;
struct MatterState;
struct Signer;
class Dossier;

/// Set up by an act that restricts; open until it is lifted (invariant 3).
struct Restriction {
    base::ActId act;
    const law::ActKind* kind = nullptr;
    base::PartyId party;  ///< who raised it
    base::Instant at;
    std::vector<std::string> categories;  ///< of data that it concerns; empty: all
    std::optional<base::ActId> item;      ///< the release that it concerns; none: all
    std::optional<base::ActId> lifted;    ///< by which act

    [[nodiscard]] bool binds(law::Bound bound) const { return !lifted && kind->restricts(bound); }
};

/// An act that handed something over, and what has become of it.
struct Release {
    base::ActId act;
    const law::ActKind* kind = nullptr;
    base::PartyId holder;                 ///< who handed over
    std::optional<base::PartyId> reader;  ///< whom the item is sealed to
    std::string category;                 ///< of data; empty: not said
    base::Instant at;
    std::optional<base::Date> end;   ///< the item's own end day
    std::vector<base::ActId> known;  ///< restrictions in its past
    /// What it hands on, and by which release that was received, up to the origin's; empty: its own
    std::vector<base::ActId> sources;
    bool overtaken = false;  ///< the matter had moved on: it stands, and is to come back
    std::optional<base::ActId> recalled;
    std::set<base::PartyId> set_aside;
    std::map<base::PartyId, base::ActId> erased;  ///< by which act at which holder

    /// Who holds a copy, or the key to one.
    [[nodiscard]] std::set<base::PartyId> holders() const;
};

/// What each side says of a fact that can be contested, and what the named authority decided.
struct Claims {
    struct Said {
        base::ActId act;
        std::string role;
        codec::Value value;
        law::Possible possible;
        std::vector<base::ActId> known;  ///< contests in the past of the act that says it
    };
    struct Contest {
        base::ActId act;
        const law::ActKind* kind = nullptr;
        base::PartyId party;
    };
    std::map<std::string, Said, std::less<>> by_side;  ///< the last of each side
    std::optional<Said> decided;
    std::string decided_side;
    std::vector<Contest> contests;

    /// The contests that no decision has known.
    [[nodiscard]] std::vector<Contest> open() const;
    /// Contested: by an act, or because sides differ and nobody decided.
    [[nodiscard]] bool contested() const;
};

/// A duty that began with an act (law::OpenedDuty).
struct StartedDuty {
    base::ActId act;
    const law::ActKind* kind = nullptr;
    base::PartyId author;
    base::Instant since;
};

/// A time in which silence of a side does not count.
struct Outage {
    std::string side;
    base::Instant from;
    base::Instant until;
};

/// The effect of a silence, taken once.
struct TacitDone {
    const law::ActKind* kind = nullptr;
    base::Instant from;
    base::Instant until;
};

/// An act brought the end of all items of the matter forward.
struct EarlyEnd {
    base::ActId act;
    const law::ActKind* kind = nullptr;
    base::Instant at;
};

/// Whether a restriction speaks of this release.
[[nodiscard]] bool concerns(const Restriction& restriction, const Release& release);

/// The open restrictions because of which what was released must come back, or be used no more:
/// those that the releasing act did not have in its past. For the reader also those that bind
/// opening.
[[nodiscard]] std::vector<const Restriction*> recall_reasons(const MatterState& state,
                                                             const Release& release);
[[nodiscard]] std::vector<const Restriction*> reader_reasons(const MatterState& state,
                                                             const Release& release);
/// The first open restriction that postpones erasing the release; nullptr: none does.
[[nodiscard]] const Restriction* erasure_hold(const MatterState& state, const Release& release);

/// `due` with every outage of the side between `since` and then added to it.
[[nodiscard]] base::Instant with_outages(const MatterState& state, std::string_view side,
                                         base::Instant since, base::Instant due);

/// Whether the side's silence from `from` until `until` was broken in time: by an act that is the
/// event, or discharges it, dated up to `until`.
[[nodiscard]] bool answered_in_time(const MatterState& state, std::string_view event,
                                    base::Instant from, base::Instant until);

// --- for the fold (state.cc)

/// Of the acts in the past that `after` names, those that restrict or contest.
[[nodiscard]] std::vector<base::ActId> noted_in_past(const MatterState& state,
                                                     const std::vector<base::ActId>& after);
/// Whether the effect of silence that the act declares still is to be had: not taken before, and
/// nothing answered in time.
[[nodiscard]] bool tacit_holds(const MatterState& state, const law::ActKind& kind, const Act& act);
/// Takes what the act says of a fact that can be contested.
[[nodiscard]] base::Result<void> assert_claim(const law::Vocabulary& vocabulary, MatterState& state,
                                              const law::FactDeclaration& fact,
                                              const codec::Value& value, const DoneAct& done,
                                              const std::string& side);
/// Records that the act handed something over: also one that was overtaken has done so.
void hand_over(const law::Vocabulary& vocabulary, MatterState& state, const Act& act,
               const law::ActKind& kind, const DoneAct& done);
/// Applies the mechanisms of an act that takes effect.
[[nodiscard]] base::Result<void> apply_mechanisms(const law::Library& library, MatterState& state,
                                                  const Act& act, const law::ActKind& kind,
                                                  const DoneAct& done);

// --- for judge()

/// Checks what the mechanisms ask of an act against the state of its past. Kind inadmissible, with
/// the clause and the id of what stands in the way.
[[nodiscard]] base::Result<void> check_restrictions(const law::Vocabulary& vocabulary,
                                                    const law::ActKind& kind, const Act& act,
                                                    const MatterState& before,
                                                    const Signer& signer);
[[nodiscard]] base::Result<void> check_answers(const law::ActKind& kind, const Act& act,
                                               const MatterState& before, const Signer& signer);
/// An item is sealed to the party that the procedure names, and to nobody else. `after`: the state
/// with the act.
[[nodiscard]] base::Result<void> check_readers(const law::ActKind& kind, const Act& act,
                                               const MatterState& after);
[[nodiscard]] base::Result<void> check_claims(const law::Vocabulary& vocabulary,
                                              const law::ActKind& kind, const Act& act,
                                              const MatterState& before, const Signer& signer);

/// The id that a field of type act names; none if it is left out or this copy does not open it.
[[nodiscard]] std::optional<base::ActId> named_act(const Act& act, const std::string& field);
/// The release that a field of type act names. Kind inadmissible, citing the kind's clause.
[[nodiscard]] base::Result<const Release*> release_named(const law::ActKind& kind, const Act& act,
                                                         const std::string& field,
                                                         const MatterState& before);
/// The category of data that the act deals with: of the item that it seals (if it does not say,
/// the one that the matter is about), or of the item that it opens; empty if that is not known.
[[nodiscard]] std::string category_of(const law::Vocabulary& vocabulary, const MatterState& before,
                                      const law::ActKind& kind, const Act& act);

}  // namespace comity::casework
