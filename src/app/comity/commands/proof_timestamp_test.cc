#include "app/comity/commands/proof_timestamp.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <sstream>

#include "adapter/files/files.h"
#include "app/command/command_for_test.h"
#include "domain/prooffile/prooffile.h"
#include "ground/crypto/testing.h"
#include "ground/crypto/tsa_for_test.h"

namespace comity::app {
namespace {

namespace fs = std::filesystem;
using crypto::testing::TestAuthority;
using ::testing::HasSubstr;

/// A proof file in a folder of its own, and an authority. A timestamp is of bytes: any will do.
class TimestampCommands : public CommandTest {
 protected:
    void SetUp() override {
        write("a.proof", "the bytes of an invented proof file\n");
        write("root.pem", authority.root_pem());
    }
    Told ask(std::string_view file, std::string_view out_file = {}) {
        TimestampRequestRequest request{at(file), out_file.empty() ? "" : at(out_file), false};
        return told_by([&](std::ostream& out, std::ostream& err) {
            return run_timestamp_request(request, random, out, err);
        });
    }
    void answer(std::string_view query, std::string_view response) const {
        const std::string request = read(query);
        const base::Bytes bytes = authority.answer(base::view_of(request), noon);
        ASSERT_FALSE(bytes.empty());
        write(response, base::text_of(bytes));
    }
    [[nodiscard]] TimestampCheckRequest asked() const {
        TimestampCheckRequest request;
        request.file = at("a.proof");
        request.authority = at("root.pem");
        return request;
    }

    const base::Instant noon = base::Instant::parse("2027-03-05T12:00:00.000Z").value();
    TestAuthority authority{{base::Instant::parse("2026-01-01T00:00:00.000Z").value(),
                             base::Instant::parse("2030-01-01T00:00:00.000Z").value(),
                             TestAuthority::Purpose::timestamps}};
    crypto::CountingRandom random{1};
};

TEST_F(TimestampCommands, carry_a_timestamp_from_the_request_to_the_reader) {
    ASSERT_EQ(ask("a.proof").exit, exit_done);
    answer("a.proof.tsq", "answer");
    TimestampCheckRequest request = asked();
    request.response = at("answer");
    const Told attached = told(run_timestamp_attach, request);
    ASSERT_EQ(attached.exit, exit_done) << attached.err;
    EXPECT_EQ(read("a.proof.tsr"), read("answer"));
    EXPECT_EQ(told(run_timestamp_attach, request).exit, exit_conflict);
    EXPECT_EQ(ask("a.proof").exit, exit_conflict);
    const Told checked = told(run_timestamp_check, asked());
    EXPECT_EQ(checked.exit, exit_done);
    EXPECT_THAT(checked.out, HasSubstr("existed at 2027-03-05T12:00:00.000Z"));
    EXPECT_THAT(checked.out, HasSubstr("CN=Invented Time Authority"));
    fs::remove(folder / "a.proof.tsq");
    EXPECT_THAT(told(run_timestamp_check, asked()).out, HasSubstr("the nonce was not compared"));
}

TEST_F(TimestampCommands, refuse_a_file_that_changed_after_its_timestamp) {
    ASSERT_EQ(ask("a.proof").exit, exit_done);
    answer("a.proof.tsq", "a.proof.tsr");
    write("a.proof", "other bytes");
    EXPECT_EQ(told(run_timestamp_check, asked()).exit, exit_invalid);
    fs::remove(folder / "a.proof.tsq");
    EXPECT_EQ(told(run_timestamp_check, asked()).exit, exit_invalid);
}

TEST_F(TimestampCommands, keep_no_answer_to_another_request_or_by_another_authority) {
    ASSERT_EQ(ask("a.proof").exit, exit_done);
    ASSERT_EQ(ask("a.proof", "other.tsq").exit, exit_done);
    answer("other.tsq", "answer");
    TimestampCheckRequest request = asked();
    request.response = at("answer");
    EXPECT_EQ(told(run_timestamp_attach, request).exit, exit_invalid);
    const TestAuthority other(
        {noon, noon + std::chrono::hours(1), TestAuthority::Purpose::timestamps});
    write("other.pem", other.root_pem());
    request.request = at("other.tsq");
    request.authority = at("other.pem");
    EXPECT_EQ(told(run_timestamp_attach, request).exit, exit_not_proven);
    EXPECT_FALSE(fs::exists(folder / "a.proof.tsr"));
    request.authority = at("root.pem");
    EXPECT_EQ(told(run_timestamp_attach, request).exit, exit_done);
}

TEST_F(TimestampCommands, say_what_is_missing_or_is_none) {
    EXPECT_EQ(ask("nothing").exit, exit_not_found);
    EXPECT_EQ(told(run_timestamp_check, asked()).exit, exit_not_found);
    write("a.proof.tsr", "no response");
    EXPECT_EQ(told(run_timestamp_check, asked()).exit, exit_invalid);
    ASSERT_EQ(ask("a.proof").exit, exit_done);
    answer("a.proof.tsq", "a.proof.tsr");
    TimestampCheckRequest json = asked();
    json.json = true;
    EXPECT_THAT(told(run_timestamp_check, json).out, HasSubstr("\"nonce-compared\":true"));
}

TEST_F(TimestampCommands, name_in_a_trust_file_whose_timestamps_count) {
    prooffile::Trust trust;
    trust.agreement = "XA-XB/T";
    write("trust", prooffile::write_trust(trust));
    const TimestampTrustRequest request{at("trust"), at("root.pem"), at("named"), false};
    const Told named = told(run_timestamp_trust, request);
    ASSERT_EQ(named.exit, exit_done) << named.err;
    EXPECT_EQ(prooffile::read_trust(read("named"))->timestamps, authority.root_pem());
    EXPECT_EQ(told(run_timestamp_trust, request).exit, exit_conflict);
    write("bad.pem", "no certificate");
    EXPECT_EQ(told(run_timestamp_trust, {at("trust"), at("bad.pem"), at("x"), false}).exit,
              exit_failure);
    EXPECT_EQ(told(run_timestamp_trust, {at("none"), at("root.pem"), at("x"), true}).exit,
              exit_not_found);
    EXPECT_FALSE(fs::exists(folder / "x"));
}

}  // namespace
}  // namespace comity::app
