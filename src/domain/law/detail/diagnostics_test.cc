// Every mistake of a text is reported with its place, what is expected and the nearest name.

#include <gtest/gtest.h>

#include "domain/law/detail/words.h"
#include "domain/law/testing.h"

namespace comity::law {
namespace {

std::vector<Diagnostic> findings(const std::string& body, const std::string& meta = "") {
    static const std::vector<Source> all = testing::sources_below(COMITY_LAW);
    std::vector<Source> sources;
    for (const Source& source : all) {
        if (source.name.starts_with("vocabulary")) {
            sources.push_back(source);
        }
    }
    sources.push_back({"t",
                       "language comity-treaty 1\nvocabulary core 3\n"
                       "agreement \"T\" version 2\nparties XA, NO\n"
                       "in force from 2026-01-01\nreviewed by none\n" +
                           meta + "article 1 \"One\"\n" + body});
    return check(sources);
}

/// The only finding of the text.
Diagnostic only(const std::string& body, const std::string& meta = "") {
    const std::vector<Diagnostic> all = findings(body, meta);
    EXPECT_EQ(all.size(), 1U) << body << (all.size() > 1 ? all[1].text() : "");
    return all.empty() ? Diagnostic{} : all.front();
}

TEST(Diagnostics, a_right_text_has_none_and_norway_is_no_truth_value) {
    EXPECT_TRUE(findings("clause 1(1) permit\nwhen emergency\n").empty());
}

TEST(Diagnostics, name_the_nearest_fact_at_its_place) {
    const Diagnostic one = only("clause 1(1) permit\n  when action is share and emergancy\n");
    EXPECT_EQ(one.line, 9);
    EXPECT_EQ(one.column, 28);
    EXPECT_EQ(one.nearest, "emergency");
    EXPECT_TRUE(one.text().starts_with("t:9:28: "));
}

TEST(Diagnostics, name_the_nearest_value) {
    EXPECT_EQ(only("clause 1(1) permit\n when data is contents\n").nearest, "content");
    EXPECT_EQ(only("clause 1(1) permit\n when data in {trafic, content}\n").nearest, "traffic");
    EXPECT_EQ(only("clause 1(1) require approval judges\n").nearest, "judge");
    EXPECT_EQ(only("clause 1(1) require element offense\n").nearest, "offence");
    EXPECT_EQ(only("clause 1(1) pemit\n").nearest, "permit");
}

TEST(Diagnostics, name_the_nearest_event_and_role) {
    EXPECT_EQ(
        only(
            "clause 1(1) deadline answer by requested within 2 days of reciept on silence refuse\n")
            .nearest,
        "receipt");
    EXPECT_EQ(only("clause 1(1) require judgement proportionate by jugde\n").nearest, "judge");
    EXPECT_EQ(only("clause 1(1) deadline answer by requestet within 2 days of receipt on silence "
                   "refuse\n")
                  .nearest,
              "requested");
}

TEST(Diagnostics, refuse_and_mixed_with_or) {
    const Diagnostic one =
        only("clause 1(1) permit\n  when emergency and names-a-person or data is content\n");
    EXPECT_NE(one.what.find("mixed"), std::string::npos);
    EXPECT_EQ(one.line, 9);
    EXPECT_EQ(one.column, 37);
    EXPECT_TRUE(findings("clause 1(1) permit\n when (emergency and names-a-person) or data is "
                         "content\n")
                    .empty());
}

TEST(Diagnostics, refuse_a_clause_id_that_stands_twice) {
    EXPECT_NE(only("clause 1(1) permit\nclause 1(1) forbid\n").what.find("twice"),
              std::string::npos);
}

TEST(Diagnostics, refuse_exceptions_in_a_circle_or_to_nothing) {
    EXPECT_NE(only("clause 1(1) exception to 1(2)\nwhen emergency\nclause 1(2) exception to 1(1)\n"
                   "when emergency\n")
                  .what.find("circle"),
              std::string::npos);
    EXPECT_NE(only("clause 1(1) exception to 1(1)\n").what.find("circle"), std::string::npos);
    EXPECT_EQ(only("clause 1(1) permit\nclause 1(2) exception to 1(9)\n").nearest, "1(1)");
}

TEST(Diagnostics, ask_for_the_transition_of_a_replacement) {
    EXPECT_NE(only("", "replaces version 1\n").expected.find("transition"), std::string::npos);
    EXPECT_TRUE(findings("", "replaces version 1 transition \"as before\"\n").empty());
}

TEST(Diagnostics, refuse_days_that_do_not_exist_and_numbers_with_leading_zeros) {
    EXPECT_NE(only("clause 1(1) permit\n in force from 2026-02-30\n").what.find("calendar"),
              std::string::npos);
    const Diagnostic zero = only("clause 1(1) permit\n when max-penalty at least 012\n");
    EXPECT_EQ(zero.what, "a number does not begin with 0");
    EXPECT_EQ(zero.expected, "12");
    EXPECT_NE(only("clause 1(1) permit\n in force from 2026-02-03 until 2026-02-03\n")
                  .what.find("ends before"),
              std::string::npos);
    EXPECT_EQ(only("clause 1(1) permit\n when emergency is NO\n").nearest, "no");
}

TEST(Diagnostics, count_the_cells_of_a_table) {
    const std::string head = "table 1(1) gives require approval\n| data | emergency | approval |\n";
    EXPECT_NE(only(head + "| content | judge | 1(1)(a)\n| traffic | any | judge | 1(1)(b)\n")
                  .what.find("2 cells"),
              std::string::npos);
    EXPECT_NE(only(head + "| content | any | judge |\n| traffic | any | judge | 1(1)(b)\n")
                  .what.find("no clause id"),
              std::string::npos);
    EXPECT_TRUE(findings(head + "| content, traffic | yes | judge | 1(1)(a)\n").empty());
}

TEST(Diagnostics, count_out_a_table_that_is_called_complete) {
    const std::string head =
        "table 1(1) gives require approval complete when action is disclose\n"
        "| data | emergency | approval |\n"
        "| registration, subscriber, indicator | any | officer | 1(1)(a)\n"
        "| traffic | any | judge | 1(1)(b)\n";
    EXPECT_NE(
        only(head + "| content | no | judge | 1(1)(c)\n").what.find("data content, emergency yes"),
        std::string::npos);
    EXPECT_TRUE(findings(head + "| content | any | judge | 1(1)(c)\n").empty());
}

TEST(Diagnostics, all_errors_of_a_text_are_reported) {
    const std::vector<Diagnostic> all = findings(
        "clause 1(1) permit\n when emergancy and data is contents\nclause 1(2) pemit\n"
        "clause 1(3) forbid\n when origin-consent or\narticle 2 \"Two\"\n"
        "clause 2(1) require approval nobody\nguardrail G1 \"x\"\n never release when dta is "
        "content\n");
    EXPECT_EQ(all.size(), 6U);
    EXPECT_TRUE(std::ranges::is_sorted(all, {}, &Diagnostic::line));
}

TEST(Diagnostics, a_forgotten_line_does_not_swallow_the_next_clause) {
    const std::vector<Diagnostic> all = findings(
        "clause 1(1) deadline answer by\nclause 1(2) permit\n"
        "clause 1(3) exception to 1(2)\nwhen emergency\n");
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].line, 9);
}

TEST(Diagnostics, nesting_and_size_are_bounded) {
    const std::string deep(40, '(');
    EXPECT_FALSE(findings("clause 1(1) permit\n when " + deep + "emergency\n").empty());
    std::string doubling = "define d0 as emergency and names-a-person\n";
    for (int i = 1; i < 30; ++i) {
        const std::string before = "d" + std::to_string(i - 1);
        doubling += "define d" + std::to_string(i) + " as " + before + " and " + before + "\n";
    }
    EXPECT_FALSE(findings(doubling).empty());
    EXPECT_FALSE(findings("# " + std::string(1U << 20, 'x') + "\n").empty());
}

TEST(Diagnostics, bad_bytes_have_a_place) {
    EXPECT_EQ(only("clause 1(1) permit\n\ttext \"x\"\n").expected, "spaces");
    EXPECT_NE(only("clause 1(1) permit\n text \"a\xff\"\n").what.find("UTF-8"), std::string::npos);
    EXPECT_NE(only("clause 1(1) permit\n text \"open\n").what.find("does not end"),
              std::string::npos);
}

TEST(Words, distance_counts_a_swap_as_one) {
    EXPECT_EQ(detail::edit_distance("reciept", "receipt"), 1U);
    EXPECT_EQ(detail::edit_distance("", "abc"), 3U);
    EXPECT_EQ(detail::edit_distance("judge", "judge"), 0U);
}

}  // namespace
}  // namespace comity::law
