// Masks of mailboxes and mails.

#include <rapidcheck.h>

#include "domain/items/mask_for_test.h"
#include "ground/crypto/crypto.h"

namespace comity::items {
namespace {

using base::ErrorKind;
using testing::mask_all;
using testing::Masked;
using testing::masked_of;

MaskSpec mask(std::string parts, std::string format = "mbox") {
    MaskSpec spec;
    spec.format = std::move(format);
    spec.parts = std::move(parts);
    return spec;
}

struct Mail {
    std::string from = "talor@cirrus.example";
    std::string to = "bela@other.example";
    std::string date = "Wed, 05 Mar 2031 09:30:00 +0000";
    std::string more;  ///< header lines
    std::string body = "Hello.\n";
    std::string from_line = "From talor@cirrus.example Wed Mar  5 09:30:00 2031\n";

    [[nodiscard]] std::string header() const {
        return "From: " + from + "\nTo: " + to + "\nDate: " + date + "\nSubject: invented\n" + more;
    }
    [[nodiscard]] std::string text() const { return from_line + header() + "\n" + body + "\n"; }
};

Mail with(std::string Mail::* member, std::string value) {
    Mail mail;
    mail.*member = std::move(value);
    return mail;
}

TEST(MailMask, that_restricts_nothing_gives_the_mailbox_back) {
    const std::string mailbox = Mail().text() + with(&Mail::body, ">From here on.\n").text();
    const Masked masked = masked_of(mask("all"), mailbox);
    EXPECT_EQ(masked.text, mailbox);
    EXPECT_EQ(masked.report.kept, 2);
    EXPECT_EQ(masked.report.reduced, 0);
    EXPECT_EQ(masked_of(mask("all"), "").report.read, 0);
    EXPECT_EQ(masked_of(mask("without-attachments"), mailbox).text, mailbox);
}

TEST(MailMask, takes_no_file_for_a_mailbox_that_is_none) {
    for (const char* source : {"Subject: a mail\n\nbody\n", "\n", "from x\n"}) {
        const auto refused = mask_all(mask("all"), source);
        ASSERT_FALSE(refused.has_value()) << source;
        EXPECT_EQ(refused.error().kind, ErrorKind::malformed);
        EXPECT_EQ(refused.error().place, "line 1");
    }
}

TEST(MailMask, keeps_the_mails_of_its_time) {
    const std::vector<std::string> dates = {
        "Tue, 04 Mar 2031 23:59:59 +0000", "Wed, 05 Mar 2031 00:00:00 +0000",
        "Thu, 06 Mar 2031 00:59:59 +0100", "Thu, 06 Mar 2031 00:00:00 +0000"};
    std::string mailbox;
    for (const std::string& date : dates) {
        mailbox += with(&Mail::date, date).text();
    }
    MaskSpec spec = mask("all");
    spec.from = base::start_of(*base::Date::parse("2031-03-05"));
    spec.until = base::start_of(*base::Date::parse("2031-03-06"));
    const Masked masked = masked_of(spec, mailbox);
    EXPECT_EQ(masked.text, with(&Mail::date, dates[1]).text() + with(&Mail::date, dates[2]).text());
    EXPECT_EQ(masked.report.withheld.outside_time, 2);
}

TEST(MailMask, goes_by_the_date_that_it_names) {
    Mail mail = with(&Mail::date, "Wed, 05 Mar 2025 09:30:00 +0000");  // the sender's word
    MaskSpec spec = mask("all");
    spec.from = base::start_of(*base::Date::parse("2031-01-01"));
    EXPECT_EQ(masked_of(spec, mail.text()).report.withheld.outside_time, 1);
    spec.dated_by = "envelope";  // the provider's
    EXPECT_EQ(masked_of(spec, mail.text()).report.kept, 1);
}

TEST(MailMask, withholds_what_it_cannot_date_or_read) {
    MaskSpec spec = mask("all");
    spec.from = base::start_of(*base::Date::parse("2031-01-01"));
    const std::vector<Mail> mails = {
        with(&Mail::date, "some day"),
        with(&Mail::more, "Date: Wed, 05 Mar 2031 09:30:00 +0000\n"),  // twice
        with(&Mail::more, "this is no field\n"),
        with(&Mail::more, "X-Long: " + std::string(300'000, 'x') + "\n"),
        with(&Mail::from_line, "From the beginning\n"),
        with(&Mail::from_line, "From " + std::string(100'000, 'x') + "\n"),
    };
    std::string mailbox;
    for (const Mail& mail : mails) {
        mailbox += mail.text();
    }
    mailbox += Mail().text();
    const auto masked = mask_all(spec, mailbox);
    ASSERT_TRUE(masked.has_value());
    EXPECT_EQ(masked->text, Mail().text());
    EXPECT_EQ(masked->report.withheld.unreadable, 6);
}

TEST(MailMask, keeps_the_mails_of_its_correspondents_wherever_they_stand) {
    MaskSpec spec = mask("all");
    spec.correspondents = {"Cara@Third.Example"};
    std::string kept;
    for (const char* line :
         {"Cc: Cara <cara@third.example>\n", "Bcc: CARA@third.example\n",
          "Sender: cara@third.example\n", "Resent-To: x@y.example,\n cara@third.example\n"}) {
        kept += with(&Mail::more, line).text();
    }
    kept += with(&Mail::from, "\"Cara (the third)\" <cara@third.example>").text();
    const std::string others = Mail().text() +
                               with(&Mail::more, "X-To: cara@third.example\n").text() +
                               with(&Mail::to, "cara@third.example.org").text() +
                               with(&Mail::body, "To: cara@third.example\n").text();
    const Masked masked = masked_of(spec, others + kept);
    EXPECT_EQ(masked.text, kept);
    EXPECT_EQ(masked.report.withheld.other_correspondents, 4);
}

TEST(MailMask, withholds_the_mails_of_counsel_wherever_counsel_stands) {
    MaskSpec spec = mask("all");
    spec.withhold = {"counsel@law.example"};
    const std::vector<Mail> privileged = {
        with(&Mail::to, "Counsel <COUNSEL@law.example>"),
        with(&Mail::more, "Reply-To: counsel@law.example\n"),
        with(&Mail::more, "X-Original-To: counsel@law.example\n"),
        with(&Mail::more, "Cc: a@x.example,\n counsel@law.example\n"),
        with(&Mail::to, "counsel (my) @ law.example"),
        with(&Mail::to, "\"counsel\"@law.example"),
        with(&Mail::from_line, "From counsel@law.example Wed Mar  5 09:30:00 2031\n"),
    };
    std::string mailbox;
    for (const Mail& mail : privileged) {
        mailbox += mail.text();
    }
    mailbox += with(&Mail::to, "Venim, Talor <a@x.example>").text();  // read in two ways
    mailbox += Mail().text();
    const Masked masked = masked_of(spec, mailbox);
    EXPECT_EQ(masked.text, Mail().text());
    EXPECT_EQ(masked.report.withheld.withheld_correspondents, 7);
    EXPECT_EQ(masked.report.withheld.unreadable, 1);
}

TEST(MailMask, leaves_out_a_forwarded_mail_of_counsel) {
    MaskSpec spec = mask("all");
    spec.withhold = {"counsel@law.example"};
    const auto forwarded = [](const std::string& header, const std::string& more) {
        Mail mail;
        mail.more = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n";
        mail.body = "--b\n\nsee below\n--b\nContent-Type: message/rfc822\n" + more + "\n" + header +
                    "\nin confidence\n--b--\n";
        return mail.text();
    };
    const Masked masked = masked_of(spec, forwarded("From: counsel@law.example\n", ""));
    EXPECT_FALSE(masked.text.contains("in confidence"));
    EXPECT_FALSE(masked.text.contains("counsel@law.example"));
    EXPECT_TRUE(masked.text.contains("see below"));
    EXPECT_EQ(masked.report.parts_left_out, 1);
    EXPECT_EQ(masked.report.reduced, 1);
    const std::string harmless = forwarded("From: a@x.example\n", "");
    EXPECT_EQ(masked_of(spec, harmless).text, harmless);
    const std::string encoded =
        forwarded("From: a@x.example\n", "Content-Transfer-Encoding: base64\n");
    EXPECT_FALSE(masked_of(spec, encoded).text.contains("in confidence"));
    // Two deep, in a digest, whose parts are mails without saying so.
    const std::string digest = forwarded(
        "From: a@x.example\nContent-Type: multipart/digest; boundary=c\n\n"
        "--c\n\nFrom: a@x.example\n\nharmless\n--c\n\nTo: counsel@law.example\n\nsecret\n--c--\n",
        "");
    const Masked deep = masked_of(spec, digest);
    EXPECT_FALSE(deep.text.contains("secret"));
    EXPECT_TRUE(deep.text.contains("harmless"));
}

TEST(MailMask, of_headers_keeps_who_and_when_and_no_subject) {
    Mail mail;
    mail.more = "Message-ID: <1@x.example>\nX-Note: private\nReceived: from a\n\tby b\n";
    const Masked masked = masked_of(mask("headers"), mail.text());
    EXPECT_EQ(masked.text, mail.from_line + "From: " + mail.from + "\nTo: " + mail.to +
                               "\nDate: " + mail.date +
                               "\nMessage-ID: <1@x.example>\nReceived: from a\n\tby b\n\n\n");
    EXPECT_EQ(masked.report.fields_left_out, 2);
    EXPECT_EQ(masked.report.parts_left_out, 1);
    EXPECT_EQ(masked.report.reduced, 1);
    MaskSpec spec = mask("headers");
    spec.headers = {"subject"};
    EXPECT_EQ(masked_of(spec, mail.text()).text, mail.from_line + "Subject: invented\n\n\n");
    mail.body = "\n";
    EXPECT_EQ(masked_of(mask("headers"), mail.text()).report.parts_left_out, 0);
}

TEST(MailMask, that_ends_in_a_header_is_a_mail_without_a_body) {
    const std::string cut = Mail().from_line + Mail().header();
    EXPECT_EQ(masked_of(mask("all"), cut).text, cut);
    EXPECT_EQ(masked_of(mask("without-attachments"), cut).report.kept, 1);
    EXPECT_EQ(masked_of(mask("headers"), cut.substr(0, cut.size() - 1)).report.kept, 1);
    EXPECT_EQ(masked_of(mask("all", "eml"), "A: b").text, "A: b\n");
}

TEST(MailMask, of_a_single_mail_sees_no_separators) {
    const std::string mail = "From: a@x.example\r\nSubject: x\r\n\r\nFrom here\r\nFrom there\r\n";
    EXPECT_EQ(masked_of(mask("all", "eml"), mail).text, mail);
    EXPECT_EQ(masked_of(mask("all", "eml"), mail).report.read, 1);
    EXPECT_EQ(masked_of(mask("headers", "eml"), mail).text, "From: a@x.example\r\n\r\n");
}

TEST(MailMask, sees_a_separator_wherever_a_line_begins_so) {
    // A mailbox that was not quoted: what follows counts as a mail of its own, and as unreadable.
    const std::string mailbox = with(&Mail::body, "one\nFrom here on secret\n").text();
    const Masked masked = masked_of(mask("all"), mailbox);
    EXPECT_EQ(masked.report.read, 2);
    EXPECT_EQ(masked.report.withheld.unreadable, 1);
    EXPECT_FALSE(masked.text.contains("secret"));
}

std::string mime(const std::string& type, const std::string& body) {
    Mail mail;
    mail.more = "MIME-Version: 1.0\nContent-Type: " + type + "\n";
    mail.body = body;
    return mail.text();
}

const std::string stub = "Content-Type: text/plain; charset=us-ascii\n\n[left out]\n";

TEST(MailMask, leaves_out_a_mail_that_is_itself_a_file) {
    const Masked masked = masked_of(mask("without-attachments"),
                                    mime("application/pdf; name=plan.pdf", "JVBERi0=\n"));
    EXPECT_FALSE(masked.text.contains("JVBERi0"));
    EXPECT_FALSE(masked.text.contains("plan.pdf"));
    EXPECT_TRUE(masked.text.ends_with("MIME-Version: 1.0\n" + stub + "\n"));
    EXPECT_EQ(masked.report.parts_left_out, 1);
}

TEST(MailMask, leaves_out_what_readers_could_take_for_an_attachment) {
    const std::vector<std::string> parts = {
        "Content-Type: application/pdf\n\n",
        "Content-Type: text/plain; name=x.txt\n\n",
        "Content-Type: text/plain; name*0*=utf-8''x\n\n",
        "Content-Type: text/plain\nContent-Disposition: attachment\n\n",
        "Content-Disposition: inline; filename=x.txt\n\n",
        "Content-Type: message/rfc822\n\nSubject: x\n\n",
        "Content-Type: multipart/mixed\n\n",  // without a boundary
        "Content-Type: multipart/mixed; boundary*0=a; boundary*1=b\n\n",
        "Content-Type: multipart/mixed; boundary=a\nContent-Transfer-Encoding: base64\n\n",
        "Content-Type: text/plain\nContent-Type: application/pdf\n\n",
        "Content-Type: ?\n\n",
        "no header at all\n\n",
    };
    for (const std::string& part : parts) {
        const Masked masked =
            masked_of(mask("without-attachments"),
                      mime("multipart/mixed; boundary=\"b c\"",
                           "--b c\n\nkept\n--b c\n" + part + "SECRET\n--b c--\n"));
        EXPECT_FALSE(masked.text.contains("SECRET")) << part;
        EXPECT_TRUE(masked.text.contains("--b c\n\nkept\n--b c\n" + stub + "--b c--\n\n")) << part;
        EXPECT_EQ(masked.report.parts_left_out, 1) << part;
    }
}

TEST(MailMask, leaves_out_what_stands_between_parts) {
    const Masked masked =
        masked_of(mask("without-attachments"),
                  mime("multipart/mixed; boundary=b", "hidden\n--b\n\nkept\n--b--\nSECRET\n"));
    EXPECT_TRUE(masked.text.ends_with("\n\n--b\n\nkept\n--b--\n\n"));
    EXPECT_EQ(masked.report.parts_left_out, 2);
}

TEST(MailMask, closes_inner_parts_with_the_outer_ones) {
    const std::string body =
        "--o\nContent-Type: multipart/mixed; boundary=i\n\n--i\n\none\n"
        "--o\nContent-Type: application/pdf\n\nSECRET\n--i\n\nSECRET\n--o--\n";
    const Masked masked =
        masked_of(mask("without-attachments"), mime("multipart/mixed; boundary=o", body));
    EXPECT_FALSE(masked.text.contains("SECRET"));
    EXPECT_TRUE(masked.text.contains("one\n--o\n" + stub + "--o--\n"));
}

TEST(MailMask, looks_into_no_more_parts_and_depths_than_it_may) {
    std::string deep = "--b0\n";
    for (int i = 1; i < 40; ++i) {
        deep += "Content-Type: multipart/mixed; boundary=b" + std::to_string(i) + "\n\n--b" +
                std::to_string(i) + "\n";
    }
    const Masked masked = masked_of(mask("without-attachments"),
                                    mime("multipart/mixed; boundary=b0", deep + "\nSECRET\n"));
    EXPECT_FALSE(masked.text.contains("SECRET"));
    EXPECT_EQ(masked.report.parts_left_out, 1);
    std::string many;
    for (int i = 0; i < 10'001; ++i) {
        many += "--b\n\nx\n";
    }
    const auto wide = mask_all(mask("without-attachments"), mime("multipart/mixed; boundary=b",
                                                                 many + "--b\n\nSECRET\n--b--\n"));
    EXPECT_FALSE(wide->text.contains("SECRET"));
    const std::string large_header = "--b\nX: " + std::string(300'000, 'x') + "\n\nSECRET\n--b--\n";
    const auto large =
        mask_all(mask("without-attachments"), mime("multipart/mixed; boundary=b", large_header));
    EXPECT_FALSE(large->text.contains("SECRET"));
    EXPECT_TRUE(large->text.ends_with("--b\n" + stub + "--b--\n\n"));
}

// Slow twin: a mail as a tree, written once whole and once as its mask should leave it.

struct Part {
    std::string header;
    std::string body;
    bool is_file = false;
    std::vector<Part> parts;
    std::string boundary;
    std::string preamble;
};

struct Written {
    std::string whole;
    std::string masked;
    int files = 0;
};

void write(const Part& part, Written& out) {
    if (part.is_file) {
        ++out.files;
        out.whole += part.header + "\n" + part.body;
        out.masked += stub;
        return;
    }
    out.whole += part.header + "\n" + part.body;
    out.masked += part.header + "\n" + part.body;
    if (part.parts.empty()) {
        return;
    }
    out.files += part.preamble.empty() ? 0 : 1;
    out.whole += part.preamble;
    for (const Part& child : part.parts) {
        out.whole += "--" + part.boundary + "\n";
        out.masked += "--" + part.boundary + "\n";
        write(child, out);
    }
    out.whole += "--" + part.boundary + "--\n";
    out.masked += "--" + part.boundary + "--\n";
}

/// A part that is drawn at random, with at most `depth` levels below it.
Part drawn(int depth, int& number) {
    Part part;
    ++number;
    switch (*rc::gen::inRange(0, depth > 0 ? 6 : 4)) {
        case 0: part.body = "a text\n--\n--b\n-- b0\n"; break;
        case 1:
            part.header = "Content-Type: text/html; charset=utf-8\n";
            part.body = "<p>text</p>\n";
            break;
        case 2:
            part.header = "Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n";
            part.body = "JVBERi0xLjQK\n\nSECRET\n";
            part.is_file = true;
            break;
        case 3:
            part.header = "Content-Disposition: attachment;\n\tfilename=\"a.txt\"\n";
            part.body = "SECRET\n--\n";
            part.is_file = true;
            break;
        default: {
            part.boundary = "b" + std::to_string(number);
            part.header =
                "content-type: Multipart/Mixed;\n boundary=\"" + part.boundary + "\"\nX-A: b\n";
            part.preamble = *rc::gen::element<std::string>("", "SECRET preamble\n\n");
            for (int i = *rc::gen::inRange(1, 4); i > 0; --i) {
                part.parts.push_back(drawn(depth - 1, number));
            }
        }
    }
    return part;
}

TEST(MailMask, leaves_out_exactly_the_attachments_of_any_mail) {
    EXPECT_TRUE(rc::check("as a tree that is written twice", [] {
        int number = 0;
        Part top;
        top.boundary = "top";
        top.header = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=top\n";
        for (int i = *rc::gen::inRange(1, 5); i > 0; --i) {
            top.parts.push_back(drawn(3, number));
        }
        Written written;
        write(top, written);
        const std::string front = Mail().from_line + Mail().header();
        const auto part = *rc::gen::inRange<std::size_t>(1, 200);
        const auto masked =
            mask_all(mask("without-attachments"), front + written.whole + "\n", part);
        RC_ASSERT(masked.has_value());
        RC_ASSERT(masked->text == front + written.masked + "\n");
        RC_ASSERT(masked->report.parts_left_out == written.files);
        RC_ASSERT(!masked->text.contains("SECRET"));
    }));
}

TEST(MailMask, withholds_by_people_and_time_as_one_mail_after_the_other_says) {
    EXPECT_TRUE(rc::check("against a plain loop over drawn mails", [] {
        MaskSpec spec = mask("all");
        spec.correspondents = {"bela@other.example"};
        spec.withhold = {"counsel@law.example"};
        spec.from = base::start_of(*base::Date::parse("2031-03-05"));
        std::string mailbox;
        std::string expected;
        for (int i = *rc::gen::inRange(0, 8); i > 0; --i) {
            const bool in_time = *rc::gen::arbitrary<bool>();
            const bool is_bela = *rc::gen::arbitrary<bool>();
            const bool is_counsel = *rc::gen::arbitrary<bool>();
            Mail mail;
            mail.date = in_time ? "5 Mar 2031 01:00:00 +0000" : "4 Mar 2031 01:00:00 +0000";
            mail.to = is_bela ? "Bela <bela@other.example>" : "abel@other.example";
            mail.more = is_counsel ? "Cc: counsel@law.example\n" : "";
            mail.body = "mail " + std::to_string(i) + "\n";
            mailbox += mail.text();
            expected += in_time && is_bela && !is_counsel ? mail.text() : "";
        }
        const auto masked = mask_all(spec, mailbox, *rc::gen::inRange<std::size_t>(1, 100));
        RC_ASSERT(masked.has_value());
        RC_ASSERT(masked->text == expected);
    }));
}

}  // namespace
}  // namespace comity::items
