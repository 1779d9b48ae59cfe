// Files that older versions wrote stay readable and say the same (tests/data/proof).

#include <fstream>
#include <gmock/gmock.h>
#include <iterator>

#include "domain/prooffile/prooffile.h"

namespace comity::prooffile {
namespace {

using ::testing::HasSubstr;

std::string text_of(const std::string& name) {
    std::ifstream in(std::string(COMITY_TEST_DATA) + "/proof/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

Report report_on(const std::string& name, const std::string& trust) {
    return verify_proof(text_of(name), read_trust(text_of(trust)).value());
}

TEST(ProofVersions, a_file_of_version_1_is_still_authentic_and_is_written_as_it_was) {
    const Report report = report_on("v1.proof", "v1.trust");
    EXPECT_EQ(report.answer, Answer::authentic);
    EXPECT_EQ(report.acts.size(), 2U);
    EXPECT_EQ(report.state, "answered");
    const ProofContents contents = read_proof(text_of("v1.proof")).value();
    EXPECT_EQ(contents.version, 1);
    EXPECT_EQ(write_proof(contents).value(), text_of("v1.proof"));
}

TEST(ProofVersions, the_vectors_of_version_2_give_the_answers_that_are_documented) {
    const ProofContents contents = read_proof(text_of("v2.proof")).value();
    EXPECT_EQ(contents.version, 2);
    EXPECT_EQ(write_proof(contents).value(), text_of("v2.proof"));
    EXPECT_EQ(report_on("v2.proof", "v2.trust").answer, Answer::authentic);
    const Report redacted = report_on("v2-redacted.proof", "v2.trust");
    EXPECT_EQ(redacted.answer, Answer::not_proven);
    EXPECT_EQ(redacted.acts[0].withheld, std::vector<std::string>{"reasons"});
    const auto again = redact(contents, std::vector{read_choice("1:reasons").value()});
    EXPECT_EQ(write_proof(again.value()).value(), text_of("v2-redacted.proof"))
        << "redaction gives the same bytes everywhere";
    const WithinProof proof = read_within(text_of("v2.within")).value();
    const WithinAnswer answer = judge_within(proof, report_on("v2.proof", "v2.trust"),
                                             report_on("v2-within.proof", "v2.trust"));
    EXPECT_EQ(answer.answer, Answer::authentic) << answer.detail;
    EXPECT_EQ(answer.fields, (std::vector<std::string>{"requested", "data", "reasons"}));
}

TEST(ProofVersions, no_version_passes_for_the_other) {
    for (const std::string name : {"v1.proof", "v2.proof"}) {
        std::string file = text_of(name);
        file[13] = file[13] == '1' ? '2' : '1';
        const auto read = read_proof(file);
        ASSERT_FALSE(read);
        EXPECT_THAT(read.error().place, HasSubstr("opened"));
    }
    std::string newer = text_of("v2.proof");
    newer[13] = '3';
    EXPECT_THAT(read_proof(newer).error().what, HasSubstr("version 3 shows the witnesses"));
    newer[13] = '4';
    EXPECT_EQ(read_proof(newer).error().place, "line 1");
}

}  // namespace
}  // namespace comity::prooffile
