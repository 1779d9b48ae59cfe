#include "domain/prooffile/timestamp.h"

#include <gmock/gmock.h>

#include "domain/prooffile/prooffile.h"
#include "domain/prooffile/testing.h"
#include "ground/crypto/tsa_for_test.h"

namespace comity::prooffile {
namespace {

using crypto::testing::TestAuthority;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::World;

const base::Bytes nonce{1, 2, 3, 4, 5, 6, 7, 8};

/// A whole matter, and an authority that the trust names.
class Timestamped : public ::testing::Test {
 protected:
    Timestamped() {
        World world;
        world.tell();
        file = write_proof(world.contents()).value();
        trust = with_timestamps(world.trust(), authority.root_pem()).value();
        exported = world.now;
    }
    [[nodiscard]] static std::string text(const base::Bytes& bytes) {
        return std::string(base::text_of(bytes));
    }
    /// What lies beside `of` when `by` answered at `at`.
    [[nodiscard]] static TimestampBeside beside(const TestAuthority& by, std::string_view of,
                                                base::Instant at) {
        const base::Bytes request = crypto::timestamp_request(crypto::sha256(of), nonce);
        return {text(by.answer(request, at)), text(request)};
    }
    [[nodiscard]] Report report(const TimestampBeside& at_hand) const {
        return with_timestamp(verify_proof(file, trust), file, at_hand, trust);
    }

    static constexpr base::Instant long_ago{1'767'225'600'000};   // 2026-01-01
    static constexpr base::Instant far_ahead{1'893'456'000'000};  // 2030-01-01
    const TestAuthority authority{{long_ago, far_ahead, TestAuthority::Purpose::timestamps}};
    std::string file;
    std::optional<Trust> trust;
    base::Instant exported;
};

TEST_F(Timestamped, a_file_is_authentic_and_its_screen_says_so_in_one_line) {
    const base::Instant at = exported + std::chrono::hours(1);
    const Report found = report(beside(authority, file, at));
    EXPECT_EQ(found.answer, Answer::authentic);
    ASSERT_TRUE(found.timestamp);
    EXPECT_EQ(found.timestamp->at, (base::Instant{at.milliseconds / 1000 * 1000}));
    EXPECT_TRUE(found.timestamp->nonce_compared);
    const std::vector<std::pair<Language, std::string>> lines{
        {Language::english, "Timestamp  it existed by 2027-"},
        {Language::french, "Horodatage il existait le 2027-"}};
    for (const auto& [language, begins] : lines) {
        int count = 0;
        for (const std::string& line : screen_of(found, language)) {
            count += line.starts_with(begins) ? 1 : 0;
            count += line.contains("CN=Invented Time Authority") ? 1 : 0;
        }
        EXPECT_EQ(count, 2);
    }
    EXPECT_EQ(to_json(found).at("timestamp").at("serial").get_string(), found.timestamp->serial);
    const codec::Value screen = screen_to_json(found, Language::english);
    EXPECT_THAT(std::string(screen.at("timestamp").at("authority").get_string()),
                HasSubstr("CN=Invented Time Authority"));
}

TEST_F(Timestamped, the_line_stays_one_however_long_the_authoritys_name_is) {
    Report found = report(beside(authority, file, exported));
    found.timestamp->authority = "CN=" + std::string(300, 'x');
    for (const std::string& line : screen_of(found, Language::french)) {
        EXPECT_LE(line.size(), 2 * screen_columns);
        EXPECT_EQ(line.starts_with("Horodatage"), line.ends_with("xxx..."));
    }
}

TEST_F(Timestamped, one_that_is_altered_or_of_other_bytes_makes_the_answer_invalid) {
    const TimestampBeside whole = beside(authority, file, exported);
    for (std::size_t at = 0; at < whole.response.size(); at += 61) {
        TimestampBeside altered = whole;
        altered.response[at] = static_cast<char>(altered.response[at] ^ 1);
        const Report found = report(altered);
        EXPECT_NE(found.answer, Answer::authentic) << at;
        EXPECT_EQ(found.deciding()->what, timestamp_check);
        EXPECT_FALSE(found.timestamp);
    }
    for (const TimestampBeside& wrong :
         {beside(authority, "other bytes", exported), TimestampBeside{"", std::nullopt},
          TimestampBeside{"no response", std::nullopt},
          TimestampBeside{whole.response, beside(authority, "other", exported).request},
          TimestampBeside{whole.response, text(crypto::timestamp_request(crypto::sha256(file),
                                                                         base::Bytes(8, 9)))}}) {
        const Report found = report(wrong);
        EXPECT_EQ(found.answer, Answer::invalid);
        EXPECT_THAT(screen_of(found, Language::english).front(), "INVALID");
    }
}

TEST_F(Timestamped, one_that_nobody_trusted_gave_or_that_is_too_old_is_not_proven) {
    const TestAuthority other({long_ago, far_ahead, TestAuthority::Purpose::timestamps});
    const TestAuthority expired({long_ago, long_ago + std::chrono::hours(1)});
    EXPECT_EQ(report(beside(other, file, exported)).answer, Answer::not_proven);
    EXPECT_EQ(report(beside(expired, file, exported)).answer, Answer::not_proven);
    const Report early = report(beside(authority, file, exported - std::chrono::hours(24)));
    EXPECT_EQ(early.answer, Answer::not_proven);
    EXPECT_THAT(early.deciding()->detail, HasSubstr("it is older than the export"));
    trust->timestamps.reset();
    const Report unnamed = report(beside(authority, file, exported));
    EXPECT_EQ(unnamed.answer, Answer::not_proven);
    const std::vector<std::string> screen = screen_of(unnamed, Language::french);
    EXPECT_THAT(screen.front(), "NON PROUVÉ");
    std::string all;
    for (const std::string& line : screen) {
        all += line + " ";
    }
    EXPECT_THAT(all, HasSubstr("l'horodatage: horodatage joint au fichier"));
}

TEST_F(Timestamped, does_not_make_an_invalid_file_better) {
    std::string altered = file;
    altered[altered.size() / 2] = static_cast<char>(altered[altered.size() / 2] ^ 1);
    const Report found = with_timestamp(verify_proof(altered, trust), altered,
                                        beside(authority, altered, exported), trust);
    EXPECT_EQ(found.answer, Answer::invalid);
    EXPECT_TRUE(found.timestamp) << "these bytes existed, whatever they are";
}

}  // namespace
}  // namespace comity::prooffile
