#include <algorithm>

#include "domain/law/detail/parser.h"
#include "domain/law/detail/words.h"

// The lines of an act that use a mechanism of the engine (docs/formats/law.md, Mechanisms). Fields
// may stand after the line that names them; what must fit together is checked at the end.

namespace comity::law::detail {
namespace {

std::vector<std::string> role_names(const Vocabulary& vocabulary) {
    std::vector<std::string> roles{"root"};
    for (const auto& [role, declaration] : vocabulary.roles) {
        roles.push_back(role);
    }
    return roles;
}

}  // namespace

bool Parser::mechanism(const Procedure& procedure, ActKind& act, std::string_view line) {
    if (line == "seals") {
        return seals(procedure, act);
    }
    if (line == "opens-item") {
        return opens_item(act);
    }
    if (line == "restricts") {
        return restricts(act);
    }
    if (line == "filters") {
        return filters(procedure, act);
    }
    if (line == "lifts") {
        return lifts(act);
    }
    if (line == "recalls") {
        return names_field(act.recalls);
    }
    if (line == "sets-aside") {
        return names_field(act.sets_aside);
    }
    if (line == "erases") {
        return names_field(act.erases);
    }
    if (line == "contests") {
        return contests(act);
    }
    if (line == "ends") {
        if (!expect({"items", "within"})) {
            return false;
        }
        act.ends_items = span();
        return act.ends_items.has_value();
    }
    if (line == "opens") {
        return opens_duty(procedure, act);
    }
    if (line == "tacit") {
        return tacit(act);
    }
    if (line == "records") {
        return outage(procedure, act);
    }
    if (line == "grants") {
        return grants(act);
    }
    if (line == "hands-on") {
        return hands_on(act);
    }
    if (line == "attends") {
        return names_field(act.attends);
    }
    if (line == "witnessed") {
        return witnessed(act);
    }
    act.mechanisms.accredits |= line == "accredits";
    act.mechanisms.suspends |= line == "suspends";
    act.mechanisms.pins |= line == "pins";
    act.mechanisms.releases |= line == "releases";
    return true;
}

bool Parser::names_field(std::string& field) {
    const auto name = word("the name of a field");
    field = name.value_or("");
    return name.has_value();
}

/// `seals item for SIDE (tier N | category FIELD)`.
bool Parser::seals(const Procedure& procedure, ActKind& act) {
    if (!expect({"item", "for"})) {
        return false;
    }
    const auto reader = one_of(procedure.sides, "a side of this procedure");
    if (!reader) {
        return false;
    }
    act.mechanisms.seals_item = true;
    act.item_reader = *reader;
    if (accept("category")) {
        return names_field(act.item_category);
    }
    if (!expect({"tier"})) {
        return false;
    }
    const auto tier = number(0, 4);
    act.item_tier = static_cast<int>(tier.value_or(0));
    return tier.has_value();
}

/// `restricts TARGETS [of FIELD] [recall within SPAN]`.
bool Parser::restricts(ActKind& act) {
    static const std::vector<std::string> targets{"release", "opening", "erasure"};
    const std::vector<std::string> bound = names_of(targets, "what an act restricts");
    for (const std::string& one : bound) {
        act.restrains.binds.push_back(one == "release"   ? Bound::release
                                      : one == "opening" ? Bound::opening
                                                         : Bound::erasure);
    }
    if (bound.empty() || (accept("of") && !names_field(act.restrains.field))) {
        return false;
    }
    if (!accept("recall")) {
        return true;
    }
    if (!expect({"within"})) {
        return false;
    }
    act.restrains.recall_within = span();
    return act.restrains.recall_within.has_value();
}

/// `filters FIELD for SIDE ROLES`: the item opens for them alone.
bool Parser::filters(const Procedure& procedure, ActKind& act) {
    if (!names_field(act.restrains.field) || !expect({"for"})) {
        return false;
    }
    Office office;
    const auto side = one_of(procedure.sides, "a side of this procedure");
    if (!side) {
        return false;
    }
    office.side = *side;
    office.roles = names_of(role_names(reading_.data.vocabulary), "a role");
    act.restrains.binds.push_back(Bound::opening);
    const bool good = !office.roles.empty();
    act.restrains.spares = std::move(office);
    return good;
}

/// `lifts FIELD of ACTS [as authority]`.
bool Parser::lifts(ActKind& act) {
    Lifting lifting;
    if (!names_field(lifting.field) || !expect({"of"})) {
        return false;
    }
    lifting.of = strings("the name of an act");
    if (lifting.of.empty()) {
        return false;
    }
    if (accept("as")) {
        if (!expect({"authority"})) {
            return false;
        }
        lifting.as_authority = true;
    }
    act.lifts = std::move(lifting);
    return true;
}

bool Parser::contests(ActKind& act) {
    do {
        const FactDeclaration* fact = known_fact();
        if (fact == nullptr) {
            return false;
        }
        act.contests.push_back(fact->name);
    } while (accept_mark(','));
    return true;
}

/// `opens duty EVENT by SIDE within SPAN on silence WORD`.
bool Parser::opens_duty(const Procedure& procedure, ActKind& act) {
    const Vocabulary& vocabulary = reading_.data.vocabulary;
    const std::vector<std::string> events(vocabulary.events.begin(), vocabulary.events.end());
    if (!expect({"duty"})) {
        return false;
    }
    const auto event = one_of(events, "an event of the vocabulary");
    if (!event || !expect({"by"})) {
        return false;
    }
    const auto side = one_of(procedure.sides, "a side of this procedure");
    if (!side || !expect({"within"})) {
        return false;
    }
    const auto within = span();
    if (!within || !expect({"on", "silence"})) {
        return false;
    }
    const auto silence = one_of(vocabulary.silence, "an effect of silence");
    act.opens_duty = OpenedDuty{*event, *side, *within, silence.value_or("")};
    return silence.has_value();
}

/// `tacit WORD for EVENT from FIELD until FIELD`.
bool Parser::tacit(ActKind& act) {
    const Vocabulary& vocabulary = reading_.data.vocabulary;
    const std::vector<std::string> events(vocabulary.events.begin(), vocabulary.events.end());
    const auto silence = one_of(vocabulary.silence, "an effect of silence");
    if (!silence || !expect({"for"})) {
        return false;
    }
    const auto event = one_of(events, "an event of the vocabulary");
    if (!event || !expect({"from"})) {
        return false;
    }
    TacitEffect effect{*silence, *event, {}, {}};
    const bool good = names_field(effect.from) && expect({"until"}) && names_field(effect.until);
    act.tacit = std::move(effect);
    return good;
}

/// `records outage of SIDE from FIELD until FIELD`.
bool Parser::outage(const Procedure& procedure, ActKind& act) {
    if (!expect({"outage", "of"})) {
        return false;
    }
    const auto side = one_of(procedure.sides, "a side of this procedure");
    OutageRecord record;
    if (!side || !expect({"from"}) || !names_field(record.from) || !expect({"until"}) ||
        !names_field(record.until)) {
        return false;
    }
    record.side = *side;
    act.outage = std::move(record);
    return true;
}

}  // namespace comity::law::detail
