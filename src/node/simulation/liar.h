#pragma once

// The liar: a node with valid keys and a witnessed ledger of its own that says what it likes. It is
// no Institution; it makes every message by hand. Between its lies it says things that are true, so
// that the others go on talking to it.

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ground/crypto/testing.h"
#include "node/simulation/cast.h"
#include "node/simulation/fields.h"
#include "node/simulation/network.h"
#include "node/simulation/oracle.h"

namespace comity::simulation {

/// What may be wrong with an act of the liar.
enum class Lie {
    none,
    omits_past,      ///< its past leaves out what its author's chain had seen
    before_past,     ///< dated before an act in its own past
    long_ago,        ///< dated further before its witnessed time than the skew
    ahead,           ///< dated further after it
    skips_number,    ///< a number of the chain is left out
    reuses_number,   ///< a number of the chain stands twice
    other_previous,  ///< does not name the entry before it
    other_realm,
    other_law,
    forged_signature,
    strangers_signature,  ///< by a key that the act does not name
    no_countersignature,
    other_countersignature,  ///< by the institution's root key
    unattested,              ///< the checkpoint carries no cosignature
    self_attested,           ///< cosigned by the author itself
    other_leaf,              ///< the leaf commits to something else
    hidden_field,            ///< a field that its reader may read is not opened
    changed_field,           ///< an opening says something else than its commitment
    other_name,              ///< the envelope says that another party sent it
    foreign_registry,        ///< opens the registry of another party
    unlawful_role,           ///< accredits a role that its institution may not
    other_reader,            ///< an item sealed to somebody else than the matter's reader
};
[[nodiscard]] std::string_view name_of(Lie lie);

class Liar {
 public:
    enum class Mood { lying, honest };
    /// Asks an honest node at once; none if it does not answer.
    using Reach = std::function<std::optional<message::Response>(const base::PartyId& to,
                                                                 message::Request request)>;
    struct Sent {
        Parcel parcel;
        std::string lie;  ///< empty: nothing is wrong with it
    };

    Liar(const Setting& setting, const Cast& cast, const Member& self, Oracle& oracle,
         std::uint64_t seed);

    [[nodiscard]] const base::PartyId& party() const { return self_.party; }
    /// What it sends now.
    [[nodiscard]] std::vector<Sent> turn(base::Instant now, Mood mood, const Reach& reach);
    /// What it says to those who ask it.
    [[nodiscard]] message::Response answer(const message::Request& request);
    void answered(std::uint64_t token, const base::Result<message::Response>& response);
    [[nodiscard]] bool at_rest() const;

 private:
    /// Where its chain in a matter stands, as far as it is true.
    struct Chain {
        std::int64_t next = 0;
        std::optional<casework::EntryId> previous;
        std::vector<base::ActId> seen;  ///< its own acts, and what it receipted
        base::Instant latest;
    };
    /// A place in a matter where it may act.
    struct Place {
        base::MatterId matter;
        const law::Procedure* procedure = nullptr;
        std::vector<const KnownAct*> heard;
    };
    struct Made {
        KnownAct known;
        casework::Act act;
        std::vector<casework::ShippedItem> items;
    };
    /// One entry of its true chain.
    struct Own {
        std::optional<Made> act;                       ///< or
        std::optional<casework::ProvenEntry> receipt;  ///< as it travels to everybody
        casework::LeafProof proof;
    };
    struct Letter {
        casework::ProvenEntry entry;
        std::vector<casework::ShippedItem> items;
        std::uint64_t token = 0;  ///< under way
    };

    // what it says
    void say_something(const Reach& reach, std::vector<Sent>& out);
    [[nodiscard]] bool set_up(const Reach& reach);
    /// False if there is nothing here that it could say in that way.
    bool lie_about(const Place& place, Lie lie, const Reach& reach, std::vector<Sent>& out);
    bool say(const Place& place, Lie lie, const Reach& reach, std::vector<Sent>& out);
    void equivocate(const Place& place, const Reach& reach);
    void receipt_something(const Place& place, const Reach& reach);
    void babble(std::vector<Sent>& out);
    /// Asks for what is not for it: what others sent, acts in others' name, the office's pages.
    void trespass(std::vector<Sent>& out);
    [[nodiscard]] const casework::Act* some_own_act() const;
    /// Makes what was written a lie. False if it cannot be one.
    [[nodiscard]] bool bend(Written& written, const law::ActKind& kind, Lie lie);
    /// Everybody in a matter gets all of its true chain, newcomers too.
    void tell_everybody();
    [[nodiscard]] std::optional<Made> invent(const Place& place, Lie lie);
    [[nodiscard]] std::optional<Place> omitting(const Place& place);
    [[nodiscard]] std::vector<const law::ActKind*> kinds_for(const Place& place,
                                                             const Model& before, Lie lie);
    /// An act whose past are the heads of `from`.
    [[nodiscard]] std::optional<Made> make(const Place& place, const Place& from,
                                           const law::ActKind& kind, const Official& official,
                                           Written written, Lie lie);
    [[nodiscard]] casework::Header header_for(const Place& place, const Official& official) const;
    [[nodiscard]] bool bend(casework::Header& header, const Place& place, Lie lie);
    void sign(casework::Act& act, const Official& official, Lie lie);
    [[nodiscard]] Place place_of(const base::MatterId& matter) const;
    [[nodiscard]] std::optional<Place> somewhere();
    [[nodiscard]] std::vector<base::ActId> heads(const Place& place) const;
    [[nodiscard]] std::size_t grants_of(const Official& official) const;
    [[nodiscard]] bool accredited(const Official& official, base::Instant at) const;
    void keep(const Made& made, const casework::LeafProof& proof);

    // how it says it
    [[nodiscard]] std::optional<casework::LeafProof> append(const base::Digest& id,
                                                            ledger::LeafClass leaf_class,
                                                            const Reach& reach);
    [[nodiscard]] bool attest(const Reach& reach);
    [[nodiscard]] casework::ProvenEntry copy(const Made& made, const casework::LeafProof& proof,
                                             const base::PartyId& reader) const;
    void bend(casework::ProvenEntry& entry, const law::ActKind& kind, Lie lie);
    static void change(casework::Act& act, const law::ActKind& kind);
    void post(const casework::ProvenEntry& proven, const std::vector<casework::ShippedItem>& items,
              const base::PartyId& to);
    [[nodiscard]] std::set<base::PartyId> parties(const Place& place, const KnownAct* act) const;
    [[nodiscard]] Parcel parcel(const base::PartyId& to, casework::Envelope envelope,
                                std::uint64_t token);
    void send_letters(std::vector<Sent>& out);
    [[nodiscard]] bool learn(const casework::Envelope& envelope);

    const Setting& setting_;
    const Cast& cast_;
    const Member& self_;
    Oracle& oracle_;
    Dice dice_;
    crypto::CountingRandom random_;
    base::Instant now_;
    Mood mood_ = Mood::lying;

    std::map<base::MatterId, Chain> chains_;
    std::map<base::MatterId, std::set<base::ActId>> heard_;
    std::map<base::MatterId, std::vector<Own>> own_;
    std::map<std::pair<base::MatterId, base::PartyId>, std::size_t> told_;  ///< of own_
    std::set<base::MatterId> changed_;  ///< since everybody was told
    ledger::Tree tree_;
    std::vector<base::Bytes> leaves_;
    ledger::Note head_;
    std::string cosigned_;
    std::map<base::PartyId, std::uint64_t> witnessed_;
    std::map<base::PartyId, std::deque<Letter>> letters_;  ///< true ones, in order
    std::vector<std::string> overheard_;                   ///< bodies of requests, for replays
    std::uint64_t next_token_ = 1;
};

}  // namespace comity::simulation
