// Every promise of node/ports/blobs.h, on files and in memory.

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <thread>

#include "adapter/blobs/blobs.h"
#include "ground/crypto/crypto.h"
#include "stores.h"

namespace comity::conformance {
namespace {

using base::ErrorKind;
using ports::BlobCheck;
using ports::BlobName;

BlobName name(const std::string& text) {
    return *BlobName::parse(text);
}

base::Bytes bytes_of(std::size_t size, std::uint8_t first = 0) {
    base::Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) {
        bytes[i] = static_cast<std::uint8_t>(first + i + i / 251);
    }
    return bytes;
}

/// Slow twin of the root: all pieces at once.
base::Digest root_of(base::ByteView bytes) {
    std::vector<base::Digest> leaves;
    while (!bytes.empty()) {
        const base::ByteView piece = bytes.first(std::min<std::size_t>(bytes.size(), 1'048'624));
        leaves.push_back(crypto::merkle_leaf(piece));
        bytes = bytes.subspan(piece.size());
    }
    return crypto::merkle_root(leaves);
}

enum class BlobsKind { memory, files };

class BlobsSubject {
 public:
    explicit BlobsSubject(BlobsKind kind) {
        switch (kind) {
            case BlobsKind::memory: memory_ = std::make_unique<blobs::MemoryBlobs>(); break;
            case BlobsKind::files: reopen(); break;
        }
    }
    ports::Blobs& blobs() {
        if (memory_) {
            return *memory_;
        }
        return *files_;
    }
    /// What a restart of the node does.
    void reopen() {
        if (!memory_) {
            files_.reset();
            auto opened = blobs::FileBlobs::open(folder_.path() / "blobs");
            ASSERT_TRUE(opened.has_value()) << opened.error().text();
            files_ = *std::move(opened);
        }
    }

 private:
    TemporaryFolder folder_;
    std::unique_ptr<blobs::MemoryBlobs> memory_;
    std::unique_ptr<blobs::FileBlobs> files_;
};

class BlobsConformance : public testing::TestWithParam<BlobsKind> {
 protected:
    ports::Blobs& blobs() { return subject_.blobs(); }
    base::Bytes read_all(const base::Digest& id) {
        base::Bytes bytes(*blobs().size(id));
        EXPECT_EQ(*blobs().read(id, 0, bytes), bytes.size());
        return bytes;
    }
    base::Digest keep(const base::Bytes& bytes, const std::string& upload = "upload") {
        EXPECT_TRUE(blobs().append(name(upload), 0, bytes));
        const base::Digest id = root_of(bytes);
        const auto kept = blobs().keep(name(upload), id, BlobCheck::read_again);
        EXPECT_TRUE(kept.has_value()) << kept.error().text();
        return id;
    }

    BlobsSubject subject_{GetParam()};
};

TEST_P(BlobsConformance, nothing_is_there_at_first) {
    const base::Digest id = digest(1);
    base::Bytes out(1);
    EXPECT_EQ(blobs().upload_size(name("a")).error().kind, ErrorKind::not_found);
    EXPECT_EQ(blobs().sync(name("a")).error().kind, ErrorKind::not_found);
    EXPECT_EQ(blobs().cut(name("a"), 0).error().kind, ErrorKind::not_found);
    EXPECT_EQ(blobs().read_upload(name("a"), 0, out).error().kind, ErrorKind::not_found);
    EXPECT_EQ(blobs().keep(name("a"), id, BlobCheck::read_again).error().kind,
              ErrorKind::not_found);
    EXPECT_EQ(blobs().size(id).error().kind, ErrorKind::not_found);
    EXPECT_EQ(blobs().read(id, 0, out).error().kind, ErrorKind::not_found);
    EXPECT_TRUE(blobs().remove(id));
    EXPECT_TRUE(blobs().discard(name("a")));
    EXPECT_TRUE(blobs().uploads()->empty());
    EXPECT_TRUE(blobs().blobs()->empty());
}

TEST_P(BlobsConformance, an_upload_grows_only_at_its_end) {
    const base::Bytes bytes = bytes_of(3000);
    EXPECT_EQ(blobs().append(name("a"), 1, bytes).error().kind, ErrorKind::conflict);
    EXPECT_EQ(blobs().upload_size(name("a")).error().kind, ErrorKind::not_found);
    EXPECT_TRUE(blobs().append(name("a"), 0, base::ByteView(bytes).first(1000)));
    EXPECT_EQ(blobs().append(name("a"), 0, bytes).error().kind, ErrorKind::conflict);
    EXPECT_EQ(blobs().append(name("a"), 999, bytes).error().kind, ErrorKind::conflict);
    EXPECT_EQ(blobs().append(name("a"), 1001, bytes).error().kind, ErrorKind::conflict);
    EXPECT_TRUE(blobs().append(name("a"), 1000, base::ByteView(bytes).subspan(1000)));
    EXPECT_EQ(*blobs().upload_size(name("a")), 3000U);
    base::Bytes out(5000);
    EXPECT_EQ(*blobs().read_upload(name("a"), 0, out), 3000U);
    out.resize(3000);
    EXPECT_EQ(out, bytes);
    EXPECT_EQ(blobs().append(name("a"), 3000, base::ByteView()), base::Result<void>{});
    EXPECT_EQ(blobs().append(name("b"), ports::max_blob_bytes + 1, bytes).error().kind,
              ErrorKind::too_large);
}

TEST_P(BlobsConformance, a_kept_blob_is_read_by_ranges_and_survives_a_restart) {
    const base::Bytes bytes = bytes_of(2'500'000);
    const base::Digest id = keep(bytes);
    subject_.reopen();
    EXPECT_EQ(*blobs().size(id), bytes.size());
    EXPECT_EQ(read_all(id), bytes);
    base::Bytes out(100);
    EXPECT_EQ(*blobs().read(id, 1'048'600, out), 100U);
    EXPECT_TRUE(std::ranges::equal(out, base::ByteView(bytes).subspan(1'048'600, 100)));
    EXPECT_EQ(*blobs().read(id, 2'499'990, out), 10U);
    EXPECT_EQ(*blobs().read(id, 2'500'000, out), 0U);
    EXPECT_EQ(blobs().read(id, 2'500'001, out).error().kind, ErrorKind::too_large);
    EXPECT_TRUE(blobs().uploads()->empty());
    EXPECT_EQ(*blobs().blobs(), (std::vector<ports::BlobInfo>{{id, 2'500'000}}));
}

TEST_P(BlobsConformance, an_upload_that_is_not_the_blob_is_not_kept) {
    const base::Bytes bytes = bytes_of(2'000'000);
    EXPECT_TRUE(blobs().append(name("a"), 0, bytes));
    const auto refused = blobs().keep(name("a"), digest(1), BlobCheck::read_again);
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
    EXPECT_EQ(*blobs().upload_size(name("a")), bytes.size());
    EXPECT_EQ(blobs().size(digest(1)).error().kind, ErrorKind::not_found);
    EXPECT_TRUE(blobs().keep(name("a"), root_of(bytes), BlobCheck::read_again));
}

TEST_P(BlobsConformance, a_root_that_the_caller_computed_is_taken) {
    EXPECT_TRUE(blobs().append(name("a"), 0, bytes_of(10)));
    EXPECT_TRUE(blobs().keep(name("a"), digest(1), BlobCheck::done_by_caller));
    EXPECT_EQ(*blobs().size(digest(1)), 10U);
}

TEST_P(BlobsConformance, keeping_again_is_no_error_and_leaves_no_upload) {
    const base::Bytes bytes = bytes_of(5000);
    const base::Digest id = keep(bytes);
    EXPECT_TRUE(blobs().keep(name("upload"), id, BlobCheck::read_again));  // as after a crash
    EXPECT_TRUE(blobs().append(name("again"), 0, bytes));
    EXPECT_TRUE(blobs().keep(name("again"), id, BlobCheck::read_again));
    EXPECT_TRUE(blobs().uploads()->empty());
    EXPECT_EQ(read_all(id), bytes);
}

TEST_P(BlobsConformance, an_upload_goes_on_after_a_restart_from_where_it_is_cut) {
    const base::Bytes bytes = bytes_of(2'500'000);
    EXPECT_TRUE(blobs().append(name("a"), 0, base::ByteView(bytes).first(1'300'000)));
    EXPECT_TRUE(blobs().sync(name("a")));
    subject_.reopen();
    EXPECT_EQ(*blobs().upload_size(name("a")), 1'300'000U);
    EXPECT_TRUE(blobs().cut(name("a"), ports::blob_piece_bytes));
    EXPECT_EQ(blobs().cut(name("a"), ports::blob_piece_bytes + 1).error().kind,
              ErrorKind::conflict);
    EXPECT_TRUE(blobs().append(name("a"), ports::blob_piece_bytes,
                               base::ByteView(bytes).subspan(ports::blob_piece_bytes)));
    const base::Digest id = root_of(bytes);
    EXPECT_TRUE(blobs().keep(name("a"), id, BlobCheck::read_again));
    EXPECT_EQ(read_all(id), bytes);
}

TEST_P(BlobsConformance, what_is_removed_or_discarded_is_gone_and_may_come_again) {
    const base::Bytes bytes = bytes_of(100);
    const base::Digest id = keep(bytes);
    EXPECT_TRUE(blobs().remove(id));
    EXPECT_EQ(blobs().size(id).error().kind, ErrorKind::not_found);
    EXPECT_TRUE(blobs().append(name("a"), 0, bytes));
    EXPECT_TRUE(blobs().discard(name("a")));
    EXPECT_EQ(blobs().upload_size(name("a")).error().kind, ErrorKind::not_found);
    EXPECT_EQ(keep(bytes), id);
    EXPECT_EQ(read_all(id), bytes);
}

TEST_P(BlobsConformance, everything_is_listed_in_order) {
    std::vector<ports::BlobInfo> expected;
    for (std::uint8_t i = 0; i < 20; ++i) {
        const base::Bytes bytes = bytes_of(10 + i, i);
        expected.push_back({keep(bytes), bytes.size()});
    }
    std::ranges::sort(expected, {}, &ports::BlobInfo::id);
    EXPECT_EQ(*blobs().blobs(), expected);
    EXPECT_TRUE(blobs().append(name("b"), 0, bytes_of(2)));
    EXPECT_TRUE(blobs().append(name("a"), 0, bytes_of(1)));
    EXPECT_EQ(*blobs().uploads(), (std::vector<ports::UploadInfo>{{name("a"), 1}, {name("b"), 2}}));
}

TEST_P(BlobsConformance, uploads_from_several_threads_do_not_mix) {
    std::vector<std::jthread> threads;
    for (std::uint8_t i = 0; i < 4; ++i) {
        threads.emplace_back([this, i] {
            const base::Bytes bytes = bytes_of(200'000, i);
            const BlobName upload = name("thread-" + std::to_string(i));
            for (std::size_t at = 0; at < bytes.size(); at += 10'000) {
                EXPECT_TRUE(blobs().append(upload, at, base::ByteView(bytes).subspan(at, 10'000)));
            }
            EXPECT_TRUE(blobs().keep(upload, root_of(bytes), BlobCheck::read_again));
        });
    }
    threads.clear();
    EXPECT_EQ(blobs().blobs()->size(), 4U);
}

INSTANTIATE_TEST_SUITE_P(Adapters, BlobsConformance,
                         testing::Values(BlobsKind::memory, BlobsKind::files),
                         [](const auto& chosen) {
                             return chosen.param == BlobsKind::memory ? "memory" : "files";
                         });

/// One call to both; whatever happens must be the same.
void step(ports::Blobs& one, ports::Blobs& other) {
    const BlobName upload = name("u" + std::to_string(*rc::gen::inRange(0, 2)));
    const base::Bytes bytes = bytes_of(*rc::gen::inRange<std::size_t>(0, 2000));
    const auto number = *rc::gen::inRange<std::uint64_t>(0, 3);
    const auto same = [](const auto& a, const auto& b) {
        RC_ASSERT(a.has_value() == b.has_value());
        if (!a) {
            RC_ASSERT(a.error().kind == b.error().kind);
        }
    };
    switch (*rc::gen::inRange(0, 6)) {
        case 0:
        case 1: {
            const std::uint64_t at = one.upload_size(upload).value_or(0) + number / 2;
            same(one.append(upload, at, bytes), other.append(upload, at, bytes));
            break;
        }
        case 2: same(one.cut(upload, number * 500), other.cut(upload, number * 500)); break;
        case 3: {
            base::Bytes held(one.upload_size(upload).value_or(0));
            (void)one.read_upload(upload, 0, held);
            const base::Digest id = number == 0 ? digest(7) : root_of(held);
            same(one.keep(upload, id, BlobCheck::read_again),
                 other.keep(upload, id, BlobCheck::read_again));
            break;
        }
        case 4: same(one.discard(upload), other.discard(upload)); break;
        default:
            if (!one.blobs()->empty()) {
                const base::Digest id = one.blobs()->front().id;
                same(one.remove(id), other.remove(id));
            }
    }
    RC_ASSERT(*one.uploads() == *other.uploads());
    RC_ASSERT(*one.blobs() == *other.blobs());
}

TEST(BlobsModel, files_and_memory_answer_alike) {
    EXPECT_TRUE(rc::check("the same calls, the same answers", [] {
        BlobsSubject memory(BlobsKind::memory);
        BlobsSubject files(BlobsKind::files);
        for (int i = *rc::gen::inRange(0, 30); i > 0; --i) {
            step(memory.blobs(), files.blobs());
        }
    }));
}

}  // namespace
}  // namespace comity::conformance
