#include "domain/law/pattern.h"

#include <gtest/gtest.h>

#include "domain/law/testing.h"

namespace comity::law {
namespace {

const std::string text = testing::read_file(std::filesystem::path(COMITY_LAW).parent_path() /
                                            "fuzz/corpus/pattern/small.pattern");

std::string replaced(std::string_view from, std::string_view to) {
    std::string copy = text;
    const std::size_t at = copy.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? copy : copy.replace(at, from.size(), to);
}

const Library& library() {
    static const Library loaded = [] {
        const std::string head = "language comity-treaty 1\nvocabulary core 1\n";
        const std::string profile =
            " version 1\nin force from 2020-01-01\narticle 1 \"All\"\n"
            "clause 1 permit as issuing\nclause 2 permit as executing\n";
        return Library::load(std::vector<Source>{
                                 {"v", head + "side requesting, requested\nevent receipt, answer\n"
                                              "silence escalate\nfact emergency boolean case\n"
                                              "fact data enumeration {traffic, content} case\n"},
                                 {"x", head + "jurisdiction XX" + profile},
                                 {"y", head + "jurisdiction XY" + profile},
                                 {"a", head + "agreement \"A\" version 1\nparties XX, XY\n"
                                              "in force from 2020-01-01\narticle 1 \"All\"\n"
                                              "clause 1 permit when emergency\n"
                                              "clause 2 deadline answer by requested within 5 "
                                              "working days of receipt on silence escalate\n"}})
            .value();
    }();
    return loaded;
}

std::string first_error(const std::string& file) {
    const auto read = read_patterns("f", file);
    return read ? "accepted" : read.error().front().text();
}

/// What is not as expected, over all patterns of the file: "line: what".
std::vector<std::string> mismatches(const std::string& file) {
    std::vector<std::string> list;
    const auto read = read_patterns("f", file);
    for (const FactPattern& pattern : read.value().patterns) {
        const auto judged = judge_pattern(library(), "f", pattern);
        if (!judged) {
            list.push_back(judged.error().text());
            continue;
        }
        for (const Mismatch& one : *judged) {
            list.push_back(std::to_string(one.line) + ": " + one.what);
        }
    }
    return list;
}

TEST(Pattern, is_read_and_its_expected_answers_come) {
    const auto read = read_patterns("f", text);
    ASSERT_TRUE(read) << first_error(text);
    ASSERT_EQ(read->patterns.size(), 2U);
    const FactPattern& one = read->patterns.front();
    EXPECT_EQ(one.articles, (std::vector<std::string>{"1", "2 a"}));
    EXPECT_TRUE(one.unconfirmed);
    EXPECT_EQ(one.cases.size(), 2U);
    EXPECT_FALSE(read->patterns[1].unconfirmed);
    EXPECT_TRUE(mismatches(text).empty());
}

TEST(Pattern, every_answer_that_differs_is_told_with_its_line) {
    const auto one = [](std::string_view from, std::string_view to) {
        const std::vector<std::string> found = mismatches(replaced(from, to));
        return found.size() == 1 ? found.front() : std::to_string(found.size()) + " differ";
    };
    EXPECT_EQ(one("outcome open", "outcome closed"), "13: outcome");
    EXPECT_EQ(one("release up", "release down"), "13: release gate");
    EXPECT_EQ(one("route \"A\"", "route \"B\""), "13: route");
    EXPECT_EQ(one("grounds 1", "grounds none"), "13: grounds");
    EXPECT_EQ(one("grounds no-basis", "grounds 1"), "22: grounds");
    EXPECT_EQ(one("missing none", "missing data"), "13: missing");
    EXPECT_EQ(one("  duty 2", "  no-duty 2"), "13: duty 2");
    EXPECT_EQ(one("2026-10-16T00", "2026-10-14T00"), "13: due 2");
    EXPECT_EQ(one("silence 2 escalate", "silence 2 refuse"), "13: silence 2");
    EXPECT_EQ(one("missing emergency", "missing none"), "25: missing");
    EXPECT_EQ(one("outcome needs-information\n  missing emergency", "outcome no-agreement"),
              "25: outcome");
}

TEST(Pattern, names_that_the_texts_do_not_have_are_errors_and_never_pass) {
    EXPECT_EQ(mismatches(replaced("duty 2", "no-duty 3")).front(),
              "f:8:1: '3' is not a clause of the texts");
    EXPECT_EQ(mismatches(replaced("unknown emergency", "unknown urgency")).front(),
              "f:25:1: 'urgency' is not a fact of the vocabulary");
    EXPECT_EQ(mismatches(replaced("event receipt", "event service")).front(),
              "f:8:1: 'service' is not an event of the vocabulary");
    EXPECT_EQ(mismatches(replaced("{\"data\":\"content\"}", "{\"data\":\"indicator\"}")).front(),
              "f:10:9: 'indicator' is not a value of data, expected one of traffic or content");
}

TEST(Pattern, mistakes_are_told_with_line_and_column) {
    EXPECT_EQ(first_error(""),
              "f: the file does not begin as fact patterns do, expected 'patterns 1'");
    EXPECT_EQ(first_error(replaced("patterns 1", "patterns 2")),
              "f:1:10: this version of fact patterns is not known, expected 1");
    EXPECT_EQ(first_error(replaced("  outcome open", "  outcom open")).substr(0, 38),
              "f:14:3: a statement is expected here, ");
    EXPECT_EQ(first_error(replaced("outcome open", "outcome opened")),
              "f:14:11: this is not an outcome, expected open, closed, needs-decision, "
              "needs-information or no-agreement");
    EXPECT_EQ(first_error(replaced("2026-10-08T09:00:00.000Z", "2026-10-08")),
              "f:11:17: this is not an instant, expected YYYY-MM-DDTHH:MM:SS.mmmZ");
    EXPECT_EQ(first_error(replaced("on 2026-10-05", "on 2026-02-30")).substr(0, 44),
              "f:5:14: this is not a day of the calendar, e");
    EXPECT_EQ(first_error(replaced("{\"data\":\"content\"}", "{\"data\":}")).substr(0, 28),
              "f:10:17: these are not facts");
    EXPECT_EQ(first_error(replaced("release up", "release up now")),
              "f:15:14: this does not belong to the statement, expected the end of the line");
    EXPECT_EQ(first_error(replaced("  source \"A\" 1\n", "")).substr(0, 40),
              "f:25:1: the pattern does not say which l");
    EXPECT_EQ(first_error(replaced("  outcome needs-information\n", "")),
              "f:25:1: no outcome is expected here, expected outcome ...");
    EXPECT_EQ(first_error(replaced("law \".\"\n", "")).substr(0, 55),
              "f:28:1: the file does not say which texts it asks, expe");
    EXPECT_EQ(first_error(text + "law \"x\"\n").substr(0, 45),
              "f:30:1: 'law' stands behind the first pattern");
    EXPECT_EQ(first_error(std::string(max_pattern_bytes + 1, '#')).substr(0, 30),
              "f: this file is too large, exp");
}

TEST(Pattern, the_number_of_patterns_cases_and_the_length_of_lines_are_bounded) {
    std::string many = text;
    for (std::size_t i = 2; i <= max_patterns; ++i) {
        many += "pattern \"P\"\nsource \"A\" 1\noutcome open\n";
    }
    EXPECT_NE(first_error(many).find("too many patterns"), std::string::npos);
    std::string cases = text + "pattern \"P\"\nsource \"A\" 1\n";
    for (std::size_t i = 0; i <= max_pattern_cases; ++i) {
        cases += "case {}\noutcome open\n";
    }
    EXPECT_NE(first_error(cases).find("too many cases"), std::string::npos);
    EXPECT_NE(first_error(text + "title \"" + std::string(max_pattern_line, 'x') + "\"\n")
                  .find("too long"),
              std::string::npos);
}

}  // namespace
}  // namespace comity::law
