#include "domain/items/stream.h"

#include <functional>
#include <rapidcheck.h>

#include "domain/items/stream_for_test.h"

namespace comity::items {
namespace {

using base::ErrorKind;
using testing::finish_into;
using testing::keep_in;
using testing::Made;
using testing::open_all;
using testing::plaintext_of;
using testing::seal_all;

constexpr std::size_t mib = std::size_t{1} << 20;

class StreamTest : public ::testing::Test {
 protected:
    [[nodiscard]] StreamTerms terms() { return testing::terms_for({key_.public_key()}); }
    [[nodiscard]] Made seal(base::ByteView plaintext) {
        return seal_all(plaintext, terms(), random_);
    }
    [[nodiscard]] base::SecretBytes file_key_of(const Made& made) {
        auto key = open_box(made.descriptor, made.box, key_);
        EXPECT_TRUE(key.has_value());
        return key ? *std::move(key) : base::SecretBytes(file_key_bytes);
    }
    [[nodiscard]] base::Result<base::Bytes> open(const Made& made, base::ByteView sealed) {
        return open_all(made.descriptor, file_key_of(made), sealed);
    }

    crypto::CountingRandom random_{1};
    crypto::HeldSealingKey key_{crypto::Curve::p256, random_};
    crypto::HeldSealingKey other_key_{crypto::Curve::x25519, random_};
};

TEST_F(StreamTest, opens_for_its_reader_whatever_its_size) {
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{1}, mib - 1, mib, mib + 1, 2 * mib, 2 * mib + 5}) {
        const base::Bytes plaintext = plaintext_of(size);
        const Made made = seal(plaintext);
        EXPECT_EQ(made.descriptor.version, stream_version);
        EXPECT_EQ(made.descriptor.size, static_cast<std::int64_t>(size));
        EXPECT_EQ(made.segments.size(), segments_of(made.descriptor.size));
        EXPECT_EQ(made.sealed().size(), sealed_size_of(made.descriptor.size));
        EXPECT_TRUE(check(made.descriptor));
        const auto opened = open(made, made.sealed());
        ASSERT_TRUE(opened.has_value()) << opened.error().text();
        EXPECT_EQ(*opened, plaintext) << size;
    }
}

TEST_F(StreamTest, is_the_same_whatever_parts_it_comes_in) {
    EXPECT_TRUE(rc::check("parts of any size, at both ends", [&] {
        const auto size = *rc::gen::inRange<std::size_t>(0, 3 * mib);
        const auto part = *rc::gen::inRange<std::size_t>(50'000, 3 * mib);
        const auto other = *rc::gen::inRange<std::size_t>(50'000, 3 * mib);
        const base::Bytes plaintext = plaintext_of(size, part);
        const Made made = seal_all(plaintext, terms(), random_, part);
        const auto opened = open_all(made.descriptor, file_key_of(made), made.sealed(), other);
        RC_ASSERT(opened.has_value());
        RC_ASSERT(*opened == plaintext);
    }));
}

/// The plainly right reader: everything at once, from the words of the format.
base::Result<base::Bytes> open_slowly(const ItemDescriptor& descriptor,
                                      const base::SecretBytes& file_key, base::ByteView sealed) {
    codec::Object terms = codec::to_value(descriptor).as_object();
    terms.erase("id");
    terms.erase("size");
    const std::string core = codec::canonical(terms);
    const base::Digest bound = crypto::sha256(std::string("comity/item/terms/v2\0", 21) + core);
    base::Bytes plaintext;
    std::vector<base::Digest> leaves;
    for (std::uint64_t index = 0; !sealed.empty(); ++index) {
        const base::ByteView segment =
            sealed.first(std::min<std::size_t>(sealed.size(), 1048576 + 48));
        sealed = sealed.subspan(segment.size());
        base::Bytes labelled = base::bytes_of(std::string_view("comity/item/segment/v2\0", 23));
        base::append(labelled, segment.first(32));
        const base::Digest derived = crypto::hmac_sha256(file_key.view(), labelled);
        const base::SecretBytes key{base::Bytes(derived.bytes.begin(), derived.bytes.end())};
        base::Bytes with_nonce = {0, 0, 0};
        base::append_u64(with_nonce, index);
        with_nonce.push_back(sealed.empty() ? 1 : 0);
        base::append(with_nonce, segment.subspan(32));
        base::append(
            plaintext,
            COMITY_TRY(crypto::decrypt(key, with_nonce, base::text_of(bound.view()))).view());
        leaves.push_back(crypto::merkle_leaf(segment));
    }
    if (crypto::merkle_root(leaves) != descriptor.id) {
        return base::fail(ErrorKind::invalid, "another root");
    }
    return plaintext;
}

TEST_F(StreamTest, is_what_the_format_describes) {
    for (const std::size_t size : {std::size_t{0}, std::size_t{100}, 2 * mib, 2 * mib + 77}) {
        const base::Bytes plaintext = plaintext_of(size);
        const Made made = seal(plaintext);
        const auto opened = open_slowly(made.descriptor, file_key_of(made), made.sealed());
        ASSERT_TRUE(opened.has_value()) << opened.error().text();
        EXPECT_EQ(*opened, plaintext);
        EXPECT_EQ(made.descriptor.commitment,
                  crypto::sha256(std::string("comity/item/file-key/v2\0", 24) +
                                 std::string(base::text_of(file_key_of(made).view()))));
    }
}

TEST_F(StreamTest, never_has_one_key_for_two_segments) {
    const base::Bytes zeros(3 * mib);
    const Made one = seal(zeros);
    const Made other = seal(zeros);
    std::vector<std::string> salts;
    for (const Made* made : {&one, &other}) {
        for (const base::Bytes& segment : made->segments) {
            salts.push_back(base::to_hex(base::ByteView(segment).first(segment_salt_bytes)));
        }
    }
    std::ranges::sort(salts);
    EXPECT_EQ(std::ranges::adjacent_find(salts), salts.end());
    EXPECT_NE(one.descriptor.id, other.descriptor.id);
    EXPECT_NE(one.descriptor.commitment, other.descriptor.commitment);
}

TEST_F(StreamTest, that_was_changed_is_found_at_the_segment) {
    const Made made = seal(plaintext_of(3 * mib + 9));
    const auto place_in = [&](std::vector<base::Bytes> segments) {
        Made changed = made;
        changed.segments = std::move(segments);
        const auto opened = open(made, changed.sealed());
        EXPECT_FALSE(opened.has_value());
        EXPECT_EQ(opened.error().kind, ErrorKind::invalid);
        return opened.error().place;
    };
    auto reordered = made.segments;
    std::swap(reordered[1], reordered[2]);
    EXPECT_EQ(place_in(reordered), "segment 1");
    auto repeated = made.segments;
    repeated[2] = repeated[1];
    EXPECT_EQ(place_in(repeated), "segment 2");
    auto shortened = made.segments;
    shortened.pop_back();
    EXPECT_EQ(place_in(shortened), "segment 3");
    auto cut = made.segments;
    cut.back().pop_back();
    EXPECT_EQ(place_in(cut), "segment 3");
    auto lacking = made.segments;
    lacking.erase(lacking.begin());
    EXPECT_EQ(place_in(lacking), "segment 0");
    auto longer = made.segments;
    longer.push_back({0});
    EXPECT_EQ(place_in(longer), "segment 4");
    auto doubled_end = made.segments;
    doubled_end.push_back(doubled_end.back());
    EXPECT_EQ(place_in(doubled_end), "segment 4");
    auto foreign = made.segments;
    foreign[2] = seal(plaintext_of(3 * mib + 9)).segments[2];
    EXPECT_EQ(place_in(foreign), "segment 2");
}

TEST_F(StreamTest, with_any_bit_flipped_gives_nothing_of_that_segment) {
    const Made made = seal(plaintext_of(mib + 1000));
    const base::Bytes sealed = made.sealed();
    EXPECT_TRUE(rc::check("a flipped bit is found where it is", [&] {
        base::Bytes altered = sealed;
        const auto at = *rc::gen::inRange<std::size_t>(0, sealed.size());
        altered[at] = static_cast<std::uint8_t>(altered[at] ^ (1 << *rc::gen::inRange(0, 8)));
        auto opener = Opener::start(made.descriptor, file_key_of(made));
        std::uint64_t given = 0;
        const auto opened = opener->write(altered, [&](std::uint64_t, base::ByteView) {
            ++given;
            return base::Result<void>{};
        });
        const std::uint64_t segment = at / sealed_segment_bytes;
        RC_ASSERT(!opened.has_value());
        RC_ASSERT(opened.error().place == "segment " + std::to_string(segment));
        RC_ASSERT(given == segment);
    }));
}

TEST_F(StreamTest, cut_short_at_a_border_is_not_taken_for_a_shorter_item) {
    // What an attacker would wish for: a descriptor that says less, and segments to fit it.
    const Made made = seal(plaintext_of(2 * mib));
    ItemDescriptor shorter = made.descriptor;
    shorter.size = static_cast<std::int64_t>(mib);
    shorter.id = crypto::merkle_root(std::span(made.leaves).first(1));
    EXPECT_EQ(open_box(shorter, made.box, key_).error().kind, ErrorKind::invalid);
    const auto opened = open_all(shorter, file_key_of(made), made.segments[0]);
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().place, "segment 0");  // it was sealed as an inner one
}

TEST_F(StreamTest, cannot_lose_a_use_limit_or_gain_a_day_or_a_reader) {
    const Made made = seal(plaintext_of(10));
    const std::vector<std::function<void(ItemDescriptor&)>> changes = {
        [](auto& item) { item.realm = base::Realm::live; },
        [](auto& item) { item.media_type = "text/plain"; },
        [](auto& item) { item.tier = 3; },
        [](auto& item) { item.end.days += 1; },
        [](auto& item) { item.use_limits.clear(); },
        [](auto& item) { item.reader = *base::PartyId::parse("another"); },
        [&](auto& item) { item.more_readers = {{item.reader, other_key_.public_key().id()}}; },
    };
    for (std::size_t i = 0; i < changes.size(); ++i) {
        ItemDescriptor changed = made.descriptor;
        changes[i](changed);
        EXPECT_EQ(open_box(changed, made.box, key_).error().kind, ErrorKind::invalid) << i;
        // Whoever has the file key from the true box finds it at the first segment.
        const auto opened = open_all(changed, file_key_of(made), made.sealed());
        ASSERT_FALSE(opened.has_value()) << i;
        EXPECT_EQ(opened.error().place, "segment 0");
    }
    for (const std::int64_t size : {std::int64_t{9}, std::int64_t{11}}) {
        ItemDescriptor changed = made.descriptor;
        changed.size = size;
        EXPECT_FALSE(open_box(changed, made.box, key_));
        EXPECT_FALSE(open_all(changed, file_key_of(made), made.sealed()));
    }
}

TEST_F(StreamTest, whose_sender_declared_another_id_is_found_at_the_end) {
    Made made = seal(plaintext_of(10));
    const base::SecretBytes file_key = file_key_of(made);
    made.descriptor.id.bytes[0] ^= 1;
    const auto box = seal_box(made.descriptor, file_key, std::vector{key_.public_key()}, random_);
    ASSERT_TRUE(box.has_value());
    ASSERT_TRUE(open_box(made.descriptor, *box, key_).has_value());
    const auto opened = open_all(made.descriptor, file_key.clone(), made.sealed());
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().kind, ErrorKind::invalid);
    EXPECT_TRUE(opened.error().place.empty());
}

TEST_F(StreamTest, is_sealed_to_several_readers) {
    const base::Bytes plaintext = plaintext_of(5000);
    const Made made = seal_all(
        plaintext, testing::terms_for({key_.public_key(), other_key_.public_key()}), random_);
    ASSERT_TRUE(made.descriptor.more_readers.has_value());
    EXPECT_EQ(made.descriptor.more_readers->front().key, other_key_.public_key().id());
    for (crypto::HeldSealingKey* reader : {&key_, &other_key_}) {
        auto file_key = open_box(made.descriptor, made.box, *reader);
        ASSERT_TRUE(file_key.has_value());
        EXPECT_EQ(*open_all(made.descriptor, *std::move(file_key), made.sealed()), plaintext);
    }
    crypto::HeldSealingKey stranger(crypto::Curve::p256, random_);
    EXPECT_EQ(open_box(made.descriptor, made.box, stranger).error().kind, ErrorKind::not_found);
}

TEST_F(StreamTest, is_not_begun_under_terms_that_no_descriptor_may_have) {
    StreamTerms endless = terms();
    endless.end = {};
    EXPECT_EQ(Sealer::start(endless, random_).error().place, "/end");
    StreamTerms unread = terms();
    unread.readers.clear();
    EXPECT_EQ(Sealer::start(unread, random_).error().place, "/reader");
    StreamTerms many = terms();
    many.readers.assign(17, many.readers.front());
    EXPECT_EQ(Sealer::start(many, random_).error().place, "/reader");
    StreamTerms twice = terms();
    twice.readers.assign(2, twice.readers.front());
    EXPECT_EQ(Sealer::start(twice, random_).error().place, "/more_readers/0/key");
}

TEST_F(StreamTest, is_sealed_on_after_a_stop_at_every_border) {
    const base::Bytes plaintext = plaintext_of(4 * mib + 3);
    for (std::size_t stop = 0; stop <= 4; ++stop) {
        Made made;
        StreamProgress saved;
        base::SecretBytes key;
        {
            auto sealer = Sealer::start(terms(), random_);
            ASSERT_TRUE(sealer.has_value());
            // One byte beyond the border lets the segment before it out.
            ASSERT_TRUE(
                sealer->write(base::ByteView(plaintext).first(stop * mib + 1), keep_in(made)));
            saved = sealer->progress();
            key = sealer->file_key().clone();
        }
        EXPECT_EQ(saved.segments, static_cast<std::int64_t>(stop));
        const auto read = read_progress(codec::write(saved));
        ASSERT_TRUE(read.has_value()) << read.error().text();
        auto sealer = Sealer::resume(terms(), std::move(key), *read, random_);
        ASSERT_TRUE(sealer.has_value()) << sealer.error().text();
        ASSERT_TRUE(sealer->write(base::ByteView(plaintext).subspan(stop * mib), keep_in(made)));
        finish_into(made, *sealer);
        const auto opened = open(made, made.sealed());
        ASSERT_TRUE(opened.has_value()) << opened.error().text();
        EXPECT_EQ(*opened, plaintext);
    }
}

TEST_F(StreamTest, sealed_twice_over_a_changed_source_uses_no_key_twice) {
    // A crash behind segment 1, its progress not saved, the source changed: the segment is sealed
    // anew with other contents.
    Made first;
    auto sealer = Sealer::start(terms(), random_);
    ASSERT_TRUE(sealer->write(plaintext_of(mib + 1), keep_in(first)));
    const StreamProgress saved = sealer->progress();
    base::SecretBytes key = sealer->file_key().clone();
    ASSERT_TRUE(sealer->write(plaintext_of(mib), keep_in(first)));
    Made second;
    auto again = Sealer::resume(terms(), std::move(key), saved, random_);
    ASSERT_TRUE(again->write(plaintext_of(mib + 1, 2), [&](const SealedSegment& segment) {
        second.segments.emplace_back(segment.bytes.begin(), segment.bytes.end());
        return base::Result<void>{};
    }));
    ASSERT_EQ(first.segments.size(), 2U);
    ASSERT_EQ(second.segments.size(), 1U);
    EXPECT_NE(base::to_hex(base::ByteView(first.segments[1]).first(segment_salt_bytes)),
              base::to_hex(base::ByteView(second.segments[0]).first(segment_salt_bytes)));
}

TEST_F(StreamTest, is_not_sealed_on_with_what_belongs_to_another) {
    Made made;
    auto sealer = Sealer::start(terms(), random_);
    ASSERT_TRUE(sealer->write(plaintext_of(mib + 1), keep_in(made)));
    const StreamProgress saved = sealer->progress();
    const base::SecretBytes key = sealer->file_key().clone();
    EXPECT_EQ(
        Sealer::resume(terms(), base::SecretBytes(file_key_bytes), saved, random_).error().kind,
        ErrorKind::invalid);
    EXPECT_EQ(Sealer::resume(terms(), base::SecretBytes(31), saved, random_).error().kind,
              ErrorKind::malformed);
    StreamTerms other = terms();
    other.use_limits.clear();
    EXPECT_EQ(Sealer::resume(other, key.clone(), saved, random_).error().kind, ErrorKind::invalid);
    StreamProgress wrong = saved;
    wrong.tree.clear();
    EXPECT_EQ(Sealer::resume(terms(), key.clone(), wrong, random_).error().kind,
              ErrorKind::malformed);
    wrong = saved;
    wrong.segments = -1;
    EXPECT_EQ(Sealer::resume(terms(), key.clone(), wrong, random_).error().kind,
              ErrorKind::malformed);
    auto on = Sealer::resume(terms(), key.clone(), saved, random_);
    ASSERT_TRUE(on.has_value());
    EXPECT_EQ(on->finish(keep_in(made)).error().kind, ErrorKind::conflict);
}

TEST_F(StreamTest, is_opened_on_after_a_stop_at_every_border) {
    const base::Bytes plaintext = plaintext_of(3 * mib + 3);
    const Made made = seal(plaintext);
    const base::Bytes sealed = made.sealed();
    for (std::size_t stop = 0; stop <= 4; ++stop) {
        base::Bytes opened;
        const PlaintextSink sink = [&](std::uint64_t, base::ByteView bytes) {
            base::append(opened, bytes);
            return base::Result<void>{};
        };
        const std::size_t border = std::min(stop * sealed_segment_bytes, sealed.size());
        auto first = Opener::start(made.descriptor, file_key_of(made));
        ASSERT_TRUE(first->write(base::ByteView(sealed).first(border), sink));
        auto second = Opener::resume(made.descriptor, file_key_of(made),
                                     *read_progress(codec::write(first->progress())));
        ASSERT_TRUE(second.has_value()) << second.error().text();
        ASSERT_TRUE(second->write(base::ByteView(sealed).subspan(border), sink));
        const auto finished = second->finish();
        ASSERT_TRUE(finished.has_value()) << finished.error().text();
        EXPECT_EQ(opened, plaintext);
    }
}

TEST_F(StreamTest, is_not_opened_on_with_what_belongs_to_another) {
    const Made made = seal(plaintext_of(mib + 1));
    auto opener = Opener::start(made.descriptor, file_key_of(made));
    ASSERT_TRUE(opener->write(made.segments[0],
                              [](std::uint64_t, base::ByteView) { return base::Result<void>{}; }));
    const StreamProgress saved = opener->progress();
    const Made other = seal(plaintext_of(mib + 1));
    EXPECT_EQ(Opener::resume(other.descriptor, file_key_of(other), saved).error().kind,
              ErrorKind::invalid);
    EXPECT_EQ(Opener::start(made.descriptor, file_key_of(other)).error().kind, ErrorKind::invalid);
    StreamProgress beyond = saved;
    beyond.segments = 4;
    EXPECT_FALSE(Opener::resume(made.descriptor, file_key_of(made), beyond));
    StreamProgress forged = saved;
    forged.tree.front().bytes[0] ^= 1;
    auto resumed = Opener::resume(made.descriptor, file_key_of(made), forged);
    ASSERT_TRUE(resumed.has_value());
    ASSERT_TRUE(resumed->write(made.segments[1],
                               [](std::uint64_t, base::ByteView) { return base::Result<void>{}; }));
    EXPECT_EQ(resumed->finish().error().kind, ErrorKind::invalid);
}

TEST_F(StreamTest, stops_with_its_sink_and_goes_on_from_before_it) {
    auto sealer = Sealer::start(terms(), random_);
    const base::Bytes plaintext = plaintext_of(3 * mib);
    int taken = 0;
    const auto stopped = sealer->write(plaintext, [&](const SealedSegment&) -> base::Result<void> {
        if (++taken == 2) {
            return base::fail(ErrorKind::try_later, "the disk is full");
        }
        return {};
    });
    ASSERT_FALSE(stopped.has_value());
    EXPECT_EQ(stopped.error().kind, ErrorKind::try_later);
    EXPECT_EQ(sealer->progress().segments, 1);
    const Made made = seal(plaintext);
    auto opener = Opener::start(made.descriptor, file_key_of(made));
    const auto refused =
        opener->write(made.sealed(), [](std::uint64_t index, base::ByteView) -> base::Result<void> {
            if (index == 1) {
                return base::fail(ErrorKind::try_later, "the disk is full");
            }
            return {};
        });
    EXPECT_EQ(refused.error().kind, ErrorKind::try_later);
    EXPECT_EQ(opener->progress().segments, 1);
}

TEST_F(StreamTest, takes_no_item_of_version_1) {
    Made made = seal(plaintext_of(1));
    const base::SecretBytes file_key = file_key_of(made);
    made.descriptor.version = item_version;
    EXPECT_EQ(open_box(made.descriptor, made.box, key_).error().place, "/version");
    EXPECT_EQ(Opener::start(made.descriptor, file_key.clone()).error().place, "/version");
}

TEST_F(StreamTest, has_a_box_for_exactly_its_readers_and_its_key) {
    const Made made = seal(plaintext_of(1));
    const base::SecretBytes file_key = file_key_of(made);
    const std::vector others{other_key_.public_key()};
    EXPECT_EQ(seal_box(made.descriptor, file_key, others, random_).error().kind,
              ErrorKind::malformed);
    const std::vector right{key_.public_key()};
    EXPECT_EQ(
        seal_box(made.descriptor, base::SecretBytes(file_key_bytes), right, random_).error().kind,
        ErrorKind::invalid);
    const Made other = seal(plaintext_of(1));
    EXPECT_EQ(open_box(made.descriptor, other.box, key_).error().kind, ErrorKind::invalid);
    EXPECT_EQ(open_box(made.descriptor, "{}", key_).error().kind, ErrorKind::malformed);
    EXPECT_EQ(open_box(made.descriptor, std::string(max_box_bytes + 1, ' '), key_).error().kind,
              ErrorKind::too_large);
    // A sender whose box holds another key than the descriptor commits to.
    const auto lying =
        crypto::seal(base::Bytes(file_key_bytes), box_context(made.descriptor), right, random_);
    EXPECT_EQ(open_box(made.descriptor, *lying, key_).error().kind, ErrorKind::invalid);
}

TEST(StreamProgress, is_read_as_it_is_written_and_refused_otherwise) {
    StreamProgress progress;
    progress.terms = crypto::sha256(std::string_view("terms"));
    progress.segments = 3;
    progress.tree = {crypto::sha256(std::string_view("a")), crypto::sha256(std::string_view("b"))};
    EXPECT_EQ(*read_progress(codec::write(progress)), progress);
    StreamProgress wrong = progress;
    wrong.tree.pop_back();
    EXPECT_EQ(read_progress(codec::write(wrong)).error().place, "/tree");
    wrong = progress;
    wrong.version = 2;
    EXPECT_EQ(read_progress(codec::write(wrong)).error().place, "/version");
    wrong = progress;
    wrong.segments = (std::int64_t{1} << 24) + 1;
    EXPECT_EQ(read_progress(codec::write(wrong)).error().place, "/segments");
    wrong.segments = -1;
    EXPECT_EQ(read_progress(codec::write(wrong)).error().place, "/segments");
    EXPECT_EQ(read_progress(std::string(max_progress_bytes + 1, ' ')).error().kind,
              ErrorKind::too_large);
}

}  // namespace
}  // namespace comity::items
