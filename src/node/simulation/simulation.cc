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
        case Fault::night: return "night";
    }
    std::unreachable();
}

const std::vector<Fault>& all_faults() {
    using enum Fault;
    static const std::vector<Fault> all{loss,  delay,  doubling, partition, crash,    disk,
                                        clock, signer, liar,     theft,     rollback, night};
    return all;
}

std::string_view name_of(Mark mark) {
    switch (mark) {
        case Mark::handed_over: return "handed-over";
        case Mark::elsewhere: return "elsewhere";
        case Mark::handed_on: return "handed-on";
        case Mark::opened: return "opened";
        case Mark::attended: return "attended";
        case Mark::restricted: return "restricted";
        case Mark::limited: return "limited";
        case Mark::filtered: return "filtered";
        case Mark::held: return "held";
        case Mark::recalled: return "recalled";
        case Mark::set_aside: return "set-aside";
        case Mark::lifted: return "lifted";
        case Mark::erased: return "erased";
        case Mark::contested: return "contested";
        case Mark::duty: return "duty";
        case Mark::silence: return "silence";
        case Mark::outage: return "outage";
        case Mark::answered: return "answered";
    }
    std::unreachable();
}

const std::vector<Mark>& all_marks() {
    using enum Mark;
    static const std::vector<Mark> all{handed_over, elsewhere, handed_on, opened,    attended,
                                       restricted,  limited,   filtered,  held,      recalled,
                                       set_aside,   lifted,    erased,    contested, duty,
                                       silence,     outage,    answered};
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
    nights += other.nights;
    erased += other.erased;
    lies += other.lies;
    checks += other.checks;
    for (const auto& [mark, seeds] : other.reached) {
        reached[mark] += seeds;
    }
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
