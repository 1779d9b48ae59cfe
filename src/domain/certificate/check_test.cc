#include "domain/certificate/check.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace comity::certificate {
namespace {

using Clause = std::vector<std::int32_t>;

/// All eight clauses over three variables: nothing satisfies them, and propagation alone does not
/// show it.
Formula all_signs() {
    Formula formula;
    formula.variables = 3;
    for (int sign = 0; sign < 8; ++sign) {
        formula.clauses.push_back(
            {(sign & 1) != 0 ? 1 : -1, (sign & 2) != 0 ? 2 : -2, (sign & 4) != 0 ? 3 : -3});
    }
    return formula;
}

/// Over the clauses above, by number: 1 is (-1 -2 -3), 2 is (1 -2 -3), ... 8 is (1 2 3).
std::vector<Step> proof_of_all_signs() {
    return {{9, {-2, -3}, {1, 2}}, {10, {2, -3}, {3, 4}}, {11, {-3}, {9, 10}},
            {12, {-2, 3}, {5, 6}}, {13, {2}, {11, 7, 8}}, {14, {}, {11, 13, 12}}};
}

bool satisfiable(const Formula& formula) {
    for (std::uint32_t assignment = 0; assignment < (1U << formula.variables); ++assignment) {
        bool all = true;
        for (const Clause& clause : formula.clauses) {
            bool any = false;
            for (const std::int32_t literal : clause) {
                const bool is_true = ((assignment >> (std::abs(literal) - 1)) & 1U) != 0;
                any = any || is_true == (literal > 0);
            }
            all = all && any;
        }
        if (all) {
            return true;
        }
    }
    return false;
}

TEST(Check, accepts_a_proof_whose_every_step_follows) {
    EXPECT_TRUE(check(all_signs(), proof_of_all_signs()));
}

TEST(Check, refuses_a_proof_that_is_cut_off_anywhere) {
    const std::vector<Step> whole = proof_of_all_signs();
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const auto cut =
            check(all_signs(), {whole.begin(), whole.begin() + static_cast<int>(length)});
        ASSERT_FALSE(cut) << length;
        EXPECT_EQ(cut.error().kind, base::ErrorKind::invalid);
    }
}

TEST(Check, refuses_a_proof_that_lacks_a_step) {
    for (std::size_t lacks = 0; lacks < proof_of_all_signs().size(); ++lacks) {
        std::vector<Step> proof = proof_of_all_signs();
        proof.erase(proof.begin() + static_cast<int>(lacks));
        EXPECT_FALSE(check(all_signs(), proof)) << lacks;
    }
}

TEST(Check, refuses_hints_that_force_nothing_or_are_not_there) {
    for (const std::uint32_t hint : {0U, 8U, 14U, 99U}) {
        std::vector<Step> proof = proof_of_all_signs();
        proof[0].hints[0] = hint;
        EXPECT_FALSE(check(all_signs(), proof)) << hint;
    }
}

TEST(Check, refuses_a_variable_that_the_formula_does_not_have) {
    std::vector<Step> proof = proof_of_all_signs();
    proof[0].clause.push_back(4);
    EXPECT_FALSE(check(all_signs(), proof));
}

TEST(Check, never_accepts_a_proof_of_a_formula_that_something_satisfies) {
    int satisfied = 0;
    EXPECT_TRUE(rc::check("no proof of a satisfiable formula", [&] {
        Formula formula = all_signs();
        // One clause less, or one literal more than nothing: something satisfies it.
        const auto victim = *rc::gen::inRange<std::size_t>(0, 8);
        formula.clauses.erase(formula.clauses.begin() + static_cast<std::ptrdiff_t>(victim));
        RC_ASSERT(satisfiable(formula));
        std::vector<Step> proof;
        const int count = *rc::gen::inRange(0, 8);
        for (int i = 0; i < count; ++i) {
            Step step;
            step.number = static_cast<std::uint32_t>(8 + i);
            step.clause =
                *rc::gen::container<Clause>(rc::gen::element<std::int32_t>(-3, -2, -1, 1, 2, 3));
            step.hints = *rc::gen::container<std::vector<std::uint32_t>>(
                rc::gen::inRange<std::uint32_t>(0, static_cast<std::uint32_t>(9 + i)));
            proof.push_back(std::move(step));
        }
        if (!proof.empty() && *rc::gen::arbitrary<bool>()) {
            proof.back().clause.clear();
        }
        RC_ASSERT(!check(formula, proof));
        ++satisfied;
    }));
    EXPECT_GE(satisfied, 100);
}

TEST(Check, refuses_the_proof_of_another_formula_a_hundred_times_of_a_hundred) {
    // The true proof, against formulas that lack a clause or have another one: satisfiable all.
    int refused = 0;
    for (int number = 0; number < 100; ++number) {
        Formula formula = all_signs();
        const auto victim = static_cast<std::size_t>(number % 8);
        Clause& clause = formula.clauses[victim];
        if (number / 8 % 2 == 0) {
            clause[static_cast<std::size_t>(number) % 3] *= -1;
        } else {
            clause.push_back(-clause.front());  // always true, so it says nothing
        }
        ASSERT_TRUE(satisfiable(formula));
        refused += check(formula, proof_of_all_signs()) ? 0 : 1;
    }
    EXPECT_EQ(refused, 100);
}

TEST(Formula, is_read_as_it_was_written) {
    const std::string text = dimacs_of(all_signs());
    EXPECT_EQ(text.substr(0, 23), "p cnf 3 8\n-1 -2 -3 0\n1 ");
    EXPECT_EQ(formula_from(text).value(), all_signs());
    EXPECT_EQ(formula_from("p cnf 0 1\n0\n").value().clauses.front(), Clause{});
}

TEST(Formula, refuses_what_is_not_written_that_way) {
    for (const char* text :
         {"", "p cnf 1\n", "p cnf 1 1\n", "p cnf 1 1\n1 0", "p cnf 1 1\n2 0\n", "p cnf 1 1\n01 0\n",
          "p cnf 1 1\n-0\n", "p cnf 1 1\n1  0\n", "c x\np cnf 1 1\n1 0\n", "p cnf 1 1\n1 0\n1 0\n",
          "p cnf -1 0\n", "p cnf 99999999999 0\n", "p cnf 1 1\n+1 0\n", "p cnf 1 1\n1 0\r\n"}) {
        EXPECT_FALSE(formula_from(text)) << text;
    }
}

TEST(Proof, is_read_as_it_was_written) {
    const std::vector<Step> proof = proof_of_all_signs();
    EXPECT_EQ(lrat_of({proof.back()}), "14 0 11 13 12 0\n");
    EXPECT_EQ(proof_from(lrat_of(proof)).value(), proof);
    for (const char* text :
         {"1", "1 0\n", "1 0 0", "0 0 0\n", "1 0 -1 0\n", "1 d 2 0\n", "-1 0 0\n"}) {
        EXPECT_FALSE(proof_from(text)) << text;
    }
}

}  // namespace
}  // namespace comity::certificate
