#include "adapter/records/generate_mail.h"

#include <algorithm>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <unistd.h>

#include "domain/items/items.h"
#include "ground/crypto/hash.h"

namespace comity::records {
namespace {

constexpr std::string_view owner = "talor.venim4711@cirrus.example";

struct Made {
    GeneratedMailbox mailbox;
    std::string text;
};

Made make(std::uint64_t seed, std::uint64_t bytes) {
    Made made;
    auto mailbox = generate_mailbox(seed, owner, bytes, [&](std::string_view mail) {
        made.text += mail;
        return base::Result<void>{};
    });
    EXPECT_TRUE(mailbox.has_value());
    made.mailbox = *std::move(mailbox);
    return made;
}

// A reader of mails in memory, plain and slow, that knows only what the generator writes.

struct Entity {
    std::string header;
    std::string body;

    /// The field's value with its folds; empty if it is not there.
    [[nodiscard]] std::string field(const std::string& name) const {
        const std::string all = "\n" + header;
        const std::size_t at = all.find("\n" + name + ": ");
        if (at == std::string::npos) {
            return {};
        }
        std::size_t end = all.find('\n', at + 1);
        while (end + 1 < all.size() && (all[end + 1] == ' ' || all[end + 1] == '\t')) {
            end = all.find('\n', end + 1);
        }
        return all.substr(at + name.size() + 3, end - at - name.size() - 3);
    }
};

Entity entity_of(const std::string& text) {
    const std::size_t end = text.find("\n\n");
    EXPECT_NE(end, std::string::npos);
    return {text.substr(0, end + 1), text.substr(end + 2)};
}

/// What a mail was found to hold.
struct Found {
    int attachments = 0;
    int forwarded = 0;
    int texts = 0;
    bool is_counsel_forwarded = false;
};

void read_part(const Entity& entity, const std::string& counsel, Found& found) {
    const std::string type = entity.field("Content-Type");
    if (type.starts_with("multipart/")) {
        const std::size_t begin = type.find("boundary=\"") + 10;
        const std::string delimiter = "--" + type.substr(begin, type.find('"', begin) - begin);
        std::vector<std::string> parts;
        std::size_t at = entity.body.find(delimiter + "\n");
        ASSERT_NE(at, std::string::npos);
        while (true) {
            at += delimiter.size() + 1;
            const std::size_t end = entity.body.find("\n" + delimiter, at - 1);
            ASSERT_NE(end, std::string::npos);
            parts.push_back(entity.body.substr(at, end + 1 - at));
            at = end + 1;
            if (entity.body.compare(at + delimiter.size(), 2, "--") == 0) {
                break;
            }
        }
        EXPECT_EQ(entity.body.substr(at + delimiter.size()), "--\n");
        for (const std::string& part : parts) {
            read_part(entity_of(part), counsel, found);
        }
        return;
    }
    if (type == "message/rfc822") {
        ++found.forwarded;
        const Entity inner = entity_of(entity.body);
        found.is_counsel_forwarded = inner.field("From").contains(counsel);
        read_part(inner, counsel, found);
        return;
    }
    if (entity.field("Content-Transfer-Encoding") == "base64") {
        ++found.attachments;
        std::string joined = entity.body;
        std::erase(joined, '\n');
        const auto bytes = base::from_base64(joined);
        ASSERT_TRUE(bytes.has_value());
        EXPECT_GE(bytes->size(), 500U);
        return;
    }
    EXPECT_TRUE(type.starts_with("text/")) << type;
    EXPECT_FALSE(entity.body.empty());
    ++found.texts;
}

std::vector<std::string> mails_of(const std::string& mailbox) {
    std::vector<std::string> mails;
    for (std::size_t at = 0; at < mailbox.size();) {
        const std::size_t next = mailbox.find("\nFrom ", at);
        const std::size_t end = next == std::string::npos ? mailbox.size() : next + 1;
        mails.push_back(mailbox.substr(at, end - at));
        at = end;
    }
    return mails;
}

TEST(GenerateMailbox, gives_the_same_bytes_for_the_same_seed_everywhere) {
    const Made made = make(42, 1'000'000);
    EXPECT_EQ(crypto::sha256(made.text).hex(),
              "ae0583dc0f122a0851e748d49835840f12b03abea5cceafcf3818dd8ef00fbe6");
    EXPECT_NE(make(43, 1'000'000).text, made.text);
}

TEST(GenerateMailbox, makes_mails_that_all_parse_and_hold_what_it_says) {
    const Made made = make(7, 6'000'000);
    const GeneratedMailbox& mailbox = made.mailbox;
    EXPECT_EQ(mailbox.bytes, made.text.size());
    EXPECT_GE(mailbox.bytes, 6'000'000U);
    EXPECT_LE(mailbox.bytes, 8'100'000U);
    GeneratedMailbox counted;
    std::string before;
    const std::vector<std::string> mails = mails_of(made.text);
    for (const std::string& text : mails) {
        const std::string from_line = text.substr(0, text.find('\n'));
        ASSERT_TRUE(text.ends_with("\n\n"));
        const Entity mail =
            entity_of(text.substr(from_line.size() + 1, text.size() - from_line.size() - 2));
        const auto at = items::read_mail_date(mail.field("Date"));
        ASSERT_TRUE(at.has_value()) << mail.field("Date");
        EXPECT_EQ(*items::read_from_line(from_line), *at);
        EXPECT_LE(before, at->text());
        EXPECT_LT(*at, generated_mail_until);
        before = at->text();
        bool is_counsels = false;
        for (const char* name : {"From", "To", "Cc"}) {
            const auto addresses = items::read_addresses(
                mail.field(name).empty()
                    ? ""
                    : items::HeaderField{name, "X: " + mail.field(name)}.value());
            ASSERT_TRUE(addresses.has_value()) << mail.field(name);
            is_counsels = is_counsels || std::ranges::count(*addresses, mailbox.counsel) > 0;
            for (const std::string& address : *addresses) {
                EXPECT_TRUE(address == owner || address == mailbox.counsel ||
                            std::ranges::count(mailbox.correspondents, address) == 1)
                    << address;
            }
        }
        Found found;
        read_part(mail, mailbox.counsel, found);
        EXPECT_GT(found.texts, 0);
        counted.attachments += static_cast<std::uint64_t>(found.attachments);
        counted.forwarded += static_cast<std::uint64_t>(found.forwarded);
        counted.privileged += is_counsels ? 1 : 0;
        counted.hidden_privileged += found.is_counsel_forwarded && !is_counsels ? 1 : 0;
    }
    EXPECT_EQ(mailbox.mails, mails.size());
    EXPECT_EQ(mailbox.last.text(), before);
    EXPECT_EQ(mailbox.attachments, counted.attachments);
    EXPECT_EQ(mailbox.forwarded, counted.forwarded);
    EXPECT_EQ(mailbox.privileged, counted.privileged);
    EXPECT_EQ(mailbox.hidden_privileged, counted.hidden_privileged);
    EXPECT_GT(mailbox.attachments, 20U);
    EXPECT_GT(mailbox.forwarded, 0U);
    EXPECT_GT(mailbox.privileged, 0U);
}

/// What a mask makes of a generated mailbox, fed mail by mail.
struct Masked {
    items::MaskReport report;
    crypto::Sha256 digest;
    bool has_counsel = false;
};

Masked mask(const items::MaskSpec& spec, std::uint64_t seed, std::uint64_t bytes,
            const std::string& counsel) {
    auto made = items::make_mask(spec, base::SecretBytes(items::mask_salt_bytes));
    EXPECT_TRUE(made.has_value());
    Masked masked;
    const items::MaskSink sink = [&](base::ByteView view) {
        masked.has_counsel = masked.has_counsel || base::text_of(view).contains(counsel);
        return base::Result<void>{};
    };
    EXPECT_TRUE(generate_mailbox(seed, owner, bytes, [&](std::string_view mail) {
        return (*made)->write(base::view_of(mail), sink);
    }));
    masked.report = *(*made)->finish(sink);
    return masked;
}

TEST(GenerateMailbox, is_masked_as_its_counts_say) {
    const Made made = make(11, 8'000'000);
    items::MaskSpec spec;
    spec.format = "mbox";
    spec.parts = "all";
    const Masked all = mask(spec, 11, 8'000'000, made.mailbox.counsel);
    EXPECT_EQ(all.report.kept, static_cast<std::int64_t>(made.mailbox.mails));
    EXPECT_EQ(all.report.result_bytes, all.report.source_bytes);
    EXPECT_TRUE(all.has_counsel);

    spec.withhold = {made.mailbox.counsel};
    const Masked filtered = mask(spec, 11, 8'000'000, made.mailbox.counsel);
    EXPECT_EQ(filtered.report.withheld.withheld_correspondents,
              static_cast<std::int64_t>(made.mailbox.privileged));
    EXPECT_EQ(filtered.report.withheld.unreadable, 0);
    EXPECT_EQ(filtered.report.parts_left_out,
              static_cast<std::int64_t>(made.mailbox.hidden_privileged));
    EXPECT_FALSE(filtered.has_counsel);

    spec.withhold.reset();
    spec.parts = "without-attachments";
    const Masked texts = mask(spec, 11, 8'000'000, made.mailbox.counsel);
    const auto mixed = [&] {
        std::int64_t count = 0;
        const std::vector<std::string> mails = mails_of(made.text);
        for (const std::string& mail : mails) {
            count += mail.contains("\nThis is a message with parts") ? 1 : 0;
        }
        return count;
    }();
    EXPECT_EQ(texts.report.parts_left_out,
              static_cast<std::int64_t>(made.mailbox.attachments + made.mailbox.forwarded) + mixed);
    EXPECT_LT(texts.report.result_bytes, texts.report.source_bytes / 2);
}

TEST(GenerateMailbox, of_50_megabytes_is_made_mail_by_mail_and_always_the_same) {
    constexpr std::uint64_t bytes = 50'000'000;
    crypto::Sha256 digest;
    std::size_t largest = 0;
    const auto made = generate_mailbox(2031, owner, bytes, [&](std::string_view mail) {
        digest.update(base::view_of(mail));
        largest = std::max(largest, mail.size());
        return base::Result<void>{};
    });
    ASSERT_TRUE(made.has_value());
    EXPECT_GE(made->bytes, bytes);
    EXPECT_LE(made->bytes, bytes + (std::uint64_t{2} << 20));
    EXPECT_LT(largest, std::size_t{2} << 20);
    EXPECT_GT(made->mails, 100U);
    EXPECT_GT(made->privileged, 5U);
    EXPECT_GT(made->hidden_privileged, 0U);
    EXPECT_EQ(made->correspondents.size(), 7U);
    EXPECT_EQ(digest.finish().hex(),
              "b41e701d7965620422bc03f24e495ce62ea29e36db978b447a6ee91153ccccc4");
}

TEST(GenerateMailbox, goes_into_a_file_or_says_why_not) {
    std::string name = testing::TempDir() + "comity-mailbox-XXXXXX";
    const std::filesystem::path folder = ::mkdtemp(name.data());
    const auto made = write_generated_mailbox(folder / "box.mbox", 42, owner, 1'000'000);
    ASSERT_TRUE(made.has_value());
    std::ifstream file(folder / "box.mbox", std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    EXPECT_EQ(text, make(42, 1'000'000).text);
    EXPECT_EQ(write_generated_mailbox(folder / "no" / "box", 1, owner, 1).error().kind,
              base::ErrorKind::failure);
    EXPECT_EQ(write_generated_mailbox(folder / "x", 1, owner, max_generated_mailbox_bytes + 1)
                  .error()
                  .kind,
              base::ErrorKind::too_large);
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
}

TEST(GenerateMailbox, stops_with_its_sink) {
    const auto stopped = generate_mailbox(1, owner, 1'000'000, [](std::string_view) {
        return base::Result<void>(base::fail(base::ErrorKind::try_later, "the disk is full"));
    });
    ASSERT_FALSE(stopped.has_value());
    EXPECT_EQ(stopped.error().kind, base::ErrorKind::try_later);
}

}  // namespace
}  // namespace comity::records
