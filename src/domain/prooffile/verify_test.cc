#include "domain/prooffile/verify.h"

#include <algorithm>
#include <gmock/gmock.h>

#include "domain/prooffile/testing.h"

namespace comity::prooffile {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using testing::World;

Report verified(World& world, const ProofContents& contents) {
    return verify_proof(write_proof(contents).value(), world.trust());
}

/// The step that decides, as text; empty for AUTHENTIC.
std::string decided_by(const Report& report) {
    const Step* step = report.deciding();
    return step == nullptr
               ? ""
               : step->what + " | " + step->about + " | " + step->detail + " | " + step->clause;
}

TEST(Verify, a_whole_matter_is_authentic) {
    World world;
    world.tell();
    const Report report = verified(world, world.contents());
    EXPECT_EQ(report.answer, Answer::authentic) << decided_by(report);
    ASSERT_EQ(report.acts.size(), 2U);
    EXPECT_EQ(report.registry.size(), 1U);
    EXPECT_EQ(report.state, "answered");
    EXPECT_TRUE(std::ranges::all_of(
        report.steps, [](const Step& step) { return step.finding == Finding::holds; }));
    EXPECT_GT(report.steps.size(), 15U);
}

TEST(Verify, tells_of_each_act_its_chain_law_time_and_on_whose_word_it_rests) {
    World world;
    world.tell();
    const Report report = verified(world, world.contents());
    const ReportedAct& request = report.acts.at(0);
    EXPECT_TRUE(request.proven);
    EXPECT_EQ(request.kind, "disclosure/request");
    EXPECT_EQ(request.person, "p-17");
    EXPECT_EQ(request.role, "investigator");
    ASSERT_EQ(request.chain.size(), 3U);
    EXPECT_THAT(request.chain[0], HasSubstr(world.xa.root.public_key().id().brief()));
    EXPECT_THAT(request.chain[1], HasSubstr("2027-01-01T00:00:00.000Z until 2028"));
    EXPECT_THAT(request.chain[2], HasSubstr(world.official.public_key().id().brief()));
    EXPECT_EQ(request.at.text(), "2027-03-05T09:30:00.000Z");
    EXPECT_EQ(request.witnessed.value().text(), "2027-03-05T09:32:00.000Z");
    EXPECT_THAT(request.attested_by, Contains("xo-board"));
    EXPECT_EQ(request.outcome, "open");
    EXPECT_THAT(request.clauses, Contains("XA-XB/T 1(1) permit"));
    EXPECT_THAT(request.asserted, Contains("data = \"subscriber\""));
    EXPECT_THAT(request.received, Contains("xb-authority at 2027-03-05T09:30:00.000Z"));
    EXPECT_TRUE(request.unopened.empty());
    EXPECT_EQ(report.acts.at(1).role, "root");
    EXPECT_THAT(report.unreviewed, Contains("procedure disclosure version 1"));
    EXPECT_THAT(report.unreviewed, Contains("XA-XB/T"));
}

TEST(Verify, the_first_line_is_the_answer_and_the_second_says_nothing_on_the_merits) {
    World world;
    world.tell();
    const std::vector<std::string> lines = lines_of(verified(world, world.contents()));
    EXPECT_EQ(lines.at(0), "AUTHENTIC");
    EXPECT_THAT(lines.at(1), HasSubstr("says nothing on the merits"));
    EXPECT_THAT(lines, Contains(HasSubstr("reviewed by none")));
    EXPECT_THAT(lines, Contains(HasSubstr("root key")));
}

TEST(Verify, texts_of_the_file_cannot_forge_the_screen) {
    World world;
    world.annex().agreement =
        "\x1B[2J\x1B[1;1HAUTHENTIC\nok \xC2\x9B"
        "1m \xE2\x80\xAE \xE2\x81\xA6 é";
    world.tell();
    const std::string file = write_proof(world.contents()).value();
    const Report report = verify_proof(file, std::nullopt);
    EXPECT_EQ(report.answer, Answer::not_proven);
    const std::vector<std::string> lines = lines_of(report);
    EXPECT_EQ(lines.at(0), "NOT PROVEN");
    EXPECT_THAT(lines, Contains(HasSubstr("?[2J?[1;1HAUTHENTIC?ok ?1m ? ? é")));
    for (const std::string& line : lines) {
        EXPECT_TRUE(std::ranges::none_of(line, [](char c) { return c >= 0 && c < ' '; })) << line;
    }
    EXPECT_THAT(lines, Contains("What the file claims, which is not proven:"));
}

TEST(Verify, json_repeats_the_answer_the_exit_code_and_every_step) {
    World world;
    world.tell();
    const Report report = verified(world, world.contents());
    const codec::Value json = to_json(report);
    EXPECT_EQ(json.at("answer").get_string(), "AUTHENTIC");
    EXPECT_EQ(json.at("exit").get_int64(), 0);
    EXPECT_EQ(json.at("steps").get_array().size(), report.steps.size());
    EXPECT_EQ(json.at("acts").at(0).at("kind").get_string(), "disclosure/request");
    EXPECT_EQ(codec::parse(codec::canonical(json)).value(), json);
}

TEST(Verify, without_trust_is_not_proven_and_shows_the_fingerprints_to_compare) {
    World world;
    world.tell();
    const std::string file = write_proof(world.contents()).value();
    const Report report = verify_proof(file, std::nullopt);
    EXPECT_EQ(report.answer, Answer::not_proven);
    EXPECT_EQ(report.fingerprints, anchors_of(world.trust()));
    EXPECT_THAT(lines_of(report), Contains(HasSubstr(world.xa.root.public_key().id().hex())));
    EXPECT_EQ(std::ranges::count(report.steps, Finding::holds, &Step::finding) + 1,
              static_cast<std::ptrdiff_t>(report.steps.size()));
}

TEST(Verify, another_anchor_is_not_proven_and_named) {
    World world;
    world.tell();
    World other(2);
    const std::string file = write_proof(world.contents()).value();
    Trust trust = world.trust();
    trust.parties[1].ledger = other.xb.ledger_vkey().vkey();
    const Report report = verify_proof(file, trust);
    EXPECT_EQ(report.answer, Answer::not_proven);
    EXPECT_THAT(decided_by(report), HasSubstr("anchor | ledger of xb-authority"));
    EXPECT_EQ(verify_proof(file, other.trust()).answer, Answer::not_proven);
    trust = world.trust();
    trust.law = base::LawDigest{};
    EXPECT_THAT(decided_by(verify_proof(file, trust)), HasSubstr("anchor | the law texts"));
    trust.law = world.library().digest();
    EXPECT_EQ(verify_proof(file, trust).answer, Answer::authentic);
}

TEST(Verify, without_the_registry_the_signing_key_has_no_chain) {
    World world;
    world.tell();
    ProofContents contents = world.contents();
    contents.registries.clear();
    const Report report = verified(world, contents);
    EXPECT_EQ(report.answer, Answer::not_proven);
    world.seal(contents);
    EXPECT_EQ(verified(world, contents).answer, Answer::not_proven);
    EXPECT_THAT(decided_by(verified(world, contents)), HasSubstr("root of xa-prosecution -> key"));
}

TEST(Verify, every_entry_that_is_taken_out_is_not_proven) {
    World world;
    world.tell();
    const ProofContents whole = world.contents();
    for (std::size_t i = 0; i < whole.entries.size(); ++i) {
        ProofContents fewer = whole;
        fewer.entries.erase(fewer.entries.begin() + static_cast<std::ptrdiff_t>(i));
        const Report report = verified(world, fewer);
        EXPECT_EQ(report.answer, Answer::not_proven) << "entry " << i << ": " << decided_by(report);
    }
}

TEST(Verify, a_past_that_lacks_stays_not_proven_even_if_a_party_seals_the_rest) {
    World world;
    world.tell();
    ProofContents contents = world.contents();
    contents.entries.erase(contents.entries.begin());
    world.seal(contents);
    const Report report = verified(world, contents);
    EXPECT_EQ(report.answer, Answer::not_proven);
    EXPECT_THAT(decided_by(report), HasSubstr("causal past"));
}

TEST(Verify, a_field_that_the_exporter_does_not_open_is_named_and_the_rest_stands) {
    World world;
    world.tell();
    ProofContents contents = world.contents();
    std::erase_if(contents.entries[0].act->openings,
                  [](const casework::Opening& opening) { return opening.path == "reasons"; });
    EXPECT_EQ(verified(world, contents).answer, Answer::not_proven) << "taken out after the export";
    world.seal(contents);
    const Report report = verified(world, contents);
    EXPECT_EQ(report.answer, Answer::authentic) << decided_by(report);
    EXPECT_EQ(report.acts[0].unopened, std::vector<std::string>{"reasons"});
    EXPECT_THAT(lines_of(report), Contains(HasSubstr("not opened here: reasons")));
}

TEST(Verify, an_erased_body_is_not_proven) {
    World world;
    world.tell();
    ProofContents contents = world.contents();
    contents.entries[0].act->openings.clear();
    world.seal(contents);
    const Report report = verified(world, contents);
    EXPECT_EQ(report.answer, Answer::not_proven);
    EXPECT_THAT(decided_by(report), HasSubstr("kind is not opened"));
}

TEST(Verify, an_altered_field_is_invalid_even_if_a_party_seals_it) {
    World world;
    world.tell();
    ProofContents contents = world.contents();
    contents.entries[0].act->openings[3].value = "\"Other.\"";
    world.seal(contents);
    const Report report = verified(world, contents);
    EXPECT_EQ(report.answer, Answer::invalid);
    EXPECT_THAT(decided_by(report), HasSubstr("not what was committed to"));
}

TEST(Verify, a_signature_of_somebody_else_is_invalid) {
    World world;
    world.tell();
    ProofContents contents = world.contents();
    contents.entries[0].act->signature.signature = contents.entries[2].act->signature.signature;
    world.seal(contents);
    EXPECT_EQ(verified(world, contents).answer, Answer::invalid);
    contents = world.contents();
    contents.entries[0].act->countersignature.signature[5] ^= 1U;
    world.seal(contents);
    EXPECT_EQ(verified(world, contents).answer, Answer::invalid);
    contents = world.contents();
    contents.entries[1].receipt->signature.signature[5] ^= 1U;
    world.seal(contents);
    EXPECT_EQ(verified(world, contents).answer, Answer::invalid);
}

TEST(Verify, a_seal_that_does_not_verify_is_invalid) {
    World world;
    world.tell();
    ProofContents contents = world.contents();
    contents.seal.signature[0] ^= 1U;
    EXPECT_EQ(verified(world, contents).answer, Answer::invalid);
    contents = world.contents();
    contents.exported.at = contents.exported.at + std::chrono::milliseconds(1);
    EXPECT_EQ(verified(world, contents).answer, Answer::invalid);
    contents = world.contents();
    contents.exported.party = world.xb.party;
    EXPECT_EQ(verified(world, contents).answer, Answer::invalid);
}

TEST(Verify, invalid_wins_over_what_lacks) {
    World world;
    world.tell();
    ProofContents contents = world.contents();
    contents.registries.clear();
    contents.entries[1].receipt->signature.signature[5] ^= 1U;
    const std::string file = write_proof(contents).value();
    EXPECT_EQ(verify_proof(file, std::nullopt).answer, Answer::invalid);
    EXPECT_EQ(exit_code_of(verify_proof(file, std::nullopt).answer), 6);
}

TEST(Verify, a_checkpoint_without_its_quorum_is_not_proven) {
    World world;
    world.tell();
    ProofContents contents = world.contents();
    for (casework::ProvenEntry& entry : contents.entries) {
        auto note = ledger::Note::parse(entry.proof.checkpoint).value();
        note.signatures.pop_back();
        entry.proof.checkpoint = note.encode();
    }
    world.seal(contents);
    const Report report = verified(world, contents);
    EXPECT_EQ(report.answer, Answer::not_proven);
    EXPECT_THAT(decided_by(report), HasSubstr("0 of 1 cosignatures"));
}

TEST(Verify, a_leaf_at_another_place_is_invalid) {
    World world;
    world.tell();
    ProofContents contents = world.contents();
    contents.entries[0].proof.index = 0;
    world.seal(contents);
    EXPECT_EQ(verified(world, contents).answer, Answer::invalid);
    contents = world.contents();
    contents.entries[0].proof.salt = {};
    world.seal(contents);
    EXPECT_EQ(verified(world, contents).answer, Answer::invalid);
}

TEST(Verify, a_law_text_that_lacks_or_differs_is_not_proven) {
    World world;
    world.tell();
    for (std::size_t i = 0; i < world.contents().law.size(); ++i) {
        ProofContents contents = world.contents();
        contents.law.erase(contents.law.begin() + static_cast<std::ptrdiff_t>(i));
        world.seal(contents);
        EXPECT_EQ(verified(world, contents).answer, Answer::not_proven) << i;
        contents = world.contents();
        contents.law[i].text += "# a remark\n";
        world.seal(contents);
        const Report report = verified(world, contents);
        EXPECT_EQ(report.answer, Answer::not_proven) << i;
    }
}

TEST(Verify, an_act_that_does_not_conform_is_not_proven_with_its_clause) {
    World world;
    world.accredit(world.xa, world.official, "investigator");
    world.act(world.xa, world.official, world.matter, "disclosure", "request",
              {{"requested", "xb-authority"}, {"data", "content"}, {"reasons", "Invented."}});
    world.publish();
    const Report report = verified(world, world.contents());
    EXPECT_EQ(report.answer, Answer::not_proven);
    EXPECT_THAT(decided_by(report), HasSubstr("conformity with the texts"));
    EXPECT_THAT(lines_of(report), Contains(HasSubstr("[not proven]")));
}

TEST(Verify, an_expired_accreditation_is_not_proven) {
    World world;
    world.accredit(world.xa, world.official, "investigator");
    world.publish();
    world.now = testing::instant("2028-02-01T00:00:00.000Z");
    world.ask();
    world.publish();
    const Report report = verified(world, world.contents());
    EXPECT_EQ(report.answer, Answer::not_proven);
    EXPECT_THAT(decided_by(report), HasSubstr("expired"));
}

TEST(Verify, a_date_too_far_from_the_witnessed_time_is_not_proven) {
    World world;
    world.accredit(world.xa, world.official, "investigator");
    world.ask();
    world.pass(3601);
    world.publish();
    const Report report = verified(world, world.contents());
    EXPECT_EQ(report.answer, Answer::not_proven);
    EXPECT_THAT(decided_by(report), HasSubstr("too far from the witnessed time"));
}

TEST(Verify, an_act_logged_before_its_key_was_suspended_stands_and_falls_under_review) {
    World world;
    world.accredit(world.xa, world.official, "investigator");
    world.ask();
    world.publish();
    world.pass(600);
    world.suspend(world.xa, world.official, "2027-03-05T09:00:00.000Z");
    world.publish();
    const Report report = verified(world, world.contents());
    EXPECT_EQ(report.answer, Answer::authentic) << decided_by(report);
    EXPECT_THAT(report.acts.at(0).notices, Contains(HasSubstr("falls under review")));
}

TEST(Verify, an_act_logged_after_its_key_was_suspended_is_void) {
    World world;
    world.accredit(world.xa, world.official, "investigator");
    world.suspend(world.xa, world.official, "2027-03-05T09:00:00.000Z");
    world.publish();
    world.pass(600);
    world.ask();
    world.publish();
    const Report report = verified(world, world.contents());
    EXPECT_EQ(report.answer, Answer::not_proven);
    EXPECT_THAT(decided_by(report), HasSubstr("void"));
}

TEST(Verify, an_act_whose_time_straddles_the_suspension_of_its_key_is_not_proven) {
    World world;
    world.accredit(world.xa, world.official, "investigator");
    world.publish();
    world.ask();
    world.pass(600);
    world.publish();
    world.suspend(world.xa, world.official, "2027-03-05T09:35:00.000Z");
    world.publish();
    const Report report = verified(world, world.contents());
    EXPECT_EQ(report.answer, Answer::not_proven);
    EXPECT_THAT(decided_by(report), HasSubstr("straddles"));
}

TEST(Verify, a_concurrent_act_is_judged_by_its_own_past) {
    World world;
    world.accredit(world.xa, world.official, "investigator");
    const casework::Act request = world.ask();
    world.receipt(world.xb, request);
    world.pass(10);
    const casework::Act answer = world.act(world.xb, world.xb.root, world.matter, "disclosure",
                                           "answer", {{"political", false}});
    world.receipt(world.xa, answer);
    world.pass(10);
    world.act(world.xa, world.official, world.matter, "disclosure", "withdraw", {});
    world.publish();
    const Report report = verified(world, world.contents());
    EXPECT_EQ(report.answer, Answer::authentic) << decided_by(report);
    EXPECT_EQ(report.acts.size(), 3U);
}

TEST(Verify, a_concurrent_act_that_came_second_is_without_effect) {
    World world;
    world.accredit(world.xa, world.official, "investigator");
    const casework::Act request = world.ask();
    world.receipt(world.xb, request);
    world.pass(10);
    const std::vector<base::ActId> heads = world.heads();
    world.act(world.xa, world.official, world.matter, "disclosure", "withdraw", {});
    world.after = heads;
    world.pass(10);
    world.act(world.xb, world.xb.root, world.matter, "disclosure", "answer",
              {{"political", false}});
    world.publish();
    const Report report = verified(world, world.contents());
    EXPECT_EQ(report.answer, Answer::authentic) << decided_by(report);
    EXPECT_EQ(report.state, "withdrawn");
    ASSERT_EQ(report.acts.size(), 3U);
    EXPECT_TRUE(report.acts[1].notices.empty());
    EXPECT_THAT(report.acts[2].notices, Contains(HasSubstr("without effect")));
}

TEST(Verify, two_entries_with_one_number_are_not_proven) {
    World world;
    world.accredit(world.xa, world.official, "investigator");
    world.ask();
    world.forget_last(world.matter);
    world.pass(1);
    world.ask();
    world.publish();
    const Report report = verified(world, world.contents());
    EXPECT_EQ(report.answer, Answer::not_proven);
    EXPECT_THAT(decided_by(report), HasSubstr("equivocation"));
}

TEST(Verify, a_file_with_many_failures_is_not_read_to_its_end) {
    World world;
    world.accredit(world.xa, world.official, "investigator");
    for (int i = 0; i < 80; ++i) {
        world.ask();
        world.forget_last(world.matter);
        world.pass(1);
    }
    world.publish();
    ProofContents contents = world.contents();
    for (casework::ProvenEntry& entry : contents.entries) {
        entry.act->header.at = entry.act->header.at + std::chrono::hours(1);
    }
    const Report report = verified(world, contents);
    EXPECT_EQ(report.answer, Answer::invalid);
    EXPECT_LT(report.acts.size(), 60U);
}

TEST(Verify, an_entry_that_stands_twice_is_invalid) {
    World world;
    world.tell();
    ProofContents contents = world.contents();
    contents.entries.push_back(contents.entries.back());
    world.seal(contents);
    EXPECT_EQ(verified(world, contents).answer, Answer::invalid);
}

TEST(Verify, the_registry_itself_can_be_the_matter) {
    World world;
    world.tell();
    world.matter = World::registry_of(world.xa);
    const Report report = verified(world, world.contents());
    EXPECT_EQ(report.answer, Answer::authentic) << decided_by(report);
    EXPECT_EQ(report.acts.size(), 1U);
}

TEST(Verify, what_is_no_proof_file_is_invalid_and_says_where) {
    const Report report = verify_proof("Dear Sir or Madam,", std::nullopt);
    EXPECT_EQ(report.answer, Answer::invalid);
    EXPECT_THAT(decided_by(report), HasSubstr("line 1"));
    EXPECT_EQ(lines_of(report).at(0), "INVALID");
}

}  // namespace
}  // namespace comity::prooffile
