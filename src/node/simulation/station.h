#pragma once

// A node of the simulation: a process over a disk. The process can be ended at any write and
// started again; the disk stays.

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "ground/crypto/testing.h"
#include "node/delivery/delivery.h"
#include "node/delivery/recollection.h"
#include "node/service/service.h"
#include "node/simulation/cast.h"
#include "node/simulation/machine.h"
#include "node/simulation/oracle.h"
#include "node/submit/institution.h"

namespace comity::simulation {

/// An act that an official has signed and not yet handed in.
struct Signed {
    base::Instant due;
    submit::OwnAct act;
};

class Station {
 public:
    Station(const Setting& setting, const Cast& cast, const Member& self, Workshop& workshop,
            Oracle& oracle, const base::Instant& world, std::uint64_t seed);

    /// Starts a process over what the disk holds. An error is the reason why there is none.
    [[nodiscard]] base::Result<void> start();
    /// Ends the process; what it had not written is gone.
    void end();
    [[nodiscard]] bool up() const { return process_ != nullptr; }
    /// Which process it is, from 1.
    [[nodiscard]] std::uint64_t life() const { return life_; }

    /// What it asks the attesting nodes before it signs anything; nullptr once it has been told.
    [[nodiscard]] delivery::Recollection* recollection() { return process_->recollection.get(); }
    [[nodiscard]] bool working() const { return up() && process_->recollection == nullptr; }
    /// It has been told that its data are the newest.
    void begin() { process_->recollection.reset(); }

    // --- an older copy of the data folder
    /// Ends the process and puts an older copy in the place of its data, of which attesting nodes
    /// have cosigned `cosigned` leaves: one that holds fewer. False if there is none.
    [[nodiscard]] bool roll_back(std::uint64_t cosigned, Dice& dice);
    [[nodiscard]] bool rolled_back() const { return newest_ != nullptr; }
    /// Puts the newest copy back.
    void put_back();

    [[nodiscard]] submit::Institution& institution() { return *process_->institution; }
    [[nodiscard]] delivery::Delivery& delivery() { return *process_->delivery; }
    [[nodiscard]] service::Service& service() { return *process_->service; }

    [[nodiscard]] const Member& self() const { return self_; }
    [[nodiscard]] const base::PartyId& party() const { return self_.party; }
    [[nodiscard]] Breaker& breaker() { return breaker_; }
    /// As they lie there, whatever the process knows of them.
    [[nodiscard]] ports::DayKeys& day_keys() { return *disk_.day_keys; }
    [[nodiscard]] ports::Store& store() { return *disk_.store; }
    [[nodiscard]] WrongClock& clock() { return clock_; }
    [[nodiscard]] std::vector<WatchedSigner*> signers() {
        return {&node_key_, &ledger_key_, &witness_key_};
    }

    /// Requests that have arrived and acts that were handed in, to be taken together.
    std::vector<Signed> drawer;
    base::Instant restart_at;

 private:
    struct Process {
        std::unique_ptr<submit::Institution> institution;
        std::unique_ptr<delivery::Delivery> delivery;
        std::unique_ptr<service::Service> service;
        std::unique_ptr<delivery::Recollection> recollection;
    };
    void held(const ports::Batch& batch);

    const Setting& setting_;
    const Cast& cast_;
    const Member& self_;
    Workshop& workshop_;
    Oracle& oracle_;
    const base::Instant& world_;
    crypto::CountingRandom random_;
    Disk disk_;
    Breaker breaker_;
    BreakingStore store_;
    BreakingFiles files_;
    WatchedSigner node_key_;
    WatchedSigner ledger_key_;
    WatchedSigner witness_key_;
    WrongClock clock_;
    std::unique_ptr<Process> process_;
    std::uint64_t life_ = 0;
    std::vector<ports::Batch> written_;     ///< all that the disk took, for older copies of it
    std::unique_ptr<ports::Store> newest_;  ///< while an older copy is in its place
};

}  // namespace comity::simulation
