#include "domain/law/facts.h"

#include <algorithm>

#include "domain/law/detail/parser.h"
#include "domain/law/detail/words.h"

namespace comity::law {
namespace {

std::unexpected<base::Error> refuse(std::string_view fact, std::string what, std::string next) {
    base::Error error{base::ErrorKind::malformed, std::move(what), "", std::move(next), "", ""};
    error.place = "/facts/" + std::string(fact.substr(0, 64));
    return std::unexpected(std::move(error));
}

std::string as_text(const codec::Value& value) {
    if (value.is_bool()) {
        return value.get_bool() ? "yes" : "no";
    }
    return value.is_string() ? std::string(value.get_string()) : std::string();
}

/// The bits of the named values of a fact.
base::Result<std::uint64_t> bits_of(const FactDeclaration& fact,
                                    const std::vector<const codec::Value*>& values) {
    const std::vector<std::string> names = detail::value_names(fact);
    std::uint64_t mask = 0;
    for (const codec::Value* value : values) {
        const std::string text = as_text(*value);
        const auto found = std::ranges::find(names, text);
        const bool type_fits =
            fact.type == FactType::boolean ? value->is_bool() : value->is_string();
        if (!type_fits || found == names.end()) {
            const std::string near = detail::nearest(text, names);
            return refuse(
                fact.name,
                type_fits ? "'" + text.substr(0, 64) + "' is not a value of " + fact.name
                          : "this is not a value of " + fact.name,
                "one of " +
                    (fact.type == FactType::boolean ? "true or false" : detail::list_of(names)) +
                    (near.empty() ? "" : "; nearest " + near));
        }
        mask |= std::uint64_t{1} << static_cast<std::size_t>(found - names.begin());
    }
    return mask;
}

base::Result<std::int64_t> number_of(const FactDeclaration& fact, const codec::Value& value) {
    if (fact.type == FactType::date) {
        const auto day = value.is_string() ? base::Date::parse(value.get_string())
                                           : base::fail(base::ErrorKind::malformed, "no date");
        if (!day) {
            return refuse(fact.name, "this is not a date", "a date as YYYY-MM-DD");
        }
        return day->days;
    }
    const std::string range = "a whole number from " + std::to_string(fact.low) + " to " +
                              std::to_string(fact.high) + " (" + fact.unit + ")";
    std::int64_t number = 0;
    if (value.is_int64()) {
        number = value.get_int64();
    } else if (value.is_uint64() && std::in_range<std::int64_t>(value.get_uint64())) {
        number = static_cast<std::int64_t>(value.get_uint64());
    } else if (value.is_double() && value.get_double() >= 0 && value.get_double() < 9e15 &&
               value.get_double() ==
                   static_cast<double>(static_cast<std::int64_t>(value.get_double()))) {
        number = static_cast<std::int64_t>(value.get_double());
    } else {
        return refuse(fact.name, "this is not a whole number", range);
    }
    if (number < fact.low || number > fact.high) {
        return refuse(fact.name, "the number is out of range", range);
    }
    return number;
}

}  // namespace

Truth both(Truth left, Truth right) {
    return std::min(left, right);
}
Truth either(Truth left, Truth right) {
    return std::max(left, right);
}

Truth negated(Truth truth) {
    switch (truth) {
        case Truth::no: return Truth::yes;
        case Truth::unknown: return Truth::unknown;
        case Truth::yes: return Truth::no;
    }
    std::unreachable();
}

std::string_view name_of(Truth truth) {
    switch (truth) {
        case Truth::no: return "no";
        case Truth::unknown: return "unknown";
        case Truth::yes: return "yes";
    }
    std::unreachable();
}

const FactDeclaration* Vocabulary::fact(std::string_view wanted) const {
    const auto found = facts.find(wanted);
    return found == facts.end() ? nullptr : &found->second;
}

const RoleDeclaration* Vocabulary::role(std::string_view wanted) const {
    const auto found = roles.find(wanted);
    return found == roles.end() ? nullptr : &found->second;
}

bool Vocabulary::may_accredit(std::string_view institution_kind, std::string_view wanted) const {
    const RoleDeclaration* declared = role(wanted);
    return declared != nullptr && detail::holds(declared->accredited_by, institution_kind);
}

bool Vocabulary::is_asserter(std::string_view fact_name, std::string_view side,
                             std::string_view role_name) const {
    const FactDeclaration* declared = fact(fact_name);
    if (declared == nullptr || !declared->derived_from.empty()) {
        return false;
    }
    const bool side_may =
        declared->asserted_by_sides.empty() || detail::holds(declared->asserted_by_sides, side);
    const bool role_may = declared->asserted_by_roles.empty() ||
                          detail::holds(declared->asserted_by_roles, role_name);
    return side_may && role_may;
}

bool Vocabulary::may_assert(std::string_view fact_name, std::string_view side,
                            std::string_view role_name) const {
    return is_asserter(fact_name, side, role_name) || may_decide(fact_name, side, role_name);
}

namespace {

bool named(const std::vector<std::string>& sides, const std::vector<std::string>& roles,
           std::string_view side, std::string_view role) {
    return detail::holds(sides, side) && (roles.empty() || detail::holds(roles, role));
}

}  // namespace

bool Vocabulary::may_contest(std::string_view fact_name, std::string_view side,
                             std::string_view role_name) const {
    const FactDeclaration* declared = fact(fact_name);
    return declared != nullptr &&
           named(declared->contested_by_sides, declared->contested_by_roles, side, role_name);
}

bool Vocabulary::may_decide(std::string_view fact_name, std::string_view side,
                            std::string_view role_name) const {
    const FactDeclaration* declared = fact(fact_name);
    return declared != nullptr &&
           named(declared->decided_by_sides, declared->decided_by_roles, side, role_name);
}

std::optional<std::int64_t> Vocabulary::derived_from(std::string_view fact_name,
                                                     std::string_view value) const {
    const FactDeclaration* base = fact(fact_name);
    if (base == nullptr) {
        return std::nullopt;
    }
    const auto at = std::ranges::find(base->values, value);
    const auto derived = std::ranges::find(in_order, fact_name, &FactDeclaration::derived_from);
    if (at == base->values.end() || derived == in_order.end()) {
        return std::nullopt;
    }
    return (*derived)->derived_values[static_cast<std::size_t>(at - base->values.begin())];
}

base::Result<void> Facts::set(const Vocabulary& vocabulary, std::string_view name,
                              const codec::Value& value) {
    const FactDeclaration* fact = vocabulary.fact(name);
    if (fact == nullptr) {
        std::vector<std::string> known;
        for (const FactDeclaration* one : vocabulary.in_order) {
            known.push_back(one->name);
        }
        const std::string near = detail::nearest(name, known);
        return refuse(name,
                      "'" + std::string(name.substr(0, 64)) + "' is not a fact of the vocabulary",
                      near.empty() ? "see the vocabulary" : "nearest " + near);
    }
    if (!fact->derived_from.empty() || fact->type == FactType::text_party) {
        return refuse(name, "this fact cannot be stated",
                      fact->derived_from.empty() ? "" : "state " + fact->derived_from + " instead");
    }
    std::vector<const codec::Value*> values;
    if (value.is_array()) {
        for (const codec::Value& one : value.get_array()) {
            values.push_back(&one);
        }
    } else {
        values.push_back(&value);
    }
    Possible possible;
    if (fact->type == FactType::set) {
        possible.must = possible.may = COMITY_TRY(bits_of(*fact, values));
    } else if (values.empty()) {
        return refuse(name, "a fact has at least one possible value", "leave an unknown fact out");
    } else if (fact->type == FactType::integer || fact->type == FactType::date) {
        possible.low = possible.high = COMITY_TRY(number_of(*fact, *values.front()));
        for (const codec::Value* one : values) {
            const std::int64_t number = COMITY_TRY(number_of(*fact, *one));
            possible.low = std::min(possible.low, number);
            possible.high = std::max(possible.high, number);
        }
    } else {
        possible.mask = COMITY_TRY(bits_of(*fact, values));
    }
    facts_.insert_or_assign(std::string(name), possible);
    return {};
}

void Facts::forget(std::string_view name) {
    const auto found = facts_.find(name);
    if (found != facts_.end()) {
        facts_.erase(found);
    }
}

const Possible* Facts::find(std::string_view name) const {
    const auto found = facts_.find(name);
    return found == facts_.end() ? nullptr : &found->second;
}

base::Result<Facts> facts_from(const Vocabulary& vocabulary, const codec::Object& object) {
    Facts facts;
    for (const auto& member : object) {
        COMITY_TRY(facts.set(vocabulary, member.key(), member.value()));
    }
    return facts;
}

std::string Span::text() const {
    std::string text = std::to_string(count);
    const bool one = count == 1;
    switch (unit) {
        case Unit::hours: return text + (one ? " hour" : " hours");
        case Unit::days: return text + (one ? " day" : " days");
        case Unit::working_days: return text + (one ? " working day" : " working days");
        case Unit::months: return text + (one ? " month" : " months");
    }
    std::unreachable();
}

}  // namespace comity::law
