#include "node/simulation/simulation.h"

#include <algorithm>

#include "node/simulation/world.h"

namespace comity::simulation {

std::string_view name_of(Fault fault) {
    switch (fault) {
        case Fault::loss: return "loss";
        case Fault::delay: return "delay";
        case Fault::doubling: return "doubling";
        case Fault::partition: return "partition";
        case Fault::crash: return "crash";
        case Fault::disk: return "disk";
        case Fault::clock: return "clock";
        case Fault::signer: return "signer";
        case Fault::liar: return "liar";
        case Fault::theft: return "theft";
        case Fault::rollback: return "rollback";
    }
    std::unreachable();
}

const std::vector<Fault>& all_faults() {
    using enum Fault;
    static const std::vector<Fault> all{loss,  delay,  doubling, partition, crash,   disk,
                                        clock, signer, liar,     theft,     rollback};
    return all;
}

Counters& Counters::operator+=(const Counters& other) {
    judgements += other.judgements;
    recorded += other.recorded;
    refused += other.refused;
    entries += other.entries;
    messages += other.messages;
    crashes += other.crashes;
    rollbacks += other.rollbacks;
    lies += other.lies;
    checks += other.checks;
    return *this;
}

Outcome run(const Setting& setting, Workshop& workshop, const Plan& plan) {
    return World(setting, workshop, plan).play();
}

Outcome shrink(const Setting& setting, Workshop& workshop, const Outcome& found) {
    Outcome least = found;
    if (!found.violation) {
        return least;
    }
    for (const Fault fault : all_faults()) {
        Plan plan = least.plan;
        if (!plan.without.insert(fault).second) {
            continue;
        }
        Outcome fewer = run(setting, workshop, plan);
        if (fewer.violation && fewer.violation->rule == found.violation->rule) {
            least = std::move(fewer);
        }
    }
    return least;
}

}  // namespace comity::simulation
