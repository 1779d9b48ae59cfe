#include "domain/prooffile/screen.h"

#include <algorithm>
#include <fstream>
#include <gmock/gmock.h>
#include <iterator>

#include "domain/prooffile/testing.h"

namespace comity::prooffile {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using testing::World;

std::string data(const std::string& name) {
    std::ifstream in(std::string(COMITY_TEST_DATA) + "/proof/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string text_of(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) {
        text += line + "\n";
    }
    return text;
}

Report report_on(const std::string& name) {
    return verify_proof(data(name), read_trust(data("v2.trust")).value());
}

std::size_t columns_of(const std::string& line) {
    return static_cast<std::size_t>(std::ranges::count_if(
        line, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

void expect_fits(const std::vector<std::string>& lines) {
    EXPECT_LE(lines.size(), screen_lines);
    for (const std::string& line : lines) {
        EXPECT_LE(columns_of(line), screen_columns) << line;
    }
}

TEST(Screen, of_an_authentic_file_is_as_it_was_read_and_agreed) {
    const Report report = report_on("v2.proof");
    EXPECT_EQ(text_of(screen_of(report, Language::english)), data("v2.en.txt"));
    EXPECT_EQ(text_of(screen_of(report, Language::french)), data("v2.fr.txt"));
}

TEST(Screen, of_a_redacted_file_names_what_lacks_and_what_would_prove_it) {
    const Report report = report_on("v2-redacted.proof");
    EXPECT_EQ(text_of(screen_of(report, Language::english)), data("v2-redacted.en.txt"));
    EXPECT_EQ(text_of(screen_of(report, Language::french)), data("v2-redacted.fr.txt"));
}

TEST(Screen, of_a_tampered_file_says_so_first_and_claims_nothing) {
    std::string file = data("v2.proof");
    file[file.size() / 2] ^= 1;
    const auto lines =
        screen_of(verify_proof(file, read_trust(data("v2.trust")).value()), Language::english);
    EXPECT_EQ(lines.at(0), "INVALID");
    EXPECT_THAT(lines, Contains(HasSubstr("digest line")));
    EXPECT_THAT(lines, ::testing::Not(Contains(HasSubstr("WHO SIGNED"))));
    expect_fits(lines);
}

TEST(Screen, without_anchors_shows_what_to_compare) {
    const Report report = verify_proof(data("v2.proof"), std::nullopt);
    const auto lines = screen_of(report, Language::french);
    EXPECT_EQ(lines.at(0), "NON PROUVÉ");
    EXPECT_THAT(lines, Contains(HasSubstr("À COMPARER PAR UNE AUTRE VOIE")));
    const Trust trust = read_trust(data("v2.trust")).value();
    EXPECT_THAT(text_of(lines), HasSubstr(trust.annex.hex()));
    EXPECT_THAT(lines, Contains(HasSubstr("clé racine de xa-prosecution")));
    expect_fits(lines);
}

TEST(Screen, every_language_says_that_nothing_is_said_on_the_merits) {
    for (const std::string_view name : {"v2.proof", "v2-redacted.proof"}) {
        const Report report = report_on(std::string(name));
        EXPECT_THAT(screen_of(report, Language::english).at(2), HasSubstr("nothing on the merits"));
        EXPECT_THAT(screen_of(report, Language::french).at(2), HasSubstr("Rien n'est dit du fond"));
    }
}

/// A report that is as long and as wide as a hostile file could make it.
Report huge() {
    Report report;
    report.answer = Answer::not_proven;
    report.matter = std::string(64, 'm');
    report.agreement = std::string(128, 'a');
    report.agreement_text = std::string(64, 'b');
    report.law = std::string(64, 'c');
    report.exported_by = std::string(64, 'p');
    report.exported_at = "2027-03-05T09:32:00.000Z";
    report.unreviewed.assign(200, "a text that nobody reviewed");
    for (std::size_t i = 0; i < 300; ++i) {
        ReportedAct act;
        act.party = base::PartyId::parse("party-" + std::to_string(i)).value();
        act.title = std::string(i, 'x') + "\n\x1B[2J" + std::string(i, ' ') + "é";
        act.procedure = "p" + std::to_string(i);
        act.kind = "p/k";
        act.role = "root";
        act.person = "root";
        act.proven = true;
        act.asserted = {"fact = " + std::string(1000, 'v')};
        act.unopened = {"field " + std::to_string(i)};
        act.notices = {"notice " + std::to_string(i)};
        act.cited = {{"I" + std::to_string(i), std::string(i, '1'), "permit"}};
        report.acts.push_back(act);
        report.steps.push_back({"check", std::string(i, 'y'), Finding::lacks, "d", "c"});
        report.items.push_back({});
        report.fingerprints.push_back({"root key of " + std::to_string(i), std::string(64, 'f')});
    }
    return report;
}

TEST(Screen, stays_one_screen_however_much_a_file_holds_and_says_how_much_is_left_out) {
    for (Report report : {huge(), Report{}}) {
        for (const Language language : {Language::english, Language::french}) {
            expect_fits(screen_of(report, language));
            report.fingerprints.clear();
            expect_fits(screen_of(report, language));
            report.timestamp = ReportedTimestamp{};
            report.timestamp->authority = "CN=" + std::string(200, 'z') + "\n\x1B[2J";
            expect_fits(screen_of(report, language));
        }
    }
    const auto lines = screen_of(huge(), Language::english);
    EXPECT_THAT(lines, Contains(HasSubstr("+ 295 more (--long)")));
    EXPECT_GE(std::ranges::count_if(
                  lines, [](const std::string& line) { return line.ends_with(" more (--long)"); }),
              3);
}

TEST(Screen, no_text_of_a_file_moves_the_cursor) {
    for (const std::string& line : screen_of(huge(), Language::english)) {
        EXPECT_TRUE(std::ranges::none_of(line, [](char c) { return c >= 0 && c < ' '; })) << line;
    }
}

TEST(Screen, the_json_holds_all_of_it_uncut) {
    const codec::Value json = screen_to_json(huge(), Language::french);
    EXPECT_EQ(json.at("language").get_string(), "fr");
    EXPECT_EQ(json.at("answer").get_string(), "NON PROUVÉ");
    EXPECT_EQ(json.at("signers").get_array().size(), 300U);
    EXPECT_EQ(json.at("lacks").get_array().size(), 300U);
    EXPECT_EQ(json.at("conforms").get_array().size(), 600U);
}

TEST(Screen, every_check_of_an_authentic_file_has_a_french_name) {
    const Report english = report_on("v2-redacted.proof");
    for (Step step : english.steps) {
        step.finding = Finding::lacks;
        Report one;
        one.matter = "m";
        one.steps = {step};
        const codec::Value json = screen_to_json(one, Language::french);
        EXPECT_NE(json.at("lacks").at(0).at("check").get_string(), step.what) << step.what;
    }
}

TEST(Screen, languages_have_names) {
    EXPECT_EQ(language_named("fr"), Language::french);
    EXPECT_EQ(language_named("en"), Language::english);
    EXPECT_EQ(language_named("de"), std::nullopt);
}

}  // namespace
}  // namespace comity::prooffile
