#include "node/submit/body.h"

#include <gtest/gtest.h>

#include "adapter/memory/memory.h"
#include "ground/crypto/testing.h"

namespace comity::submit {
namespace {

using base::ErrorKind;

class KeptItem : public ::testing::Test {
 protected:
    static casework::ShippedItem item(std::string_view contents) {
        return {crypto::sha256(contents), std::string(contents)};
    }
    base::Result<ports::StoredItem> keep(const casework::ShippedItem& one) {
        return keep_item(one, *base::MatterId::parse("m"), day, keys, random);
    }

    base::Date day{22000};
    crypto::CountingRandom random{7};
    memory::MemoryDayKeys keys{random};
};

TEST_F(KeptItem, comes_back_and_ends_with_its_day_although_its_reader_has_a_key) {
    const auto row = keep(item("ciphertext for the reader"));
    ASSERT_TRUE(row);
    EXPECT_EQ(base::text_of(row->sealed).find("ciphertext"), std::string_view::npos);
    EXPECT_EQ(kept_item(*row, keys)->sealed, "ciphertext for the reader");
    ASSERT_TRUE(keys.destroy(day));
    EXPECT_EQ(kept_item(*row, keys).error().kind, ErrorKind::not_found);
}

TEST_F(KeptItem, ends_alone_before_its_day) {
    const auto goes = keep(item("goes"));
    const auto stays = keep(item("stays"));
    ASSERT_TRUE(keys.destroy_item(goes->id));
    EXPECT_EQ(kept_item(*goes, keys).error().kind, ErrorKind::not_found);
    EXPECT_EQ(kept_item(*stays, keys)->sealed, "stays");
}

TEST_F(KeptItem, is_no_other_item_and_not_altered) {
    const auto row = keep(item("one"));
    ports::StoredItem exchanged = *keep(item("other"));
    exchanged.id = row->id;
    EXPECT_EQ(kept_item(exchanged, keys).error().kind, ErrorKind::invalid);
    ports::StoredItem altered = *row;
    altered.sealed.back() ^= 1;
    EXPECT_EQ(kept_item(altered, keys).error().kind, ErrorKind::invalid);
}

TEST_F(KeptItem, of_a_store_of_schema_1_is_read_as_it_stands) {
    const ports::StoredItem bare{
        crypto::sha256("bare"), *base::MatterId::parse("m"), base::bytes_of("bare"), {}, day};
    EXPECT_EQ(kept_item(bare, keys)->sealed, "bare");
}

}  // namespace
}  // namespace comity::submit
