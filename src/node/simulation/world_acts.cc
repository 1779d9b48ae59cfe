// What officials do.

#include <algorithm>

#include "node/simulation/world.h"
#include "node/submit/signing.h"

namespace comity::simulation {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_living = 2;     // matters that a station works on at a time
constexpr std::size_t most_thoughts = 12;  // until something sensible is found to do
constexpr base::Duration signature_life = 10min;

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

/// Whether recalls, restrictions, ends or a clock may stand in its way.
bool is_tempting(const law::ActKind& kind) {
    return kind.tacit || kind.is_release() || kind.hands_over() || !kind.opened_field.empty() ||
           !kind.erases.empty() || !kind.recalls.empty() || !kind.sets_aside.empty() || kind.lifts;
}

}  // namespace

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

std::set<Mark> World::wanted() const {
    if (calm_) {
        return calm_wanted_;
    }
    std::set<Mark> all(all_marks().begin(), all_marks().end());
    for (const Mark mark : oracle_.reached()) {
        all.erase(mark);
    }
    return all;
}

/// A new matter stands under the newest version of its procedure.
World::Place World::in_new_matter(Intent intent) {
    Place place;
    place.before = &nothing_yet_;
    std::vector<const law::Procedure*> procedures = setting_.library.procedures();
    std::erase(procedures, cast_.registry);
    if (intent == Intent::onward) {
        const std::set<Mark> marks = wanted();
        std::erase_if(procedures, [&](const law::Procedure* one) {
            return guides_.at(one).worth(nothing_yet_, marks).empty();
        });
    }
    if (!procedures.empty()) {
        place.procedure = setting_.library.procedure_named(one_of(procedures).name);
    }
    return place;
}

/// Where somebody acts next: a matter that the station knows, or a new one.
World::Place World::somewhere(const Member& self, Intent intent) {
    const bool onward = intent != Intent::sensible && intent != Intent::whatever;
    std::vector<base::MatterId> known = oracle_.matters_of(self.party);
    const bool registries = acts_.percent(6) && !onward;
    std::size_t living = 0;
    std::erase_if(known, [&](const base::MatterId& one) {
        if (one.text().starts_with(casework::registry_prefix)) {
            return !registries;
        }
        const Model& model = oracle_.model_at(self.party, one);
        const auto& finals = model.procedure->final_states;
        const bool ended = std::ranges::find(finals, model.state) != finals.end();
        living += ended ? 0U : 1U;
        return ended && !acts_.percent(onward ? 30 : 4);
    });
    if (intent == Intent::onward) {
        const std::set<Mark> marks = wanted();
        std::erase_if(known, [&](const base::MatterId& one) {
            const Model& model = oracle_.model_at(self.party, one);
            return guides_.at(model.procedure).worth(model, marks).empty();
        });
    }
    const bool finds = intent == Intent::tempted || intent == Intent::ending;
    if (finds && known.empty()) {
        return {};
    }
    if (!finds && (known.empty() || living == 0 || (living < most_living && acts_.percent(5)))) {
        return in_new_matter(intent);
    }
    // Oftener the one that has come further.
    const auto far = [&](const base::MatterId& one) {
        const Model& model = oracle_.model_at(self.party, one);
        const auto handed = std::ranges::count_if(
            model.done, [](const ModelAct& done) { return done.act->kind->hands_over(); });
        return std::pair(handed, model.procedure->acts.size());
    };
    base::MatterId matter = acts_.pick(known);
    for (std::size_t i = 0; i < (onward ? known.size() : 1); ++i) {
        const base::MatterId& other = acts_.pick(known);
        if (far(matter) < far(other)) {
            matter = other;
        }
    }
    Place place;
    place.before = &oracle_.model_at(self.party, matter);
    place.procedure = place.before->procedure;
    place.matter = matter;
    return place;
}

/// One of the open kinds, the oftener the sooner it leads to where no matter of the seed has come.
const law::ActKind* World::further(const std::vector<const law::ActKind*>& open,
                                   const Place& place) {
    const auto worth = guides_.at(place.procedure).worth(*place.before, wanted());
    std::vector<const law::ActKind*> urn;
    for (const law::ActKind* kind : open) {
        const auto found = worth.find(kind);
        urn.insert(urn.end(), found == worth.end() ? 0 : found->second, kind);
    }
    return urn.empty() ? nullptr : acts_.pick(urn);
}

/// Mostly an act that is open to the party; sometimes any at all.
const law::ActKind* World::something(const Place& place, const base::PartyId& party,
                                     Intent intent) {
    const auto side = place.before->side_of(party);
    std::vector<const law::ActKind*> open;
    for (const law::ActKind& kind : place.procedure->acts) {
        const auto& from = kind.from;
        const bool here =
            place.matter
                ? side == kind.by_side && std::ranges::find(from, place.before->state) != from.end()
                : from.empty();
        const bool ends = contains(place.procedure->final_states, kind.to);
        if (here && (intent != Intent::tempted || is_tempting(kind)) &&
            (intent != Intent::ending || ends)) {
            open.push_back(&kind);
        }
    }
    const bool strays =
        intent == Intent::sensible || intent == Intent::onward || intent == Intent::whatever;
    if (strays && acts_.percent(10) && place.matter) {
        return &acts_.pick(place.procedure->acts);
    }
    if (open.empty()) {
        return nullptr;
    }
    if (intent == Intent::tempted) {
        std::vector<const law::ActKind*> opening;
        std::ranges::copy_if(open, std::back_inserter(opening),
                             [](const law::ActKind* kind) { return !kind->opened_field.empty(); });
        return acts_.percent(35) && !opening.empty() ? acts_.pick(opening) : acts_.pick(open);
    }
    if (intent == Intent::ending) {
        return acts_.pick(open);
    }
    if (intent == Intent::onward) {
        const law::ActKind* kind = further(open, place);
        if (kind != nullptr || calm_) {
            return kind;
        }
    }
    // What ends a matter comes seldom enough that something happens before, and what leads on often
    // enough that something does.
    const auto& finals = place.procedure->final_states;
    std::vector<const law::ActKind*> onward;
    std::ranges::copy_if(open, std::back_inserter(onward), [&](const law::ActKind* kind) {
        return !kind->to.empty() && kind->to != place.before->state &&
               std::ranges::find(finals, kind->to) == finals.end();
    });
    const bool leads_on = acts_.percent(60) && !onward.empty();
    const law::ActKind* kind = leads_on ? acts_.pick(onward) : open[acts_.below(open.size())];
    const bool ends = std::ranges::find(finals, kind->to) != finals.end();
    const bool stops = ends || !kind->restrains.binds.empty();
    return stops && !acts_.percent(ends ? 2 : 12) ? nullptr : kind;
}

/// What somebody of the party might do there.
std::optional<World::Thought> World::think(const Member& self, const Place& place, Intent intent,
                                           base::Instant now) {
    const law::ActKind* kind = something(place, self.party, intent);
    if (kind == nullptr) {
        return std::nullopt;
    }
    const bool by_root =
        std::ranges::find(kind->by_roles, std::string(casework::root_role)) != kind->by_roles.end();
    const Official* official = who(self, *place.procedure, *kind);
    Thought thought{kind, self.institution(), {}, {}};
    if (!by_root || (official != nullptr && acts_.percent(15))) {
        if (official == nullptr) {
            return std::nullopt;
        }
        thought.official = *official;
    }
    const bool thinks = intent != Intent::whatever;
    thought.act = imagined(self, place, thought, now);
    if (thinks && !may_sign(self, thought.official, thought.act.header.at)) {
        return std::nullopt;
    }
    if (thinks && objection_to_taking(thought.act, *place.before, setting_.library)) {
        return std::nullopt;
    }
    const std::vector<base::ActId> acts =
        place.matter ? oracle_.acts_at(self.party, *place.matter) : std::vector<base::ActId>{};
    thought.written = write_fields(
        {cast_, setting_.library, *place.procedure, *kind, *place.before, self, acts,
         place.matter.value_or(base::MatterId{}), now, intent == Intent::tempted ? 65U : 94U},
        acts_, random_);
    thought.act.fields = thought.written.fields;
    return thought;
}

/// Accredited now, and not suspended.
bool World::may_sign(const Member& self, const Official& official, base::Instant now) const {
    const bool root = official.role == casework::root_role;
    if (!root && (!official.accredited || now < official.from || official.until <= now)) {
        return false;
    }
    const auto registry = casework::Registry::matter_of(self.party).value();
    return std::ranges::none_of(oracle_.model_at(self.party, registry).done,
                                [&](const ModelAct& done) {
                                    return done.act->kind->mechanisms.suspends &&
                                           done.act->concerned == official.key->public_key().id();
                                });
}

KnownAct World::imagined(const Member& self, const Place& place, const Thought& thought,
                         base::Instant now) const {
    KnownAct act;
    act.header.realm = cast_.annex.realm;
    act.header.matter = place.matter.value_or(base::MatterId{});
    act.header.author = self.party;
    act.header.key = thought.official.key->public_key().id();
    act.header.law = setting_.library.digest();
    act.header.at = now;
    for (const ModelAct& done : place.before->done) {
        act.header.at = std::max(act.header.at, done.act->header.at);
        act.header.after.push_back(done.act->id);
    }
    act.procedure = place.procedure;
    act.kind = thought.kind;
    act.person = thought.official.person;
    act.role = thought.official.role;
    return act;
}

/// Whether the reference has nothing against it; of what tempts, nothing but what tempts. An
/// opening is mostly one that leads somewhere: the law leaves open what is asked for, once the own
/// side has done all that it can.
bool World::suits(Intent intent, const Member& self, const Place& place,
                  const KnownAct& act) const {
    const bool judged = std::ranges::any_of(place.procedure->acts, [](const law::ActKind& one) {
        return one.need != law::LawNeed::none;
    });
    if (act.kind->from.empty() && judged) {
        law::ActKind kind = *act.kind;
        kind.need = law::LawNeed::release_own;
        promise(*place.procedure, setting_.library.vocabulary(), kind);
        KnownAct promising = act;
        promising.kind = &kind;
        return !objection_to(promising, *place.before, cast_, setting_.library);
    }
    const bool objects = objection_to(act, *place.before, cast_, setting_.library) ||
                         oracle_.unheard(self.party, act, *place.before);
    return intent != Intent::tempted
               ? !objects
               : objects && !objection_to(act, *place.before, cast_, setting_.library,
                                          Regard::all_but_moment);
}

/// Mostly people know what they may do, and do that; some try what they know they may not, some
/// anything.
World::Intent World::some_intent() {
    const bool knows = acts_.percent(85);
    const bool other = acts_.percent(50);
    if (!cast_.deep) {
        return knows ? Intent::sensible : Intent::whatever;
    }
    return knows ? (other ? Intent::onward : Intent::sensible)
                 : (other ? Intent::tempted : Intent::whatever);
}

void World::act_somewhere(Station& station, Intent intent) {
    const Member& self = station.self();
    const Place place = somewhere(self, intent);
    const bool busy = std::ranges::any_of(station.drawer, [&](const Signed& one) {
        return one.act.draft.header.matter == place.matter;
    });
    if (place.procedure == nullptr || (intent != Intent::whatever && busy)) {
        return;  // the next act builds on the one that lies there
    }
    for (std::size_t i = 0; i < most_thoughts; ++i) {
        const base::Instant now = station.clock().now();
        auto thought = think(self, place, intent, now);
        if (!thought || (intent != Intent::whatever && !suits(intent, self, place, thought->act))) {
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
    if (onlooker_ != nullptr) {
        onlooker_->writes(station.self(), kind, written, now_);
    }
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
    if (onlooker_ != nullptr) {
        onlooker_->drafted(id, drafted->header.matter);
    }
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
    const std::int64_t later = acts_.percent(75) ? 0 : acts_.between(1, 3'000);
    act.due = now_ + (calm_ ? 0 : later) * 1ms;
    auto signature = submit::sign_for(id.digest, "act", drafted->header.realm, station.party(),
                                      drafted->header.at + signature_life, *official.key, random_);
    COMITY_ENSURE(signature.has_value());
    act.act.draft = std::move(*drafted);
    act.act.signature = std::move(*signature);
    act.act.items = std::move(written.items);
    station.drawer.push_back(std::move(act));
}

}  // namespace comity::simulation
