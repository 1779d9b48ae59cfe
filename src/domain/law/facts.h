#pragma once

// Facts: what is known of a request. A fact is a set of possible values; known means one value.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ground/base/base.h"
#include "ground/codec/codec.h"

namespace comity::law {

enum class Truth : std::uint8_t { no, unknown, yes };
[[nodiscard]] Truth both(Truth left, Truth right);
[[nodiscard]] Truth either(Truth left, Truth right);
[[nodiscard]] Truth negated(Truth truth);
[[nodiscard]] std::string_view name_of(Truth truth);  ///< "no", "unknown", "yes"

enum class FactType { boolean, enumeration, scale, integer, date, set, text_party };
/// Who may assert a fact and whether it may be unknown (treaty.md 5.1).
enum class FactClass { case_, party, judgement, file, calendar };

struct FactDeclaration {
    std::string name;
    std::size_t order = 0;  ///< place in the vocabulary, which is the order of asking
    FactType type = FactType::boolean;
    FactClass fact_class = FactClass::case_;
    std::vector<std::string> values;  ///< of an enumeration or set; of a scale from low to high
    std::int64_t low = 0;             ///< of an integer
    std::int64_t high = 0;
    std::string unit;                             ///< of an integer
    std::vector<std::string> asserted_by_sides;   ///< empty: any side of the matter
    std::vector<std::string> asserted_by_roles;   ///< empty: any role
    std::vector<std::string> contested_by_sides;  ///< empty: nobody may contest it
    std::vector<std::string> contested_by_roles;  ///< empty: any role
    std::vector<std::string> decided_by_sides;    ///< whose assertion settles it; empty: nobody's
    std::vector<std::string> decided_by_roles;    ///< empty: any role
    std::string derived_from;                  ///< the fact it follows from; empty: it is asserted
    std::vector<std::int64_t> derived_values;  ///< per value of that fact; an integer fact only

    /// Whether assertions are kept apart by side, so that it can be contested and decided.
    [[nodiscard]] bool disputable() const {
        return !contested_by_sides.empty() || !decided_by_sides.empty();
    }
};

/// An accreditable role, and what kind of institution accredits it.
struct RoleDeclaration {
    std::string name;
    std::vector<std::string> accredited_by;  ///< institution kinds, e.g. court
};

class Vocabulary {
 public:
    [[nodiscard]] const FactDeclaration* fact(std::string_view name) const;
    [[nodiscard]] const RoleDeclaration* role(std::string_view name) const;
    [[nodiscard]] bool may_accredit(std::string_view institution_kind, std::string_view role) const;
    /// Whether an official of `role` on `side` may assert the fact at all.
    [[nodiscard]] bool may_assert(std::string_view fact, std::string_view side,
                                  std::string_view role) const;
    /// Whether it is theirs to state, and not only to decide once it is contested.
    [[nodiscard]] bool is_asserter(std::string_view fact, std::string_view side,
                                   std::string_view role) const;
    /// Whether an official of `role` on `side` may contest the fact.
    [[nodiscard]] bool may_contest(std::string_view fact, std::string_view side,
                                   std::string_view role) const;
    /// Whether an official of `role` on `side` is the authority whose assertion settles the fact.
    [[nodiscard]] bool may_decide(std::string_view fact, std::string_view side,
                                  std::string_view role) const;
    /// The number that an integer fact derives from this value of `fact`, e.g. the tier of a
    /// category of data; none if no fact is derived from it.
    [[nodiscard]] std::optional<std::int64_t> derived_from(std::string_view fact,
                                                           std::string_view value) const;

    std::string name;
    int version = 0;
    std::map<std::string, FactDeclaration, std::less<>> facts;
    std::map<std::string, RoleDeclaration, std::less<>> roles;
    std::set<std::string, std::less<>> events;
    std::set<std::string, std::less<>> sides;   ///< sides of matters, and party words of clauses
    std::set<std::string, std::less<>> bodies;  ///< who clears, reviews, is notified or decides
    std::set<std::string, std::less<>> institutions;  ///< kinds of institutions, e.g. court
    std::vector<std::string> silence;                 ///< effects of silence, most protective first
    std::vector<const FactDeclaration*> in_order;     ///< the facts by FactDeclaration::order

    Vocabulary() = default;
    Vocabulary(Vocabulary&&) = default;
    Vocabulary& operator=(Vocabulary&&) = default;
    Vocabulary(const Vocabulary&) = delete;  // in_order points into facts
    Vocabulary& operator=(const Vocabulary&) = delete;
    ~Vocabulary() = default;
};

/// The possible values of one fact. Which member counts follows from the declaration.
struct Possible {
    std::uint64_t mask = 0;  ///< boolean (bit 0 no, bit 1 yes), enumeration, scale: possible values
    std::int64_t low = 0;    ///< integer, date (days): the interval
    std::int64_t high = 0;
    std::uint64_t must = 0;  ///< set: elements surely in it
    std::uint64_t may = 0;   ///< set: elements possibly in it

    friend bool operator==(const Possible&, const Possible&) = default;
};

/// Facts by name; an absent one is unknown, except what the vocabulary derives from others.
class Facts {
 public:
    /// Sets the fact from its JSON form: VALUE (known) or [VALUES] (one of them; for a set fact:
    /// the set). Kind malformed with the nearest name for an unknown fact or value.
    [[nodiscard]] base::Result<void> set(const Vocabulary& vocabulary, std::string_view name,
                                         const codec::Value& value);
    /// Makes the fact unknown, e.g. because it is contested.
    void forget(std::string_view name);
    [[nodiscard]] const Possible* find(std::string_view name) const;
    [[nodiscard]] const std::map<std::string, Possible, std::less<>>& all() const { return facts_; }

    friend bool operator==(const Facts&, const Facts&) = default;

 private:
    std::map<std::string, Possible, std::less<>> facts_;
};

[[nodiscard]] base::Result<Facts> facts_from(const Vocabulary& vocabulary,
                                             const codec::Object& object);

/// A length of time as law writes it.
struct Span {
    enum class Unit { hours, days, working_days, months };
    std::int64_t count = 0;
    Unit unit = Unit::days;

    [[nodiscard]] std::string text() const;  ///< "10 days", "48 hours", "5 working days"
    friend bool operator==(const Span&, const Span&) = default;
};

}  // namespace comity::law
