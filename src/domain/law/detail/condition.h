#pragma once

// Conditions, compiled: negations pushed down to the leaves, references and defines resolved, so
// that one pass over an array gives yes, no or unknown (strong Kleene, treaty.md 5.2).

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/law/facts.h"

namespace comity::law::detail {

inline constexpr std::size_t max_condition_nodes = 4096;

/// One comparison of one fact with constants.
struct Literal {
    enum class Kind {
        mask,      ///< boolean, enumeration, scale: the value is one of `mask`
        range,     ///< integer, date: low <= value <= high
        includes,  ///< set: all elements of `mask` are in it
        within,    ///< set: no element outside `mask` is in it
        party,     ///< the side `reference_side` has declared or reserved `reference`
        route,     ///< the article under which the request is assessed is `reference`
    };
    Kind kind = Kind::mask;
    bool negated = false;
    bool reserved = false;  ///< party: reserved, not declared
    std::uint16_t fact = 0;
    std::uint64_t mask = 0;
    std::int64_t low = 0;
    std::int64_t high = 0;
    std::string reference;
    std::string reference_side;
    std::string text;      ///< as in the source: "data is content"
    std::string opposite;  ///< "data is not content"
};

/// A condition as written, before compilation.
struct Expression {
    enum class Op { always, literal, all, any, negation };
    Op op = Op::always;
    Literal literal;
    std::vector<Expression> parts;

    [[nodiscard]] std::size_t size() const;
};

[[nodiscard]] Expression conjunction(Expression left, Expression right);
[[nodiscard]] Expression negation(Expression inner);

struct Condition {
    struct Node {
        enum class Op : std::uint8_t { literal, all, any };
        Op op = Op::literal;
        std::uint16_t literal = 0;
        std::uint32_t end = 0;  ///< index behind this node's subtree
    };
    std::vector<Node> nodes;  ///< in prefix order; empty: always
    std::vector<Literal> literals;

    [[nodiscard]] bool always() const { return nodes.empty(); }
};

[[nodiscard]] Condition compile(const Expression& expression);

/// What a condition is judged on: the facts by FactDeclaration::order, and the route.
struct Circumstances {
    std::span<const Possible> facts;
    std::span<const std::uint8_t> foreign;  ///< per fact: 1 if only another side may assert it
    std::string_view route;                 ///< article, or empty; outlives this
    /// References that the sides have declared or reserved: "requested declared 7(2)(b)".
    std::span<const std::string> status;
};

/// How an unknown literal on a foreign fact counts.
enum class Foreign { unknown, no, yes };

[[nodiscard]] Truth judge(const Literal& literal, const Circumstances& circumstances,
                          Foreign foreign = Foreign::unknown);
[[nodiscard]] Truth judge(const Condition& condition, const Circumstances& circumstances,
                          Foreign foreign);

/// Appends the literals that keep an unknown condition unknown: of a decided part none.
void undecided(const Condition& condition, const Circumstances& circumstances, Foreign foreign,
               std::vector<const Literal*>& out);
/// Appends to `text` what decided the condition: "data is content; emergency unknown".
void explain(const Condition& condition, const Circumstances& circumstances, Truth truth,
             std::string& text);

/// The text under which a declaration or reservation is looked up in Circumstances::status.
[[nodiscard]] std::string status_key(std::string_view side, bool reserved,
                                     std::string_view reference);

}  // namespace comity::law::detail
