#include "domain/items/sealed_item.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "ground/crypto/testing.h"

namespace comity::items {
namespace {

using base::ErrorKind;

ItemTerms terms() {
    return {base::Realm::exercise,
            "application/json",
            2,
            base::Date{22000},
            {"only for case XA-2031-0042"},
            *base::PartyId::parse("xa-prosecution")};
}

/// 00 01 02 ... over and over.
class AscendingRandom final : public crypto::Random {
 public:
    void fill(std::span<std::uint8_t> out) override {
        for (std::uint8_t& byte : out) {
            byte = next_++;
        }
    }

 private:
    std::uint8_t next_ = 0;
};

class SealedItemTest : public testing::Test {
 protected:
    SealedItem seal(std::string_view plaintext, const ItemTerms& under) {
        auto sealed = seal_item(base::view_of(plaintext), under, key_.public_key(), random_);
        EXPECT_TRUE(sealed.has_value());
        return *std::move(sealed);
    }
    crypto::CountingRandom random_{1};
    crypto::HeldSealingKey key_{crypto::Curve::p256, random_};
    crypto::HeldSealingKey other_key_{crypto::Curve::p256, random_};
};

TEST_F(SealedItemTest, opens_for_its_reader) {
    const SealedItem item = seal("name: Talor Venim", terms());
    EXPECT_EQ(item.descriptor.id, crypto::sha256(item.sealed));
    EXPECT_EQ(item.descriptor.size, 17);
    EXPECT_EQ(item.descriptor.key, key_.public_key().id());
    EXPECT_TRUE(check_sealed(item.descriptor, item.sealed));
    const auto opened = open_item(item.descriptor, item.sealed, key_);
    ASSERT_TRUE(opened) << opened.error().text();
    EXPECT_EQ(base::text_of(opened->view()), "name: Talor Venim");
}

TEST_F(SealedItemTest, has_the_commitment_that_the_format_describes) {
    AscendingRandom random;
    const auto item =
        seal_item(base::view_of("name: Talor Venim"), terms(), key_.public_key(), random);
    ASSERT_TRUE(item);
    EXPECT_EQ(item->descriptor.commitment.hex(),
              "4c333afd8e00f1574427211258287468eb203b4765b269b9ee06e5f81ba70463");
}

TEST_F(SealedItemTest, opens_for_a_reader_with_an_x25519_key) {
    crypto::HeldSealingKey key(crypto::Curve::x25519, random_);
    const auto item = seal_item(base::view_of("x"), terms(), key.public_key(), random_);
    ASSERT_TRUE(item);
    EXPECT_EQ(base::text_of(open_item(item->descriptor, item->sealed, key)->view()), "x");
}

TEST_F(SealedItemTest, of_the_version_of_streams_is_not_taken_for_one_piece) {
    SealedItem item = seal("x", terms());
    item.descriptor.version = stream_version;
    EXPECT_EQ(check_sealed(item.descriptor, item.sealed).error().place, "/version");
    EXPECT_EQ(open_item(item.descriptor, item.sealed, key_).error().place, "/version");
}

TEST_F(SealedItemTest, does_not_open_with_another_key) {
    const SealedItem item = seal("x", terms());
    EXPECT_EQ(open_item(item.descriptor, item.sealed, other_key_).error().kind,
              ErrorKind::not_found);
}

TEST_F(SealedItemTest, may_be_empty_and_may_not_be_too_large) {
    const SealedItem item = seal("", terms());
    EXPECT_EQ(open_item(item.descriptor, item.sealed, key_)->size(), 0U);
    const base::Bytes large(static_cast<std::size_t>(max_item_bytes) + 1);
    EXPECT_EQ(seal_item(large, terms(), key_.public_key(), random_).error().kind,
              ErrorKind::too_large);
}

TEST_F(SealedItemTest, is_not_sealed_under_terms_that_no_descriptor_may_have) {
    ItemTerms endless = terms();
    endless.end = {};
    EXPECT_EQ(seal_item({}, endless, key_.public_key(), random_).error().place, "/end");
}

TEST_F(SealedItemTest, hides_equal_contents_from_whoever_sees_descriptors) {
    const SealedItem one = seal("yes", terms());
    const SealedItem other = seal("yes", terms());
    EXPECT_NE(one.descriptor.commitment, other.descriptor.commitment);
    EXPECT_NE(one.descriptor.commitment, crypto::sha256(std::string_view("yes")));
    EXPECT_NE(one.descriptor.id, other.descriptor.id);
}

TEST_F(SealedItemTest, cannot_have_its_bytes_exchanged_for_those_of_another_item) {
    const SealedItem one = seal("one", terms());
    const SealedItem other = seal("two", terms());
    EXPECT_EQ(open_item(one.descriptor, other.sealed, key_).error().kind, ErrorKind::invalid);
    ItemDescriptor crossed = one.descriptor;
    crossed.id = other.descriptor.id;  // the digest fits, the context does not
    EXPECT_EQ(open_item(crossed, other.sealed, key_).error().kind, ErrorKind::invalid);
}

TEST_F(SealedItemTest, cannot_lose_a_use_limit_or_gain_a_day) {
    const SealedItem item = seal("x", terms());
    ItemDescriptor unlimited = item.descriptor;
    unlimited.use_limits.clear();
    EXPECT_EQ(open_item(unlimited, item.sealed, key_).error().kind, ErrorKind::invalid);
    ItemDescriptor longer = item.descriptor;
    longer.end.days += 1;
    EXPECT_EQ(open_item(longer, item.sealed, key_).error().kind, ErrorKind::invalid);
    ItemDescriptor live = item.descriptor;
    live.realm = base::Realm::live;
    EXPECT_EQ(open_item(live, item.sealed, key_).error().kind, ErrorKind::invalid);
}

TEST_F(SealedItemTest, by_a_sender_that_lies_about_the_contents_does_not_open) {
    ItemDescriptor lying = seal("true", terms()).descriptor;
    const base::Bytes salted(32 + 4, 'x');  // not what `lying` commits to
    const auto sealed =
        crypto::seal(salted, sealing_context(lying), std::span(&key_.public_key(), 1), random_);
    ASSERT_TRUE(sealed);
    lying.id = crypto::sha256(*sealed);
    EXPECT_EQ(open_item(lying, *sealed, key_).error().kind, ErrorKind::invalid);
    const auto stub =
        crypto::seal({}, sealing_context(lying), std::span(&key_.public_key(), 1), random_);
    lying.id = crypto::sha256(*stub);
    EXPECT_EQ(open_item(lying, *stub, key_).error().kind, ErrorKind::invalid);
}

TEST_F(SealedItemTest, that_is_no_jwe_is_refused) {
    ItemDescriptor item = seal("x", terms()).descriptor;
    item.id = crypto::sha256(std::string_view("{}"));
    EXPECT_EQ(open_item(item, "{}", key_).error().kind, ErrorKind::malformed);
}

TEST_F(SealedItemTest, of_any_contents_and_terms_opens_to_the_same) {
    EXPECT_TRUE(rc::check("sealing and opening gives the plaintext", [&] {
        const auto plaintext = *rc::gen::arbitrary<base::Bytes>();
        ItemTerms any = terms();
        any.tier = *rc::gen::inRange<std::int64_t>(0, max_tier + 1);
        any.end.days = *rc::gen::inRange(1, 2'900'000);
        any.use_limits.clear();
        for (int i = *rc::gen::inRange(0, 17); i > 0; --i) {
            any.use_limits.push_back("limit " + std::to_string(i));
        }
        const auto item = seal_item(plaintext, any, key_.public_key(), random_);
        RC_ASSERT(item.has_value());
        const std::string text = codec::write(item->descriptor);
        const auto descriptor = read_descriptor(text);
        RC_ASSERT(descriptor.has_value());
        RC_ASSERT(*descriptor == item->descriptor);
        const auto opened = open_item(*descriptor, item->sealed, key_);
        RC_ASSERT(opened.has_value());
        RC_ASSERT(base::to_hex(opened->view()) == base::to_hex(plaintext));
    }));
}

TEST_F(SealedItemTest, with_any_bit_flipped_does_not_open) {
    const SealedItem item = seal("name: Talor Venim", terms());
    EXPECT_TRUE(rc::check("a flipped bit is found, with and without a fitting id", [&] {
        std::string sealed = item.sealed;
        const auto at = *rc::gen::inRange<std::size_t>(0, sealed.size());
        sealed[at] = static_cast<char>(sealed[at] ^ (1 << *rc::gen::inRange(0, 8)));
        const auto by_id = open_item(item.descriptor, sealed, key_);
        RC_ASSERT(!by_id.has_value());
        RC_ASSERT(by_id.error().kind == ErrorKind::invalid);
        ItemDescriptor fitting = item.descriptor;
        fitting.id = crypto::sha256(sealed);
        RC_ASSERT(!open_item(fitting, sealed, key_).has_value());
    }));
}

}  // namespace
}  // namespace comity::items
