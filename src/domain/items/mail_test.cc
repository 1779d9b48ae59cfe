#include "domain/items/mail.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace comity::items {
namespace {

using base::ErrorKind;
using Addresses = std::vector<std::string>;

TEST(MailHeader, is_cut_into_fields_with_their_folds) {
    const std::string block =
        "From: a@x.example\r\nSubject: one\r\n two\r\n\tthree\r\nX-Empty:\r\n\r\n";
    const auto fields = read_header(block);
    ASSERT_TRUE(fields.has_value());
    ASSERT_EQ(fields->size(), 3U);
    EXPECT_EQ((*fields)[0].name, "From");
    EXPECT_EQ((*fields)[1].value(), "one two\tthree");
    EXPECT_EQ((*fields)[1].raw, "Subject: one\r\n two\r\n\tthree\r\n");
    EXPECT_EQ((*fields)[2].value(), "");
    EXPECT_EQ(read_header("")->size(), 0U);
    EXPECT_EQ(read_header("Subject : obsolete form\n")->front().name, "Subject");
}

TEST(MailHeader, that_is_none_is_refused) {
    for (const char* block : {"no colon\r\n", " folded first\r\n", ":no name\r\n", "na me: x\r\n",
                              "From a@x Wed\r\n", "\x01: x\r\n"}) {
        EXPECT_EQ(read_header(block).error().kind, ErrorKind::malformed) << block;
    }
    EXPECT_EQ(read_header(std::string(max_header_bytes + 1, 'x')).error().kind,
              ErrorKind::too_large);
    std::string many;
    for (std::size_t i = 0; i <= max_header_fields; ++i) {
        many += "X: y\n";
    }
    EXPECT_EQ(read_header(many).error().kind, ErrorKind::too_large);
}

TEST(MailHeader, may_have_a_field_once) {
    const auto fields = read_header("Date: 1\nTo: a\nto: b\n");
    EXPECT_EQ((*only_field(*fields, "DATE"))->value(), "1");
    EXPECT_EQ(*only_field(*fields, "Cc"), std::nullopt);
    EXPECT_EQ(only_field(*fields, "To").error().kind, ErrorKind::malformed);
}

TEST(MailAddresses, are_read_without_names_and_comments) {
    const std::vector<std::pair<std::string, Addresses>> cases = {
        {"", {}},
        {"a@x.example", {"a@x.example"}},
        {"Talor Venim <Talor.Venim@X.example>", {"talor.venim@x.example"}},
        {"\"Venim, Talor\" <a@x.example>, b@y.example", {"a@x.example", "b@y.example"}},
        {"=?UTF-8?Q?T=C3=A4lor?= <a@x.example>", {"a@x.example"}},
        {"a@x.example (a (nested) comment, with a comma)", {"a@x.example"}},
        {"Pete(his \\) account)<a (c) @ x.example>", {"a@x.example"}},
        {"a . b @ x . example", {"a.b@x.example"}},
        {"foo@bar.example <a@x.example>", {"a@x.example"}},
        {"Group: a@x.example, B <b@y.example>;, c@z.example",
         {"a@x.example", "b@y.example", "c@z.example"}},
        {"Undisclosed recipients:;", {}},
        {"<@relay.example:a@x.example>", {"a@x.example"}},
        {"\"talor\"@x.example", {"talor@x.example"}},
        {"\"talor venim\"@x.example", {"\"talor venim\"@x.example"}},
        {"\"a@b\"@x.example", {"\"a@b\"@x.example"}},
        {"a@[192.0.2.1]", {"a@[192.0.2.1]"}},
        {"<>", {}},
        {"a@x.example,,b@x.example", {"a@x.example", "b@x.example"}},
    };
    for (const auto& [value, expected] : cases) {
        const auto read = read_addresses(value);
        ASSERT_TRUE(read.has_value()) << value << ": " << read.error().text();
        EXPECT_EQ(*read, expected) << value;
    }
}

TEST(MailAddresses, that_may_be_read_in_two_ways_are_refused) {
    for (const char* value :
         {"talor venim@x.example", "Venim, Talor <a@x.example>", "a@x.example b@y.example",
          "<a@x.example", "a@x.example>", "a@b@x.example", "@x.example", "a@", "nobody",
          "\"a@x.example", "a@x.example (open", "<a@x.example> <b@y.example>", "<a b@x.example>",
          "<@r.example,@s.example:a@x.example>", "a@x.example\x01", "a@[192.0.2.1",
          "<a@x.example>b"}) {
        EXPECT_EQ(read_addresses(value).error().kind, ErrorKind::malformed) << value;
    }
    EXPECT_FALSE(read_addresses(std::string(100, '(') + std::string(100, ')') + "a@x.example"));
    std::string many;
    for (std::size_t i = 0; i <= max_addresses; ++i) {
        many += "a@x.example,";
    }
    EXPECT_EQ(read_addresses(many).error().kind, ErrorKind::too_large);
}

std::string date_of(std::string_view value) {
    const auto instant = read_mail_date(value);
    return instant ? instant->text() : "refused";
}

TEST(MailDates, are_read_in_all_their_forms) {
    EXPECT_EQ(date_of("Wed, 5 Mar 2031 09:30:00 +0000"), "2031-03-05T09:30:00.000Z");
    EXPECT_EQ(date_of("5 Mar 2031 09:30 +0100"), "2031-03-05T08:30:00.000Z");
    EXPECT_EQ(date_of("Wed, 05 MAR 2031 09:30:00 -0730 (comment (nested))"),
              "2031-03-05T17:00:00.000Z");
    EXPECT_EQ(date_of("Fri, 21 Nov 97 09:55:06 GMT"), "1997-11-21T09:55:06.000Z");
    EXPECT_EQ(date_of("21 Nov 31 09:55:06 EST"), "2031-11-21T14:55:06.000Z");
    EXPECT_EQ(date_of("21 Nov 131 09:55:06 UT"), "2031-11-21T09:55:06.000Z");
    EXPECT_EQ(date_of("31 Dec 2030 23:59:60 +0000"), "2030-12-31T23:59:59.000Z");
    EXPECT_EQ(date_of("1 Jan 1970 00:00:00 +0000"), "1970-01-01T00:00:00.000Z");
}

TEST(MailDates, that_are_none_are_refused) {
    for (const char* value :
         {"", "yesterday", "32 Jan 2031 09:30:00 +0000", "29 Feb 2031 09:30:00 +0000",
          "5 Mar 2031 24:00:00 +0000", "5 Mar 2031 09:60:00 +0000", "5 Mar 2031 09:30:00",
          "5 Mar 2031 09:30:00 +00", "5 Mar 2031 09:30:00 Q", "5 Mar 2031 9 +0000",
          "1 Jan 1970 00:00:00 +0100", "5 Foo 2031 09:30:00 +0000", "5 Mar 2031 09:30:00 +0000 (",
          "5 Mar 2031 09:30:00 +0000 more words", "-5 Mar 2031 09:30:00 +0000"}) {
        EXPECT_EQ(date_of(value), "refused") << value;
    }
    EXPECT_EQ(date_of(std::string(10'000, '(')), "refused");
}

TEST(MailDates, survive_writing_by_another_hand) {
    EXPECT_TRUE(rc::check("every second of a century", [] {
        const auto seconds = *rc::gen::inRange<std::int64_t>(0, 4'102'444'800);
        const base::Instant at{seconds * 1000};
        const std::string text = at.text();  // 2031-03-05T09:30:00.000Z
        constexpr const char* months = "JanFebMarAprMayJunJulAugSepOctNovDec";
        const auto month = static_cast<std::size_t>(std::stoi(text.substr(5, 2)) - 1);
        const std::string written = text.substr(8, 2) + " " + std::string(months + 3 * month, 3) +
                                    " " + text.substr(0, 4) + " " + text.substr(11, 8) + " +0000";
        RC_ASSERT(date_of(written) == text);
        RC_ASSERT(read_log_time(text)->text() == text);
    }));
}

TEST(MailFromLine, has_an_address_and_the_time_of_asctime) {
    EXPECT_EQ(read_from_line("From a@x.example Wed Mar  5 09:30:00 2031")->text(),
              "2031-03-05T09:30:00.000Z");
    EXPECT_EQ(read_from_line("From MAILER-DAEMON Wed Mar 15 09:30:00 2031")->text(),
              "2031-03-15T09:30:00.000Z");
    for (const char* line :
         {"From ", "From a@x.example", "From a@x.example Wed Mar 5 09:30:00 2031",
          "From a b Wed Mar  5 09:30:00 2031", "from a@x.example Wed Mar  5 09:30:00 2031",
          "From a@x.example Xxx Mar  5 09:30:00 2031", "From a@x.example Wed Mar  5 09:30:00 20310",
          "From the beginning it was clear that this is no separator"}) {
        EXPECT_FALSE(read_from_line(line).has_value()) << line;
    }
}

TEST(LogTimes, may_have_any_fraction_and_offset) {
    EXPECT_EQ(read_log_time("2031-03-05T09:30:00Z")->text(), "2031-03-05T09:30:00.000Z");
    EXPECT_EQ(read_log_time("2031-03-05 09:30:00.5+01:30")->text(), "2031-03-05T08:00:00.500Z");
    EXPECT_EQ(read_log_time("2031-03-05t09:30:00.123456789z")->text(), "2031-03-05T09:30:00.123Z");
    for (const char* text :
         {"", "2031-03-05", "2031-03-05T09:30:00", "2031-03-05T09:30:00.", "2031-03-05T09:30:00.Z",
          "2031-03-05T09:30:00.5", "2031-03-05T09:30:00+0100", "2031-02-30T09:30:00Z",
          "1923-01-01T00:00:00Z"}) {
        EXPECT_FALSE(read_log_time(text).has_value()) << text;
    }
}

TEST(MailContent, has_a_type_and_parameters) {
    const auto content = read_content(
        "Multipart/Mixed (a comment); boundary=\"=_a;b\\\"c\" ; charset = utf-8; NAME*0=x;");
    ASSERT_TRUE(content.has_value()) << content.error().text();
    EXPECT_EQ(content->type, "multipart/mixed");
    EXPECT_EQ(*content->parameter("boundary"), "=_a;b\"c");
    EXPECT_EQ(*content->parameter("charset"), "utf-8");
    EXPECT_EQ(content->parameter("name"), nullptr);
    EXPECT_TRUE(content->has_any_form_of("name"));
    EXPECT_FALSE(content->has_any_form_of("nam"));
    EXPECT_EQ(read_content("attachment; filename=a b.pdf")->parameters[0].value, "a b.pdf");
}

TEST(MailContent, with_a_parameter_twice_has_none_of_that_name) {
    const auto content = read_content("multipart/mixed; boundary=a; boundary=b");
    ASSERT_TRUE(content.has_value());
    EXPECT_EQ(content->parameter("boundary"), nullptr);
    EXPECT_TRUE(content->has_any_form_of("boundary"));
}

TEST(MailContent, that_is_none_is_refused) {
    for (const char* value : {"", "/", "text/", "text/plain charset=x", "text/plain; charset",
                              "text/plain; =x", "text/plain; a=\"open", "text/plain (open"}) {
        EXPECT_FALSE(read_content(value).has_value()) << value;
    }
    std::string many = "text/plain";
    for (std::size_t i = 0; i <= max_parameters; ++i) {
        many += "; a" + std::to_string(i) + "=b";
    }
    EXPECT_EQ(read_content(many).error().kind, ErrorKind::too_large);
}

}  // namespace
}  // namespace comity::items
