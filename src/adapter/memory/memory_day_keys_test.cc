#include <gtest/gtest.h>

#include "adapter/memory/memory.h"

namespace comity::memory {
namespace {

class CountingRandom final : public crypto::Random {
 public:
    void fill(std::span<std::uint8_t> out) override {
        for (std::uint8_t& byte : out) {
            byte = next_++;
        }
    }

 private:
    std::uint8_t next_ = 1;
};

TEST(MemoryDayKeys, unwrap_what_they_wrapped_for_that_day_only) {
    CountingRandom random;
    MemoryDayKeys keys(random);
    const base::Date day{20000};
    const base::Date next_day{20001};
    const auto wrapped = keys.wrap(day, base::SecretBytes(base::Bytes{7, 8, 9}));
    ASSERT_TRUE(wrapped);
    ASSERT_TRUE(keys.wrap(next_day, base::SecretBytes(base::Bytes{1})));
    EXPECT_EQ(base::to_hex(keys.unwrap(day, *wrapped)->view()), "070809");
    EXPECT_EQ(keys.unwrap(next_day, *wrapped).error().kind, base::ErrorKind::invalid);
}

TEST(MemoryDayKeys, make_everything_of_a_destroyed_day_unreadable_for_good) {
    CountingRandom random;
    MemoryDayKeys keys(random);
    const base::Date day{20000};
    const auto wrapped = keys.wrap(day, base::SecretBytes(base::Bytes{7, 8, 9}));
    ASSERT_TRUE(wrapped);
    ASSERT_TRUE(keys.destroy(day));
    EXPECT_EQ(keys.unwrap(day, *wrapped).error().kind, base::ErrorKind::not_found);
    EXPECT_EQ(keys.wrap(day, base::SecretBytes(base::Bytes{1})).error().kind,
              base::ErrorKind::conflict);
    EXPECT_TRUE(keys.destroy(day));
}

TEST(MemoryDayKeys, make_one_item_of_a_day_unreadable_and_no_other) {
    CountingRandom random;
    MemoryDayKeys keys(random);
    const base::Date day{20000};
    const base::Digest first = crypto::sha256(std::string_view("first"));
    const base::Digest second = crypto::sha256(std::string_view("second"));
    const auto goes = keys.wrap_item(day, first, base::SecretBytes(base::Bytes{1}));
    const auto stays = keys.wrap_item(day, second, base::SecretBytes(base::Bytes{2}));
    ASSERT_TRUE(goes && stays);
    EXPECT_EQ(keys.unwrap_item(day, second, *goes).error().kind, base::ErrorKind::invalid);
    ASSERT_TRUE(keys.destroy_item(first));
    EXPECT_EQ(keys.unwrap_item(day, first, *goes).error().kind, base::ErrorKind::not_found);
    EXPECT_EQ(keys.wrap_item(day, first, base::SecretBytes(base::Bytes{1})).error().kind,
              base::ErrorKind::conflict);
    EXPECT_EQ(base::to_hex(keys.unwrap_item(day, second, *stays)->view()), "02");
    ASSERT_TRUE(keys.destroy(day));
    EXPECT_EQ(keys.unwrap_item(day, second, *stays).error().kind, base::ErrorKind::not_found);
}

TEST(MemoryDayKeys, know_no_key_of_a_day_that_nothing_was_kept_for) {
    CountingRandom random;
    MemoryDayKeys keys(random);
    EXPECT_EQ(keys.unwrap(base::Date{1}, base::Bytes(60)).error().kind, base::ErrorKind::not_found);
}

}  // namespace
}  // namespace comity::memory
