#include <filesystem>

#include "app/comity/commands/treaty.h"
#include "app/command/command_for_test.h"
#include "ground/codec/codec.h"

namespace comity::app {
namespace {

namespace fs = std::filesystem;

class TreatyCheck : public CommandTest {
 protected:
    /// A law folder with the real vocabulary.
    TreatyCheck() { fs::copy(fs::path(COMITY_LAW) / "vocabulary", folder / "vocabulary"); }

    static Told check(const std::string& file, bool json = false) {
        return told_by([&](std::ostream& out, std::ostream& err) {
            return run_treaty_check({file}, json, out, err);
        });
    }
    static Told check_law(const std::string& name) {
        return check((fs::path(COMITY_LAW) / name).string());
    }
    [[nodiscard]] Told check_text(const std::string& body) const {
        write("t.treaty",
              "language comity-treaty 1\nvocabulary core 3\n\nagreement \"T\" version 1\n"
              "  parties XA, XB\n  in force from 2026-01-01\n  reviewed by none\n"
              "article 1 \"All\"\n" +
                  body);
        return check(at("t.treaty"));
    }
};

constexpr const char* content_permitted =
    "  clause 1(1) permit\n    when action is disclose and data is content\n";
constexpr const char* judge_asked = "  clause 1(2) require approval judge\n";
constexpr const char* judge_guarded =
    "guardrail G \"Content never without a judge\"\n"
    "  never release when data is content and approval below judge\n";

TEST_F(TreatyCheck, says_nothing_wrong_of_a_text_whose_guardrails_hold) {
    const Told said = check_text(std::string(content_permitted) + judge_asked + judge_guarded);
    EXPECT_EQ(said.exit, exit_done) << said.out << said.err;
    EXPECT_EQ(said.out, "1 text read, 3 of 3 guardrails proven\n");
    const Told shown = check_law("agreements/xc-xd-ee.treaty");
    EXPECT_EQ(shown.exit, exit_done) << shown.out << shown.err;
    EXPECT_EQ(shown.out, "1 text read, 12 of 12 guardrails proven\n");
}

TEST_F(TreatyCheck, refuses_a_text_with_the_request_that_breaks_its_guardrail) {
    const Told said = check_text(std::string(content_permitted) + judge_guarded);
    EXPECT_EQ(said.exit, exit_findings);
    EXPECT_TRUE(said.out.contains("REFUTED  T version 1, G: Content never without a judge"))
        << said.out;
    EXPECT_TRUE(said.out.contains("    data is content\n")) << said.out;
    EXPECT_TRUE(said.out.ends_with("2 of 3 guardrails proven\n")) << said.out;
    const Told json = check(at("t.treaty"), true);
    EXPECT_EQ(json.exit, exit_findings);
    const codec::Value answer = codec::parse(json.out).value();
    EXPECT_TRUE(answer.get_object().at("findings").get_array().empty());
    const codec::Object& first =
        answer.get_object().at("guardrails").get_array().front().get_object();
    EXPECT_EQ(first.at("conclusion"), "refuted");
    EXPECT_EQ(first.at("examples").get_array().size(), 1U);
}

TEST_F(TreatyCheck, says_of_the_texts_that_forget_the_word_disclose_that_they_are_refuted) {
    // Their digests are in use, so they stay: content may be preserved, and under the profile
    // alone shared, without a judge.
    for (const char* name : {"agreements/xa-xb-ee-1.treaty", "agreements/xa-xb-ee.treaty"}) {
        const Told said = check_law(name);
        EXPECT_EQ(said.exit, exit_findings) << said.out << said.err;
        EXPECT_TRUE(said.out.contains(", G1: Content data is never released without a judge"))
            << said.out;
        EXPECT_TRUE(said.out.contains("    action is preserve\n")) << said.out;
    }
    const Told profile = check_law("profiles/xa.treaty");
    EXPECT_EQ(profile.exit, exit_findings);
    EXPECT_TRUE(profile.out.contains("REFUTED  XA version ")) << profile.out;
    EXPECT_EQ(check_law("profiles/xb.treaty").exit, exit_done);
}

TEST_F(TreatyCheck, asks_every_text_whether_each_clause_can_apply_and_retention_can_be_merged) {
    const Told dead = check_text(std::string(content_permitted) +
                                 "  clause 1(2) forbid\n    when emergency and not emergency\n");
    EXPECT_EQ(dead.exit, exit_findings);
    EXPECT_TRUE(dead.out.contains("no request is such that this applies: 1(2)")) << dead.out;
    const Told clash =
        check_text(std::string(content_permitted) +
                   "  clause 1(2) retain at least 90 days after receipt\n    when emergency\n"
                   "  clause 1(3) retain at most 30 days after receipt\n");
    EXPECT_EQ(clash.exit, exit_findings);
    EXPECT_TRUE(clash.out.contains("clauses that this request meets cannot be merged"))
        << clash.out;
}

TEST_F(TreatyCheck, tells_a_mistake_at_its_place_before_it_decides_anything) {
    const Told said = check_text("  clause 1(1) permits\n");
    EXPECT_EQ(said.exit, exit_findings);
    EXPECT_TRUE(said.out.contains("t.treaty:9:15: ")) << said.out;
    EXPECT_FALSE(said.out.contains("guardrails")) << said.out;
    EXPECT_EQ(check(at("no-such-file")).exit, exit_not_found);
}

TEST_F(TreatyCheck, does_not_decide_what_speaks_of_a_version_that_lacks) {
    const Told said = check_text(std::string(content_permitted) +
                                 "guardrail G \"Not wider\"\n  never wider than version 7\n");
    EXPECT_EQ(said.exit, exit_not_proven) << said.out;
    EXPECT_TRUE(said.out.contains("NOT DECIDED  T version 1, G: Not wider")) << said.out;
}

}  // namespace
}  // namespace comity::app
