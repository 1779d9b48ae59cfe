#include <algorithm>
#include <array>
#include <map>

#include "domain/law/detail/parser.h"
#include "domain/law/detail/words.h"

namespace comity::law::detail {
namespace {

constexpr std::size_t max_acts = 256;
constexpr std::size_t max_fields = 64;
constexpr std::int64_t max_text_field = 65536;

std::vector<std::string> names(const std::set<std::string, std::less<>>& set) {
    return {set.begin(), set.end()};
}

std::vector<std::string> role_names(const Vocabulary& vocabulary) {
    std::vector<std::string> roles{"root"};
    for (const auto& [role, declaration] : vocabulary.roles) {
        roles.push_back(role);
    }
    return roles;
}

const std::vector<std::pair<std::string, FieldType>>& field_types() {
    static const std::vector<std::pair<std::string, FieldType>> types{
        {"fact", FieldType::fact},       {"text", FieldType::text},
        {"party", FieldType::party},     {"parties", FieldType::parties},
        {"person", FieldType::person},   {"role", FieldType::role},
        {"realm", FieldType::realm},     {"key", FieldType::key},
        {"sealing", FieldType::sealing}, {"digest", FieldType::digest},
        {"date", FieldType::date},       {"instant", FieldType::instant},
        {"number", FieldType::number},   {"list", FieldType::list},
        {"item", FieldType::item},       {"matter", FieldType::matter},
        {"act", FieldType::act},         {"vkey", FieldType::vkey},
        {"value", FieldType::text},      {"values", FieldType::list},
    };
    return types;
}

}  // namespace

void Parser::procedure() {
    Procedure procedure;
    std::vector<Place> places;
    (void)expect({"procedure"});
    const Place at = place();
    const auto name = string("the name of a procedure");
    if (!name || !expect({"version"})) {
        return;
    }
    procedure.name = *name;
    procedure.version = static_cast<int>(number(1, 1'000'000).value_or(0));
    procedure_meta(procedure);
    while (peek().kind != TokenKind::end) {
        const Place here = place();
        if (accept("act") && procedure.acts.size() < max_acts) {
            places.push_back(here);
            act(procedure);
            continue;
        }
        complain("an act is expected here", "'act'");
        (void)take();
        recover(std::array<std::string_view, 1>{"act"});
    }
    if (!base::is_plain_name(procedure.name)) {
        complain_at(at, "'" + procedure.name + "' is not a plain name", "a-z, 0-9 and hyphen");
    }
    check_procedure(procedure, places);
    reading_.data.documents.push_back({"procedure",
                                       procedure.name,
                                       procedure.version,
                                       procedure.title,
                                       procedure.reviewed_by,
                                       {}});
    reading_.data.procedures.push_back(std::move(procedure));
}

void Parser::procedure_meta(Procedure& procedure) {
    static const std::vector<std::string> lines{"title", "reviewed", "sides", "states",
                                                "final", "assume",   "act"};
    Library::DocumentInfo info;
    const std::vector<std::string> sides = names(reading_.data.vocabulary.sides);
    const auto list = [&] {
        std::vector<std::string> out;
        do {
            auto one = word("the name of a state");
            if (!one || holds(out, *one)) {
                complain("a state is missing here or stands twice");
                return std::vector<std::string>{};
            }
            out.push_back(std::move(*one));
        } while (accept_mark(','));
        return out;
    };
    while (peek().kind != TokenKind::end && !at_word("act")) {
        if (common_meta(info, &procedure.title_fr)) {
            continue;
        }
        if (accept("sides")) {
            procedure.sides = names_of(sides, "a side");
        } else if (accept("states")) {
            procedure.states = list();
        } else if (accept("final")) {
            procedure.final_states = names_of(procedure.states, "a state");
        } else if (accept("assume")) {
            if (auto fact = setting("is")) {
                procedure.assumes.push_back(std::move(*fact));
            }
        } else {
            (void)one_of(lines, "the beginning of a line of a procedure");
            recover(restart_words());
            if (!at_word("act")) {
                (void)take();
            }
        }
    }
    procedure.title = info.title;
    procedure.reviewed_by = info.reviewed_by;
}

/// `FACT is VALUE`, `FACT to VALUE`; of a boolean `FACT` and `not FACT` do as well; sets in braces.
std::optional<FactSetting> Parser::setting(std::string_view verb) {
    const bool negated = accept("not");
    const FactDeclaration* fact = known_fact();
    if (fact == nullptr) {
        recover(restart_words());
        return std::nullopt;
    }
    if (!fact->derived_from.empty() || fact->type == FactType::text_party ||
        fact->type == FactType::date) {
        complain("the fact '" + fact->name + "' cannot be set");
        return std::nullopt;
    }
    if (fact->type == FactType::boolean) {
        return FactSetting{fact->name, codec::Value(!negated)};
    }
    if (negated || !expect({verb})) {
        return std::nullopt;
    }
    if (fact->type == FactType::integer) {
        const auto constant = number(fact->low, fact->high);
        return constant ? std::optional(FactSetting{fact->name, codec::Value(*constant)})
                        : std::nullopt;
    }
    if (fact->type == FactType::set) {
        codec::Array array;
        for (const std::string& value : names_of(fact->values, "a value of " + fact->name)) {
            array.emplace_back(value);
        }
        return array.empty() ? std::nullopt
                             : std::optional(FactSetting{fact->name, std::move(array)});
    }
    const auto value = one_of(fact->values, "a value of " + fact->name);
    return value ? std::optional(FactSetting{fact->name, codec::Value(*value)}) : std::nullopt;
}

std::vector<std::string> Parser::strings(std::string_view what) {
    std::vector<std::string> list;
    do {
        auto one = string(what);
        if (!one) {
            return {};
        }
        list.push_back(std::move(*one));
    } while (accept_mark(','));
    return list;
}

void Parser::act(Procedure& procedure) {
    ActKind act;
    const auto name = string("the name of an act");
    bool good = name && act_states(procedure, act);
    act.name = name.value_or("");
    act.clause = procedure.name + "/" + act.name;
    while (good && peek().kind != TokenKind::end && !at_word("act")) {
        good = act_line(procedure, act);
    }
    if (!good) {
        recover(std::array<std::string_view, 1>{"act"});
    }
    if (procedure.act(act.name) != nullptr) {
        complain("the act '" + act.name + "' stands twice in this procedure");
    }
    procedure.acts.push_back(std::move(act));
}

bool Parser::act_states(const Procedure& procedure, ActKind& act) {
    if (accept("opens")) {
        const auto state = one_of(procedure.states, "a state of this procedure");
        act.to = state.value_or("");
        return state.has_value();
    }
    if (!expect({"from"})) {
        return false;
    }
    act.from = names_of(procedure.states, "a state of this procedure");
    if (act.from.empty()) {
        return false;
    }
    if (accept("to")) {
        const auto state = one_of(procedure.states, "a state of this procedure");
        act.to = state.value_or("");
        return state.has_value();
    }
    return true;
}

bool Parser::act_line(const Procedure& procedure, ActKind& act) {
    static const std::vector<std::string> lines{
        "title", "by", "after", "field", "sets", "marks", "discharges", "need",
        // mechanisms
        "accredits", "suspends", "pins", "opens-item", "seals", "releases", "restricts", "filters",
        "lifts", "recalls", "sets-aside", "contests", "erases", "ends", "opens", "tacit", "records",
        "grants", "hands-on", "attends", "witnessed"};
    const auto line = one_of(lines, "the beginning of a line of an act");
    if (!line) {
        return false;
    }
    if (*line == "title") {
        act.title = string("a title").value_or("");
        if (accept("fr")) {
            act.title_fr = string("a title").value_or("");
        }
        return !act.title.empty();
    }
    if (*line == "by") {
        return act_by(procedure, act);
    }
    if (*line == "after") {
        return act_after(act);
    }
    if (*line == "field") {
        return act_field(procedure, act);
    }
    if (*line == "sets") {
        return act_sets(act);
    }
    if (*line == "marks" || *line == "discharges") {
        auto& list = *line == "marks" ? act.marks : act.discharges;
        list = names_of(names(reading_.data.vocabulary.events), "an event of the vocabulary");
        return !list.empty();
    }
    if (*line == "need") {
        return act_need(act);
    }
    return mechanism(procedure, act, *line);
}

bool Parser::act_sets(ActKind& act) {
    auto fact = setting("to");
    if (fact) {
        act.sets.push_back(std::move(*fact));
    }
    return fact.has_value();
}

/// `after ACTS`: each of them; `after any ACTS`: one of them.
bool Parser::act_after(ActKind& act) {
    auto& list = accept("any") ? act.after_any : act.after;
    list = strings("the name of an act");
    return !list.empty();
}

bool Parser::act_by(const Procedure& procedure, ActKind& act) {
    const auto side = one_of(procedure.sides, "a side of this procedure");
    if (!side) {
        return false;
    }
    act.by_side = *side;
    act.by_roles = names_of(role_names(reading_.data.vocabulary), "a role");
    if (act.by_roles.empty()) {
        return false;
    }
    if (accept("not")) {
        if (!expect({"author", "of"})) {
            return false;
        }
        act.not_by_author_of = strings("the name of an act");
        return !act.not_by_author_of.empty();
    }
    return true;
}

/// `field NAME TYPE [optional] [open to SIDES]`.
bool Parser::act_field(const Procedure& procedure, ActKind& act) {
    ActField field;
    const Place at = place();
    const auto name = word("the name of a field");
    if (!name || !field_type(procedure, field)) {
        return false;
    }
    field.name = *name;
    field.optional = accept("optional");
    if (accept("open")) {
        if (!expect({"to"})) {
            return false;
        }
        field.audience = names_of(procedure.sides, "a side of this procedure");
        if (field.audience.empty()) {
            return false;
        }
    }
    if (act.field(field.name) != nullptr || act.fields.size() >= max_fields) {
        complain_at(at, "the field '" + field.name + "' stands twice, or there are more than 64");
        return false;
    }
    act.fields.push_back(std::move(field));
    return true;
}

/// `value FACT`, `values FACT`: of an enumeration or a scale.
bool Parser::field_values(ActField& field) {
    const FactDeclaration* fact = known_fact();
    if (fact == nullptr) {
        return false;
    }
    if (fact->type != FactType::enumeration && fact->type != FactType::scale) {
        complain("the fact '" + fact->name + "' has no list of values",
                 "an enumeration or a scale");
        return false;
    }
    field.fact = fact->name;
    field.limit = static_cast<std::int64_t>(max_word_bytes);
    return true;
}

bool Parser::field_type(const Procedure& procedure, ActField& field) {
    std::vector<std::string> known;
    for (const auto& [name, type] : field_types()) {
        known.push_back(name);
    }
    const auto name = one_of(known, "a type of field");
    if (!name) {
        return false;
    }
    field.type =
        field_types()[static_cast<std::size_t>(std::ranges::find(known, *name) - known.begin())]
            .second;
    if (*name == "value" || *name == "values") {
        return field_values(field);
    }
    switch (field.type) {
        case FieldType::fact: {
            const FactDeclaration* fact = known_fact();
            field.fact = fact == nullptr ? "" : fact->name;
            return fact != nullptr;
        }
        case FieldType::text:
        case FieldType::list: {
            field.limit = number(1, max_text_field).value_or(0);
            return field.limit != 0;
        }
        case FieldType::number: {
            const auto low = number(0, 1'000'000'000'000);
            if (!low || !expect({"to"})) {
                return false;
            }
            const auto high = number(*low, 1'000'000'000'000);
            field.low = *low;
            field.limit = high.value_or(*low);
            return high.has_value();
        }
        case FieldType::party:
        case FieldType::parties: {
            if (!accept("as")) {
                return true;
            }
            const auto side = one_of(procedure.sides, "a side of this procedure");
            field.side = side.value_or("");
            return side.has_value();
        }
        case FieldType::person:
        case FieldType::role:
        case FieldType::realm:
        case FieldType::key:
        case FieldType::sealing:
        case FieldType::digest:
        case FieldType::date:
        case FieldType::instant:
        case FieldType::item:
        case FieldType::matter:
        case FieldType::act:
        case FieldType::vkey: return true;
    }
    return false;
}

/// `need none | open | release`, the latter two also `as far as SIDE can know`.
bool Parser::act_need(ActKind& act) {
    static const std::vector<std::string> needs{"none", "open", "release"};
    const auto need = one_of(needs, "how much law an act needs");
    if (!need) {
        return false;
    }
    act.need = *need == "none" ? LawNeed::none : *need == "open" ? LawNeed::open : LawNeed::release;
    if (act.need == LawNeed::none || !at_word("as")) {
        return true;
    }
    if (!expect({"as", "far", "as"})) {
        return false;
    }
    const std::vector<std::string> own{act.by_side};
    if (!one_of(own, "the side that takes the act") || !expect({"can", "know"})) {
        return false;
    }
    act.need = act.need == LawNeed::open ? LawNeed::open_own : LawNeed::release_own;
    return true;
}

}  // namespace comity::law::detail
