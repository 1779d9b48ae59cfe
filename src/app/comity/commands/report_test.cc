#include "app/comity/commands/report.h"

#include <gmock/gmock.h>

#include <CLI/CLI.hpp>

#include "app/command/command_for_test.h"
#include "domain/prooffile/testing.h"
#include "ground/codec/codec.h"

namespace comity::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Two matters, the trust, and a file that verifies to less.
class ReportCommand : public CommandTest {
 protected:
    void SetUp() override {
        prooffile::testing::World world;
        world.tell();
        write("a.proof", prooffile::write_proof(world.contents()).value());
        world.matter = base::MatterId::parse("ffeeddccbbaa99887766554433221100").value();
        world.ask();
        world.publish();
        write("b.proof", prooffile::write_proof(world.contents()).value());
        write("trust", prooffile::write_trust(world.trust()));
    }
    [[nodiscard]] ErasuresRequest asked(std::vector<std::string> names) const {
        ErasuresRequest request;
        for (const std::string& name : names) {
            request.files.push_back(at(name));
        }
        request.trust = at("trust");
        request.day = base::Date::parse("2028-01-15").value();
        return request;
    }
};

TEST_F(ReportCommand, counts_exactly_and_says_how_many_matters) {
    ErasuresRequest request = asked({"a.proof", "b.proof"});
    const Told told = app::told(run_report_erasures, request);
    EXPECT_EQ(told.exit, exit_done) << told.err;
    EXPECT_THAT(told.out, HasSubstr("by 2028-01-15, exact, in 2 matters"));
    request.json = true;
    const auto json = codec::parse(app::told(run_report_erasures, request).out).value();
    EXPECT_EQ(json.at("matters").get_int64(), 2);
    EXPECT_TRUE(json.at("not-erased").get_array().empty());
    EXPECT_TRUE(json.at("not-proven").get_array().empty());
}

TEST_F(ReportCommand, tells_the_public_bands_and_not_even_how_many_matters_there_are) {
    ErasuresRequest request = asked({"a.proof", "b.proof"});
    request.reader = ReportFor::everyone;
    const Told two = told(run_report_erasures, request);
    EXPECT_EQ(two.exit, exit_done) << two.err;
    EXPECT_THAT(two.out, HasSubstr("2027-Q2  0-9  0-9  0-9  0-9  0-9\n"));
    EXPECT_THAT(two.out, Not(HasSubstr("2027-Q3")));
    request.json = true;
    const std::string both = told(run_report_erasures, request).out;
    request.files.pop_back();
    EXPECT_EQ(told(run_report_erasures, request).out, both);
}

TEST_F(ReportCommand, takes_each_matter_once_and_publishes_nothing_that_is_not_proven) {
    EXPECT_EQ(told(run_report_erasures, asked({"a.proof", "a.proof"})).exit, exit_conflict);
    EXPECT_EQ(told(run_report_erasures, asked({"absent"})).exit, exit_not_found);
    std::string altered = read("a.proof");
    altered[altered.size() / 2] = static_cast<char>(altered[altered.size() / 2] ^ 1);
    write("c.proof", altered);
    EXPECT_EQ(told(run_report_erasures, asked({"c.proof"})).exit, exit_invalid);
    ErasuresRequest without = asked({"a.proof"});
    without.trust.reset();
    const Told exact = told(run_report_erasures, without);
    EXPECT_EQ(exact.exit, exit_not_proven);
    EXPECT_THAT(exact.out, HasSubstr("NOT PROVEN: "));
    without.reader = ReportFor::everyone;
    const Told refused = told(run_report_erasures, without);
    EXPECT_EQ(refused.exit, exit_not_proven);
    EXPECT_EQ(refused.out, "");
}

TEST_F(ReportCommand, is_chosen_on_the_command_line_and_shows_two_examples) {
    CLI::App line("comity");
    struct Run run;
    add_report(line, run);
    line.parse("report erasures " + at("a.proof") + " --trust " + at("trust") +
               " --day 2028-01-15 --public --quarters 2");
    ::testing::internal::CaptureStdout();
    EXPECT_EQ(run.action(), exit_done);
    EXPECT_THAT(::testing::internal::GetCapturedStdout(), HasSubstr("2027-Q2"));
    const std::string help = line.get_subcommand("report")->get_subcommand("erasures")->help();
    EXPECT_THAT(help, HasSubstr("comity report erasures out/*.proof --trust out/trust\n"));
    EXPECT_THAT(help, HasSubstr("--public --quarters 8 --json"));
}

}  // namespace
}  // namespace comity::app
