// Timestamps that lie beside proof files, as commands find them.

#include <filesystem>
#include <gmock/gmock.h>

#include "app/command/check_within.h"
#include "app/command/command_for_test.h"
#include "domain/prooffile/testing.h"
#include "ground/crypto/tsa_for_test.h"

namespace comity::app {
namespace {

using crypto::testing::TestAuthority;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class TimestampBeside : public CommandTest {
 protected:
    void SetUp() override {
        prooffile::testing::World world;
        world.tell();
        write("a.proof", prooffile::write_proof(world.contents()).value());
        write("trust",
              prooffile::write_trust(
                  prooffile::with_timestamps(world.trust(), authority.root_pem()).value()));
        at_export = world.now;
    }
    void stamp(std::string_view bytes) const {
        const base::Bytes request =
            crypto::timestamp_request(crypto::sha256(bytes), base::Bytes(8, 7));
        write("a.proof.tsr", base::text_of(authority.answer(request, at_export)));
    }
    [[nodiscard]] Told verified(Timestamps timestamps = Timestamps::looked_at,
                                bool json = false) const {
        VerifyRequest request;
        request.file = at("a.proof");
        request.trust = at("trust");
        request.timestamps = timestamps;
        request.json = json;
        return told_by([&](std::ostream& out, std::ostream& err) {
            return run_verify(request, files::read_text_file, out, err);
        });
    }

    const TestAuthority authority{{base::Instant{1'767'225'600'000},
                                   base::Instant{1'893'456'000'000},
                                   TestAuthority::Purpose::timestamps}};
    base::Instant at_export;
};

TEST_F(TimestampBeside, is_one_line_of_the_screen_and_a_member_of_the_json) {
    EXPECT_THAT(verified().out, Not(HasSubstr("Timestamp")));
    stamp(read("a.proof"));
    const Told told = verified();
    EXPECT_EQ(told.exit, exit_done) << told.out;
    EXPECT_THAT(told.out, HasSubstr("\nTimestamp  it existed by "));
    const auto json = codec::parse(verified(Timestamps::looked_at, true).out).value();
    EXPECT_FALSE(json.at("timestamp").at("nonce-compared").get_bool());
    EXPECT_EQ(json.at("screen").at("timestamp").at("says").get_string(), "it existed by");
}

TEST_F(TimestampBeside, of_other_bytes_is_invalid_unless_the_file_alone_is_judged) {
    stamp("other bytes");
    const Told told = verified();
    EXPECT_EQ(told.exit, exit_invalid);
    EXPECT_THAT(told.out, StartsWith("INVALID\n"));
    EXPECT_THAT(told.out, HasSubstr("timestamp beside the file"));
    EXPECT_EQ(verified(Timestamps::left_out).exit, exit_done);
    write("a.proof.tsr", std::string(crypto::max_timestamp_bytes + 1, 'x'));
    EXPECT_EQ(verified().exit, exit_invalid);
    std::filesystem::remove(folder / "a.proof.tsr");
    std::filesystem::create_directory(folder / "a.proof.tsr");
    EXPECT_EQ(verified().exit, exit_failure) << "what lies there is no file";
}

TEST_F(TimestampBeside, counts_for_a_proof_that_a_request_lies_within_an_order) {
    const auto contents = prooffile::read_proof(read("a.proof")).value();
    const casework::Act& act = *contents.entries[0].act;
    const auto proof = prooffile::prove_within(act, act, prooffile::shared_fields(act, act));
    write("w", prooffile::write_within(proof.value()));
    CheckWithinRequest request{at("w"), at("a.proof"), at("a.proof"), at("trust"), false};
    const auto told = [&] {
        return told_by([&](std::ostream& out, std::ostream& err) {
            return run_check_within(request, files::read_text_file, out, err);
        });
    };
    const Told without = told();
    stamp(read("a.proof"));
    EXPECT_EQ(told().out, without.out);
    stamp("other bytes");
    EXPECT_THAT(told().out, StartsWith("INVALID\n"));
    request.timestamps = Timestamps::left_out;
    EXPECT_EQ(told().out, without.out);
    stamp(read("a.proof"));
    request.timestamps = Timestamps::looked_at;
    prooffile::Trust trust = prooffile::read_trust(read("trust")).value();
    trust.timestamps.reset();
    trust.version = 1;
    write("trust", prooffile::write_trust(trust));
    EXPECT_THAT(told().out, HasSubstr("has a timestamp beside it that is not proven"));
}

}  // namespace
}  // namespace comity::app
