#include "domain/prover/prover.h"

#include <cctype>
#include <filesystem>
#include <gtest/gtest.h>
#include <map>
#include <z3++.h>

#include "domain/law/random_law_for_test.h"
#include "domain/law/testing.h"
#include "domain/prover/detail/question.h"
#include "domain/prover/detail/solver.h"

namespace comity::prover {
namespace {

namespace random = law::testing::random;

const law::Library& library() {
    static const law::Library loaded =
        law::Library::load(law::testing::sources_below(COMITY_LAW)).value();
    return loaded;
}

Finding finding_on(const std::vector<Finding>& findings, const std::string& document, int version,
                   const std::string& guardrail) {
    for (const Finding& finding : findings) {
        if (finding.document == document && finding.version == version &&
            finding.guardrail == guardrail) {
            return finding;
        }
    }
    return {};
}

/// A law of one agreement with these clauses and guardrails, over the small vocabulary.
law::Library law_with(const std::string& body) {
    const std::vector<law::Source> sources{
        {"v", random::vocabulary},
        {"t", std::string(random::head) +
                  "agreement \"T\" version 1\n  parties XA, XB\n  in force from 2024-01-01\n"
                  "  reviewed by none\narticle 1 \"All\"\n" +
                  body}};
    auto loaded = law::Library::load(sources);
    if (!loaded) {
        ADD_FAILURE() << loaded.error().front().text();
    }
    return *std::move(loaded);
}

Finding only(const std::string& body) {
    std::vector<Finding> findings = prove(law_with(body));
    EXPECT_EQ(findings.size(), 1U);
    return findings.empty() ? Finding{} : findings.front();
}

TEST(Guardrails, of_the_texts_are_proven_but_those_that_forget_to_say_disclose) {
    const std::vector<Finding> findings = prove(library());
    int refuted = 0;
    for (const Finding& finding : findings) {
        const std::string name = finding.document + " " + std::to_string(finding.version) + " " +
                                 finding.guardrail + ": " + finding.note;
        if (finding.conclusion == Conclusion::proven) {
            if (finding.certificate) {
                EXPECT_TRUE(certificate::check(*finding.certificate)) << name;
                EXPECT_TRUE(recheck(library(), *finding.certificate)) << name;
            }
            continue;
        }
        // "Never release content below a judge" does not say `disclose`: content may be preserved,
        // and under a profile alone shared.
        ++refuted;
        EXPECT_EQ(finding.conclusion, Conclusion::refuted) << name;
        ASSERT_EQ(finding.examples.size(), 1U) << name;
        const Example& example = finding.examples.front();
        EXPECT_TRUE(example.assessment.release_up) << name;
        const auto facts = request_form(library(), example.question).at("facts").get_object();
        EXPECT_NE(facts.at("action"), "disclose") << name;
        EXPECT_EQ(facts.at("data"), "content") << name;
    }
    EXPECT_EQ(refuted, 3);
    EXPECT_GE(findings.size(), 20U);
    EXPECT_EQ(finding_on(findings, "XA-XB/EE", 2, "G3").conclusion, Conclusion::proven);
    EXPECT_EQ(finding_on(findings, "XC-XD/EE", 1, "G1").conclusion, Conclusion::proven);
}

TEST(Guardrails, an_example_knows_nothing_that_it_can_do_without) {
    const Finding finding = only(
        "  clause 1(1) permit\n    when c in {x, y}\n  clause 1(2) require d mid\n    when a\n"
        "guardrail G \"Never\"\n  never release when c is x and d below high\n");
    ASSERT_EQ(finding.conclusion, Conclusion::refuted) << finding.note;
    const Example& example = finding.examples.front();
    EXPECT_TRUE(example.assessment.release_up);
    // c and d are the condition; that a is no, or d at least mid, satisfies the requirement.
    EXPECT_LE(example.question.facts.all().size(), 3U);
    EXPECT_EQ(example.known.size(), example.question.facts.all().size());
    for (const auto& [name, possible] : example.question.facts.all()) {
        EXPECT_TRUE(name == "c" || name == "d" || name == "a") << name;
    }
}

TEST(Guardrails, a_hold_counts_as_over_when_its_time_has_passed) {
    const std::string held =
        "  clause 1(1) permit\n"
        "  clause 1(2) hold release until cleared by minister or 5 days after receipt\n"
        "guardrail G \"Never\"\n  never release when not cleared\n";
    const Finding finding = only(held);
    ASSERT_EQ(finding.conclusion, Conclusion::refuted) << finding.note;
    EXPECT_EQ(finding.examples.front().elapsed, std::vector<std::string>{"receipt"});
    EXPECT_TRUE(finding.examples.front().question.now.has_value());
}

TEST(Guardrails, a_release_in_ignorance_breaks_never_release) {
    const Finding finding =
        only("  clause 1(1) permit\nguardrail G \"Never\"\n  never release when a and not a\n");
    EXPECT_EQ(finding.conclusion, Conclusion::refuted);
    EXPECT_TRUE(finding.note.contains("not known whether")) << finding.note;
}

TEST(Guardrails, always_asks_for_an_effect_that_is_at_least_as_strict) {
    const std::string clauses =
        "  clause 1(1) permit\n  clause 1(2) require d high\n    when a\n"
        "  clause 1(3) notify person by requesting within 3 days of answer\n    when b\n"
        "  clause 1(4) forbid\n    when c is z\n";
    const auto conclusion = [&](const std::string& guardrail) {
        return only(clauses + "guardrail G \"Always\"\n  always " + guardrail + "\n").conclusion;
    };
    EXPECT_EQ(conclusion("require d mid when a and b"), Conclusion::proven);
    EXPECT_EQ(conclusion("require d high when a"), Conclusion::proven);
    EXPECT_EQ(conclusion("require d mid when b"), Conclusion::refuted);
    EXPECT_EQ(conclusion("notify person by requesting within 4 days of answer when b"),
              Conclusion::proven);
    EXPECT_EQ(conclusion("notify person by requesting within 2 days of answer when b"),
              Conclusion::refuted);
    EXPECT_EQ(conclusion("forbid when c is z and a"), Conclusion::proven);
    EXPECT_EQ(conclusion("forbid when c in {y, z}"), Conclusion::refuted);
    EXPECT_EQ(conclusion("permit when a"), Conclusion::proven);
}

TEST(Guardrails, find_clauses_that_no_request_reaches) {
    const Finding dead = only(
        "  clause 1(1) permit\n  clause 1(2) forbid\n    when a and not a\n"
        "  clause 1(3) exception to 1(4)\n  clause 1(4) require b\n"
        "guardrail G \"All\"\n  all clauses can fire\n");
    EXPECT_EQ(dead.conclusion, Conclusion::refuted);
    EXPECT_TRUE(dead.note.ends_with(": 1(2) 1(4)")) << dead.note;
    const Finding live = only(
        "  clause 1(1) permit\n  clause 1(2) forbid\n    when t at least 2 and c is y\n"
        "guardrail G \"All\"\n  all clauses can fire\n");
    EXPECT_EQ(live.conclusion, Conclusion::proven) << live.note;
}

TEST(Guardrails, find_what_cannot_be_merged) {
    const std::string retain =
        "  clause 1(1) permit\n  clause 1(2) retain at least 90 days after receipt\n    when a\n"
        "  clause 1(3) retain at most 30 days after receipt\n    when ";
    const std::string guardrail = "\nguardrail G \"No clash\"\n  no clash in retain\n";
    EXPECT_EQ(only(retain + "b" + guardrail).conclusion, Conclusion::refuted);
    EXPECT_EQ(only(retain + "not a" + guardrail).conclusion, Conclusion::proven);
    const std::string hold =
        "  clause 1(1) permit\n"
        "  clause 1(2) deadline answer by requested within 4 days of receipt on silence refuse\n"
        "    when a\n  clause 1(3) hold release until cleared by minister or ";
    const std::string end = " days after receipt\nguardrail G \"Fits\"\n  no clash in hold\n";
    EXPECT_EQ(only(hold + "5" + end).conclusion, Conclusion::refuted);
    EXPECT_EQ(only(hold + "4" + end).conclusion, Conclusion::proven);
}

TEST(Guardrails, show_a_route_or_that_there_is_none) {
    const std::string clauses = "  clause 1(1) permit\n    when c is x\n";
    const Finding some =
        only(clauses + "guardrail G \"Some\"\n  some route for a and c in {x, y}\n");
    ASSERT_EQ(some.conclusion, Conclusion::proven) << some.note;
    EXPECT_EQ(some.examples.front().assessment.outcome, law::Outcome::open);
    EXPECT_EQ(only(clauses + "guardrail G \"Some\"\n  some route for c is y\n").conclusion,
              Conclusion::refuted);
}

TEST(Guardrails, find_a_day_on_which_no_version_is_in_force) {
    const auto version = [](int number, const std::string& force, const std::string& rest) {
        return law::Source{"t" + std::to_string(number),
                           std::string(random::head) + "agreement \"T\" version " +
                               std::to_string(number) + "\n  parties XA, XB\n  in force from " +
                               force + "\n  reviewed by none\narticle 1 \"All\"\n" +
                               "  clause 1(1) permit\n" + rest};
    };
    const std::string guardrail =
        "guardrail G \"Lasts\"\n  no gap from 2024-01-01 until 2026-01-01\n";
    for (const auto& [ends, wanted] :
         {std::pair{"2025-01-01", Conclusion::proven}, {"2024-12-31", Conclusion::refuted}}) {
        const std::vector<law::Source> sources{
            {"v", random::vocabulary},
            version(1, std::string("2024-01-01 until ") + ends, ""),
            version(2, "2025-01-01", "")};
        std::vector<law::Source> asking = sources;
        asking.back() = version(2, "2025-01-01", guardrail);
        EXPECT_EQ(prove(law::Library::load(asking).value()).front().conclusion, wanted) << ends;
        // The same is asked of texts that do not ask it of themselves.
        const law::Library silent = law::Library::load(sources).value();
        const auto usual = prove_usual(silent, *silent.data().instruments.front());
        ASSERT_EQ(usual.size(), 3U);
        EXPECT_EQ(usual.back().guardrail, "usual-days");
        EXPECT_EQ(usual.back().conclusion, wanted) << usual.back().note;
    }
}

TEST(Guardrails, that_are_usual_are_asked_of_texts_that_do_not_say_them) {
    const auto conclusions = [](const std::string& body) {
        const law::Library texts = law_with(body);
        std::map<std::string, Conclusion> out;
        for (const Finding& one : prove_usual(texts, *texts.data().instruments.front())) {
            out.emplace(one.guardrail, one.conclusion);
            EXPECT_FALSE(one.certificate);
            EXPECT_GT(one.line, 0);
        }
        return out;
    };
    using Found = std::map<std::string, Conclusion>;
    const std::string retain =
        "  clause 1(1) permit\n  clause 1(2) retain at least 90 days after receipt\n    when a\n"
        "  clause 1(3) retain at most 30 days after receipt\n    when ";
    EXPECT_EQ(conclusions(retain + "not a\n"),
              (Found{{"usual-fire", Conclusion::proven}, {"usual-retain", Conclusion::proven}}));
    EXPECT_EQ(conclusions(retain + "b\n"),
              (Found{{"usual-fire", Conclusion::proven}, {"usual-retain", Conclusion::refuted}}));
    EXPECT_EQ(conclusions(retain + "b and not b\nguardrail G \"No\"\n  no clash in retain\n"),
              (Found{{"usual-fire", Conclusion::refuted}}));
}

TEST(Guardrails, compare_with_the_older_version_and_say_if_it_lacks) {
    const auto text = [](int version, const std::string& body) {
        return law::Source{"t" + std::to_string(version),
                           std::string(random::head) + "agreement \"T\" version " +
                               std::to_string(version) + "\n  parties XA, XB\n  in force from 202" +
                               std::to_string(3 + version) +
                               "-01-01\n  reviewed by none\narticle 1 \"All\"\n" + body};
    };
    const std::string older = "  clause 1(1) permit\n    when c in {x, y}\n";
    const std::string newer =
        "  clause 1(1) permit\n    when c in {x, y}\n  clause 1(2) permit\n    when c is z and a\n"
        "  clause 1(3) review by council every 6 months\n    when b and a\n"
        "guardrail G \"Not wider\"\n  never wider than version 1";
    const auto conclusion = [&](const std::vector<law::Source>& texts) {
        std::vector<law::Source> sources{{"v", random::vocabulary}};
        sources.insert(sources.end(), texts.begin(), texts.end());
        return prove(law::Library::load(sources).value()).front().conclusion;
    };
    EXPECT_EQ(conclusion({text(1, older), text(2, newer + "\n")}), Conclusion::refuted);
    EXPECT_EQ(conclusion({text(1, older), text(2, newer + " except 1(2)\n")}), Conclusion::proven);
    EXPECT_EQ(conclusion({text(1, older), text(2, newer + " except 1(3)\n")}), Conclusion::refuted);
    EXPECT_EQ(conclusion({text(2, newer + "\n")}), Conclusion::not_decided);
}

// --- the slow twins: every request counted out, and a second solver

bool z3_satisfies(const certificate::Formula& formula) {
    z3::context context;
    z3::solver solver(context);
    std::vector<z3::expr> variables;
    for (std::int32_t i = 0; i <= formula.variables; ++i) {
        variables.push_back(context.bool_const(("v" + std::to_string(i)).c_str()));
    }
    for (const auto& clause : formula.clauses) {
        z3::expr_vector parts(context);
        for (const std::int32_t literal : clause) {
            const z3::expr& variable = variables[static_cast<std::size_t>(std::abs(literal))];
            parts.push_back(literal > 0 ? variable : !variable);
        }
        solver.add(z3::mk_or(parts));
    }
    const z3::check_result answer = solver.check();
    EXPECT_NE(answer, z3::unknown);
    return answer == z3::sat;
}

/// Whether any request at all breaks the guardrail, as the assessment says.
bool counted_out(const detail::Question& question) {
    const std::vector<std::string> names{"a", "b", "c", "d", "cleared"};
    const law::Vocabulary& vocabulary = question.setting.library.vocabulary();
    const std::vector<std::vector<codec::Value>> values{
        {false, true}, {false, true}, {"x", "y", "z"}, {"low", "mid", "high"}, {false, true}};
    for (unsigned number = 0; number < 2 * 3 * 3 * 3 * 7 * 7; ++number) {
        const unsigned masks[] = {number / 2 % 3 + 1, number / 6 % 3 + 1, number / 54 % 7 + 1,
                                  number / 378 % 7 + 1, number / 18 % 3 + 1};
        // Both sides' law permits everything, so one direction is as good as the other.
        law::Question request = question.setting.cases.front();
        for (std::size_t i = 0; i < names.size(); ++i) {
            codec::Array list;
            for (std::size_t v = 0; v < values[i].size(); ++v) {
                if (((masks[i] >> v) & 1U) != 0) {
                    list.push_back(values[i][v]);
                }
            }
            EXPECT_TRUE(request.facts.set(vocabulary, names[i], list));
        }
        std::vector<std::string> elapsed;
        if (number % 2 == 1) {
            elapsed.emplace_back("receipt");
            detail::set_elapsed(request, question.setting.library, "receipt");
        }
        if (detail::breaks(question, request, elapsed).value() != law::Truth::no) {
            return true;
        }
    }
    return false;
}

TEST(Twins, counting_out_and_both_solvers_agree_on_every_small_law) {
    std::map<Conclusion, int> seen;
    for (unsigned seed = 0; seed < 40; ++seed) {
        SCOPED_TRACE(seed);
        random::engine().seed(seed);
        const std::string guardrail =
            random::pick(4) > 0
                ? "never release when " + random::condition(2, true, false)
                : "always " + random::one_of({"require d mid", "forbid", "limit c to {x, y}"}) +
                      " when " + random::condition(1, true, false);
        const law::Library small = random::loaded(
            {{"v", random::vocabulary},
             {"t", random::agreement(true, "guardrail G \"G\"\n  " + guardrail + "\n")}});
        const Finding finding = prove(small).front();
        ASSERT_TRUE(finding.conclusion != Conclusion::not_decided);
        ++seen[finding.conclusion];
        const law::Instrument& instrument = *small.data().instruments.front();
        const auto question =
            detail::question_of(small, instrument, instrument.guardrails.front()).value();
        const bool broken = finding.conclusion == Conclusion::refuted;
        ASSERT_TRUE(z3_satisfies(question->clauses(question->broken).formula) == broken);
        ASSERT_TRUE(counted_out(*question) == broken);
        if (broken) {
            const Example& example = finding.examples.front();
            ASSERT_TRUE(detail::breaks(*question, example.question, example.elapsed).value() !=
                        law::Truth::no);
        } else {
            ASSERT_TRUE(certificate::check(*finding.certificate).has_value());
            ASSERT_TRUE(recheck(small, *finding.certificate).has_value());
        }
    }
    EXPECT_GT(seen[Conclusion::proven], 5);
    EXPECT_GT(seen[Conclusion::refuted], 5);
}

/// The pigeons' formula: n + 1 of them in n holes; its proof needs many steps.
certificate::Formula pigeons(std::int32_t holes) {
    certificate::Formula formula;
    formula.variables = holes * (holes + 1);
    const auto in = [&](std::int32_t pigeon, std::int32_t hole) {
        return pigeon * holes + hole + 1;
    };
    for (std::int32_t pigeon = 0; pigeon <= holes; ++pigeon) {
        std::vector<std::int32_t> somewhere;
        for (std::int32_t hole = 0; hole < holes; ++hole) {
            somewhere.push_back(in(pigeon, hole));
            for (std::int32_t other = 0; other < pigeon; ++other) {
                formula.clauses.push_back({-in(pigeon, hole), -in(other, hole)});
            }
        }
        formula.clauses.push_back(std::move(somewhere));
    }
    return formula;
}

TEST(Proofs, of_hard_formulas_are_checked_and_every_cut_is_refused) {
    for (const std::int32_t holes : {1, 2, 3, 4, 5}) {
        const certificate::Formula formula = pigeons(holes);
        detail::Solver solver(detail::Solver::Proof::record);
        solver.add(formula);
        ASSERT_EQ(solver.solve(), detail::Verdict::unsatisfiable);
        const auto proof = detail::steps_of(formula, solver.proof());
        ASSERT_TRUE(proof) << holes;
        EXPECT_TRUE(certificate::check(formula, *proof)) << holes;
        for (std::size_t cut = 0; cut < proof->size(); ++cut) {
            std::vector<certificate::Step> shorter = *proof;
            shorter.resize(cut);
            EXPECT_FALSE(certificate::check(formula, shorter));
        }
    }
}

TEST(Proofs, from_a_record_that_leads_nowhere_are_none) {
    certificate::Formula formula = pigeons(3);
    EXPECT_FALSE(detail::steps_of(formula, ""));
    EXPECT_FALSE(detail::steps_of(formula, std::string("a\x02\x00", 3)));  // does not follow
    EXPECT_FALSE(detail::steps_of(formula, "a\xff\xff\xff\xff\xff\xff\xff"));
    formula.clauses.pop_back();
    detail::Solver solver(detail::Solver::Proof::record);
    solver.add(formula);
    EXPECT_EQ(solver.solve(), detail::Verdict::satisfiable);
    EXPECT_FALSE(detail::steps_of(formula, solver.proof()));
}

// --- vectors (docs/formats/certificate.md)

TEST(Vectors, of_certificates_are_what_their_texts_give) {
    const std::filesystem::path folder = std::filesystem::path(COMITY_TEST_DATA) / "certificate";
    const law::Library texts = law::Library::load(law::testing::sources_below(folder)).value();
    const std::vector<Finding> findings = prove(texts);
    ASSERT_EQ(findings.size(), 3U);
    for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
        const std::string bytes =
            law::testing::read_file(folder / (findings[i].guardrail + ".certificate"));
        const auto read = certificate::read(bytes);
        ASSERT_TRUE(read) << read.error().text();
        EXPECT_TRUE(certificate::check(*read));
        EXPECT_TRUE(recheck(texts, *read));
        // The formula is the same from any compiler; the solver's way there may be another.
        ASSERT_TRUE(findings[i].certificate);
        EXPECT_EQ(findings[i].certificate->formula, read->formula);
    }
    EXPECT_EQ(findings[2].conclusion, Conclusion::refuted);
    EXPECT_EQ(codec::canonical(request_form(texts, findings[2].examples.front().question)),
              R"({"facts":{"action":"disclose","approval":"prosecutor","data":"subscriber"},)"
              R"("requested":"XB","requesting":"XA"})");
}

TEST(Certificates, of_one_text_are_refused_for_another_a_hundred_times_of_a_hundred) {
    const std::filesystem::path folder = std::filesystem::path(COMITY_TEST_DATA) / "certificate";
    const law::Library texts = law::Library::load(law::testing::sources_below(folder)).value();
    const certificate::Certificate made = *prove(texts).front().certificate;
    ASSERT_TRUE(recheck(texts, made));
    const std::string bytes = certificate::write(made);
    int refused = 0;
    for (std::size_t i = 0; i < 100; ++i) {
        // A digit of the file changed: a digest, a literal, a hint, a version.
        std::string altered = bytes;
        std::size_t at = i * (bytes.size() - 1) / 100;
        while (std::isdigit(static_cast<unsigned char>(altered[at])) == 0) {
            at = (at + 1) % altered.size();
        }
        altered[at] = altered[at] == '9' ? '1' : static_cast<char>(altered[at] + 1);
        const auto read = certificate::read(altered);
        const bool holds = read && certificate::check(*read) && recheck(texts, *read);
        refused += holds ? 0 : 1;
    }
    EXPECT_EQ(refused, 100);
}

}  // namespace
}  // namespace comity::prover
