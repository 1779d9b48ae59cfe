#include "domain/items/descriptor.h"

#include <functional>
#include <gtest/gtest.h>

#include "ground/crypto/crypto.h"

namespace comity::items {
namespace {

ItemDescriptor good() {
    ItemDescriptor item;
    item.realm = base::Realm::exercise;
    item.id = *base::Digest::from_hex(std::string(64, '1'));
    item.commitment = *base::Digest::from_hex(std::string(64, '2'));
    item.media_type = "application/json";
    item.size = 120;
    item.tier = 2;
    item.end = *base::Date::parse("2031-03-05");
    item.use_limits = {"only for case XA-2031-0042", "no onward sharing"};
    item.reader = *base::PartyId::parse("xa-prosecution");
    item.key = *base::KeyId::from_hex(std::string(64, '3'));
    return item;
}

const std::string canonical_text =
    R"({"commitment":")" + std::string(64, '2') + R"(","end":"2031-03-05","id":")" +
    std::string(64, '1') + R"(","key":")" + std::string(64, '3') +
    R"(","media_type":"application/json","reader":"xa-prosecution","realm":"exercise",)"
    R"("size":120,"tier":2,"use_limits":["only for case XA-2031-0042","no onward sharing"],)"
    R"("version":1})";

TEST(ItemDescriptor, is_written_and_read_as_its_format_says) {
    EXPECT_EQ(codec::write(good()), canonical_text);
    const auto read = read_descriptor(canonical_text);
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_EQ(*read, good());
}

TEST(ItemDescriptor, is_refused_in_any_other_spelling) {
    std::string spaced = canonical_text;
    spaced.insert(1, " ");
    EXPECT_FALSE(read_descriptor(spaced));
    EXPECT_FALSE(read_descriptor(canonical_text.substr(1)));
    EXPECT_FALSE(read_descriptor(""));
    std::string more = canonical_text;
    more.insert(more.size() - 1, R"(,"zeal":1)");
    const auto refused = read_descriptor(more);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().place, "/zeal");
}

TEST(ItemDescriptor, is_refused_beyond_its_size) {
    EXPECT_EQ(read_descriptor(std::string(max_descriptor_bytes + 1, ' ')).error().kind,
              base::ErrorKind::too_large);
}

struct Wrong {
    const char* place;
    std::function<void(ItemDescriptor&)> change;
};

TEST(ItemDescriptor, is_checked_in_every_member) {
    const std::vector<Wrong> cases = {
        {"/version", [](auto& item) { item.version = 0; }},
        {"/version", [](auto& item) { item.version = 3; }},
        {"/media_type", [](auto& item) { item.media_type = "json"; }},
        {"/media_type", [](auto& item) { item.media_type = "application/"; }},
        {"/media_type", [](auto& item) { item.media_type = "/json"; }},
        {"/media_type", [](auto& item) { item.media_type = "Application/json"; }},
        {"/media_type", [](auto& item) { item.media_type = "text/plain; charset=x"; }},
        {"/media_type", [](auto& item) { item.media_type = "a/b/c"; }},
        {"/size", [](auto& item) { item.size = -1; }},
        {"/size", [](auto& item) { item.size = max_item_bytes + 1; }},
        {"/tier", [](auto& item) { item.tier = -1; }},
        {"/tier", [](auto& item) { item.tier = 5; }},
        {"/end", [](auto& item) { item.end = {}; }},
        {"/reader", [](auto& item) { item.reader = {}; }},
        {"/more_readers", [](auto& item) { item.more_readers.emplace(); }},
        {"/more_readers",
         [](auto& item) {
             item.more_readers = {
                 ItemReader{item.reader, *base::KeyId::from_hex(std::string(64, '4'))}};
         }},
        {"/use_limits", [](auto& item) { item.use_limits.assign(17, "x"); }},
        {"/use_limits/1", [](auto& item) { item.use_limits[1] = ""; }},
        {"/use_limits/0", [](auto& item) { item.use_limits[0] = "two\nlines"; }},
        {"/use_limits/0", [](auto& item) { item.use_limits[0].assign(513, 'x'); }},
        {"/use_limits/1", [](auto& item) { item.use_limits[1] = item.use_limits[0]; }},
    };
    EXPECT_TRUE(check(good()));
    for (const Wrong& wrong : cases) {
        ItemDescriptor item = good();
        wrong.change(item);
        const auto checked = check(item);
        ASSERT_FALSE(checked.has_value()) << wrong.place;
        EXPECT_EQ(checked.error().kind, base::ErrorKind::malformed);
        EXPECT_EQ(checked.error().place, wrong.place);
        EXPECT_FALSE(read_descriptor(codec::write(item))) << wrong.place;
    }
}

TEST(ItemDescriptor, of_version_2_may_be_large_and_have_further_readers) {
    ItemDescriptor item = good();
    item.version = stream_version;
    item.size = max_stream_bytes;
    EXPECT_TRUE(check(item));
    item.size += 1;
    EXPECT_EQ(check(item).error().place, "/size");
    item.size = 0;
    item.more_readers.emplace();
    EXPECT_EQ(check(item).error().place, "/more_readers");
    const base::PartyId court = *base::PartyId::parse("xa-court");
    item.more_readers->push_back({court, item.key});
    EXPECT_EQ(check(item).error().place, "/more_readers/0/key");
    item.more_readers->front().key = *base::KeyId::from_hex(std::string(64, '4'));
    EXPECT_TRUE(check(item));
    const auto read = read_descriptor(codec::write(item));
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_EQ(*read, item);
    item.more_readers->push_back({{}, *base::KeyId::from_hex(std::string(64, '5'))});
    EXPECT_EQ(check(item).error().place, "/more_readers/1/reader");
    while (item.more_readers->size() <= max_more_readers) {
        item.more_readers->push_back({court, {}});
    }
    EXPECT_EQ(check(item).error().place, "/more_readers");
}

TEST(ItemDescriptor, is_bound_in_every_member_but_its_id) {
    const std::vector<std::function<void(ItemDescriptor&)>> changes = {
        [](auto& item) { item.realm = base::Realm::live; },
        [](auto& item) { item.commitment.bytes[0] ^= 1; },
        [](auto& item) { item.media_type = "text/plain"; },
        [](auto& item) { item.size += 1; },
        [](auto& item) { item.tier = 3; },
        [](auto& item) { item.end.days += 1; },
        [](auto& item) { item.use_limits.pop_back(); },
        [](auto& item) { std::swap(item.use_limits[0], item.use_limits[1]); },
        [](auto& item) { item.reader = *base::PartyId::parse("xa-court"); },
        [](auto& item) { item.key.digest.bytes[31] ^= 1; },
    };
    const std::string context = sealing_context(good());
    for (std::size_t i = 0; i < changes.size(); ++i) {
        ItemDescriptor item = good();
        changes[i](item);
        EXPECT_NE(sealing_context(item), context) << i;
    }
    ItemDescriptor other_id = good();
    other_id.id = {};
    EXPECT_EQ(sealing_context(other_id), context);
}

TEST(ItemDescriptor, has_the_context_that_the_format_describes) {
    EXPECT_EQ(sealing_context(good()),
              "comity/item/v1 a7a3b078dbbc142efb0ab434e395e11256b47c01b1286ce513a35b5bccf326c7");
    // Slow twin: the member taken out of the text by hand.
    std::string core = canonical_text;
    const std::string member = R"("id":")" + std::string(64, '1') + R"(",)";
    core.erase(core.find(member), member.size());
    EXPECT_EQ(
        sealing_context(good()),
        "comity/item/v1 " + crypto::sha256(std::string("comity/item/core/v1\0", 20) + core).hex());
}

}  // namespace
}  // namespace comity::items
