#pragma once

// The oracle: a plain second bookkeeping of all that the nodes store, sign and send, and the
// comparison of the two after every step. It hears of everything at the ports (machine.h), never
// from the institution that it checks, and does not call casework's judge, fold or registry.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "domain/casework/casework.h"
#include "node/simulation/cast.h"
#include "node/simulation/model.h"
#include "node/simulation/simulation.h"
#include "node/submit/institution.h"

namespace comity::simulation {

/// A text that stands in every text field, and that no store may hold readable.
inline constexpr std::string_view secret_word = "Unmistakable-Words";

/// The root of a growing log by the definition of RFC 9162 2.1.1, kept as its full subtrees.
class PlainLog {
 public:
    void append(base::ByteView leaf);
    [[nodiscard]] std::uint64_t size() const { return roots_.size() - 1; }
    [[nodiscard]] const base::Digest& root_at(std::uint64_t size) const { return roots_.at(size); }

 private:
    std::vector<std::pair<std::uint64_t, base::Digest>> full_;  ///< sizes falling
    std::vector<base::Digest> roots_{crypto::sha256(base::ByteView{})};
};

class Oracle {
 public:
    Oracle(const Setting& setting, const Cast& cast) : setting_(setting), cast_(cast) {}

    /// Every act that is made is made known first, by honest nodes and liars alike.
    void know(KnownAct act);
    [[nodiscard]] const KnownAct* known(const base::ActId& id) const;
    /// From now on the matter is one in which parties were told different things.
    void taint(const base::MatterId& matter) { tainted_.insert(matter); }
    [[nodiscard]] bool tainted(const base::MatterId& matter) const {
        return tainted_.contains(matter);
    }

    // --- what is heard at the ports ----------------------------------------------------------
    void held(const base::PartyId& at, const ports::Batch& batch, base::Instant world);
    void signs_head(const base::PartyId& of, base::ByteView message);
    void cosigns(const base::PartyId& witness, base::ByteView message);
    /// A request or an official was told that these are recorded.
    void acknowledged(const base::PartyId& by, const std::vector<casework::EntryId>& entries);
    /// An envelope of an honest node is on its way.
    void sends(const casework::Envelope& envelope);
    enum class Run { whole, broken_off };
    /// A node destroyed what was due on `today` by its own clock, or some of it.
    void erased(const base::PartyId& at, base::Date today, Run run, ports::DayKeys& keys,
                ports::Store& store);
    /// A node runs again over what its disk holds.
    void restarted(const submit::Institution& institution);
    /// All faults have stopped and nothing is under way any more.
    void at_rest(const std::map<base::PartyId, const submit::Institution*>& honest);

    void violated(std::string rule, std::string what);
    [[nodiscard]] const std::optional<Objection>& violation() const { return violation_; }
    [[nodiscard]] std::uint64_t checks() const { return checks_; }

    // --- what the simulation asks ------------------------------------------------------------
    /// The matter as its acts at that node make it.
    [[nodiscard]] const Model& model_at(const base::PartyId& node,
                                        const base::MatterId& matter) const;
    /// What the node has against the act that declares a silence, by what had arrived there: that
    /// the bearer knew, and was waited for (DESIGN 5.7).
    [[nodiscard]] std::optional<Objection> unheard(const base::PartyId& node, const KnownAct& act,
                                                   const Model& before) const;
    /// What some matter has come to in this seed, wherever it is recorded.
    [[nodiscard]] const std::set<Mark>& reached() const { return reached_; }
    /// How many leaves of its ledger others than itself have cosigned.
    [[nodiscard]] std::uint64_t cosigned_of(const base::PartyId& node) const;
    [[nodiscard]] bool holds(const base::PartyId& node, const casework::EntryId& entry) const;
    /// Whether the node cannot tell the matter any more, its bodies being destroyed there.
    [[nodiscard]] bool has_ended(const base::PartyId& node, const base::MatterId& matter) const;
    /// Whether the node lacks what another said in the matter before destroying its bodies there:
    /// who is let in after that cannot be told all that came before any more.
    [[nodiscard]] bool is_cut_off(const base::PartyId& node, const base::MatterId& matter) const;
    [[nodiscard]] std::vector<base::MatterId> matters_of(const base::PartyId& node) const;
    [[nodiscard]] std::vector<base::ActId> acts_at(const base::PartyId& node,
                                                   const base::MatterId& matter) const;

 private:
    struct Seen {
        ports::EntryKind kind = ports::EntryKind::act;
        base::MatterId matter;
        base::PartyId author;
        std::int64_t sequence = 0;
        base::ActId act;  ///< itself, or what the receipt is for
        base::Instant at;
    };
    /// What a node keeps under a key.
    struct Kept {
        base::MatterId matter;
        std::optional<base::ActId> carrier;                       ///< of an item
        base::Date end;                                           ///< the day of its end
        std::vector<std::pair<base::Date, base::Bytes>> wrapped;  ///< whatever a back-up may hold
        std::string header;                                       ///< of an entry
        bool gone = false;
    };
    struct Book {
        PlainLog log;
        std::map<casework::EntryId, std::uint64_t> leaves;
        std::set<casework::EntryId> held;
        std::map<std::pair<base::MatterId, base::PartyId>, std::vector<casework::EntryId>> chains;
        std::map<base::MatterId, std::vector<base::ActId>> acts;
        std::map<base::MatterId, Model> models;  ///< what those acts make of it
        std::map<base::PartyId, std::set<casework::EntryId>> settled;  ///< by peer
        std::set<casework::EntryId> acknowledged;
        std::map<std::pair<ports::Kept, base::Digest>, Kept> kept;
        std::set<base::MatterId> ended;       ///< bodies of it were destroyed here
        std::optional<base::Date> erased_on;  ///< the day of the last run
        std::map<std::uint64_t, base::Digest> signed_heads;
        std::uint64_t highest_signed = 0;
        std::uint64_t highest_cosigned = 0;
    };

    void check_entry(const base::PartyId& at, const ports::StoredEntry& row);
    void check_link(const Book& book, const ports::StoredEntry& row, const base::PartyId& at);
    void check_act(const base::PartyId& at, const KnownAct& act);
    void check_past(const base::PartyId& at, const KnownAct& act,
                    const std::vector<const KnownAct*>& past);
    /// Takes the act into the model of its matter there, whatever order it came in.
    void take_into(Book& book, const KnownAct& act);
    void check_accredited(const base::PartyId& at, const KnownAct& act);
    void check_kept(const base::PartyId& at, const ports::StoredEntry& row);
    void keep(Book& book, const ports::Batch& batch);
    void check_end(const base::PartyId& at, const std::pair<ports::Kept, base::Digest>& what,
                   Kept& kept, base::Date today, Run run, ports::DayKeys& keys);
    /// Whether its end has come, by the acts known there; none: it is not for the reference to say.
    [[nodiscard]] std::optional<bool> is_over(const base::PartyId& at, ports::Kept of,
                                              const Kept& kept, base::Date today) const;
    [[nodiscard]] bool is_delivered(const base::PartyId& at, const base::MatterId& matter,
                                    const Model& model) const;
    void check_refusals(const base::PartyId& at, const ports::Batch& batch);
    /// Where the act stands in its author's ledger; none while it does not.
    [[nodiscard]] std::optional<std::uint64_t> leaf_of(const KnownAct& act) const;
    void check_copy(const casework::Envelope& envelope, const casework::Act& act);
    void check_arrived(const std::map<base::PartyId, const submit::Institution*>& honest,
                       const base::PartyId& from, const Book& book);
    void check_agreement(const submit::Institution& institution, const base::MatterId& matter);
    void check_files(const submit::Institution& institution);
    [[nodiscard]] std::vector<const KnownAct*> past_of(const KnownAct& act) const;
    [[nodiscard]] std::vector<const KnownAct*> acts_of(const Book& book,
                                                       const base::MatterId& matter) const;
    /// The acts of its own party in a registry.
    [[nodiscard]] std::vector<const KnownAct*> registry_of(const Book& book,
                                                           const base::PartyId& party) const;

    const Setting& setting_;
    const Cast& cast_;
    std::map<base::ActId, KnownAct> known_;
    struct Carried {
        base::ActId by;
        base::Date end;
    };
    std::map<base::Digest, Carried> items_;  ///< as their descriptors say
    std::map<casework::EntryId, Seen> seen_;
    std::map<base::ActId, std::optional<Objection>> judged_;  ///< once an act, for all nodes
    std::map<base::PartyId, Book> books_;
    std::map<std::pair<base::PartyId, std::string>, std::pair<std::uint64_t, base::Digest>>
        cosigned_;  ///< the last head by witness and origin
    std::set<base::MatterId> tainted_;
    std::set<Mark> reached_;
    const Model none_;
    std::optional<Objection> violation_;
    std::uint64_t checks_ = 0;
};

}  // namespace comity::simulation
