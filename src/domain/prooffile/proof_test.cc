#include "domain/prooffile/proof.h"

#include "domain/prooffile/testing.h"

namespace comity::prooffile {
namespace {

using testing::World;

struct Story {
    World world;
    ProofContents contents;
    std::string file;
};

const Story& story() {
    static const Story told = [] {
        Story made;
        made.world.tell();
        made.contents = made.world.contents();
        made.file = write_proof(made.contents).value();
        return made;
    }();
    return told;
}

std::string with_digest(std::string_view body) {
    return "comity-proof 2\nsha256 " + crypto::sha256(body).hex() + "\n" + std::string(body);
}

std::string body() {
    return story().file.substr(story().file.find('\n', 15) + 1);
}

base::Error refused(std::string_view file) {
    const auto read = read_proof(file);
    EXPECT_FALSE(read);
    return read ? base::Error{} : read.error();
}

TEST(ProofFile, what_is_written_is_read_back_and_written_again_to_the_same_bytes) {
    const auto read = read_proof(story().file);
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_EQ(*read, story().contents);
    EXPECT_EQ(write_proof(*read).value(), story().file);
}

TEST(ProofFile, a_small_matter_is_at_most_20_KB) {
    EXPECT_LE(story().file.size(), 20'480U);
}

TEST(ProofFile, has_three_lines_and_the_digest_of_the_last) {
    EXPECT_TRUE(story().file.starts_with("comity-proof 2\nsha256 "));
    EXPECT_EQ(story().file, with_digest(body()));
    EXPECT_EQ(body().find('\n'), body().size() - 1);
}

TEST(ProofFile, a_checkpoint_that_many_entries_share_is_written_once) {
    const auto value = codec::parse(body()).value();
    const auto& content = value.at("content").get_object();
    EXPECT_EQ(content.at("checkpoints").get_array().size(), 2U);
    EXPECT_EQ(content.at("matter").at("entries").get_array().size(), 4U);
}

TEST(ProofFile, the_order_of_registries_does_not_change_the_bytes) {
    ProofContents contents = story().contents;
    contents.registries.insert(contents.registries.begin(), {story().world.xo.party, {}});
    const std::string first = write_proof(contents).value();
    std::swap(contents.registries[0], contents.registries[1]);
    EXPECT_EQ(write_proof(contents).value(), first);
}

TEST(ProofFile, a_registry_that_is_the_matter_itself_is_not_written_twice) {
    World world;
    world.tell();
    world.matter = World::registry_of(world.xa);
    const auto read = read_proof(write_proof(world.contents()).value());
    ASSERT_TRUE(read);
    EXPECT_TRUE(read->registries.empty());
    EXPECT_EQ(read->entries.size(), 1U);
}

TEST(ProofFile, refuses_to_write_what_could_not_be_read) {
    ProofContents contents = story().contents;
    contents.entries.clear();
    EXPECT_EQ(write_proof(contents).error().kind, base::ErrorKind::malformed);
    contents = story().contents;
    contents.entries[0].receipt = contents.entries[1].receipt;
    EXPECT_EQ(write_proof(contents).error().place, "/content/matter/entries/0");
    contents = story().contents;
    contents.registries.push_back(contents.registries[0]);
    EXPECT_EQ(write_proof(contents).error().place, "/content/registries/1");
}

TEST(ProofFile, every_truncation_is_refused) {
    for (std::size_t size = 0; size < story().file.size(); ++size) {
        const auto read = read_proof(std::string_view(story().file).substr(0, size));
        ASSERT_FALSE(read) << size;
        ASSERT_EQ(read.error().kind, base::ErrorKind::invalid);
        ASSERT_FALSE(read.error().place.empty());
    }
}

TEST(ProofFile, doubled_and_additional_lines_are_refused) {
    const std::string& file = story().file;
    EXPECT_EQ(refused("comity-proof 2\n" + file).place, "line 2");
    EXPECT_EQ(refused(file + body()).place, "line 2");
    EXPECT_EQ(refused(file + "\n").place, "line 2");
    EXPECT_TRUE(refused(with_digest(body() + body())).place.starts_with("line 3"));
    EXPECT_TRUE(refused(with_digest(body() + "\n")).place.starts_with("line 3"));
    EXPECT_EQ(refused(with_digest(body().substr(0, body().size() - 1))).place, "line 3");
    EXPECT_EQ(refused("").place, "line 1");
    EXPECT_EQ(refused("comity-proof 4\n" + file.substr(15)).place, "line 1");
}

TEST(ProofFile, only_the_canonical_text_is_read) {
    EXPECT_TRUE(refused(with_digest(" " + body())).place.starts_with("line 3"));
    std::string spaced = body();
    spaced.insert(1, " ");
    EXPECT_TRUE(refused(with_digest(spaced)).place.starts_with("line 3"));
    EXPECT_TRUE(refused(with_digest("{}\n")).place.starts_with("/content"));
}

TEST(ProofFile, deep_nesting_is_refused_and_not_followed) {
    EXPECT_EQ(refused(with_digest(std::string(1'000'000, '[') + "\n")).kind,
              base::ErrorKind::invalid);
    std::string nested = "{\"content\":";
    for (int i = 0; i < 100'000; ++i) {
        nested += "{\"content\":";
    }
    EXPECT_EQ(refused(with_digest(nested + "\n")).kind, base::ErrorKind::invalid);
}

TEST(ProofFile, an_oversized_file_is_refused_before_it_is_read) {
    std::string large = story().file;
    large.resize(max_proof_bytes + 1, ' ');
    EXPECT_EQ(refused(large).what, "a proof file has at most 64 MiB");
}

TEST(ProofFile, checkpoints_out_of_order_unused_or_doubled_are_refused) {
    auto altered = [](auto change) {
        codec::Value value = codec::parse(body()).value();
        change(value.at("content").get_object());
        return refused(with_digest(codec::canonical(value) + "\n"));
    };
    EXPECT_EQ(altered([](codec::Object& content) {
                  content["checkpoints"].get_array().push_back(codec::Object{{"note", "more"}});
              }).place,
              "/content/checkpoints");
    EXPECT_EQ(altered([](codec::Object& content) {
                  codec::Array& list = content["checkpoints"].get_array();
                  list[1] = codec::Value(list[0]);
              }).place,
              "/content/checkpoints/1");
    EXPECT_EQ(altered([](codec::Object& content) {
                  content["matter"].at("entries").at(0).at("proof").get_object()["checkpoint"] = 7;
              }).place,
              "/content/matter/entries/0/proof/checkpoint");
    EXPECT_EQ(altered([](codec::Object& content) {
                  content["matter"].at("entries").at(0).at("proof").get_object()["checkpoint"] = -1;
              }).place,
              "/content/matter/entries/0/proof/checkpoint");
    EXPECT_EQ(altered([](codec::Object& content) {
                  content["law"].get_array().push_back(codec::Object{{"name", "x"}});
              }).place,
              "/content/law/6/text");
}

}  // namespace
}  // namespace comity::prooffile
