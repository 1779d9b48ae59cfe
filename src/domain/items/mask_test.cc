#include "domain/items/mask.h"

#include <functional>

#include "domain/items/mask_for_test.h"
#include "ground/crypto/crypto.h"

namespace comity::items {
namespace {

using base::ErrorKind;
using testing::mask_all;
using testing::masked_of;

MaskSpec mail_spec() {
    MaskSpec spec;
    spec.format = "mbox";
    spec.parts = "headers";
    spec.from = base::Instant{1'900'000'000'000};
    spec.until = base::Instant{1'950'000'000'000};
    spec.dated_by = "envelope";
    spec.correspondents = {"bela@other.example"};
    spec.withhold = {"counsel@law.example"};
    spec.headers = {"Date", "To"};
    return spec;
}

MaskSpec log_spec() {
    MaskSpec spec;
    spec.format = "jsonl";
    spec.fields = {"/a"};
    spec.time_field = "/at";
    spec.from = base::Instant{1'900'000'000'000};
    spec.where = MaskWhere{"/b", {"1"}};
    return spec;
}

TEST(MaskSpec, is_read_as_it_is_written) {
    for (const MaskSpec& spec : {mail_spec(), log_spec()}) {
        const auto read = read_mask(codec::write(spec));
        ASSERT_TRUE(read.has_value()) << read.error().text();
        EXPECT_EQ(*read, spec);
        EXPECT_FALSE(read_mask(" " + codec::write(spec)));
    }
    EXPECT_NE(mask_digest(mail_spec()), mask_digest(log_spec()));
    EXPECT_EQ(read_mask(std::string(max_mask_bytes + 1, ' ')).error().kind, ErrorKind::too_large);
}

TEST(MaskSpec, is_checked_in_every_member) {
    struct Wrong {
        const char* place;
        bool is_mail;
        std::function<void(MaskSpec&)> change;
    };
    const std::vector<Wrong> cases = {
        {"/version", true, [](auto& spec) { spec.version = 2; }},
        {"/format", true, [](auto& spec) { spec.format = "pst"; }},
        {"/until", true, [](auto& spec) { spec.until = spec.from; }},
        {"/parts", true, [](auto& spec) { spec.parts.reset(); }},
        {"/parts", true, [](auto& spec) { spec.parts = "some"; }},
        {"/headers", true, [](auto& spec) { spec.parts = "all"; }},
        {"/headers", true, [](auto& spec) { spec.headers->clear(); }},
        {"/headers/0", true, [](auto& spec) { spec.headers->front() = "two\nlines"; }},
        {"/dated_by", true, [](auto& spec) { spec.dated_by = "guess"; }},
        {"/dated_by", true, [](auto& spec) { spec.format = "eml"; }},
        {"/dated_by", true,
         [](auto& spec) {
             spec.from.reset();
             spec.until.reset();
         }},
        {"/correspondents", true, [](auto& spec) { spec.correspondents->clear(); }},
        {"/correspondents/0", true, [](auto& spec) { spec.correspondents->front() = "bela"; }},
        {"/withhold/0", true,
         [](auto& spec) { spec.withhold->front() = "Counsel <c@law.example>"; }},
        {"/fields", true, [](auto& spec) { spec.fields.emplace(); }},
        {"/time_field", true, [](auto& spec) { spec.time_field = "x"; }},
        {"/where", true, [](auto& spec) { spec.where.emplace(); }},
        {"/fields", false, [](auto& spec) { spec.fields.reset(); }},
        {"/fields", false, [](auto& spec) { spec.fields->clear(); }},
        {"/fields/0", false, [](auto& spec) { spec.fields->front() = "a"; }},
        {"/fields/0", false, [](auto& spec) { spec.fields->front() = "/a~2"; }},
        {"/time_field", false, [](auto& spec) { spec.time_field.reset(); }},
        {"/time_field", false, [](auto& spec) { spec.from.reset(); }},
        {"/where/field", false, [](auto& spec) { spec.where->field.clear(); }},
        {"/where/values", false, [](auto& spec) { spec.where->values.clear(); }},
        {"/parts", false, [](auto& spec) { spec.parts = "all"; }},
        {"/withhold", false, [](auto& spec) { spec.withhold = {"a@x.example"}; }},
        {"/headers", false, [](auto& spec) { spec.headers = {"Date"}; }},
        {"/dated_by", false, [](auto& spec) { spec.dated_by = "header"; }},
        {"/correspondents", false, [](auto& spec) { spec.correspondents = {"a@x.example"}; }},
    };
    EXPECT_TRUE(check(mail_spec()));
    EXPECT_TRUE(check(log_spec()));
    for (std::size_t i = 0; i < cases.size(); ++i) {
        MaskSpec spec = cases[i].is_mail ? mail_spec() : log_spec();
        cases[i].change(spec);
        const auto checked = check(spec);
        ASSERT_FALSE(checked.has_value()) << i << cases[i].place;
        EXPECT_EQ(checked.error().place, cases[i].place) << i;
        EXPECT_FALSE(make_mask(spec, testing::salt_of()).has_value());
    }
    EXPECT_FALSE(make_mask(mail_spec(), base::SecretBytes(31)).has_value());
}

const std::string log = "{\"a\":1,\"b\":2}\n{\"a\":2,\"b\":2}\n{\"a\":3}\n";

MaskSpec plain_log() {
    MaskSpec spec;
    spec.format = "jsonl";
    spec.fields = {"/a"};
    spec.where = MaskWhere{"/b", {"2"}};
    return spec;
}

TEST(MaskReport, is_made_again_from_record_mask_and_salt) {
    const auto one = masked_of(plain_log(), log);
    const auto again = masked_of(plain_log(), log);
    EXPECT_EQ(one.report, again.report);
    const std::string text = codec::write(one.report);
    const auto read = read_mask_report(text);
    ASSERT_TRUE(read.has_value()) << read.error().text();
    EXPECT_EQ(*read, one.report);
    MaskReport later = one.report;
    later.version = 2;
    EXPECT_EQ(read_mask_report(codec::write(later)).error().place, "/version");
}

TEST(MaskReport, changes_with_everything_that_it_commits_to) {
    const MaskReport report = masked_of(plain_log(), log).report;
    MaskSpec other_mask = plain_log();
    other_mask.where->values.emplace_back("3");
    EXPECT_NE(masked_of(other_mask, log).report.mask, report.mask);
    const MaskReport other_salt = mask_all(plain_log(), log, 100, 2)->report;
    EXPECT_NE(other_salt.salt, report.salt);
    EXPECT_NE(other_salt.source, report.source);
    EXPECT_NE(other_salt.result, report.result);
    EXPECT_NE(other_salt.left_out, report.left_out);
    const MaskReport other_line = masked_of(plain_log(),
                                            "{\"a\":1,\"b\":2}\n{\"a\":2,\"b\":2}\n"
                                            "{\"a\":4}\n")
                                      .report;
    EXPECT_EQ(other_line.result, report.result);
    EXPECT_NE(other_line.source, report.source);
    EXPECT_NE(other_line.left_out, report.left_out);
}

TEST(MaskReport, has_the_digests_that_the_format_describes) {
    const MaskReport report = masked_of(plain_log(), log).report;
    const base::Bytes salt(32, 1);
    const auto hmac = [](base::ByteView key, const std::string& message) {
        return crypto::hmac_sha256(key, base::view_of(message));
    };
    const auto text = [](const base::Digest& digest) {
        return std::string(base::text_of(digest.view()));
    };
    EXPECT_EQ(report.salt,
              crypto::sha256(std::string("comity/mask/salt/v1\0", 20) + std::string(32, 1)));
    EXPECT_EQ(report.source,
              hmac(salt, std::string("comity/mask/source/v1\0", 22) + text(crypto::sha256(log))));
    const std::string result = "{\"a\":1}\n{\"a\":2}\n";
    EXPECT_EQ(report.result, hmac(salt, std::string("comity/mask/result/v1\0", 22) +
                                            text(crypto::sha256(result))));
    // One line was left out, the third, because `where` does not hold (4).
    const std::string place("\0\0\0\0\0\0\0\3\0\0\0\0\0\0\0\0", 16);
    const base::Digest leaf_salt = hmac(salt, std::string("comity/mask/leaf/v1\0", 20) + place);
    const base::Digest salted =
        hmac(leaf_salt.view(), text(crypto::sha256(std::string_view("{\"a\":3}\n"))));
    EXPECT_EQ(report.left_out, crypto::sha256(std::string(1, 0) + place + "\4" + text(salted)));
}

TEST(Mask, stops_with_its_sink) {
    const auto mask = make_mask(plain_log(), testing::salt_of());
    const auto stopped = (*mask)->write(base::view_of(log), [](base::ByteView) {
        return base::Result<void>(base::fail(ErrorKind::try_later, "the disk is full"));
    });
    ASSERT_FALSE(stopped.has_value());
    EXPECT_EQ(stopped.error().kind, ErrorKind::try_later);
}

}  // namespace
}  // namespace comity::items
