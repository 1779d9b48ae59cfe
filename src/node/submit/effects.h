#pragma once

// Effects that wait for witnesses (DESIGN 5.4, 5.11; invariant 2). An act that releases or destroys
// is recorded and sent like any other; the item, or the destruction of its key, waits here until a
// head that holds the act is cosigned as its clause asks. It is decided again at that moment: what
// was recalled or is held up meanwhile does not go.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/casework/casework.h"
#include "ground/base/base.h"
#include "ground/codec/codec.h"
#include "ground/ledger/ledger.h"

namespace comity::submit {

class Institution;

/// What a node keeps of an act whose clause was met: its own, or one that it was shown.
struct KeptQuorum {
    std::string met;  ///< whole or emergency
    base::Instant at;
    std::vector<base::Digest> path;
    std::string checkpoint;
};

/// An own act of which something is still to be done.
struct Effect {
    base::MatterId matter;
    const law::ActKind* kind = nullptr;
    base::Instant since;  ///< when the act was taken
    /// Released under the smaller quorum of an emergency: until when the whole one has to be there.
    /// None: nothing has happened yet, the effect is provisional.
    std::optional<base::Instant> complete_by = std::nullopt;

    [[nodiscard]] bool is_provisional() const { return !complete_by; }
};

class Effects {
 public:
    explicit Effects(Institution& institution) : own_(institution) {}

    using Open = std::map<base::ActId, Effect>;
    [[nodiscard]] const Open& open() const { return open_; }
    /// Whether what the act hands over stays here, and what it erases stays readable.
    [[nodiscard]] bool waits(const base::ActId& act) const;
    /// How far the effect of an act has come; of an act that waits for nobody, and of another's:
    /// done. What is sent says what was reached by then.
    enum class Reached { nothing, emergency, done };
    [[nodiscard]] Reached reached(const casework::EntryId& entry) const;
    /// Why it waits, and for whom, in words.
    [[nodiscard]] std::string reason(const base::ActId& act) const;
    /// Whose cosignatures of a head of `size` leaves could bring an effect about.
    [[nodiscard]] std::set<base::PartyId> wanted(std::uint64_t size) const;
    /// What shows that the clause of an act was met, as far as this node has seen it.
    [[nodiscard]] base::Result<std::optional<casework::QuorumProof>> shown(
        const casework::Act& act) const;

    /// A new act of this institution, or one that is read at a start.
    void note(const base::ActId& act, Effect effect);
    /// At a start, once all is read: what was settled before is not open any more.
    [[nodiscard]] base::Result<void> load();
    /// Brings about what a cosigned head of the own ledger suffices for. How many effects.
    [[nodiscard]] base::Result<std::size_t> settle(const ledger::SignedCheckpoint& head);

 private:
    /// What stands in the way besides witnesses; empty: nothing.
    [[nodiscard]] std::string held_back(const base::ActId& id, const Effect& effect) const;
    [[nodiscard]] casework::QuorumAsked asked(const base::ActId& id, const Effect& effect) const;
    [[nodiscard]] base::Result<bool> settle_one(const base::ActId& id, Effect& effect,
                                                const ledger::SignedCheckpoint& head);

    Institution& own_;
    Open open_;
    /// The cosignatures of the newest head that were seen, for the reason why something waits.
    std::vector<casework::Cosigner> seen_;
};

}  // namespace comity::submit

namespace comity::codec {

template <>
struct Message<submit::KeptQuorum> {
    using Q = submit::KeptQuorum;
    static constexpr std::string_view name = "kept-quorum";
    static constexpr auto fields =
        std::tuple{field("met", &Q::met, "whole, or emergency", 16),
                   field("at", &Q::at, "when this node saw it"),
                   field("path", &Q::path, "inclusion path of the act's leaf", 64),
                   field("checkpoint", &Q::checkpoint, "cosigned as the clause asks", 16384)};
};

}  // namespace comity::codec
