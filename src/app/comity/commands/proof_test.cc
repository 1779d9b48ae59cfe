#include "app/comity/commands/proof.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <sstream>

#include <CLI/CLI.hpp>

#include "adapter/files/files.h"
#include "app/command/check_within.h"
#include "app/command/command_for_test.h"
#include "app/command/verify.h"
#include "domain/prooffile/testing.h"

namespace comity::app {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// A folder with an order, a request that repeats its commitments, and the trust.
class ProofCommand : public CommandTest {
 protected:
    void SetUp() override {
        prooffile::testing::World world;
        world.tell();
        write("order.proof", prooffile::write_proof(world.contents()).value());
        world.matter = base::MatterId::parse("ffeeddccbbaa99887766554433221100").value();
        const prooffile::ProofContents order = prooffile::read_proof(read("order.proof")).value();
        world.carry(*order.entries[0].act);
        world.ask();
        world.publish();
        write("request.proof", prooffile::write_proof(world.contents()).value());
        write("trust", prooffile::write_trust(world.trust()));
    }
    [[nodiscard]] RedactRequest change(const std::string& from, const std::string& to,
                                       std::vector<std::string> fields) const {
        RedactRequest request;
        request.file = at(from);
        request.out = at(to);
        request.fields = std::move(fields);
        return request;
    }
    [[nodiscard]] static Told checked(const CheckWithinRequest& request) {
        return told_by([&](std::ostream& out, std::ostream& err) {
            return run_check_within(request, files::read_text_file, out, err);
        });
    }
    [[nodiscard]] Told verified(const std::string& name) const {
        VerifyRequest request;
        request.file = at(name);
        request.trust = at("trust");
        return told_by([&](std::ostream& out, std::ostream& err) {
            return run_verify(request, files::read_text_file, out, err);
        });
    }
};

TEST_F(ProofCommand, redacts_and_the_verifier_names_what_lacks) {
    const Told answer = told(run_redact, change("order.proof", "less.proof", {"1:reasons"}));
    EXPECT_EQ(answer.exit, 0) << answer.err;
    EXPECT_THAT(answer.out, HasSubstr(": reasons\n"));
    const Told verdict = verified("less.proof");
    EXPECT_EQ(verdict.exit, 7);
    EXPECT_THAT(verdict.out, StartsWith("NOT PROVEN\n"));
    EXPECT_THAT(verdict.out, HasSubstr("withheld since the"));
    EXPECT_THAT(verdict.out, HasSubstr("reasons > the file with these fields put back"));
}

TEST_F(ProofCommand, puts_back_what_was_taken_and_the_file_is_as_it_was) {
    ASSERT_EQ(told(run_redact, change("order.proof", "less.proof", {"1:reasons", "2:*"})).exit, 0);
    RedactRequest back = change("less.proof", "again.proof", {"*"});
    back.from = at("order.proof");
    EXPECT_EQ(told(run_open, back).exit, 0);
    EXPECT_EQ(read("again.proof"), read("order.proof"));
    EXPECT_EQ(verified("again.proof").exit, 0);
}

TEST_F(ProofCommand, opens_only_what_is_named) {
    RedactRequest request = change("order.proof", "one.proof", {"1:data"});
    request.json = true;
    const Told answer = told(run_open, request);
    EXPECT_EQ(answer.exit, 0);
    const auto json = codec::parse(answer.out).value();
    EXPECT_EQ(json.at("version").get_int64(), 2);
    EXPECT_EQ(json.at("withheld").get_array().size(), 2U);
    EXPECT_EQ(read("one.proof").find("Invented."), std::string::npos);
}

TEST_F(ProofCommand, keeps_for_a_side_what_the_text_opens_to_it) {
    RedactRequest request = change("order.proof", "side.proof", {});
    request.side = "requested";
    EXPECT_EQ(told(run_redact, request).exit, 0);
    EXPECT_EQ(read("side.proof"), read("order.proof"));
    request.out = at("public.proof");
    request.side = "public";
    const Told answer = told(run_redact, request);
    EXPECT_EQ(answer.exit, exit_not_found);
    EXPECT_THAT(answer.err, HasSubstr("requested, requesting"));
    EXPECT_FALSE(fs::exists(at("public.proof")));
}

TEST_F(ProofCommand, writes_nothing_over_and_refuses_what_names_nothing) {
    EXPECT_EQ(told(run_redact, change("order.proof", "order.proof", {"1:reasons"})).exit,
              exit_conflict);
    EXPECT_EQ(told(run_redact, change("order.proof", "a", {"9:reasons"})).exit, exit_not_found);
    EXPECT_EQ(told(run_redact, change("order.proof", "a", {})).exit, exit_failure);
    EXPECT_EQ(told(run_redact, change("absent", "a", {"reasons"})).exit, exit_not_found);
    EXPECT_EQ(told(run_redact, change("trust", "a", {"reasons"})).exit, exit_invalid);
    EXPECT_FALSE(fs::exists(at("a")));
}

TEST_F(ProofCommand, proves_that_a_request_lies_within_an_order_and_checks_it) {
    const WithinRequest make{at("order.proof"), "1", at("request.proof"), "1", {"data"},
                             at("w"),           true};
    const Told made = told(run_within, make);
    EXPECT_EQ(made.exit, 0) << made.out;
    EXPECT_THAT(made.out, HasSubstr("\"fields\":[\"data\"]"));
    EXPECT_LE(read("w").size(), 1024U);
    CheckWithinRequest check{at("w"), at("order.proof"), at("request.proof"), at("trust"), false};
    const Told proven = checked(check);
    EXPECT_EQ(proven.exit, 0) << proven.out;
    EXPECT_THAT(proven.out, StartsWith("PROVEN\n"));
    EXPECT_THAT(proven.out, HasSubstr("  data\n"));
    check.trust.reset();
    EXPECT_EQ(checked(check).exit, 7);
    check.trust = at("trust");
    check.request_file = at("order.proof");
    EXPECT_THAT(checked(check).out, HasSubstr("The request is not in the file"));
}

TEST_F(ProofCommand, a_flipped_proof_that_a_request_lies_within_an_order_is_invalid) {
    WithinRequest make{at("order.proof"), "1", at("request.proof"), "1", {}, at("w"), false};
    ASSERT_EQ(told(run_within, make).exit, 0);
    std::string altered = read("w");
    altered[altered.size() - 9] = altered[altered.size() - 9] == 'A' ? 'B' : 'A';
    write("v", altered);
    const CheckWithinRequest check{at("v"), at("order.proof"), at("request.proof"), at("trust"),
                                   true};
    const Told answer = checked(check);
    EXPECT_EQ(answer.exit, 6);
    EXPECT_THAT(answer.out, HasSubstr("\"answer\":\"INVALID\""));
    make.out = at("x");
    make.fields = {"political"};
    EXPECT_EQ(told(run_within, make).exit, exit_not_found);
    make.request = "77";
    EXPECT_EQ(told(run_within, make).exit, exit_not_found);
}

TEST_F(ProofCommand, lists_the_items_of_a_file) {
    const Told answer = told(run_items, ItemsRequest{at("order.proof"), {}, true});
    EXPECT_EQ(answer.exit, 0);
    EXPECT_EQ(answer.out, "{\"items\":[]}\n");
}

TEST_F(ProofCommand, is_chosen_on_the_command_line_and_every_verb_shows_two_examples) {
    CLI::App line("comity");
    app::Run run;
    const CLI::App& proof = add_proof(line, run);
    for (const std::string name : {"redact", "open", "within", "check-within", "items"}) {
        const std::string help = proof.get_subcommand(name)->help();
        EXPECT_THAT(help, HasSubstr("Examples:\n  comity proof " + name + " "));
        EXPECT_THAT(help, HasSubstr("--json"));
    }
    line.parse("proof redact " + at("order.proof") + " --fields 1:reasons,2:kind --out " +
               at("parsed.proof"));
    ::testing::internal::CaptureStdout();
    EXPECT_EQ(run.action(), 0);
    EXPECT_THAT(::testing::internal::GetCapturedStdout(), HasSubstr(": kind\n"));
    EXPECT_TRUE(fs::exists(at("parsed.proof")));
}

}  // namespace
}  // namespace comity::app
