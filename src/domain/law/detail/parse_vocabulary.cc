#include <algorithm>
#include <array>
#include <set>

#include "domain/law/detail/parser.h"
#include "domain/law/detail/words.h"

namespace comity::law::detail {
namespace {

constexpr std::size_t max_facts = 512;
constexpr std::size_t max_values = 62;  // one bit of a 64-bit mask each

std::vector<std::string> names(const std::set<std::string, std::less<>>& set) {
    return {set.begin(), set.end()};
}

}  // namespace

std::uint64_t full_mask(const FactDeclaration& fact) {
    const std::size_t count = fact.type == FactType::boolean ? 2 : fact.values.size();
    return (std::uint64_t{1} << count) - 1;
}

std::vector<std::string> value_names(const FactDeclaration& fact) {
    return fact.type == FactType::boolean ? std::vector<std::string>{"no", "yes"} : fact.values;
}

Literal literal_on(const FactDeclaration& fact, Literal::Kind kind) {
    Literal literal;
    literal.kind = kind;
    literal.fact = static_cast<std::uint16_t>(fact.order);
    return literal;
}

void Parser::vocabulary() {
    Vocabulary& vocabulary = reading_.data.vocabulary;
    Library::DocumentInfo info{"vocabulary", vocabulary.name, vocabulary.version, "", {}, {}};
    while (peek().kind != TokenKind::end) {
        if (!common_meta(info, nullptr)) {
            vocabulary_line(vocabulary);
        }
    }
    reading_.data.documents.push_back(std::move(info));
}

void Parser::vocabulary_line(Vocabulary& vocabulary) {
    static const std::vector<std::string> lines{
        "title", "reviewed", "fact", "role", "event", "side", "body", "silence", "institution"};
    const Place at = place();
    const auto line = one_of(lines, "the beginning of a line of a vocabulary");
    if (!line) {
        (void)take();
        recover(restart_words());
        return;
    }
    if (*line == "fact") {
        fact_line(vocabulary);
        return;
    }
    if (*line == "role") {
        role_line(vocabulary);
        return;
    }
    do {
        const auto name = word("a name");
        if (!name) {
            recover(restart_words());
            return;
        }
        const bool fresh = *line == "event"         ? vocabulary.events.insert(*name).second
                           : *line == "side"        ? vocabulary.sides.insert(*name).second
                           : *line == "body"        ? vocabulary.bodies.insert(*name).second
                           : *line == "institution" ? vocabulary.institutions.insert(*name).second
                                                    : !holds(vocabulary.silence, *name);
        if (*line == "silence") {
            vocabulary.silence.push_back(*name);
        }
        if (!fresh) {
            complain_at(at, "the " + *line + " '" + *name + "' is declared twice");
        }
    } while (accept_mark(','));
}

void Parser::role_line(Vocabulary& vocabulary) {
    const Place at = place();
    RoleDeclaration role;
    const auto name = word("the name of a role");
    if (!name || !expect({"accredited", "by"})) {
        recover(restart_words());
        return;
    }
    role.name = *name;
    role.accredited_by = names_of(names(vocabulary.institutions), "a kind of institution");
    if (role.accredited_by.empty()) {
        recover(restart_words());
        return;
    }
    if (role.name == "root" || !vocabulary.roles.emplace(role.name, role).second) {
        complain_at(at, "the role '" + role.name + "' is declared twice");
    }
}

void Parser::fact_line(Vocabulary& vocabulary) {
    const Place at = place();
    FactDeclaration fact;
    const auto name = word("the name of a fact");
    if (!name) {
        recover(restart_words());
        return;
    }
    fact.name = *name;
    fact.order = vocabulary.in_order.size();
    if (!fact_type(fact) || !fact_tail(fact, vocabulary)) {
        recover(restart_words());
    }
    if (fact.order >= max_facts) {
        complain_at(at, "the vocabulary has too many facts", "at most 512");
        return;
    }
    const auto [kept, fresh] = vocabulary.facts.emplace(fact.name, std::move(fact));
    if (!fresh) {
        complain_at(at, "the fact '" + kept->first + "' is declared twice");
        return;
    }
    vocabulary.in_order.push_back(&kept->second);
}

bool Parser::fact_type(FactDeclaration& fact) {
    static const std::vector<std::string> types{"boolean", "enumeration", "scale", "integer",
                                                "date",    "set",         "party"};
    const auto type = one_of(types, "a type of fact");
    if (!type) {
        return false;
    }
    fact.type = static_cast<FactType>(
        std::array{FactType::boolean, FactType::enumeration, FactType::scale, FactType::integer,
                   FactType::date, FactType::set, FactType::text_party}[static_cast<std::size_t>(
            std::ranges::find(types, *type) - types.begin())]);
    if (*type == "integer") {
        const auto low = number(0, 1'000'000'000'000);
        if (!low || !expect({"to"})) {
            return false;
        }
        const auto high = number(*low, 1'000'000'000'000);
        const auto unit = high ? word("a unit") : std::nullopt;
        fact.low = *low;
        fact.high = high.value_or(*low);
        fact.unit = unit.value_or("");
        return unit.has_value();
    }
    if (*type == "date") {
        fact.low = -36525LL * 20;
        fact.high = 36525LL * 80;
    }
    if (*type != "enumeration" && *type != "set" && *type != "scale") {
        return true;
    }
    const bool scale = *type == "scale";
    if (!scale && !expect_mark('{')) {
        return false;
    }
    do {
        const auto value = word("a value");
        if (!value) {
            return false;
        }
        if (holds(fact.values, *value) || fact.values.size() >= max_values) {
            complain("the value '" + *value + "' stands twice, or there are more than 62 values");
            return false;
        }
        fact.values.push_back(*value);
    } while (accept_mark(scale ? '<' : ','));
    return scale || expect_mark('}');
}

/// `by SIDES [as ROLES]`.
bool Parser::offices(const Vocabulary& vocabulary, std::vector<std::string>& sides,
                     std::vector<std::string>& roles) {
    if (!expect({"by"})) {
        return false;
    }
    sides = names_of(names(vocabulary.sides), "a side");
    if (sides.empty()) {
        return false;
    }
    if (!accept("as")) {
        return true;
    }
    std::vector<std::string> known;
    for (const auto& [role, declaration] : vocabulary.roles) {
        known.push_back(role);
    }
    roles = names_of(known, "a role");
    return !roles.empty();
}

bool Parser::fact_tail(FactDeclaration& fact, const Vocabulary& vocabulary) {
    static const std::vector<std::string> classes{"case", "party", "judgement", "file", "calendar"};
    const auto name = one_of(classes, "a class of facts");
    if (!name) {
        return false;
    }
    fact.fact_class = std::array{FactClass::case_, FactClass::party, FactClass::judgement,
                                 FactClass::file, FactClass::calendar}[static_cast<std::size_t>(
        std::ranges::find(classes, *name) - classes.begin())];
    if (accept("asserted") &&
        !offices(vocabulary, fact.asserted_by_sides, fact.asserted_by_roles)) {
        return false;
    }
    const Place at = place();
    if (accept("contested") &&
        !offices(vocabulary, fact.contested_by_sides, fact.contested_by_roles)) {
        return false;
    }
    if (accept("decided") && !offices(vocabulary, fact.decided_by_sides, fact.decided_by_roles)) {
        return false;
    }
    if (!fact.contested_by_sides.empty() && fact.decided_by_sides.empty()) {
        complain_at(at, "nobody decides the fact '" + fact.name + "' once it is contested",
                    "decided by SIDES as ROLES");
        return false;
    }
    return !accept("derived") || derived(fact, vocabulary);
}

/// `derived from data indicator 1, subscriber 2, ...`: one number for every value.
bool Parser::derived(FactDeclaration& fact, const Vocabulary& vocabulary) {
    if (!expect({"from"})) {
        return false;
    }
    std::vector<std::string> known;
    for (const FactDeclaration* one : vocabulary.in_order) {
        if (one->type == FactType::enumeration) {
            known.push_back(one->name);
        }
    }
    const Place at = place();
    const auto name = one_of(known, "an enumeration declared above");
    if (!name) {
        return false;
    }
    if (fact.type != FactType::integer) {
        complain_at(at, "only an integer can be derived", "integer");
        return false;
    }
    const FactDeclaration& base = *vocabulary.fact(*name);
    fact.derived_from = *name;
    fact.derived_values.assign(base.values.size(), -1);
    do {
        const auto value = one_of(base.values, "a value of " + *name);
        if (!value) {
            return false;
        }
        const auto number_of = number(fact.low, fact.high);
        if (!number_of) {
            return false;
        }
        fact.derived_values[static_cast<std::size_t>(std::ranges::find(base.values, *value) -
                                                     base.values.begin())] = *number_of;
    } while (accept_mark(','));
    const auto gap = std::ranges::find(fact.derived_values, -1);
    if (gap != fact.derived_values.end()) {
        complain_at(
            at, "no number is given for the value '" +
                    base.values[static_cast<std::size_t>(gap - fact.derived_values.begin())] + "'");
        return false;
    }
    return true;
}

}  // namespace comity::law::detail
