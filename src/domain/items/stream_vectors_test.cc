// tests/data/items/sealed_stream.json, which another program made: tests/oracle/sealed_stream.mjs.

#include <fstream>
#include <iterator>

#include "domain/items/stream_for_test.h"

namespace comity::items {
namespace {

using testing::Made;

/// Gives the salts that the vectors were made with: segment i has 32 bytes of i + 1.
class NumberedSalts final : public crypto::Random {
 public:
    void fill(std::span<std::uint8_t> out) override { std::ranges::fill(out, ++number_); }

 private:
    std::uint8_t number_ = 0;
};

codec::Value vectors() {
    std::ifstream file(COMITY_TEST_DATA "/items/sealed_stream.json", std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    auto value = codec::parse(text);
    EXPECT_TRUE(value.has_value());
    return *std::move(value);
}

std::string text_at(const codec::Value& value, std::string_view name) {
    return std::string(value.at(name).as_string());
}

base::SecretBytes secret_at(const codec::Value& value, std::string_view name) {
    return base::SecretBytes(*base::from_hex(text_at(value, name)));
}

crypto::HeldSealingKey reader_of(const codec::Value& value) {
    auto key = crypto::SealingKey::from_jwk(value.at("jwk"));
    EXPECT_TRUE(key.has_value());
    EXPECT_EQ(key->id().hex(), text_at(value, "id"));
    return crypto::HeldSealingKey({*std::move(key), secret_at(value, "private")});
}

base::Bytes plaintext_of(std::int64_t size) {
    base::Bytes bytes(static_cast<std::size_t>(size));
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::uint8_t>(7 * i + i / 256);
    }
    return bytes;
}

/// Seals the vector's plaintext with its file key and salts.
Made seal_again(const codec::Value& vector, const ItemDescriptor& expected,
                const std::vector<crypto::SealingKey>& keys) {
    StreamTerms terms{expected.realm, expected.media_type, expected.tier,
                      expected.end,   expected.use_limits, {}};
    terms.readers.push_back({expected.reader, keys.front()});
    if (expected.more_readers) {
        terms.readers.push_back({expected.more_readers->front().reader, keys.back()});
    }
    NumberedSalts salts;
    const StreamProgress nothing{1, stream_terms_digest(expected), 0, {}};
    auto sealer = Sealer::resume(terms, secret_at(vector, "file_key"), nothing, salts);
    EXPECT_TRUE(sealer.has_value());
    Made made;
    EXPECT_TRUE(sealer->write(plaintext_of(expected.size), testing::keep_in(made)));
    testing::finish_into(made, *sealer);
    return made;
}

TEST(StreamVectors, made_by_another_program_are_sealed_byte_for_byte) {
    const codec::Value all = vectors();
    const std::vector keys{reader_of(all.at("readers").at(0)).public_key(),
                           reader_of(all.at("readers").at(1)).public_key()};
    for (const codec::Value& vector : all.at("streams").as_array()) {
        const auto expected = read_descriptor(codec::canonical(vector.at("descriptor")));
        ASSERT_TRUE(expected.has_value()) << expected.error().text();
        EXPECT_EQ(stream_terms_digest(*expected).hex(), text_at(vector, "terms"));
        EXPECT_EQ(box_context(*expected), text_at(vector, "box_context"));
        const Made made = seal_again(vector, *expected, keys);
        EXPECT_EQ(made.descriptor, *expected);
        const codec::Array& segments = vector.at("segments").as_array();
        ASSERT_EQ(made.segments.size(), segments.size());
        for (std::size_t i = 0; i < segments.size(); ++i) {
            const base::ByteView sealed = made.segments[i];
            EXPECT_EQ(base::to_hex(sealed.first(32)), text_at(segments[i], "salt"));
            EXPECT_EQ(base::to_hex(
                          sealed.subspan(32).first(std::min<std::size_t>(sealed.size() - 32, 32))),
                      text_at(segments[i], "first"));
            EXPECT_EQ(base::to_hex(sealed.last(16)), text_at(segments[i], "tag"));
            EXPECT_EQ(made.leaves[i].hex(), text_at(segments[i], "leaf"));
        }
    }
}

TEST(StreamVectors, made_by_another_program_open) {
    const codec::Value all = vectors();
    const std::vector keys{reader_of(all.at("readers").at(0)).public_key(),
                           reader_of(all.at("readers").at(1)).public_key()};
    for (const codec::Value& vector : all.at("streams").as_array()) {
        const auto descriptor = read_descriptor(codec::canonical(vector.at("descriptor")));
        const Made made = seal_again(vector, *descriptor, keys);
        const std::size_t readers = descriptor->more_readers ? 2 : 1;
        for (std::size_t i = 0; i < readers; ++i) {
            crypto::HeldSealingKey reader = reader_of(all.at("readers").at(i));
            auto file_key = open_box(*descriptor, text_at(vector, "box"), reader);
            ASSERT_TRUE(file_key.has_value()) << file_key.error().text();
            EXPECT_EQ(base::to_hex(file_key->view()), text_at(vector, "file_key"));
            const auto opened = testing::open_all(*descriptor, *std::move(file_key), made.sealed());
            ASSERT_TRUE(opened.has_value()) << opened.error().text();
            EXPECT_EQ(*opened, plaintext_of(descriptor->size));
        }
    }
}

}  // namespace
}  // namespace comity::items
