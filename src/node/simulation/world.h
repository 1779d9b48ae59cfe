#pragma once

// One seed from its first step to rest.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "node/simulation/cast.h"
#include "node/simulation/depth.h"
#include "node/simulation/fields.h"
#include "node/simulation/liar.h"
#include "node/simulation/network.h"
#include "node/simulation/onlooker.h"
#include "node/simulation/oracle.h"
#include "node/simulation/silence.h"
#include "node/simulation/station.h"

namespace comity::simulation {

/// Added to Recollection's tokens, so that they are none of Delivery's.
inline constexpr std::uint64_t recollection_token = std::uint64_t{1} << 62;

class World {
 public:
    /// `onlooker`: who watches; nullptr: nobody.
    World(const Setting& setting, Workshop& workshop, const Plan& plan,
          Onlooker* onlooker = nullptr);
    [[nodiscard]] Outcome play();
    [[nodiscard]] const Cast& cast() const { return cast_; }

 private:
    struct Running {
        Silence clock;
        bool answered = false;
    };
    using Arrivals = std::map<base::PartyId, std::vector<Parcel>>;
    /// A submission, and who waits for what became of it.
    struct Waiting {
        std::optional<Parcel> asker;  ///< none: an official of the node
        base::ActId act;              ///< of an official
        std::vector<casework::EntryId> entries;
        std::uint64_t acts_unknown = 0;
    };

    // before anything breaks (world_calm.cc)
    void prologue();
    void play_to_aim();
    /// Rounds without faults, until `there` says so or there were too many.
    template <class There>
    void play_calmly(std::set<Mark> wanted, There there);
    void calm_round();
    void sleep_over(base::Instant due);
    void end_matters();
    /// Everybody tries what is in order but for its moment.
    void tempt();
    void step();
    void heal();
    [[nodiscard]] bool at_rest();
    [[nodiscard]] bool wants_more(Station& station);
    [[nodiscard]] bool broken() const { return oracle_.violation().has_value(); }

    // faults
    void break_something(Station& station);
    void cut_network();
    void pass_night();
    /// Until so much later, or until about that instant.
    void rest_for(base::Duration length, std::optional<base::Instant> due);
    /// Clocks that run in some matter and to whose silence an effect is tied that is still open.
    [[nodiscard]] std::vector<Running> running() const;
    [[nodiscard]] bool is_attested();
    void erase(Station& station);
    /// What has arrived is taken, and what it calls for is sent.
    void exchange();
    void start_due();
    /// A node that was started asks whether its data are the newest, before it does anything else.
    void recollect(Station& station);
    void recollected(Station& station);
    [[nodiscard]] static message::Response answer_meanwhile(const submit::Institution& institution,
                                                            const message::Request& request);
    void roll_back(Station& station);
    /// Whether the process lives; if it died at its last write it is buried here.
    bool survived(Station& station);
    [[nodiscard]] bool happens(Dice& dice, Fault fault, unsigned permille);

    // what officials do
    void work(Station& station);
    void work_calmly(Station& station);
    void set_up(Station& station);
    [[nodiscard]] bool is_set_up(const Member& member) const;
    struct Place {
        std::optional<base::MatterId> matter;  ///< none: a new one
        const law::Procedure* procedure = nullptr;
        const Model* before = nullptr;  ///< of the oracle, until something is recorded there
    };
    /// What somebody is about.
    enum class Intent {
        sensible,  ///< what the reference has nothing against
        onward,    ///< the same, and what leads to where no matter of the seed has come yet
        tempted,   ///< what is in order but for a restriction, a recall, another's item
        ending,    ///< what ends a matter
        whatever
    };
    [[nodiscard]] Place somewhere(const Member& self, Intent intent);
    [[nodiscard]] Place in_new_matter(Intent intent);
    /// What no matter of the seed has come to yet.
    [[nodiscard]] std::set<Mark> wanted() const;
    [[nodiscard]] const law::Procedure& one_of(
        const std::vector<const law::Procedure*>& procedures);
    [[nodiscard]] const law::ActKind* something(const Place& place, const base::PartyId& party,
                                                Intent intent);
    [[nodiscard]] const law::ActKind* further(const std::vector<const law::ActKind*>& open,
                                              const Place& place);
    void act_somewhere(Station& station, Intent intent);
    [[nodiscard]] Intent some_intent();
    /// An act before it is drafted.
    struct Thought {
        const law::ActKind* kind = nullptr;
        Official official;
        KnownAct act;  ///< what the reference is asked about
        Written written;
    };
    [[nodiscard]] std::optional<Thought> think(const Member& self, const Place& place,
                                               Intent intent, base::Instant now);
    /// The act as it would be recorded, with nothing in its fields.
    [[nodiscard]] KnownAct imagined(const Member& self, const Place& place, const Thought& thought,
                                    base::Instant now) const;
    [[nodiscard]] bool suits(Intent intent, const Member& self, const Place& place,
                             const KnownAct& act) const;
    [[nodiscard]] bool may_sign(const Member& self, const Official& official,
                                base::Instant now) const;
    void suspend_somebody(Station& station);
    [[nodiscard]] const Official* who(const Member& member, const law::Procedure& procedure,
                                      const law::ActKind& kind);
    void draft(Station& station, const Official& official, const law::Procedure& procedure,
               const law::ActKind& kind, const std::optional<base::MatterId>& matter,
               Written written);

    // messages
    void deliver(Arrivals& requests);
    void take_turn(Station& station, std::vector<Parcel> requests);
    void record(Station& station, std::vector<submit::Submission> submissions,
                std::vector<Waiting> waiting);
    void tell(Station& station, const Waiting& waiting,
              const base::Result<submit::Recorded>& recorded);
    [[nodiscard]] Waiting counted(Station& station, const submit::Submission& submission,
                                  std::optional<Parcel> asker);
    void pump(Station& station);
    void turn_of_liar();
    /// A request straight to a station, as the liar makes them; none if it does not answer.
    [[nodiscard]] std::optional<message::Response> reach(const base::PartyId& to,
                                                         message::Request request);
    void note(std::string line);

    crypto::VerifyOnce once_;  ///< all nodes judge the same signatures
    const Setting& setting_;
    const Plan& plan_;
    base::Instant now_;
    Cast cast_;
    Oracle oracle_;
    const Model nothing_yet_;
    std::map<const law::Procedure*, Guide> guides_;
    Network network_;
    Dice time_;
    Dice acts_;
    Dice crashes_;
    Dice disks_;
    Dice clocks_;
    Dice signers_;
    Dice cuts_;
    Dice thefts_;
    Dice rollbacks_;
    Dice nights_;
    crypto::CountingRandom random_;
    std::map<base::PartyId, std::unique_ptr<Station>> stations_;
    std::unique_ptr<Liar> liar_;
    std::size_t step_ = 0;
    std::size_t calm_steps_ = 0;
    bool mild_ = false;
    bool calm_ = false;           ///< the prologue
    std::set<Mark> calm_wanted_;  ///< what leads on there
    bool healed_ = false;
    Outcome outcome_;
    Onlooker* onlooker_;
};

}  // namespace comity::simulation
