// What breaks, and what officials do.

#include <algorithm>

#include "node/simulation/world.h"
#include "node/submit/signing.h"

namespace comity::simulation {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_at_once = 4;  // acts of a station in one step
constexpr std::size_t most_living = 4;   // matters that a station works on at a time
constexpr base::Duration signature_life = 10min;

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
}

bool World::is_set_up(const Member& member) const {
    const auto registry = casework::Registry::matter_of(member.party).value();
    const Model model = oracle_.model_at(member.party, registry);
    const auto granted = std::ranges::count_if(
        model.done, [](const ModelAct& done) { return done.act->kind->mechanisms.accredits; });
    const bool told =
        admission_of(*cast_.registry) == nullptr || model.parties().size() == cast_.members.size();
    return told && granted >= std::ranges::count_if(member.officials, &Official::accredited);
}

void World::work(Station& station) {
    const bool idle = acts_.percent(60);
    if (!station.up()) {
        return;
    }
    if (!is_set_up(station.self())) {
        set_up(station);
        return;
    }
    if (happens(thefts_, Fault::theft, 8)) {
        suspend_somebody(station);
    }
    const std::size_t busy = idle ? 0 : 1 + acts_.below(most_at_once);
    for (std::size_t i = 0; i < busy; ++i) {
        act_somewhere(station);
    }
}

/// The register of the station's own party: opened, then one official after the other.
void World::set_up(Station& station) {
    const Member& self = station.self();
    const auto registry = casework::Registry::matter_of(self.party).value();
    const Model model = oracle_.model_at(self.party, registry);
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
    const Model model = oracle_.model_at(self.party, registry);
    const std::vector<base::ActId> acts = oracle_.acts_at(self.party, registry);
    Written written = write_fields({cast_, setting_.library, *cast_.registry, *kind, model, self,
                                    acts, registry, station.clock().now(), 100},
                                   acts_, random_);
    written.fields["key"] = thefts_.pick(self.officials).key->public_key().jwk();
    for (const law::ActField& field : kind->fields) {
        if (field.type == law::FieldType::instant) {
            written.fields.erase(field.name);  // suspended from now on
        }
    }
    draft(station, self.institution(), *cast_.registry, *kind, registry, std::move(written));
}

/// Mostly somebody who may; sometimes just anybody.
const Official* World::who(const Member& member, const law::ActKind& kind) {
    std::vector<const Official*> fit;
    for (const Official& official : member.officials) {
        if (std::ranges::find(kind.by_roles, official.role) != kind.by_roles.end()) {
            fit.push_back(&official);
        }
    }
    const bool anybody = acts_.percent(12);
    if (!fit.empty() && !anybody) {
        return fit[acts_.below(fit.size())];
    }
    return member.officials.empty() ? nullptr : &acts_.pick(member.officials);
}

/// Where somebody acts next: a matter that the station knows, or a new one.
World::Place World::somewhere(const Member& self) {
    std::vector<base::MatterId> known = oracle_.matters_of(self.party);
    const bool registries = acts_.percent(6);
    std::size_t living = 0;
    std::erase_if(known, [&](const base::MatterId& one) {
        if (one.text().starts_with(casework::registry_prefix)) {
            return !registries;
        }
        const Model model = oracle_.model_at(self.party, one);
        const auto& finals = model.procedure->final_states;
        const bool ended = std::ranges::find(finals, model.state) != finals.end();
        living += ended ? 0U : 1U;
        return ended && !acts_.percent(4);
    });
    Place place;
    if (known.empty() || (living < most_living && acts_.percent(15))) {
        std::vector<const law::Procedure*> procedures = setting_.library.procedures();
        std::erase(procedures, cast_.registry);
        if (!procedures.empty()) {
            // A new matter stands under the newest version of its procedure.
            place.procedure = setting_.library.procedure_named(acts_.pick(procedures)->name);
        }
        return place;
    }
    place.matter = acts_.pick(known);
    place.before = oracle_.model_at(self.party, *place.matter);
    place.procedure = place.before.procedure;
    return place;
}

/// Mostly an act that is open to the party; sometimes any at all.
const law::ActKind* World::something(const Place& place, const base::PartyId& party) {
    const auto side = place.before.side_of(party);
    std::vector<const law::ActKind*> open;
    for (const law::ActKind& kind : place.procedure->acts) {
        const auto& from = kind.from;
        if (place.matter
                ? side == kind.by_side && std::ranges::find(from, place.before.state) != from.end()
                : from.empty()) {
            open.push_back(&kind);
        }
    }
    if (acts_.percent(10) && place.matter) {
        return &acts_.pick(place.procedure->acts);
    }
    if (open.empty()) {
        return nullptr;
    }
    // What ends a matter comes seldom enough that something happens before.
    const law::ActKind* kind = open[acts_.below(open.size())];
    const auto& finals = place.procedure->final_states;
    const bool ends = std::ranges::find(finals, kind->to) != finals.end();
    return ends && !acts_.percent(15) ? nullptr : kind;
}

void World::act_somewhere(Station& station) {
    const Member& self = station.self();
    const Place place = somewhere(self);
    const law::ActKind* kind = place.procedure == nullptr ? nullptr : something(place, self.party);
    if (kind == nullptr) {
        return;
    }
    const bool by_root =
        std::ranges::find(kind->by_roles, std::string(casework::root_role)) != kind->by_roles.end();
    const Official* official = who(self, *kind);
    const Official institution = self.institution();
    if (by_root && (official == nullptr || !acts_.percent(15))) {
        official = &institution;
    }
    if (official == nullptr) {
        return;
    }
    const std::vector<base::ActId> acts =
        place.matter ? oracle_.acts_at(self.party, *place.matter) : std::vector<base::ActId>{};
    Written written =
        write_fields({cast_, setting_.library, *place.procedure, *kind, place.before, self, acts,
                      place.matter.value_or(base::MatterId{}), station.clock().now(), 94},
                     acts_, random_);
    draft(station, *official, *place.procedure, *kind, place.matter, std::move(written));
}

void World::draft(Station& station, const Official& official, const law::Procedure& procedure,
                  const law::ActKind& kind, const std::optional<base::MatterId>& matter,
                  Written written) {
    submit::DraftRequest request;
    request.matter = matter;
    request.procedure = procedure.name;
    request.kind = kind.name;
    request.key = official.key->public_key().id();
    request.fields = written.fields;
    auto drafted = station.institution().draft(request);
    if (!drafted) {
        note(station.party().text() + " drafts no " + kind.clause + ": " + drafted.error().text());
        return;
    }
    const base::ActId id = casework::id_of(drafted->header);
    oracle_.know({id,
                  drafted->header,
                  &procedure,
                  &kind,
                  written.fields,
                  official.person,
                  official.role,
                  {},
                  {},
                  {}});
    Signed act;
    act.due = now_ + (acts_.percent(75) ? 0 : acts_.between(1, 3'000)) * 1ms;
    auto signature = submit::sign_for(id.digest, "act", drafted->header.realm, station.party(),
                                      drafted->header.at + signature_life, *official.key, random_);
    COMITY_ENSURE(signature.has_value());
    act.act.draft = std::move(*drafted);
    act.act.signature = std::move(*signature);
    act.act.items = std::move(written.items);
    station.drawer.push_back(std::move(act));
}

}  // namespace comity::simulation
