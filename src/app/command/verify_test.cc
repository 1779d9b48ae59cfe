#include "app/command/verify.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <sstream>

#include <CLI/CLI.hpp>

#include "adapter/files/files.h"
#include "app/command/command_for_test.h"
#include "domain/prooffile/testing.h"

namespace comity::app {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// A folder with a proof file and the trust that belongs to it.
class Folder {
 public:
    explicit Folder(std::string_view name)
        : path_(fs::path(::testing::TempDir()) / ("comity_verify_" + std::string(name))) {
        fs::remove_all(path_);
        fs::create_directories(path_);
        prooffile::testing::World world;
        world.tell();
        file_ = prooffile::write_proof(world.contents()).value();
        write("a.proof", file_);
        write("trust", prooffile::write_trust(world.trust()));
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { fs::remove_all(path_); }

    void write(std::string_view name, std::string_view text) const {
        ASSERT_TRUE(
            files::write_text_file_atomically(path_ / name, text, files::Readers::everyone));
    }
    [[nodiscard]] fs::path at(std::string_view name) const { return path_ / name; }
    [[nodiscard]] const std::string& file() const { return file_; }

 private:
    fs::path path_;
    std::string file_;
};

enum class Form { lines, json };

VerifyRequest asked(fs::path file, std::optional<fs::path> trust, Form form = Form::lines) {
    VerifyRequest request;
    request.file = std::move(file);
    request.trust = std::move(trust);
    request.json = form == Form::json;
    return request;
}

Told told(const VerifyRequest& request) {
    return told_by([&](std::ostream& out, std::ostream& err) {
        return run_verify(request, files::read_text_file, out, err);
    });
}

TEST(VerifyCommand, answers_authentic_on_the_first_line_and_exits_with_0) {
    const Folder folder("authentic");
    const Told answer = told(asked(folder.at("a.proof"), folder.at("trust")));
    EXPECT_EQ(answer.exit, 0);
    EXPECT_THAT(answer.out, StartsWith("AUTHENTIC\n"));
    EXPECT_TRUE(answer.err.empty());
}

TEST(VerifyCommand, answers_not_proven_without_trust_and_exits_with_7) {
    const Folder folder("no_trust");
    const Told answer = told(asked(folder.at("a.proof"), std::nullopt));
    EXPECT_EQ(answer.exit, 7);
    EXPECT_THAT(answer.out, StartsWith("NOT PROVEN\n"));
    EXPECT_THAT(answer.out, HasSubstr("root key of xa-prosecution"));
}

TEST(VerifyCommand, answers_invalid_for_an_altered_file_and_exits_with_6) {
    const Folder folder("altered");
    std::string altered = folder.file();
    altered[altered.size() / 2] ^= 1;
    folder.write("a.proof", altered);
    const Told answer = told(asked(folder.at("a.proof"), folder.at("trust")));
    EXPECT_EQ(answer.exit, 6);
    EXPECT_THAT(answer.out, StartsWith("INVALID\n"));
}

TEST(VerifyCommand, answers_with_one_json_object) {
    const Folder folder("json");
    const Told answer = told(asked(folder.at("a.proof"), folder.at("trust"), Form::json));
    EXPECT_EQ(answer.exit, 0);
    const auto json = codec::parse(answer.out);
    ASSERT_TRUE(json);
    EXPECT_EQ(json->at("answer").get_string(), "AUTHENTIC");
}

TEST(VerifyCommand, the_screen_is_short_and_the_long_form_tells_every_act) {
    const Folder folder("forms");
    VerifyRequest request = asked(folder.at("a.proof"), folder.at("trust"));
    const Told screen = told(request);
    request.detail = Detail::all;
    const Told all = told(request);
    EXPECT_THAT(screen.out, HasSubstr("WHO SIGNED, FROM THE ROOT KEY DOWN"));
    EXPECT_THAT(all.out, HasSubstr("     chain: root key "));
    request.detail = Detail::screen;
    request.language = prooffile::Language::french;
    EXPECT_THAT(told(request).out, StartsWith("AUTHENTIQUE\n"));
    EXPECT_EQ(told(request).exit, 0);
}

TEST(VerifyCommand, the_json_holds_what_the_screen_shows) {
    const Folder folder("screen_json");
    VerifyRequest request = asked(folder.at("a.proof"), folder.at("trust"), Form::json);
    request.language = prooffile::Language::french;
    const auto json = codec::parse(told(request).out).value();
    const codec::Object& screen = json.at("screen").get_object();
    EXPECT_EQ(screen.at("answer").get_string(), "AUTHENTIQUE");
    EXPECT_EQ(json.at("answer").get_string(), "AUTHENTIC") << "the code is in no language";
    EXPECT_EQ(screen.at("signers").get_array().size(), 2U);
    EXPECT_EQ(screen.at("lacks").get_array().size(), 0U);
}

TEST(VerifyCommand, a_language_that_there_is_not_is_refused) {
    CLI::App line("comity");
    app::Run run;
    add_verify(line, run, files::read_text_file);
    EXPECT_THROW(line.parse("verify a.proof --lang de"), CLI::ValidationError);
}

TEST(VerifyCommand, a_missing_file_is_exit_3_and_a_bad_trust_file_exit_1_with_its_place) {
    const Folder folder("missing");
    EXPECT_EQ(told(asked(folder.at("b.proof"), folder.at("trust"))).exit, 3);
    EXPECT_EQ(told(asked(folder.at("a.proof"), folder.at("b"))).exit, 3);
    folder.write("trust", "{\"format\":\"comity-trust\"}");
    const Told answer = told(asked(folder.at("a.proof"), folder.at("trust")));
    EXPECT_EQ(answer.exit, 1);
    EXPECT_THAT(answer.err, HasSubstr("trust"));
    EXPECT_THAT(answer.err, HasSubstr("/v"));
}

TEST(VerifyCommand, is_chosen_on_the_command_line_and_shows_two_examples) {
    const Folder folder("line");
    CLI::App line("comity");
    app::Run run;
    add_verify(line, run, files::read_text_file);
    line.parse("verify " + folder.at("b.proof").string() + " --trust " +
               folder.at("trust").string() + " --json");
    ASSERT_TRUE(run.action);
    ::testing::internal::CaptureStdout();
    EXPECT_EQ(run.action(), exit_not_found);
    EXPECT_THAT(::testing::internal::GetCapturedStdout(), HasSubstr("\"not"));
    const std::string help = line.get_subcommand("verify")->help();
    EXPECT_THAT(help, HasSubstr("comity verify out/disclosure.proof --trust out/trust\n"));
    EXPECT_THAT(help, HasSubstr("--json | jq"));
}

}  // namespace
}  // namespace comity::app
