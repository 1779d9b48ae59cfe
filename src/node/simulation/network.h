#pragma once

// Messages under way. What is due comes out in the order of its arrival, which is not the order of
// its sending.

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "ground/base/base.h"
#include "ground/message/message.h"
#include "node/simulation/dice.h"
#include "node/simulation/simulation.h"

namespace comity::simulation {

struct Parcel {
    base::PartyId from;
    base::PartyId to;
    std::uint64_t life = 0;   ///< which process of the asker waits for the answer
    std::uint64_t token = 0;  ///< Delivery's, or the liar's
    std::optional<message::Request> request;
    std::optional<base::Result<message::Response>> answer;
};

class Network {
 public:
    Network(const Plan& plan, Dice dice) : plan_(plan), dice_(dice) {}

    /// Hears of everything that is sent, before it is known what becomes of it.
    void tap(std::function<void(const Parcel&, base::Instant)> hears) { hears_ = std::move(hears); }

    /// A request on its way; if it is lost, its sender hears so after a while.
    void ask(Parcel parcel, base::Instant now);
    void answer(Parcel parcel, base::Instant now);
    /// What has arrived by `now`, in order.
    [[nodiscard]] std::vector<Parcel> arrived(base::Instant now);
    [[nodiscard]] bool empty() const { return under_way_.empty(); }

    /// Nobody of `group` reaches anybody outside it until then.
    void cut(std::set<base::PartyId> group, base::Instant until);
    /// From now on everything arrives, soon, once and in order.
    void heal() { healed_ = true; }
    /// Things go wrong (again).
    void worsen() { healed_ = false; }

 private:
    [[nodiscard]] bool is_cut(const Parcel& parcel, base::Instant now) const;
    [[nodiscard]] base::Duration delay();
    [[nodiscard]] bool happens(Fault fault, unsigned permille);
    void put(Parcel parcel, base::Instant at);

    const Plan& plan_;
    Dice dice_;
    std::map<std::pair<base::Instant, std::uint64_t>, Parcel> under_way_;
    std::uint64_t order_ = 0;
    std::set<base::PartyId> group_;
    base::Instant cut_until_;
    bool healed_ = false;
    std::function<void(const Parcel&, base::Instant)> hears_;
};

}  // namespace comity::simulation
