#include "adapter/records/generate_mail.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <utility>

#include "adapter/records/detail/invent.h"

namespace comity::records {

namespace {

using detail::capital;
using detail::Numbers;
using detail::word;

constexpr std::uint64_t others = 7;            // correspondents beside owner and counsel
constexpr std::uint64_t usual_bytes = 50'000;  // of a mail, on the average
constexpr std::int64_t year_milliseconds = std::int64_t{360} * 24 * 3600 * 1000;
constexpr std::size_t line_bytes = 57;  // 76 characters of base64, RFC 2045 6.8

struct Person {
    std::string name;
    std::string address;
};

struct Attachment {
    std::string_view type;
    std::string_view ending;
    std::uint64_t least;
    std::uint64_t spread;
};

constexpr std::array<Attachment, 5> attachments{{
    {"application/pdf", ".pdf", 30'000, 200'000},
    {"image/jpeg", ".jpg", 60'000, 300'000},
    {"application/zip", ".zip", 1'000, 150'000},
    {"text/csv", ".csv", 500, 20'000},
    {"application/vnd.oasis.opendocument.text", ".odt", 8'000, 60'000},
}};

constexpr std::array<std::string_view, 7> weekdays{"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// The instant in its parts: `2031-03-05T09:30:00.000Z`.
struct Stamp {
    explicit Stamp(base::Instant at) : text(at.text()) {
        const auto days = static_cast<std::size_t>(base::utc_day_of(at).days);
        weekday = weekdays[days % weekdays.size()];  // 1970-01-01 was a Thursday
        month = months[static_cast<std::size_t>((text[5] - '0') * 10 + text[6] - '0' - 1)];
    }
    [[nodiscard]] std::string of_header() const {
        return std::string(weekday) + ", " + text.substr(8, 2) + " " + std::string(month) + " " +
               text.substr(0, 4) + " " + text.substr(11, 8) + " +0000";
    }
    [[nodiscard]] std::string of_envelope() const {
        const std::string day = (text[8] == '0' ? " " : text.substr(8, 1)) + text.substr(9, 1);
        return std::string(weekday) + " " + std::string(month) + " " + day + " " +
               text.substr(11, 8) + " " + text.substr(0, 4);
    }
    std::string text;
    std::string_view weekday;
    std::string_view month;
};

/// Quoted-printable (RFC 2045 6.7) of lines that are shorter than 25 characters times three.
std::string quoted_printable(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    std::size_t column = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\n') {
            out += '\n';
            column = 0;
            continue;
        }
        if (column > 70) {
            out += "=\n";
            column = 0;
        }
        if (byte < 0x20 || byte > 0x7e || c == '=') {
            out += '=';
            out += digits[byte >> 4];
            out += digits[byte & 15];
            column += 3;
        } else {
            out += c;
            ++column;
        }
    }
    return out;
}

/// Makes the mails of one mailbox one after the other.
class Writer {
 public:
    Writer(std::uint64_t seed, std::string_view owner)
        : seed_(seed), owner_{"", std::string(owner)} {
        Numbers numbers(seed, 0);
        const std::string given = capital(word(numbers, 2));
        owner_.name = given + " " + capital(word(numbers, 3));
        for (std::uint64_t i = 0; i < others; ++i) {
            people_.push_back(invent(numbers));
        }
        counsel_ = invent(numbers);
        counsel_.address = "counsel@" + word(numbers, 3) + "-law.example";
        made_.counsel = counsel_.address;
        for (const Person& person : people_) {
            made_.correspondents.push_back(person.address);
        }
    }

    /// The text of mail `index`, sent at `at`.
    std::string mail(std::uint64_t index, base::Instant at) {
        Numbers numbers(seed_, index + 1);
        const Stamp stamp(at);
        is_privileged_ = numbers.below(25) == 0;
        const Person& other = is_privileged_ ? counsel_ : people_[numbers.below(others)];
        const bool is_sent = numbers.below(3) == 0;
        const Person& from = is_sent ? owner_ : other;
        std::string text = "From " + from.address + " " + stamp.of_envelope() + "\n";
        text += header(numbers, stamp, from, is_sent ? other : owner_, index);
        text += body(numbers, index, stamp);
        text += "\n";
        ++made_.mails;
        made_.privileged += is_privileged_ ? 1 : 0;
        made_.bytes += text.size();
        made_.first = made_.mails == 1 ? at : made_.first;
        made_.last = at;
        return text;
    }
    [[nodiscard]] const GeneratedMailbox& made() const { return made_; }

 private:
    static Person invent(Numbers& numbers) {
        const std::string given = word(numbers, 2);
        const std::string family = word(numbers, 2 + numbers.below(2));
        return {capital(given) + " " + capital(family),
                given + "." + family + "@" + word(numbers, 2) + ".example"};
    }
    /// A name and an address, in one of the ways that mail programs write them (RFC 5322 3.4).
    static std::string mailbox_of(Numbers& numbers, const Person& person) {
        const std::string bare = "<" + person.address + ">";
        switch (numbers.below(5)) {
            case 0: return person.address;
            case 1: return "\"" + person.name + ", invented\" " + bare;
            case 2: return "=?UTF-8?Q?" + person.name.substr(0, 3) + "=C3=A4?= " + bare;
            case 3: return person.address + " (" + person.name + ")";
            default: return person.name + " " + bare;
        }
    }
    static std::string subject(Numbers& numbers) {
        std::string text = numbers.below(3) == 0 ? "Re: " : "";
        if (numbers.below(4) == 0) {
            const std::string first = "\xc3\x9c" + word(numbers, 4);
            return text + "=?utf-8?B?" + base::to_base64(base::view_of(first)) + "?=\n " +
                   word(numbers, 2);
        }
        for (std::uint64_t i = 2 + numbers.below(5); i > 0; --i) {
            text += word(numbers, 1 + numbers.below(3)) + " ";
        }
        return text + "invented";
    }
    std::string header(Numbers& numbers, const Stamp& stamp, const Person& from, const Person& to,
                       std::uint64_t index) const {
        std::string text = "Return-Path: <" + from.address + ">\n";
        text += "Received: from mx" + std::to_string(1 + numbers.below(9)) + ".cirrus.example\n";
        text += "\tby store.cirrus.example; " + stamp.of_header() + "\n";
        text += "Message-ID: <" + std::to_string(index) + "." + std::to_string(seed_) +
                "@cirrus.example>\n";
        if (index > 0 && numbers.below(3) == 0) {
            text += "In-Reply-To: <" + std::to_string(index - 1) + "." + std::to_string(seed_) +
                    "@cirrus.example>\n";
        }
        text += "Date: " + stamp.of_header() + "\n";
        text += "From: " + mailbox_of(numbers, from) + "\n";
        text += "To: " + mailbox_of(numbers, to);
        for (std::uint64_t i = numbers.below(4); i > 1; --i) {
            text += ",\n " + mailbox_of(numbers, people_[numbers.below(others)]);
        }
        text += "\n";
        if (numbers.below(5) == 0) {
            text += "Cc: " + mailbox_of(numbers, people_[numbers.below(others)]) + "\n";
        }
        text += "Subject: " + subject(numbers) + "\n";
        return text + "MIME-Version: 1.0\n";
    }
    static std::string prose(Numbers& numbers) {
        std::string text;
        for (std::uint64_t lines = 3 + numbers.below(40); lines > 0; --lines) {
            const std::uint64_t kind = numbers.below(30);
            text += kind == 0 ? ">From here on " : kind == 1 ? "> quoted " : "";
            for (std::uint64_t words = 3 + numbers.below(6); words > 0; --words) {
                text += word(numbers, 1 + numbers.below(3)) + " ";
            }
            text += kind < 8 ? "caf\xc3\xa9.\n" : "end.\n";
        }
        return text;
    }
    static std::string plain_part(Numbers& numbers) {
        return "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" +
               prose(numbers);
    }
    static std::string html_part(Numbers& numbers) {
        return "Content-Type: text/html; charset=\"utf-8\"\n"
               "Content-Transfer-Encoding: quoted-printable\n\n" +
               quoted_printable("<html><body class=\"a=b\"><p>" + prose(numbers) + "</p></body>\n");
    }
    static std::string boundary_of(Numbers& numbers, std::uint64_t index) {
        const std::string name = word(numbers, 3);  // drawn first, whatever the compiler's order
        return "=_" + std::to_string(index) + "." + name + "_" +
               std::to_string(numbers.below(100'000));
    }
    static std::string alternative(Numbers& numbers, std::uint64_t index) {
        const std::string boundary = boundary_of(numbers, index);
        std::string text = "Content-Type: multipart/alternative; boundary=\"" + boundary + "\"\n\n";
        text += "--" + boundary + "\n" + plain_part(numbers);
        text += "--" + boundary + "\n" + html_part(numbers);
        return text + "--" + boundary + "--\n";
    }
    /// `size` bytes as base64, in lines.
    static std::string encoded(Numbers& numbers, std::uint64_t size) {
        base::Bytes bytes;
        bytes.reserve(size + 8);
        while (bytes.size() < size) {
            base::append_u64(bytes, numbers.whole());
        }
        bytes.resize(size);
        std::string text;
        text.reserve(size * 4 / 3 + size / line_bytes + 80);
        for (base::ByteView rest = bytes; !rest.empty();) {
            const base::ByteView line = rest.first(std::min(rest.size(), line_bytes));
            text += base::to_base64(line);
            text += '\n';
            rest = rest.subspan(line.size());
        }
        return text;
    }
    std::string attachment(Numbers& numbers) {
        ++made_.attachments;
        const Attachment& kind = attachments[numbers.below(attachments.size())];
        const std::string name = word(numbers, 3) + std::string(kind.ending);
        std::string text =
            "Content-Type: " + std::string(kind.type) + ";\n name=\"" + name + "\"\n";
        text += "Content-Disposition: attachment;\n\tfilename=\"" + name + "\"\n";
        text += "Content-Transfer-Encoding: base64\n\n";
        const std::uint64_t size = kind.least + numbers.below(kind.spread);
        return text + encoded(numbers, size);
    }
    std::string related(Numbers& numbers, std::uint64_t index) {
        ++made_.attachments;
        const std::string boundary = boundary_of(numbers, index);
        std::string text = "Content-Type: multipart/related; boundary=\"" + boundary + "\"\n\n";
        text += "--" + boundary + "\n" + html_part(numbers);
        text += "--" + boundary +
                "\nContent-Type: image/png\nContent-ID: <picture@cirrus.example>\n"
                "Content-Disposition: inline\nContent-Transfer-Encoding: base64\n\n";
        const std::uint64_t size = 2'000 + numbers.below(30'000);
        text += encoded(numbers, size);
        return text + "--" + boundary + "--\n";
    }
    std::string forwarded(Numbers& numbers, std::uint64_t index, const Stamp& stamp) {
        ++made_.forwarded;
        const bool is_counsels = numbers.below(4) == 0;
        made_.hidden_privileged += is_counsels && !is_privileged_ ? 1 : 0;
        const Person& from = is_counsels ? counsel_ : people_[numbers.below(others)];
        std::string text = "Content-Type: message/rfc822\n\n";
        text += "From: " + mailbox_of(numbers, from) + "\n";
        text += "To: " + mailbox_of(numbers, people_[numbers.below(others)]) + "\n";
        text += "Date: " + stamp.of_header() + "\nSubject: " + subject(numbers) + "\n";
        return text + alternative(numbers, index);
    }
    std::string body(Numbers& numbers, std::uint64_t index, const Stamp& stamp) {
        const std::uint64_t kind = numbers.below(20);
        if (kind < 6) {
            return plain_part(numbers);
        }
        if (kind < 10) {
            return alternative(numbers, index);
        }
        const std::string boundary = boundary_of(numbers, index);
        std::string text = "Content-Type: multipart/mixed;\n boundary=\"" + boundary + "\"\n\n";
        text += "This is a message with parts (RFC 2046).\n--" + boundary + "\n";
        if (kind < 12) {
            text += related(numbers, index);
        } else {
            text += kind < 16 ? alternative(numbers, index) : plain_part(numbers);
        }
        if (kind >= 18) {
            text += "--" + boundary + "\n" + forwarded(numbers, index, stamp);
        } else {
            for (std::uint64_t i = 1 + numbers.below(3); i > 0; --i) {
                text += "--" + boundary + "\n" + attachment(numbers);
            }
        }
        return text + "--" + boundary + "--\n";
    }

    std::uint64_t seed_;
    Person owner_;
    std::vector<Person> people_;
    Person counsel_;
    bool is_privileged_ = false;  ///< the present mail
    GeneratedMailbox made_;
};

}  // namespace

base::Result<GeneratedMailbox> generate_mailbox(std::uint64_t seed, std::string_view owner,
                                                std::uint64_t bytes, const MailboxSink& sink) {
    if (bytes > max_generated_mailbox_bytes) {
        return base::fail(base::ErrorKind::too_large, "a generated mailbox has at most 1 TiB");
    }
    Writer writer(seed, owner);
    // Enough room in the year for more mails than there will be.
    const auto slots = static_cast<std::int64_t>(bytes / usual_bytes * 3 + 64);
    const std::int64_t step = year_milliseconds / slots / 1000 * 1000;
    const base::Instant begin{generated_mail_until.milliseconds - year_milliseconds};
    for (std::uint64_t index = 0; writer.made().bytes < bytes || index < 20; ++index) {
        Numbers numbers(seed ^ 0x6d61696cU, index);
        const auto late =
            static_cast<std::int64_t>(numbers.below(static_cast<std::uint64_t>(step / 1000 + 1)));
        const auto slot = std::min(static_cast<std::int64_t>(index), slots - 1);
        COMITY_TRY(sink(writer.mail(index, begin + base::Duration(step * slot + late * 1000))));
    }
    return writer.made();
}

base::Result<GeneratedMailbox> write_generated_mailbox(const std::filesystem::path& path,
                                                       std::uint64_t seed, std::string_view owner,
                                                       std::uint64_t bytes) {
    const auto failed = [&path] {
        return std::unexpected(base::Error{
            base::ErrorKind::failure, "the mailbox cannot be written", {}, {}, path.string(), {}});
    };
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    GeneratedMailbox made = COMITY_TRY(
        generate_mailbox(seed, owner, bytes, [&](std::string_view mail) -> base::Result<void> {
            file.write(mail.data(), static_cast<std::streamsize>(mail.size()));
            return file ? base::Result<void>{} : base::Result<void>(failed());
        }));
    file.close();
    if (!file) {
        return failed();
    }
    return made;
}

}  // namespace comity::records
