// What breaks, and what officials do.

#include <algorithm>

#include "node/simulation/world.h"
#include "node/submit/signing.h"

namespace comity::simulation {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_at_once = 4;    // acts of a station in one step
constexpr std::size_t most_living = 2;     // matters that a station works on at a time
constexpr std::size_t most_thoughts = 12;  // until something sensible is found to do
constexpr base::Duration signature_life = 10min;

/// The kind whose one field lets a further party in; nullptr if the procedure has none.
const law::ActKind* admission_of(const law::Procedure& procedure) {
    const auto found = std::ranges::find_if(procedure.acts, [](const law::ActKind& kind) {
        return kind.fields.size() == 1 && kind.fields.front().type == law::FieldType::party &&
               !kind.fields.front().side.empty() && !kind.from.empty();
    });
    return found == procedure.acts.end() ? nullptr : &*found;
}

/// Adds to an act what the same side may still state and have set.
void promise(const law::Procedure& procedure, const law::Vocabulary& vocabulary,
             law::ActKind& kind) {
    for (const law::ActKind& later : procedure.acts) {
        if (later.by_side != kind.by_side) {
            continue;
        }
        kind.sets.insert(kind.sets.end(), later.sets.begin(), later.sets.end());
        for (const law::ActField& field : later.fields) {
            const law::FactDeclaration* fact =
                field.type == law::FieldType::fact ? vocabulary.fact(field.fact) : nullptr;
            if (fact != nullptr && fact->type == law::FactType::scale) {
                kind.sets.push_back({field.fact, codec::Value(fact->values.back())});
            }
        }
    }
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
    const Model model = oracle_.model_at(member.party, registry);
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
            written.fields.erase(field.name);  // suspended from now on, or since a while ago
            if (thefts_.percent(50)) {
                written.fields[field.name] =
                    (station.clock().now() - thefts_.between(1, 600'000) * 1ms).text();
            }
        }
    }
    draft(station, self.institution(), *cast_.registry, *kind, registry, std::move(written));
}

/// Mostly somebody who may; sometimes just anybody.
const Official* World::who(const Member& member, const law::Procedure& procedure,
                           const law::ActKind& kind) {
    std::vector<const Official*> fit;
    for (const Official& official : member.officials) {
        if (std::ranges::find(kind.by_roles, official.role) != kind.by_roles.end()) {
            fit.push_back(&official);
        }
    }
    // Who approves later does not ask.
    const auto approves = [&](const Official* official) {
        return std::ranges::any_of(procedure.acts, [&](const law::ActKind& later) {
            const auto& others = later.not_by_author_of;
            return later.by_side == kind.by_side && !later.to.empty() &&
                   std::ranges::find(others, kind.name) != others.end() &&
                   std::ranges::find(later.by_roles, official->role) != later.by_roles.end();
        });
    };
    if (!std::ranges::all_of(fit, approves) && acts_.percent(80)) {
        std::erase_if(fit, approves);
    }
    const bool anybody = acts_.percent(12);
    if (!fit.empty() && !anybody) {
        return fit[acts_.below(fit.size())];
    }
    return member.officials.empty() ? nullptr : &acts_.pick(member.officials);
}

/// Oftener the one in which more can be done.
const law::Procedure& World::one_of(const std::vector<const law::Procedure*>& procedures) {
    std::size_t all = 0;
    for (const law::Procedure* procedure : procedures) {
        all += procedure->acts.size();
    }
    std::size_t drawn = acts_.below(all);
    for (const law::Procedure* procedure : procedures) {
        if (drawn < procedure->acts.size()) {
            return *procedure;
        }
        drawn -= procedure->acts.size();
    }
    std::unreachable();
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
    if (known.empty() || living == 0 || (living < most_living && acts_.percent(5))) {
        std::vector<const law::Procedure*> procedures = setting_.library.procedures();
        std::erase(procedures, cast_.registry);
        if (!procedures.empty()) {
            // A new matter stands under the newest version of its procedure.
            place.procedure = setting_.library.procedure_named(one_of(procedures).name);
        }
        return place;
    }
    place.matter = acts_.pick(known);
    place.before = oracle_.model_at(self.party, *place.matter);
    const base::MatterId& other = acts_.pick(known);
    Model also = oracle_.model_at(self.party, other);
    if (place.before.procedure->acts.size() < also.procedure->acts.size()) {
        place.matter = other;
        place.before = std::move(also);
    }
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
    // What ends a matter comes seldom enough that something happens before, and what leads on often
    // enough that something does.
    const auto& finals = place.procedure->final_states;
    std::vector<const law::ActKind*> onward;
    std::ranges::copy_if(open, std::back_inserter(onward), [&](const law::ActKind* kind) {
        return !kind->to.empty() && kind->to != place.before.state &&
               std::ranges::find(finals, kind->to) == finals.end();
    });
    const bool leads_on = acts_.percent(60) && !onward.empty();
    const law::ActKind* kind = leads_on ? acts_.pick(onward) : open[acts_.below(open.size())];
    const bool ends = std::ranges::find(finals, kind->to) != finals.end();
    const bool stops = ends || !kind->restrains.binds.empty();
    return stops && !acts_.percent(ends ? 2 : 12) ? nullptr : kind;
}

/// What somebody of the party might do there.
std::optional<World::Thought> World::think(const Member& self, const Place& place,
                                           base::Instant now) {
    const law::ActKind* kind = something(place, self.party);
    if (kind == nullptr) {
        return std::nullopt;
    }
    const bool by_root =
        std::ranges::find(kind->by_roles, std::string(casework::root_role)) != kind->by_roles.end();
    const Official* official = who(self, *place.procedure, *kind);
    Thought thought{kind, self.institution(), {}};
    if (!by_root || (official != nullptr && acts_.percent(15))) {
        if (official == nullptr) {
            return std::nullopt;
        }
        thought.official = *official;
    }
    const std::vector<base::ActId> acts =
        place.matter ? oracle_.acts_at(self.party, *place.matter) : std::vector<base::ActId>{};
    thought.written = write_fields({cast_, setting_.library, *place.procedure, *kind, place.before,
                                    self, acts, place.matter.value_or(base::MatterId{}), now, 94},
                                   acts_, random_);
    return thought;
}

/// Whether the reference has nothing against it. An opening is mostly one that leads somewhere: the
/// law leaves open what is asked for, once the own side has done all that it can.
bool World::is_sensible(const Member& self, const Place& place, const Thought& thought,
                        base::Instant now) const {
    const Official& official = thought.official;
    const bool root = official.role == casework::root_role;
    if (!root && (!official.accredited || now < official.from || official.until <= now)) {
        return false;
    }
    const auto registry = casework::Registry::matter_of(self.party).value();
    for (const base::ActId& id : oracle_.acts_at(self.party, registry)) {
        const KnownAct& act = *oracle_.known(id);
        if (act.kind->mechanisms.suspends && act.concerned == official.key->public_key().id()) {
            return false;
        }
    }
    law::ActKind kind = *thought.kind;
    if (kind.tacit || kind.outage) {
        return false;  // the reference does not know when these fit
    }
    const bool judged = std::ranges::any_of(place.procedure->acts, [](const law::ActKind& one) {
        return one.need != law::LawNeed::none;
    });
    if (kind.from.empty() && judged) {
        kind.need = law::LawNeed::release_own;
        promise(*place.procedure, setting_.library.vocabulary(), kind);
    }
    KnownAct act;
    act.header.realm = cast_.annex.realm;
    act.header.matter = place.matter.value_or(base::MatterId{});
    act.header.author = self.party;
    act.header.key = official.key->public_key().id();
    act.header.law = setting_.library.digest();
    act.header.at = now;
    for (const ModelAct& done : place.before.done) {
        act.header.at = std::max(act.header.at, done.act->header.at);
        act.header.after.push_back(done.act->id);
    }
    act.procedure = place.procedure;
    act.kind = &kind;
    act.fields = thought.written.fields;
    act.person = official.person;
    act.role = official.role;
    return !objection_to(act, place.before, cast_, setting_.library);
}

/// Mostly people know what they may do, and do that; some try anything.
void World::act_somewhere(Station& station) {
    const Member& self = station.self();
    const Place place = somewhere(self);
    const bool sensible = acts_.percent(85);
    const bool busy = std::ranges::any_of(station.drawer, [&](const Signed& one) {
        return one.act.draft.header.matter == place.matter;
    });
    if (sensible && busy) {
        return;  // the next act builds on the one that lies there
    }
    for (std::size_t i = 0; place.procedure != nullptr && i < most_thoughts; ++i) {
        auto thought = think(self, place, station.clock().now());
        if (!thought || (sensible && !is_sensible(self, place, *thought, station.clock().now()))) {
            continue;
        }
        draft(station, thought->official, *place.procedure, *thought->kind, place.matter,
              std::move(thought->written));
        return;
    }
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
