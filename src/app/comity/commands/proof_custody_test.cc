#include "app/comity/commands/proof_custody.h"

#include <gmock/gmock.h>
#include <sstream>

#include "adapter/files/files.h"
#include "app/command/command_for_test.h"
#include "domain/prooffile/testing.h"

// fontconfig keeps its patterns behind offsets instead of pointers, which the leak checker cannot
// follow: what one font map holds (a few KB, however many documents are rendered) looks lost to it.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libfontconfig\n";
}

namespace comity::app {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

/// A proof file of the invented world, and its anchors, in a folder of their own.
class CustodyCommand : public CommandTest {
 protected:
    void SetUp() override {
        prooffile::testing::World world;
        world.tell();
        write("a.proof", prooffile::write_proof(world.contents()).value());
        write("trust", prooffile::write_trust(world.trust()));
    }
    [[nodiscard]] CustodyRequest asked() const {
        CustodyRequest request;
        request.file = folder / "a.proof";
        request.trust = folder / "trust";
        return request;
    }
};

TEST_F(CustodyCommand, tells_in_words_what_the_file_shows) {
    const Told english = told(run_proof_custody, asked());
    EXPECT_EQ(english.exit, exit_done) << english.err;
    EXPECT_THAT(english.out, HasSubstr("The proof file is AUTHENTIC."));
    EXPECT_THAT(english.out, HasSubstr("This file shows no item that was handed over."));
    CustodyRequest request = asked();
    request.language = prooffile::Language::french;
    EXPECT_THAT(told(run_proof_custody, request).out,
                HasSubstr("Le fichier de preuve est AUTHENTIQUE."));
}

TEST_F(CustodyCommand, says_what_lacks_when_there_are_no_anchors) {
    CustodyRequest request = asked();
    request.trust.reset();
    const Told reported = told(run_proof_custody, request);
    EXPECT_EQ(reported.exit, exit_not_proven);
    EXPECT_THAT(reported.out, HasSubstr("The proof file is NOT PROVEN."));
    EXPECT_THAT(reported.out, HasSubstr("no trust was given"));
}

TEST_F(CustodyCommand, reports_nothing_of_an_altered_file) {
    std::string altered = read("a.proof");
    altered[altered.size() / 2] = static_cast<char>(altered[altered.size() / 2] ^ 1);
    write("a.proof", altered);
    CustodyRequest request = asked();
    request.out = at("report");
    EXPECT_EQ(told(run_proof_custody, request).exit, exit_invalid);
    EXPECT_FALSE(fs::exists(folder / "report"));
}

TEST_F(CustodyCommand, writes_the_same_pdf_twice_with_the_record_in_it) {
    CustodyRequest request = asked();
    request.format = CustodyFormat::pdf;
    request.json = true;
    request.out = at("one.pdf");
    const Told first = told(run_proof_custody, request);
    ASSERT_EQ(first.exit, exit_done) << first.err << first.out;
    request.out = at("two.pdf");
    ASSERT_EQ(told(run_proof_custody, request).exit, exit_done);
    EXPECT_EQ(read("one.pdf"), read("two.pdf"));
    request.format = CustodyFormat::record;
    request.out = at("record");
    ASSERT_EQ(told(run_proof_custody, request).exit, exit_done);
    EXPECT_THAT(first.out, HasSubstr(crypto::sha256(read("record")).hex()));
    // Streams of our own are not compressed, so that the record can be found by any means.
    EXPECT_THAT(read("one.pdf"), HasSubstr(read("record")));
    EXPECT_EQ(told(run_proof_custody, request).exit, exit_conflict);
    request.out.clear();
    request.format = CustodyFormat::pdf;
    EXPECT_EQ(told(run_proof_custody, request).exit, exit_usage);
}

TEST_F(CustodyCommand, writes_json_ld) {
    CustodyRequest request = asked();
    request.format = CustodyFormat::case_uco;
    const Told written = told(run_proof_custody, request);
    EXPECT_EQ(written.exit, exit_done);
    const codec::Value value = codec::parse(written.out).value();
    EXPECT_TRUE(value.get_object().contains("@context"));
    EXPECT_THAT(written.out, HasSubstr("case-investigation:Investigation"));
}

}  // namespace
}  // namespace comity::app
