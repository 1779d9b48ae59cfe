// What breaks, and how registers are filled.

#include <algorithm>
#include <array>

#include "node/simulation/world.h"

namespace comity::simulation {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_at_once = 4;         // acts of a station in one step
constexpr std::size_t most_set_up_at_once = 8;  // acts in its register, while it is calm

/// The kind whose one field lets a further party in; nullptr if the procedure has none.
const law::ActKind* admission_of(const law::Procedure& procedure) {
    const auto found = std::ranges::find_if(procedure.acts, [](const law::ActKind& kind) {
        return kind.fields.size() == 1 && kind.fields.front().type == law::FieldType::party &&
               !kind.fields.front().side.empty() && !kind.from.empty();
    });
    return found == procedure.acts.end() ? nullptr : &*found;
}

}  // namespace

bool World::happens(Dice& dice, Fault fault, unsigned permille) {
    const bool thrown = dice.permille(permille);
    return thrown && !plan_.without.contains(fault);
}

void World::cut_network() {
    const bool cut = happens(cuts_, Fault::partition, 12);
    std::set<base::PartyId> group;
    const std::size_t first = cuts_.below(cast_.members.size());
    const std::size_t second = cuts_.below(cast_.members.size());
    const base::Duration length = cuts_.between(500, 40'000) * 1ms;
    if (cut) {
        group = {cast_.members[first].party, cast_.members[second].party};
        note("the network is cut around " + group.begin()->text());
        network_.cut(std::move(group), now_ + length);
    }
}

void World::break_something(Station& station) {
    using enum WriteFate;
    static constexpr std::array deaths{dies_before, dies_after, torn};
    static constexpr std::array failures{fails, held_fails};
    const bool ends = happens(crashes_, Fault::crash, 4);
    const bool dies = happens(crashes_, Fault::crash, 30);
    const WriteFate death = deaths[crashes_.below(deaths.size())];
    const auto at_write = static_cast<std::uint64_t>(crashes_.between(1, 5));
    const bool breaks = happens(disks_, Fault::disk, 25);
    const WriteFate failure = failures[disks_.below(failures.size())];
    const auto at_failure = static_cast<std::uint64_t>(disks_.between(1, 3));
    const bool fills = happens(disks_, Fault::disk, 5);
    const bool steps = happens(clocks_, Fault::clock, 12);
    const base::Duration offset = clocks_.between(-300, 300) * 1s;
    const bool silent = happens(signers_, Fault::signer, 10);
    const std::size_t which = signers_.below(3);
    if (station.breaker().full() && disks_.percent(15)) {
        station.breaker().free_disk();
        note(station.party().text() + " has room on its disk again");
    }
    if (ends && station.up()) {
        station.end();
        station.restart_at = now_ + crashes_.between(10, 4'000) * 1ms;
        ++outcome_.counters.crashes;
        note(station.party().text() + " is ended");
    }
    if (breaks) {
        station.breaker().order(at_failure, failure);
    }
    if (dies) {
        station.breaker().order(at_write, death);
    }
    if (fills) {
        station.breaker().fill_disk();
        note(station.party().text() + " has a full disk");
    }
    if (steps) {
        station.clock().set(offset);
        note(station.party().text() + " has its clock stepped");
    }
    if (silent) {
        station.signers()[which]->fail_next(2);
    }
    if (happens(rollbacks_, Fault::rollback, 6)) {
        roll_back(station);
    }
}

bool World::is_set_up(const Member& member) const {
    const auto registry = casework::Registry::matter_of(member.party).value();
    const Model& model = oracle_.model_at(member.party, registry);
    const auto granted = std::ranges::count_if(
        model.done, [](const ModelAct& done) { return done.act->kind->mechanisms.accredits; });
    const bool told =
        admission_of(*cast_.registry) == nullptr || model.parties().size() == cast_.members.size();
    return told && granted >= std::ranges::count_if(member.officials, &Official::accredited);
}

void World::work(Station& station) {
    const bool idle = acts_.percent(40);
    if (!station.working()) {
        return;
    }
    if (!is_set_up(station.self())) {
        set_up(station);
        return;
    }
    if (happens(thefts_, Fault::theft, 4)) {
        suspend_somebody(station);
    }
    const std::size_t busy = idle ? 0 : 1 + acts_.below(most_at_once);
    for (std::size_t i = 0; i < busy; ++i) {
        act_somewhere(station, some_intent());
    }
}

void World::work_calmly(Station& station) {
    if (!station.working()) {
        return;
    }
    for (std::size_t i = 0; i < most_set_up_at_once && !is_set_up(station.self()); ++i) {
        set_up(station);
        take_turn(station, {});
    }
    if (is_set_up(station.self())) {
        act_somewhere(station, Intent::onward);
    }
}

/// The register of the station's own party: opened, then one official after the other.
void World::set_up(Station& station) {
    const Member& self = station.self();
    const auto registry = casework::Registry::matter_of(self.party).value();
    const Model& model = oracle_.model_at(self.party, registry);
    if (!station.drawer.empty()) {
        return;
    }
    if (model.done.empty()) {
        const law::ActKind& opening = *opening_of(*cast_.registry);
        const std::vector<base::ActId> none;
        Written written = write_fields({cast_, setting_.library, *cast_.registry, opening, model,
                                        self, none, registry, station.clock().now(), 100},
                                       acts_, random_);
        codec::Array others;
        for (const Member& other : cast_.members) {
            // Some come later, and must get what was said before they came.
            const bool later = admission_of(*cast_.registry) != nullptr && acts_.percent(35);
            if (other.party != self.party && !later) {
                others.emplace_back(other.party.text());
            }
        }
        for (const law::ActField& field : opening.fields) {
            if (field.type == law::FieldType::parties) {
                written.fields[field.name] = others;
            }
        }
        draft(station, self.institution(), *cast_.registry, opening, registry, std::move(written));
        return;
    }
    const auto kind = std::ranges::find_if(
        cast_.registry->acts, [](const law::ActKind& one) { return one.mechanisms.accredits; });
    for (const Official& official : self.officials) {
        const codec::Value key = official.key->public_key().jwk();
        const bool granted = std::ranges::any_of(model.done, [&](const ModelAct& done) {
            return done.act->kind->mechanisms.accredits && done.act->fields.at("key") == key;
        });
        if (official.accredited && !granted) {
            draft(station, self.institution(), *cast_.registry, *kind, registry,
                  {accreditation(*kind, official), {}});
            return;
        }
    }
    const law::ActKind* admission = admission_of(*cast_.registry);
    for (const Member& other : cast_.members) {
        if (admission != nullptr && !model.side_of(other.party)) {
            codec::Object fields;
            fields[admission->fields.front().name] = other.party.text();
            draft(station, self.institution(), *cast_.registry, *admission, registry,
                  {std::move(fields), {}});
            return;
        }
    }
}

void World::suspend_somebody(Station& station) {
    const Member& self = station.self();
    const auto registry = casework::Registry::matter_of(self.party).value();
    const auto kind = std::ranges::find_if(
        cast_.registry->acts, [](const law::ActKind& one) { return one.mechanisms.suspends; });
    if (kind == cast_.registry->acts.end()) {
        return;
    }
    const Model& model = oracle_.model_at(self.party, registry);
    const std::vector<base::ActId> acts = oracle_.acts_at(self.party, registry);
    Written written = write_fields({cast_, setting_.library, *cast_.registry, *kind, model, self,
                                    acts, registry, station.clock().now(), 100},
                                   acts_, random_);
    written.fields["key"] = thefts_.pick(self.officials).key->public_key().jwk();
    for (const law::ActField& field : kind->fields) {
        if (field.type == law::FieldType::instant) {
            written.fields.erase(field.name);  // suspended from now on, or since a while ago
            if (thefts_.percent(50)) {
                written.fields[field.name] =
                    (station.clock().now() - thefts_.between(1, 600'000) * 1ms).text();
            }
        }
    }
    draft(station, self.institution(), *cast_.registry, *kind, registry, std::move(written));
}

}  // namespace comity::simulation
