#include "domain/items/held.h"

#include <map>

#include "domain/items/stream_for_test.h"

namespace comity::items {
namespace {

using base::ErrorKind;
using testing::Made;

/// Day keys as a holder has them, in memory.
class TestDays final : public DayWrap {
 public:
    explicit TestDays(crypto::Random& random) : random_(random) {}
    base::Result<base::Bytes> wrap(base::Date day, const base::SecretBytes& key) override {
        auto& day_key = keys_.try_emplace(day, base::SecretBytes(32)).first->second;
        if (day_key.empty()) {
            return base::fail(ErrorKind::conflict, "that day's key is destroyed");
        }
        day_key.writable()[0] = static_cast<std::uint8_t>(day.days);
        return crypto::encrypt(day_key, key.view(), day.text(), random_);
    }
    base::Result<base::SecretBytes> unwrap(base::Date day, base::ByteView wrapped) override {
        const auto found = keys_.find(day);
        if (found == keys_.end() || found->second.empty()) {
            return base::fail(ErrorKind::not_found, "that day's key is destroyed");
        }
        return crypto::decrypt(found->second, wrapped, day.text());
    }
    void destroy(base::Date day) { keys_.insert_or_assign(day, base::SecretBytes()); }

 private:
    crypto::Random& random_;
    std::map<base::Date, base::SecretBytes> keys_;
};

class HeldTest : public ::testing::Test {
 protected:
    crypto::CountingRandom random_{3};
    crypto::HeldSealingKey key_{crypto::Curve::p256, random_};
    TestDays days_{random_};
    base::Bytes plaintext_ = testing::plaintext_of(5000);
    Made made_ = testing::seal_all(plaintext_, testing::terms_for({key_.public_key()}), random_);
};

TEST_F(HeldTest, a_held_key_opens_the_stream_until_its_day_is_destroyed) {
    auto file_key = open_box(made_.descriptor, made_.box, key_);
    const auto held = hold_key(made_.descriptor, *file_key, days_);
    ASSERT_TRUE(held.has_value()) << held.error().text();
    EXPECT_EQ(held->day, made_.descriptor.end);
    const std::string kept = codec::write(*held);
    EXPECT_EQ(kept.find(base::to_base64url(file_key->view())), std::string::npos);
    const auto read = read_held_key(kept);
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(*read, *held);
    auto again = held_key(made_.descriptor, *read, days_);
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(*testing::open_all(made_.descriptor, *std::move(again), made_.sealed()), plaintext_);
    days_.destroy(held->day);
    EXPECT_EQ(held_key(made_.descriptor, *read, days_).error().kind, ErrorKind::not_found);
    EXPECT_EQ(hold_key(made_.descriptor, *file_key, days_).error().kind, ErrorKind::conflict);
}

TEST_F(HeldTest, a_held_key_is_of_one_item_only) {
    const auto file_key = open_box(made_.descriptor, made_.box, key_);
    const auto held = hold_key(made_.descriptor, *file_key, days_);
    const Made other =
        testing::seal_all(plaintext_, testing::terms_for({key_.public_key()}), random_);
    EXPECT_EQ(held_key(other.descriptor, *held, days_).error().kind, ErrorKind::invalid);
    EXPECT_EQ(hold_key(other.descriptor, *file_key, days_).error().kind, ErrorKind::invalid);
    HeldKey exchanged = *held;
    exchanged.wrapped =
        hold_key(other.descriptor, *open_box(other.descriptor, other.box, key_), days_)->wrapped;
    EXPECT_EQ(held_key(made_.descriptor, exchanged, days_).error().kind, ErrorKind::invalid);
    HeldKey later = *held;
    later.day.days += 1;
    EXPECT_EQ(held_key(made_.descriptor, later, days_).error().kind, ErrorKind::invalid);
}

TEST_F(HeldTest, the_key_of_an_unfinished_stream_is_held_as_well) {
    auto sealer = Sealer::start(testing::terms_for({key_.public_key()}), random_);
    const auto held = hold_key(sealer->unfinished(), sealer->file_key(), days_);
    ASSERT_TRUE(held.has_value()) << held.error().text();
    const auto file_key = held_key(sealer->unfinished(), *held, days_);
    ASSERT_TRUE(file_key.has_value());
    EXPECT_TRUE(std::ranges::equal(file_key->view(), sealer->file_key().view()));
}

TEST_F(HeldTest, a_held_key_is_refused_in_any_other_spelling) {
    const auto file_key = open_box(made_.descriptor, made_.box, key_);
    HeldKey held = *hold_key(made_.descriptor, *file_key, days_);
    EXPECT_FALSE(read_held_key(" " + codec::write(held)));
    held.version = 2;
    EXPECT_EQ(read_held_key(codec::write(held)).error().place, "/version");
    EXPECT_EQ(read_held_key(std::string(max_held_key_bytes + 1, ' ')).error().kind,
              ErrorKind::too_large);
}

}  // namespace
}  // namespace comity::items
