// Back up, erase, restore, try: an item whose day key is destroyed stays unreadable, also from a
// copy of everything but the day keys.

#include <fstream>
#include <gtest/gtest.h>

#include "adapter/blobs/blobs.h"
#include "adapter/softkeys/softkeys.h"
#include "domain/items/items.h"
#include "ground/crypto/testing.h"
#include "stores.h"

namespace comity::conformance {
namespace {

namespace fs = std::filesystem;

/// ports::DayKeys as items need them.
class Days final : public items::DayWrap {
 public:
    explicit Days(ports::DayKeys& keys) : keys_(keys) {}
    base::Result<base::Bytes> wrap(base::Date day, const base::SecretBytes& key) override {
        return keys_.wrap(day, key);
    }
    base::Result<base::SecretBytes> unwrap(base::Date day, base::ByteView wrapped) override {
        return keys_.unwrap(day, wrapped);
    }

 private:
    ports::DayKeys& keys_;
};

/// The reader of an item: its blobs, its held keys (which a store would keep), its day keys.
class BlobErasure : public testing::Test {
 protected:
    BlobErasure() {
        auto keys = softkeys::FileDayKeys::open(folder_.path() / "days", random_);
        EXPECT_TRUE(keys.has_value());
        keys_ = std::make_unique<softkeys::FileDayKeys>(*std::move(keys));
        days_ = std::make_unique<Days>(*keys_);
        fs::create_directories(node());
        reopen();
    }
    [[nodiscard]] fs::path node() const { return folder_.path() / "node"; }
    void reopen() {
        auto opened = blobs::FileBlobs::open(node() / "blobs");
        ASSERT_TRUE(opened.has_value()) << opened.error().text();
        blobs_ = *std::move(opened);
    }

    /// Seals `plaintext` at the sender and takes it in at the reader: box opened, key held, no box
    /// kept.
    items::ItemDescriptor receive(base::ByteView plaintext, base::Date end) {
        items::StreamTerms terms;
        terms.media_type = "application/mbox";
        terms.tier = 4;
        terms.end = end;
        terms.readers = {{*base::PartyId::parse("xa-prosecution"), reader_.public_key()}};
        auto sealer = items::Sealer::start(terms, random_);
        const auto upload = *ports::BlobName::parse("incoming");
        std::uint64_t size = 0;
        const items::SegmentSink sink = [&](const items::SealedSegment& segment) {
            auto appended = blobs_->append(upload, size, segment.bytes);
            size += segment.bytes.size();
            return appended;
        };
        EXPECT_TRUE(sealer->write(plaintext, sink));
        const auto stream = sealer->finish(sink);
        EXPECT_TRUE(blobs_->keep(upload, stream->descriptor.id, ports::BlobCheck::read_again));
        const auto file_key = items::open_box(stream->descriptor, stream->box, reader_);
        const auto held = items::hold_key(stream->descriptor, *file_key, *days_);
        std::ofstream(node() / "held.json", std::ios::binary) << codec::write(*held);
        return stream->descriptor;
    }

    base::Result<base::Bytes> try_to_read(const items::ItemDescriptor& descriptor) {
        std::ifstream file(node() / "held.json", std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        const items::HeldKey held = COMITY_TRY(items::read_held_key(text));
        base::SecretBytes key = COMITY_TRY(items::held_key(descriptor, held, *days_));
        items::Opener opener = COMITY_TRY(items::Opener::start(descriptor, std::move(key)));
        base::Bytes plaintext;
        base::Bytes sealed(COMITY_TRY(blobs_->size(descriptor.id)));
        COMITY_TRY(blobs_->read(descriptor.id, 0, sealed));
        COMITY_TRY(opener.write(sealed, [&](std::uint64_t, base::ByteView bytes) {
            base::append(plaintext, bytes);
            return base::Result<void>{};
        }));
        COMITY_TRY(opener.finish());
        return plaintext;
    }

    /// True if a file below the node's folder holds `text`.
    [[nodiscard]] bool some_file_holds(std::string_view text) const {
        for (const auto& entry : fs::recursive_directory_iterator(node())) {
            if (entry.is_regular_file()) {
                std::ifstream file(entry.path(), std::ios::binary);
                const std::string content{std::istreambuf_iterator<char>(file), {}};
                if (content.contains(text)) {
                    return true;
                }
            }
        }
        return false;
    }

    TemporaryFolder folder_;
    crypto::CountingRandom random_{5};
    crypto::HeldSealingKey reader_{crypto::Curve::p256, random_};
    std::unique_ptr<softkeys::FileDayKeys> keys_;
    std::unique_ptr<Days> days_;
    std::unique_ptr<blobs::FileBlobs> blobs_;
};

TEST_F(BlobErasure, an_item_stays_unreadable_after_its_day_also_from_a_back_up) {
    std::string contents;
    while (contents.size() < 2'500'000) {
        contents += "From: talor.venim@cirrus.example\r\n";
    }
    const base::Bytes plaintext = base::bytes_of(contents);
    const base::Date end{22000};
    const items::ItemDescriptor descriptor = receive(plaintext, end);
    const auto before = try_to_read(descriptor);
    ASSERT_TRUE(before.has_value()) << before.error().text();
    EXPECT_EQ(*before, plaintext);
    EXPECT_FALSE(some_file_holds("talor.venim"));

    const fs::path back_up = folder_.path() / "back-up";
    fs::copy(node(), back_up, fs::copy_options::recursive);
    ASSERT_TRUE(keys_->destroy(end));
    EXPECT_EQ(try_to_read(descriptor).error().kind, base::ErrorKind::not_found);
    ASSERT_TRUE(blobs_->remove(descriptor.id));

    fs::remove_all(node());
    fs::copy(back_up, node(), fs::copy_options::recursive);
    reopen();
    EXPECT_EQ(*blobs_->size(descriptor.id),
              items::sealed_size_of(descriptor.size));  // the bytes are back
    const auto after = try_to_read(descriptor);
    ASSERT_FALSE(after.has_value());
    EXPECT_EQ(after.error().kind, base::ErrorKind::not_found);

    // A restart of the key keeper does not bring the day back either.
    auto keys = softkeys::FileDayKeys::open(folder_.path() / "days", random_);
    ASSERT_TRUE(keys.has_value());
    *keys_ = *std::move(keys);
    EXPECT_EQ(try_to_read(descriptor).error().kind, base::ErrorKind::not_found);
}

TEST_F(BlobErasure, another_days_items_are_not_touched) {
    const base::Bytes plaintext(100, 'x');
    const items::ItemDescriptor descriptor = receive(plaintext, base::Date{22001});
    ASSERT_TRUE(keys_->destroy(base::Date{22000}));
    const auto read = try_to_read(descriptor);
    ASSERT_TRUE(read.has_value()) << read.error().text();
    EXPECT_EQ(*read, plaintext);
}

}  // namespace
}  // namespace comity::conformance
