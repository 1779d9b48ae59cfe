// What `comity item` does with files.

#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <unistd.h>

#include "adapter/files/files.h"
#include "adapter/records/records.h"
#include "app/comity/item_files.h"
#include "ground/crypto/testing.h"

namespace comity::app {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;

class ItemFiles : public testing::Test {
 protected:
    ItemFiles() {
        std::string name = testing::TempDir() + "comity-item-XXXXXX";
        folder_ = ::mkdtemp(name.data());
        write("plain", std::string(3'500'000, 'p') + "end");
        terms_.media_type = "application/mbox";
        terms_.tier = 4;
        terms_.end = base::Date{22000};
        terms_.readers = {{*base::PartyId::parse("xa-prosecution"), reader_.public_key()}};
    }
    ~ItemFiles() override {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
    [[nodiscard]] fs::path at(const std::string& name) const { return folder_ / name; }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(at(name), std::ios::binary) << text;
    }
    [[nodiscard]] std::string read(const std::string& name) const {
        std::ifstream file(at(name), std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    [[nodiscard]] SealFile sealing(const std::string& source) const {
        SealFile request;
        request.source = at(source);
        request.terms = terms_;
        request.out = at("sealed");
        return request;
    }
    [[nodiscard]] OpenFile opening() const {
        OpenFile request;
        request.sealed = at("sealed");
        request.item = at("sealed.item");
        request.out = at("opened");
        return request;
    }

    fs::path folder_;
    crypto::CountingRandom random_{1};
    crypto::HeldSealingKey reader_{crypto::Curve::p256, random_};
    items::StreamTerms terms_;
};

TEST_F(ItemFiles, are_sealed_checked_and_opened) {
    const auto sealed = seal_file(sealing("plain"), random_);
    ASSERT_TRUE(sealed.has_value()) << sealed.error().text();
    EXPECT_EQ(fs::status(at("sealed")).permissions(), fs::perms{0600});
    EXPECT_FALSE(fs::exists(at("sealed.progress")));
    EXPECT_EQ(read_item_file(at("sealed.item"))->descriptor, sealed->descriptor);
    const auto checked = check_file(at("sealed"), at("sealed.item"), opening().progress);
    ASSERT_TRUE(checked.has_value());
    EXPECT_EQ(checked->id, sealed->descriptor.id);
    const auto opened = open_file(opening(), reader_);
    ASSERT_TRUE(opened.has_value()) << opened.error().text();
    EXPECT_EQ(read("opened"), read("plain"));
    EXPECT_FALSE(fs::exists(at("opened.part")));
}

TEST_F(ItemFiles, are_not_written_over) {
    ASSERT_TRUE(seal_file(sealing("plain"), random_));
    EXPECT_EQ(seal_file(sealing("plain"), random_).error().kind, ErrorKind::conflict);
    ASSERT_TRUE(open_file(opening(), reader_));
    EXPECT_EQ(open_file(opening(), reader_).error().kind, ErrorKind::conflict);
    EXPECT_EQ(seal_file(sealing("absent"), random_).error().kind, ErrorKind::not_found);
}

TEST_F(ItemFiles, that_were_damaged_are_found_and_not_given_out) {
    ASSERT_TRUE(seal_file(sealing("plain"), random_));
    std::string sealed = read("sealed");
    sealed[2'000'000] ^= 1;
    write("sealed", sealed);
    EXPECT_EQ(check_file(at("sealed"), at("sealed.item"), opening().progress).error().kind,
              ErrorKind::invalid);
    const auto refused = open_file(opening(), reader_);
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
    EXPECT_EQ(refused.error().place, "segment 1");
    EXPECT_FALSE(fs::exists(at("opened")));
    write("sealed.item", "{}");
    EXPECT_EQ(open_file(opening(), reader_).error().kind, ErrorKind::malformed);
}

TEST_F(ItemFiles, whose_sealing_was_stopped_are_sealed_on) {
    SealFile request = sealing("large");
    request.days = at("days");
    write("large", std::string(70 << 20, 'x') + "end");
    // The source ends in the middle, as if the process had been stopped there.
    fs::resize_file(at("large"), std::uintmax_t{66} << 20);
    struct Stop {};
    request.progress = [](std::uint64_t done, std::uint64_t) {
        if (done >= (std::uint64_t{66} << 20)) {
            throw Stop{};
        }
    };
    EXPECT_THROW((void)seal_file(std::move(request), random_), Stop);
    EXPECT_TRUE(fs::exists(at("sealed.progress")));
    EXPECT_FALSE(fs::exists(at("sealed.item")));
    write("large", std::string(70 << 20, 'x') + "end");
    SealFile again = sealing("large");
    again.days = at("days");
    const auto sealed = seal_file(std::move(again), random_);
    ASSERT_TRUE(sealed.has_value()) << sealed.error().text();
    EXPECT_EQ(sealed->resumed_at, 64U);
    EXPECT_FALSE(fs::exists(at("sealed.progress")));
    // The opening is stopped as well.
    OpenFile stopped = opening();
    stopped.progress = [](std::uint64_t done, std::uint64_t) {
        if (done > (std::uint64_t{68} << 20)) {
            throw Stop{};
        }
    };
    EXPECT_THROW((void)open_file(stopped, reader_), Stop);
    EXPECT_TRUE(fs::exists(at("opened.part.progress")));
    const auto opened = open_file(opening(), reader_);
    ASSERT_TRUE(opened.has_value()) << opened.error().text();
    EXPECT_EQ(opened->resumed_at, 64U);
    EXPECT_TRUE(read("opened") == read("large"));
    EXPECT_FALSE(fs::exists(at("opened.part.progress")));
}

TEST_F(ItemFiles, are_sealed_as_their_mask_leaves_them_without_a_view_on_the_disk) {
    const auto mailbox =
        records::write_generated_mailbox(at("mailbox"), 5, "talor.venim@cirrus.example", 3'000'000);
    ASSERT_TRUE(mailbox.has_value());
    items::MaskSpec spec;
    spec.format = "mbox";
    spec.parts = "without-attachments";
    spec.withhold = {mailbox->counsel};
    const auto salt = [] { return base::SecretBytes(items::mask_salt_bytes); };
    SealFile request = sealing("mailbox");
    request.masking = Masking{spec, salt()};
    const auto sealed = seal_file(std::move(request), random_);
    ASSERT_TRUE(sealed.has_value()) << sealed.error().text();
    EXPECT_EQ(read("sealed.report"), codec::write(*sealed->report));
    ASSERT_TRUE(open_file(opening(), reader_));
    const auto masked =
        mask_file(at("mailbox"), Masking{spec, salt()}, at("view"), opening().progress);
    ASSERT_TRUE(masked.has_value()) << masked.error().text();
    EXPECT_EQ(*masked, *sealed->report);
    EXPECT_TRUE(read("opened") == read("view"));
    EXPECT_FALSE(read("view").contains(mailbox->counsel));
    EXPECT_EQ(mask_file(at("mailbox"), Masking{spec, salt()}, at("view"), opening().progress)
                  .error()
                  .kind,
              ErrorKind::conflict);
}

TEST_F(ItemFiles, have_terms_that_are_read_strictly) {
    const std::string text = R"({"end":"2031-03-05","media_type":"application/mbox","readers":[)"
                             R"({"reader":"xa-prosecution","key":)" +
                             codec::canonical(reader_.public_key().jwk()) +
                             R"(}],"realm":"exercise","tier":4,"use_limits":["only here"]})";
    write("terms", text);
    const auto terms = read_terms_file(at("terms"));
    ASSERT_TRUE(terms.has_value()) << terms.error().text();
    EXPECT_EQ(terms->readers.front().key, reader_.public_key());
    EXPECT_EQ(terms->use_limits, std::vector<std::string>{"only here"});
    write("terms", "{\"more\":1," + text.substr(1));
    EXPECT_EQ(read_terms_file(at("terms")).error().kind, ErrorKind::malformed);
    EXPECT_EQ(read_terms_file(at("none")).error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace comity::app
