#include "domain/prooffile/redact.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "domain/prooffile/testing.h"

namespace comity::prooffile {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::World;

struct Story {
    World world;
    ProofContents contents;
};

Story& story() {
    static Story told = [] {
        Story made;
        made.world.tell();
        made.contents = made.world.contents();
        return made;
    }();
    return told;
}

std::vector<FieldChoice> choices(std::initializer_list<std::string_view> texts) {
    std::vector<FieldChoice> list;
    for (const std::string_view text : texts) {
        list.push_back(read_choice(text).value());
    }
    return list;
}

Report report_on(const ProofContents& contents) {
    return verify_proof(write_proof(contents).value(), story().world.trust());
}

ProofContents without(std::initializer_list<std::string_view> texts) {
    return redact(story().contents, choices(texts)).value();
}

std::vector<std::string> lacking(const Report& report) {
    std::vector<std::string> list;
    for (const Step& step : report.steps) {
        if (step.finding != Finding::holds) {
            list.push_back(step.what + " | " + step.detail);
        }
    }
    return list;
}

TEST(Redaction, a_choice_names_a_field_everywhere_or_in_one_act) {
    EXPECT_EQ(read_choice("reasons").value(), (FieldChoice{"", "reasons"}));
    EXPECT_EQ(read_choice("2:*").value(), (FieldChoice{"2", "*"}));
    for (const std::string_view wrong : {"", ":", "2:", ":reasons"}) {
        EXPECT_EQ(read_choice(wrong).error().kind, base::ErrorKind::malformed) << wrong;
    }
}

TEST(Redaction, words_taken_away_are_named_and_everything_else_stays_proven) {
    const Report report = report_on(without({"1:reasons"}));
    EXPECT_EQ(report.answer, Answer::not_proven);
    EXPECT_THAT(lacking(report), ElementsAre("fields as they were exported | withheld since the "
                                             "export: reasons"));
    EXPECT_EQ(report.acts[0].withheld, std::vector<std::string>{"reasons"});
    EXPECT_TRUE(report.acts[0].proven) << "no clause reads the reasons";
    EXPECT_TRUE(report.acts[1].proven);
    EXPECT_EQ(report.state, "answered");
}

TEST(Redaction, without_a_fact_neither_its_act_nor_what_follows_can_be_judged) {
    const Report report = report_on(without({"1:data"}));
    EXPECT_EQ(report.answer, Answer::not_proven);
    EXPECT_THAT(lacking(report),
                Contains("conformity with the texts | it cannot be judged without data: not "
                         "opened in this file"));
    EXPECT_THAT(lacking(report), Contains(HasSubstr("an earlier act of the matter")));
    EXPECT_TRUE(report.acts[0].rooted) << "who signed it, and when, stays proven";
    EXPECT_TRUE(report.acts[1].rooted);
    EXPECT_FALSE(report.acts[0].proven);
    EXPECT_FALSE(report.acts[1].proven);
    EXPECT_TRUE(report.state.empty());
}

TEST(Redaction, a_fact_whose_absence_would_let_an_act_pass_is_missed) {
    // Nobody on the asking side can know whether the offence is political, so a request passes
    // without that fact. An answer that had it must not pass as if it had not been stated.
    const Report report = report_on(without({"2:political"}));
    EXPECT_FALSE(report.acts[1].proven);
    EXPECT_THAT(lacking(report), Contains(HasSubstr("it cannot be judged without political")));
}

TEST(Redaction, an_exporter_cannot_hide_a_fact_that_is_open_to_everybody) {
    ProofContents contents = without({"1:data"});
    World& world = story().world;
    world.seal(contents);
    const Report report = verify_proof(write_proof(contents).value(), world.trust());
    EXPECT_EQ(report.answer, Answer::not_proven);
    EXPECT_TRUE(report.acts[0].withheld.empty()) << "the export did not open it";
    EXPECT_THAT(lacking(report), Contains(HasSubstr("it cannot be judged without data")));
}

TEST(Redaction, a_whole_body_taken_away_leaves_its_fields_without_names) {
    const Report report = report_on(without({"2:*"}));
    EXPECT_EQ(report.answer, Answer::not_proven);
    EXPECT_EQ(report.acts[1].withheld, (std::vector<std::string>{"field 0", "field 1"}));
    EXPECT_TRUE(report.acts[1].rooted);
    EXPECT_TRUE(report.acts[0].proven);
}

TEST(Redaction, a_registry_without_a_persons_key_gives_no_chain) {
    const std::string grant = story().contents.registries[0].entries[0].act->id().hex();
    const Report report = report_on(without({grant.substr(0, 8) + ":key"}));
    EXPECT_EQ(report.answer, Answer::not_proven);
    EXPECT_FALSE(report.acts[0].rooted);
}

TEST(Redaction, only_the_chosen_fields_are_open_afterwards_and_the_kinds) {
    const auto some = open_only(story().contents, choices({"1:data", "political"})).value();
    std::vector<std::string> open;
    for (const casework::ProvenEntry& entry : some.entries) {
        for (const casework::Opening& opening :
             entry.act ? entry.act->openings : std::vector<casework::Opening>{}) {
            open.push_back(opening.path);
        }
    }
    EXPECT_THAT(open, ElementsAre("kind", "data", "kind", "political"));
    EXPECT_EQ(some.registries, story().contents.registries);
}

TEST(Redaction, fields_put_back_give_the_exported_bytes_again) {
    const ProofContents less = without({"1:data", "1:reasons", "2:*"});
    const auto some = reopen(less, story().contents, choices({"1:data"})).value();
    EXPECT_EQ(report_on(some).acts[0].withheld, std::vector<std::string>{"reasons"});
    const auto all = reopen(some, story().contents, choices({"*"})).value();
    EXPECT_EQ(write_proof(all).value(), write_proof(story().contents).value());
    EXPECT_EQ(report_on(all).answer, Answer::authentic);
}

TEST(Redaction, a_field_that_the_export_did_not_open_cannot_be_put_in) {
    ProofContents less = without({"1:reasons"});
    World& world = story().world;
    world.seal(less);
    EXPECT_EQ(reopen(less, story().contents, choices({"reasons"})).error().kind,
              base::ErrorKind::not_proven);
    less.entries[0].act->openings = story().contents.entries[0].act->openings;
    const Report report = verify_proof(write_proof(less).value(), world.trust());
    EXPECT_EQ(report.answer, Answer::not_proven);
    EXPECT_THAT(lacking(report), Contains(HasSubstr("a field is open that was not exported")));
}

TEST(Redaction, what_names_nothing_is_refused_and_says_what_is_open) {
    const auto none = redact(story().contents, choices({"1:reason"}));
    EXPECT_EQ(none.error().kind, base::ErrorKind::not_found);
    EXPECT_THAT(none.error().why, HasSubstr("data, kind, reasons, requested"));
    EXPECT_EQ(redact(story().contents, choices({"7:reasons"})).error().what,
              "there is no such act");
}

TEST(Redaction, for_a_side_keeps_what_the_text_opens_to_it) {
    const auto kept = redact_for_side(story().contents, "requested").value();
    EXPECT_EQ(kept, story().contents) << "every field of this procedure is open to all sides";
    const auto none = redact_for_side(story().contents, "public");
    EXPECT_EQ(none.error().kind, base::ErrorKind::not_found);
    EXPECT_THAT(none.error().why, HasSubstr("requested, requesting"));
}

TEST(Redaction, only_the_withheld_fields_lack_whatever_is_taken_away) {
    EXPECT_TRUE(rc::check("redacting lets nothing fail, and is the same in any order", [] {
        std::vector<FieldChoice> chosen;
        for (const std::string_view field :
             {"1:requested", "1:data", "1:reasons", "2:political", "1:kind", "2:kind"}) {
            if (*rc::gen::arbitrary<bool>()) {
                chosen.push_back(read_choice(field).value());
            }
        }
        const std::string file = write_proof(redact(story().contents, chosen).value()).value();
        std::ranges::reverse(chosen);
        RC_ASSERT(write_proof(redact(story().contents, chosen).value()).value() == file);
        const Report report = verify_proof(file, story().world.trust());
        RC_ASSERT(report.answer == (chosen.empty() ? Answer::authentic : Answer::not_proven));
        std::size_t withheld = 0;
        for (const ReportedAct& act : report.acts) {
            withheld += act.withheld.size();
            RC_ASSERT(act.rooted);
        }
        RC_ASSERT(withheld == chosen.size());
    }));
}

TEST(Redaction, a_withheld_field_says_nothing_of_its_value) {
    // Two worlds that differ in one withheld value differ, after redaction, in nothing that is not
    // random in both: no value, no salt.
    const std::string file = write_proof(without({"1:reasons"})).value();
    const casework::Opening& hidden = story().contents.entries[0].act->openings[3];
    ASSERT_EQ(hidden.path, "reasons");
    EXPECT_EQ(file.find(hidden.salt.hex()), std::string::npos);
    EXPECT_EQ(file.find("Invented."), std::string::npos);
}

TEST(Redaction, a_file_of_version_1_stays_one_and_is_only_said_not_to_be_whole) {
    ProofContents old = story().contents;
    old.version = 1;
    old.opened.clear();
    World& world = story().world;
    old.exported = statement_of(old, world.xa.party, world.now);
    const auto less = redact(old, choices({"1:reasons"})).value();
    EXPECT_TRUE(write_proof(less).value().starts_with("comity-proof 1\n"));
    EXPECT_THAT(lacking(report_on(less)), Contains(HasSubstr("the content is not whole")));
}

}  // namespace
}  // namespace comity::prooffile
