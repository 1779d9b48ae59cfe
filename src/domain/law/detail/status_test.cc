// The outline of a multilateral text with routes, overlays, declarations and reservations.

#include <gtest/gtest.h>

#include "domain/law/testing.h"

namespace comity::law {
namespace {

constexpr const char* protocol = R"(language comity-treaty 1
vocabulary core 3
agreement "PROTO" version 1
  title "Outline of a protocol between invented states"
  parties by status
  depositary "Secretariat of the Invented Council"
  supplements "CONV"
  in force by status
  reviewed by none
article 7 "Direct disclosure of subscriber information"
  declarable 7(2)(b) "orders only by a prosecutor"
  reservable 7(9)(a) closes 7
  reservable 7(9)(b) "certain access numbers"
  clause 7(1) permit
    when action is disclose and data is subscriber and addressee is provider
  clause 7(2)(b) require approval prosecutor
    when route is 7 and requested declared 7(2)(b)
  clause 7(7) deadline answer by provider within 30 days of receipt on silence continue-under-8
    when route is 7
article 9 "Emergency disclosure"
  clause 9(1) permit
    when action is disclose and data in {subscriber, traffic, content} and emergency
  clause 9(4) deadline answer by requested within 1 days of receipt on silence escalate
    judgement-figure
    when route is 9
article 14 "Personal data"
  overlay
  clause 14(1)(b) yields to framework
    when both-bound-by-framework
  clause 14(5) retain at most as-long-as-necessary reviewed every 12 months
  clause 14(6) forbid
    when decision-solely-automated and adverse-to-person and not safeguards-for-automation
guardrail P2 "A reservation closes its own route"
  never release when route is 7 and requested reserved 7(9)(a)
)";

std::string profile(const std::string& name) {
    return "language comity-treaty 1\nvocabulary core 3\njurisdiction " + name +
           " version 1\n  in force from 2020-01-01\n  reviewed by none\narticle 1 \"All\"\n"
           "  clause 1 permit\n    as issuing\n  clause 2 permit\n    as executing\n";
}

Assessment assessed(const std::string& status_lines, std::string_view facts) {
    std::vector<Source> sources;
    for (Source& source : testing::sources_below(COMITY_LAW)) {
        if (source.name.starts_with("vocabulary")) {
            sources.push_back(std::move(source));
        }
    }
    sources.push_back({"protocol", protocol});
    sources.push_back({"xc", profile("XC")});
    sources.push_back({"xd", profile("XD")});
    sources.push_back({"status",
                       "language comity-treaty 1\nvocabulary core 3\nstatus of \"PROTO\"\n"
                       "party XC in force from 2026-01-01\nparty XD in force from "
                       "2026-01-01\n" +
                           status_lines});
    const auto library = Library::load(sources);
    for (const Diagnostic& one : library ? std::vector<Diagnostic>{} : library.error()) {
        ADD_FAILURE() << one.text();
    }
    Question question{
        "XC", "XD", base::Date::parse("2026-11-22").value(), testing::facts_of(*library, facts), {},
        {},   ""};
    return assess(*library, question).value();
}

constexpr const char* direct =
    R"({"action":"disclose","data":"subscriber","addressee":"provider","emergency":false,
        "both-bound-by-framework":true})";

TEST(Status, a_route_opens_for_parties_by_status) {
    const Assessment result = assessed("", direct);
    EXPECT_EQ(result.outcome, Outcome::open);
    EXPECT_EQ(result.route, "PROTO 7");
    EXPECT_TRUE(result.release_up);
}

TEST(Status, a_reservation_closes_its_route) {
    const Assessment result = assessed("  reserves 7(9)(a)\n", direct);
    EXPECT_EQ(result.outcome, Outcome::closed);
    EXPECT_EQ(result.grounds.at(0).clause, "7(9)(a)");
}

TEST(Status, a_declaration_switches_its_clause_on) {
    const Assessment result = assessed("  declares 7(2)(b)\n", direct);
    EXPECT_EQ(result.outcome, Outcome::open);
    EXPECT_FALSE(result.release_up);
    EXPECT_EQ(result.first_obstacle()->clause, "7(2)(b)");
}

TEST(Status, an_article_that_yields_does_not_apply) {
    constexpr const char* automated =
        R"({"action":"disclose","data":"subscriber","addressee":"provider","emergency":false,
            "both-bound-by-framework":FRAME,"decision-solely-automated":true,
            "adverse-to-person":true,"safeguards-for-automation":false})";
    std::string yes(automated);
    yes.replace(yes.find("FRAME"), 5, "true");
    std::string no(automated);
    no.replace(no.find("FRAME"), 5, "false");
    EXPECT_EQ(assessed("", yes).outcome, Outcome::open);
    EXPECT_EQ(assessed("", no).outcome, Outcome::closed);
}

}  // namespace
}  // namespace comity::law
