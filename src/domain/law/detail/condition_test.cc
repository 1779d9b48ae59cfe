#include "domain/law/detail/condition.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace comity::law::detail {
namespace {

constexpr std::size_t fact_count = 3;
constexpr std::uint64_t value_count = 3;

Expression random_expression(int depth) {
    Expression expression;
    const int choice = depth == 0 ? 0 : *rc::gen::inRange(0, 4);
    if (choice == 0) {
        expression.op = Expression::Op::literal;
        expression.literal.fact = static_cast<std::uint16_t>(*rc::gen::inRange<int>(0, 3));
        expression.literal.mask = *rc::gen::inRange<std::uint64_t>(1, 7);
        return expression;
    }
    if (choice == 1) {
        return negation(random_expression(depth - 1));
    }
    expression.op = choice == 2 ? Expression::Op::all : Expression::Op::any;
    const int parts = *rc::gen::inRange(2, 4);
    for (int i = 0; i < parts; ++i) {
        expression.parts.push_back(random_expression(depth - 1));
    }
    return expression;
}

/// The slow twin: two-valued evaluation of the tree as written, on facts that are all known.
bool plainly(const Expression& expression, const std::vector<std::uint64_t>& values) {
    switch (expression.op) {
        case Expression::Op::always: return true;
        case Expression::Op::literal:
            return (values[expression.literal.fact] & expression.literal.mask) != 0;
        case Expression::Op::negation: return !plainly(expression.parts.front(), values);
        case Expression::Op::all:
        case Expression::Op::any: break;
    }
    const bool all = expression.op == Expression::Op::all;
    for (const Expression& part : expression.parts) {
        if (plainly(part, values) != all) {
            return !all;
        }
    }
    return all;
}

TEST(Condition, agrees_with_every_completion_of_its_facts) {
    EXPECT_TRUE(rc::check("three-valued against all completions", [] {
        const Expression expression = random_expression(4);
        const Condition condition = compile(expression);
        std::vector<Possible> facts(fact_count);
        const std::vector<std::uint8_t> foreign(fact_count, 0);
        for (Possible& fact : facts) {
            fact.mask = *rc::gen::inRange<std::uint64_t>(1, 8);
        }
        const Truth truth = judge(condition, {facts, foreign, "", {}}, Foreign::unknown);
        std::vector<std::uint64_t> values(fact_count);
        for (std::uint64_t number = 0; number < 27; ++number) {
            bool inside = true;
            std::uint64_t rest = number;
            for (std::size_t i = 0; i < fact_count; ++i) {
                values[i] = std::uint64_t{1} << (rest % value_count);
                rest /= value_count;
                inside = inside && (facts[i].mask & values[i]) != 0;
            }
            if (inside && truth != Truth::unknown) {
                RC_ASSERT(plainly(expression, values) == (truth == Truth::yes));
            }
            if (inside && std::ranges::equal(values, facts, {}, {}, &Possible::mask)) {
                RC_ASSERT(truth != Truth::unknown);
            }
        }
    }));
}

TEST(Condition, names_only_what_is_undecided) {
    EXPECT_TRUE(rc::check("undecided literals explain an unknown condition", [] {
        const Condition condition = compile(random_expression(4));
        std::vector<Possible> facts(fact_count);
        const std::vector<std::uint8_t> foreign(fact_count, 0);
        for (Possible& fact : facts) {
            fact.mask = *rc::gen::inRange<std::uint64_t>(1, 8);
        }
        const Circumstances at{facts, foreign, "", {}};
        std::vector<const Literal*> literals;
        undecided(condition, at, Foreign::unknown, literals);
        RC_ASSERT(literals.empty() == (judge(condition, at, Foreign::unknown) != Truth::unknown));
        for (const Literal* literal : literals) {
            RC_ASSERT(judge(*literal, at) == Truth::unknown);
        }
    }));
}

}  // namespace
}  // namespace comity::law::detail
