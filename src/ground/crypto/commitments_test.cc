#include "ground/crypto/commitments.h"

#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <string>

#include "ground/codec/codec.h"

namespace comity::crypto {
namespace {

codec::Object vectors() {
    std::ifstream in(COMITY_TEST_DATA "/commitments/fields.json", std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return codec::parse(text.str()).value().get_object();
}

std::string_view text(const codec::Value& value) {
    return value.get_string();
}

RecordKey key_of(const codec::Object& from) {
    return RecordKey(base::from_hex(text(from.at("record_key"))).value());
}

std::vector<base::Digest> commitments_of(const codec::Object& from) {
    std::vector<base::Digest> commitments;
    for (const codec::Value& field : from.at("fields").get_array()) {
        commitments.push_back(base::Digest::from_hex(text(field.at("commitment"))).value());
    }
    return commitments;
}

TEST(Commitments, are_those_of_the_published_vectors) {
    const codec::Object from = vectors();
    const RecordKey key = key_of(from);
    const codec::Array& fields = from.at("fields").get_array();
    ASSERT_EQ(fields.size(), 6U);
    for (const codec::Value& field : fields) {
        const base::Digest salt = field_salt(key, text(field.at("path")));
        EXPECT_EQ(salt.hex(), text(field.at("salt")));
        EXPECT_EQ(field_commitment(text(field.at("path")), salt, text(field.at("value"))).hex(),
                  text(field.at("commitment")));
    }
    EXPECT_EQ(commitment_root(commitments_of(from)).hex(), text(from.at("root")));
}

TEST(Commitments, open_one_field_by_the_published_path) {
    const codec::Object from = vectors();
    const codec::Object& inclusion = from.at("inclusion_of_selector_0").get_object();
    const auto index = static_cast<std::size_t>(inclusion.at("index").get_int64());
    const std::vector<base::Digest> commitments = commitments_of(from);
    const std::vector<base::Digest> path = commitment_path(commitments, index);
    const codec::Array& expected = inclusion.at("path").get_array();
    ASSERT_EQ(path.size(), expected.size());
    for (std::size_t i = 0; i < path.size(); ++i) {
        EXPECT_EQ(path[i].hex(), text(expected[i]));
    }
    const base::Digest root = commitment_root(commitments);
    EXPECT_TRUE(verify_commitment(commitments[index], index, 6, path, root).has_value());
    for (std::size_t other = 0; other < commitments.size(); ++other) {
        EXPECT_EQ(verify_commitment(commitments[other], index, 6, path, root).has_value(),
                  other == index);
        EXPECT_EQ(verify_commitment(commitments[index], other, 6, path, root).has_value(),
                  other == index);
    }
    EXPECT_EQ(verify_commitment(commitments[0], index, 6, path, root).error().kind,
              base::ErrorKind::invalid);
}

TEST(Commitments, bind_path_salt_and_value) {
    const RecordKey key(base::Bytes(32, 7));
    const RecordKey other_key(base::Bytes(32, 8));
    const base::Digest salt = field_salt(key, "a");
    const base::Digest commitment = field_commitment("a", salt, "1");
    EXPECT_NE(field_commitment("b", salt, "1"), commitment);
    EXPECT_NE(field_commitment("a", salt, "2"), commitment);
    EXPECT_NE(field_commitment("a", field_salt(other_key, "a"), "1"), commitment);
    EXPECT_NE(field_salt(key, "b"), salt);
    // Length prefixes: moving a byte from one part to the next changes the commitment.
    EXPECT_NE(field_commitment("ab", salt, "c"), field_commitment("a", salt, "bc"));
}

}  // namespace
}  // namespace comity::crypto
