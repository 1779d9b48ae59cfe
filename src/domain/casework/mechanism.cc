#include "domain/casework/mechanism.h"

#include <algorithm>

#include "domain/casework/refusal.h"
#include "domain/casework/state.h"

namespace comity::casework {
namespace {

bool holds(const std::vector<base::ActId>& ascending, const base::ActId& id) {
    return std::ranges::binary_search(ascending, id);
}

std::optional<base::Instant> instant_in(const Act& act, const std::string& field) {
    const auto text = act.text(field);
    if (!text) {
        return std::nullopt;
    }
    const auto instant = base::Instant::parse(*text);
    return instant ? std::optional(*instant) : std::nullopt;
}

/// What is read here of an item's descriptor (domain/items).
struct ItemTerms {
    base::Date end;
};
constexpr auto item_end = codec::field("end", &ItemTerms::end, "its last day");

/// The end day that an item's descriptor names, if this copy shows it.
std::optional<base::Date> end_of(const law::ActKind& kind, const Act& act) {
    for (const law::ActField& field : kind.fields) {
        const auto value =
            field.type == law::FieldType::item ? act.value(field.name) : std::nullopt;
        const codec::Value* end =
            value && value->is_object() ? value->get_object().if_contains(item_end.name) : nullptr;
        if (end == nullptr || !end->is_string()) {
            continue;
        }
        const auto day = base::Date::parse(std::string_view(end->get_string()));
        return day ? std::optional(*day) : std::nullopt;
    }
    return std::nullopt;
}

Release* find_release(MatterState& state, const std::optional<base::ActId>& act) {
    const auto found =
        act ? std::ranges::find(state.releases, *act, &Release::act) : state.releases.end();
    return found == state.releases.end() ? nullptr : &*found;
}

}  // namespace

std::set<base::PartyId> Release::holders() const {
    std::set<base::PartyId> all{holder};
    if (reader) {
        all.insert(*reader);
    }
    return all;
}

std::vector<Claims::Contest> Claims::open() const {
    std::vector<Contest> list;
    for (const Contest& contest : contests) {
        if (!decided || !holds(decided->known, contest.act)) {
            list.push_back(contest);
        }
    }
    return list;
}

bool Claims::contested() const {
    if (!open().empty()) {
        return true;
    }
    return !decided && std::ranges::any_of(by_side, [&](const auto& said) {
        return !(said.second.possible == by_side.begin()->second.possible);
    });
}

bool concerns(const Restriction& restriction, const Release& release) {
    if (restriction.item) {
        // What is held up is held up at whoever it was handed on to.
        return *restriction.item == release.act ||
               std::ranges::find(release.sources, *restriction.item) != release.sources.end();
    }
    return restriction.categories.empty() || release.category.empty() ||
           std::ranges::find(restriction.categories, release.category) !=
               restriction.categories.end();
}

std::vector<const Restriction*> recall_reasons(const MatterState& state, const Release& release) {
    std::vector<const Restriction*> reasons;
    for (const Restriction& one : state.restrictions) {
        if (!release.recalled && one.binds(law::Bound::release) && concerns(one, release) &&
            !holds(release.known, one.act)) {
            reasons.push_back(&one);
        }
    }
    return reasons;
}

std::vector<const Restriction*> reader_reasons(const MatterState& state, const Release& release) {
    std::vector<const Restriction*> reasons;
    for (const Restriction& one : state.restrictions) {
        const bool bound = one.binds(law::Bound::release) || one.binds(law::Bound::opening);
        if (bound && concerns(one, release)) {
            reasons.push_back(&one);
        }
    }
    return reasons;
}

const Restriction* erasure_hold(const MatterState& state, const Release& release) {
    const auto found = std::ranges::find_if(state.restrictions, [&](const Restriction& one) {
        return one.binds(law::Bound::erasure) && concerns(one, release);
    });
    return found == state.restrictions.end() ? nullptr : &*found;
}

base::Instant with_outages(const MatterState& state, std::string_view side, base::Instant since,
                           base::Instant due) {
    std::vector<std::pair<base::Instant, base::Instant>> times;
    for (const Outage& outage : state.outages) {
        if (outage.side == side) {
            times.emplace_back(outage.from, outage.until);
        }
    }
    std::ranges::sort(times);
    base::Instant counted = since;  // up to here outages have been looked at
    for (const auto& [from, until] : times) {
        const base::Instant begins = std::max(from, counted);
        if (begins < due && begins < until) {
            due = due + (until - begins);
            counted = until;
        }
    }
    return due;
}

bool answered_in_time(const MatterState& state, std::string_view event, base::Instant from,
                      base::Instant until) {
    return std::ranges::any_of(state.done, [&](const DoneAct& done) {
        const bool names =
            std::ranges::find(done.kind->marks, event) != done.kind->marks.end() ||
            std::ranges::find(done.kind->discharges, event) != done.kind->discharges.end();
        return names && !done.overtaken && !done.kind->tacit && from <= done.at && done.at <= until;
    });
}

std::optional<base::ActId> named_act(const Act& act, const std::string& field) {
    const auto value = field.empty() ? std::nullopt : act.value(field);
    if (!value) {
        return std::nullopt;
    }
    auto digest = codec::read<base::Digest>(*value, field);
    return digest ? std::optional(base::ActId{*digest}) : std::nullopt;
}

base::Result<const Release*> release_named(const law::ActKind& kind, const Act& act,
                                           const std::string& field, const MatterState& before) {
    const auto named = named_act(act, field);
    const Release* release = named ? before.release(*named) : nullptr;
    if (release == nullptr) {
        return inadmissible(kind.clause, "the field " + field + " names no release of this matter");
    }
    return release;
}

std::string category_of(const law::Vocabulary& vocabulary, const MatterState& before,
                        const law::ActKind& kind, const Act& act) {
    if (kind.item_category.empty()) {
        const auto named = named_act(act, kind.opened_field);
        const Release* release = named ? before.release(*named) : nullptr;
        return release == nullptr ? "" : release->category;
    }
    if (const auto said = act.text(kind.item_category)) {
        return *said;
    }
    const law::FactDeclaration* data = vocabulary.fact(law::data_fact);
    const law::Possible* about = before.facts.find(law::data_fact);
    for (std::size_t i = 0; data != nullptr && about != nullptr && i < data->values.size(); ++i) {
        if (about->mask == std::uint64_t{1} << i) {
            return data->values[i];
        }
    }
    return "";
}

std::vector<base::ActId> noted_in_past(const MatterState& state,
                                       const std::vector<base::ActId>& after) {
    if (state.noted.empty()) {
        return {};
    }
    std::set<base::ActId> known;
    for (const base::ActId& before : after) {
        if (state.noted.contains(before)) {
            known.insert(before);
        }
        const auto done = std::ranges::find(state.done, before, &DoneAct::id);
        if (done != state.done.end()) {
            known.insert(done->known.begin(), done->known.end());
        }
    }
    return {known.begin(), known.end()};
}

bool tacit_holds(const MatterState& state, const law::ActKind& kind, const Act& act) {
    const auto from = instant_in(act, kind.tacit->from);
    const auto until = instant_in(act, kind.tacit->until);
    if (!from || !until) {
        return false;
    }
    const bool taken = std::ranges::any_of(state.tacit, [&](const TacitDone& one) {
        return one.kind->tacit->event == kind.tacit->event && one.from == *from &&
               one.until == *until;
    });
    return !taken && !answered_in_time(state, kind.tacit->event, *from, *until);
}

namespace {

/// What the claims make of the fact: the authority's word, else what all sides agree on, else
/// unknown.
base::Result<void> settle(const law::Vocabulary& vocabulary, MatterState& state,
                          const std::string& fact) {
    const Claims& claims = state.claims.at(fact);
    if (claims.contested() || (claims.by_side.empty() && !claims.decided)) {
        state.facts.forget(fact);
        state.sources.erase(fact);
        return {};
    }
    if (claims.decided) {
        COMITY_TRY(state.facts.set(vocabulary, fact, claims.decided->value));
        state.sources[fact] =
            FactSource{claims.decided->act, claims.decided_side, claims.decided->role};
        return {};
    }
    const auto& [side, said] = *claims.by_side.begin();
    COMITY_TRY(state.facts.set(vocabulary, fact, said.value));
    state.sources[fact] = FactSource{said.act, side, said.role};
    return {};
}

base::Result<void> contest(const law::Vocabulary& vocabulary, MatterState& state,
                           const law::ActKind& kind, const DoneAct& done) {
    for (const std::string& fact : kind.contests) {
        state.claims[fact].contests.push_back({done.id, &kind, done.party});
        COMITY_TRY(settle(vocabulary, state, fact));
    }
    return {};
}

base::Result<void> restrict_by(MatterState& state, const Act& act, const law::ActKind& kind,
                               const DoneAct& done) {
    Restriction restriction{done.id, &kind, done.party, done.at, {}, {}, {}};
    const law::ActField* field = kind.field(kind.restrains.field);
    if (field != nullptr && field->type == law::FieldType::act) {
        restriction.item = named_act(act, field->name);
    } else if (const auto value = field != nullptr ? act.value(field->name) : std::nullopt) {
        restriction.categories = COMITY_TRY(codec::read<std::vector<std::string>>(
            *value, field->name, static_cast<std::size_t>(field->limit)));
    }
    state.restrictions.push_back(std::move(restriction));
    return {};
}

void erase(MatterState& state, const Act& act, const law::ActKind& kind, const DoneAct& done) {
    const auto named = named_act(act, kind.erases);
    for (Release& release : state.releases) {
        if ((!named || *named == release.act) && release.holders().contains(done.party)) {
            release.erased.emplace(done.party, done.id);
        }
    }
}

void begin_time(MatterState& state, const Act& act, const law::ActKind& kind, const DoneAct& done,
                const law::Library& library) {
    if (kind.opens_duty) {
        state.started.push_back({done.id, &kind, done.party, done.at});
    }
    if (kind.outage) {
        const auto from = instant_in(act, kind.outage->from);
        const auto until = instant_in(act, kind.outage->until);
        if (from && until) {
            state.outages.push_back({kind.outage->side, *from, *until});
        }
    }
    if (kind.tacit) {
        const auto from = instant_in(act, kind.tacit->from);
        const auto until = instant_in(act, kind.tacit->until);
        if (from && until) {
            state.tacit.push_back({&kind, *from, *until});
        }
    }
    if (kind.ends_items) {
        const base::Instant at = library.due({}, done.at, *kind.ends_items);
        if (!state.items_end || at < state.items_end->at) {
            state.items_end = EarlyEnd{done.id, &kind, at};
        }
    }
}

}  // namespace

void hand_over(const law::Vocabulary& vocabulary, MatterState& state, const Act& act,
               const law::ActKind& kind, const DoneAct& done) {
    Release release;
    release.act = done.id;
    release.kind = &kind;
    release.holder = done.party;
    release.at = done.at;
    release.known = done.known;
    release.overtaken = done.overtaken;
    if (const base::PartyId* reader = state.only_party_on(kind.item_reader)) {
        release.reader = *reader;
    }
    release.category = category_of(vocabulary, state, kind, act);
    release.end = end_of(kind, act);
    release.sources = sources_of(state, act, kind);
    state.releases.push_back(std::move(release));
}

base::Result<void> assert_claim(const law::Vocabulary& vocabulary, MatterState& state,
                                const law::FactDeclaration& fact, const codec::Value& value,
                                const DoneAct& done, const std::string& side) {
    law::Facts read;
    COMITY_TRY(read.set(vocabulary, fact.name, value));
    Claims& claims = state.claims[fact.name];
    const Claims::Said said{done.id, done.role, value, *read.find(fact.name), done.known};
    if (vocabulary.may_decide(fact.name, side, done.role)) {
        claims.decided = said;
        claims.decided_side = side;
    } else {
        claims.by_side.insert_or_assign(side, said);
    }
    return settle(vocabulary, state, fact.name);
}

base::Result<void> apply_mechanisms(const law::Library& library, MatterState& state, const Act& act,
                                    const law::ActKind& kind, const DoneAct& done) {
    if (!kind.contests.empty()) {
        state.noted.insert(done.id);
        COMITY_TRY(contest(library.vocabulary(), state, kind, done));
    }
    if (!kind.restrains.binds.empty()) {
        state.noted.insert(done.id);
        COMITY_TRY(restrict_by(state, act, kind, done));
    }
    if (const auto lifted = kind.lifts ? named_act(act, kind.lifts->field) : std::nullopt) {
        for (Restriction& one : state.restrictions) {
            if (one.act == *lifted && !one.lifted) {
                one.lifted = done.id;
            }
        }
    }
    if (Release* recalled = find_release(state, named_act(act, kind.recalls))) {
        recalled->recalled = recalled->recalled.value_or(done.id);
    }
    if (Release* aside = find_release(state, named_act(act, kind.sets_aside))) {
        aside->set_aside.insert(done.party);
    }
    if (!kind.erases.empty()) {
        erase(state, act, kind, done);
    }
    note_grant(state, act, kind, done);
    if (kind.hands_over()) {
        hand_over(library.vocabulary(), state, act, kind, done);
    }
    begin_time(state, act, kind, done, library);
    return {};
}

}  // namespace comity::casework
