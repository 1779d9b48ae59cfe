#include "app/comity/commands/treaty_prove.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <sstream>
#include <unistd.h>

#include "domain/certificate/certificate.h"
#include "ground/codec/codec.h"

namespace comity::app {
namespace {

namespace fs = std::filesystem;

const fs::path agreements = fs::path(COMITY_LAW) / "agreements";

/// A folder for one test, removed at its end.
struct Folder {
    Folder() {
        std::string name = ::testing::TempDir() + "comity-treaty-XXXXXX";
        path = ::mkdtemp(name.data());
    }
    ~Folder() { fs::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    fs::path path;
};

std::string read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write_file(const fs::path& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
}

struct Said {
    int code = 0;
    std::string out;
    std::string err;
};

Said prove(const ProveOptions& options) {
    std::ostringstream out;
    std::ostringstream err;
    const int code = run_treaty_prove(options, out, err);
    return {code, out.str(), err.str()};
}

Said verify(const CertificateOptions& options) {
    std::ostringstream out;
    std::ostringstream err;
    const int code = run_certificate_verify(options, out, err);
    return {code, out.str(), err.str()};
}

TEST(TreatyProve, proves_each_guardrail_and_writes_certificates_that_verify) {
    const Folder folder;
    const Said said =
        prove({{(agreements / "xc-xd-ee.treaty").string()}, (folder.path / "out").string(), false});
    EXPECT_EQ(said.code, exit_done) << said.out << said.err;
    EXPECT_TRUE(said.out.contains("12 of 12 guardrails proven")) << said.out;
    int certificates = 0;
    for (const auto& entry : fs::directory_iterator(folder.path / "out")) {
        const Said checked = verify({entry.path().string(), COMITY_LAW, false});
        EXPECT_EQ(checked.code, exit_done) << entry.path() << checked.out << checked.err;
        EXPECT_EQ(verify({entry.path().string(), "", false}).code, exit_not_proven);
        ++certificates;
    }
    EXPECT_EQ(certificates, 9);
}

TEST(TreatyProve, prints_a_request_form_that_breaks_the_guardrail) {
    const Said said = prove({{(agreements / "xa-xb-ee.treaty").string()}, "", true});
    EXPECT_EQ(said.code, exit_findings);
    const codec::Value answer = codec::parse(said.out).value();
    const codec::Object& first =
        answer.get_object().at("guardrails").get_array().front().get_object();
    EXPECT_EQ(first.at("guardrail"), "G1");
    EXPECT_EQ(first.at("conclusion"), "refuted");
    const codec::Object& example = first.at("examples").get_array().front().get_object();
    EXPECT_EQ(example.at("released"), true);
    const codec::Object& facts = example.at("form").get_object().at("facts").get_object();
    // The agreement lets content be preserved on a prosecutor's word: G1 does not say `disclose`.
    EXPECT_EQ(facts.at("action"), "preserve");
    EXPECT_EQ(facts.at("data"), "content");
}

TEST(TreatyProve, says_no_for_a_text_that_is_wrong_or_not_there) {
    EXPECT_EQ(prove({{"no-such-file"}, "", false}).code, exit_not_found);
    const Folder folder;
    fs::create_directories(folder.path / "vocabulary");
    fs::copy(fs::path(COMITY_LAW) / "vocabulary", folder.path / "vocabulary");
    write_file(folder.path / "t.treaty",
               "language comity-treaty 1\nvocabulary core 3\nagreement\n");
    EXPECT_EQ(prove({{(folder.path / "t.treaty").string()}, "", false}).code, exit_findings);
}

Said diff(const DiffOptions& options) {
    std::ostringstream out;
    std::ostringstream err;
    const int code = run_treaty_diff(options, out, err);
    return {code, out.str(), err.str()};
}

TEST(TreatyDiff, tells_what_the_second_version_releases_that_the_first_did_not) {
    const std::string older = (agreements / "xa-xb-ee-1.treaty").string();
    const std::string newer = (agreements / "xa-xb-ee.treaty").string();
    const Said said = diff({older, newer, false});
    EXPECT_EQ(said.code, exit_findings) << said.err;
    EXPECT_TRUE(said.out.contains("Released only under the newer text: ")) << said.out;
    EXPECT_TRUE(said.out.contains("Another duty: 6(1)")) << said.out;
    EXPECT_FALSE(said.out.contains("Released only under the older text")) << said.out;
    const Said json = diff({older, newer, true});
    EXPECT_FALSE(codec::parse(json.out).value().get_object().at("changes").get_array().empty());
    const Said none = diff({newer, newer, false});
    EXPECT_EQ(none.code, exit_done);
    EXPECT_EQ(none.out, "No request is treated differently.\n");
    EXPECT_EQ(diff({older, "no-such-file", false}).code, exit_not_found);
}

TEST(CertificateVerify, refuses_other_texts_and_altered_certificates) {
    const Folder folder;
    const std::string out = (folder.path / "out").string();
    ASSERT_EQ(prove({{(agreements / "xc-xd-ee.treaty").string()}, out, false}).code, exit_done);
    const fs::path file = fs::path(out) / "XC-XD-EE-1-G1.certificate";
    ASSERT_TRUE(fs::exists(file));

    // The same law with one word changed: the certificate is about another text.
    fs::copy(COMITY_LAW, folder.path / "law", fs::copy_options::recursive);
    std::string text = read_file(folder.path / "law/agreements/xc-xd-ee.treaty");
    const std::string from = "max-penalty at least 48 months";
    text.replace(text.find(from), from.size(), "max-penalty at least 47 months");
    write_file(folder.path / "law/agreements/xc-xd-ee.treaty", text);
    EXPECT_EQ(verify({file.string(), (folder.path / "law").string(), false}).code, exit_invalid);

    // A certificate whose formula is true to its digest, but not to the texts.
    certificate::Certificate made = certificate::read(read_file(file)).value();
    made.formula = "p cnf 1 2\n1 0\n-1 0\n";
    made.proof = "3 0 1 2 0\n";
    made.formula_digest = certificate::digest_of_formula(made.formula);
    made.proof_digest = certificate::digest_of_proof(made.proof);
    write_file(file, certificate::write(made));
    EXPECT_EQ(verify({file.string(), COMITY_LAW, false}).code, exit_invalid);
    EXPECT_EQ(verify({file.string(), "", false}).code, exit_not_proven);

    write_file(file, "{}");
    EXPECT_EQ(verify({file.string(), "", false}).code, exit_failure);
    EXPECT_EQ(verify({(folder.path / "none").string(), "", false}).code, exit_not_found);
}

}  // namespace
}  // namespace comity::app
