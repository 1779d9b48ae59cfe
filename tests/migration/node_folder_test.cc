// A whole node folder that an earlier version wrote is opened by this one: its ledger is the same,
// its bodies are readable, its matters stand where they stood, and it can go on.

#include "app/comity/node_folder.h"

#include <filesystem>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <unistd.h>

#include "ground/ledger/ledger.h"

namespace comity::app {
namespace {

namespace fs = std::filesystem;

/// A copy of the folder, with the modes that no version control keeps.
class NodeV1 : public testing::Test {
 protected:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "comity-migration-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        place_ = name;
        folder_ = place_ / "node";
        fs::copy(fs::path(COMITY_TEST_DATA) / "node-v1", folder_, fs::copy_options::recursive);
        for (const char* secret : {"keys", "daykeys"}) {
            for (const fs::directory_entry& file : fs::directory_iterator(folder_ / secret)) {
                fs::permissions(file.path(), fs::perms::owner_read | fs::perms::owner_write);
            }
            fs::permissions(folder_ / secret, fs::perms::owner_all);
        }
    }
    void TearDown() override { fs::remove_all(place_); }

    [[nodiscard]] std::unique_ptr<OpenNode> open() const {
        auto node = open_node(folder_);
        EXPECT_TRUE(node.has_value()) << node.error().text();
        return node ? std::move(*node) : nullptr;
    }
    /// What the node's version wrote down about it.
    [[nodiscard]] codec::Object expected() const {
        const auto text = files::read_text_file(folder_ / "expected.json", 64 * 1024);
        EXPECT_TRUE(text.has_value()) << text.error().text();
        return text ? codec::parse(*text).value().get_object() : codec::Object{};
    }

    fs::path place_, folder_;
};

TEST_F(NodeV1, holds_the_ledger_that_it_held) {
    const auto node = open();
    ASSERT_NE(node, nullptr);
    const codec::Object wanted = expected();
    const submit::Sequencer& sequencer = node->institution->sequencer();
    EXPECT_EQ(static_cast<std::int64_t>(sequencer.size()), wanted.at("leaves").get_int64());
    EXPECT_EQ(sequencer.tree().root().hex(), wanted.at("root").get_string());
    // Its static files, as they were published, say the same.
    const auto note = node->files->read("checkpoint");
    ASSERT_TRUE(note.has_value());
    const ledger::NoteKey key = ledger::NoteKey::parse(node->institution->self().ledger).value();
    const auto head = ledger::open_checkpoint(base::text_of(*note), key, {});
    ASSERT_TRUE(head.has_value()) << head.error().text();
    EXPECT_EQ(head->checkpoint.size, sequencer.size());
    EXPECT_EQ(head->checkpoint.root, sequencer.tree().root());
    const auto hashes =
        ledger::check_static_ledger([&](std::string_view path) { return node->files->read(path); },
                                    head->checkpoint.size, head->checkpoint.root);
    EXPECT_TRUE(hashes.has_value()) << hashes.error().text();
}

TEST_F(NodeV1, reads_its_matters_and_their_bodies) {
    const auto node = open();
    ASSERT_NE(node, nullptr);
    const codec::Object wanted = expected();
    const codec::Object& matters = wanted.at("matters").get_object();
    EXPECT_EQ(node->institution->matters().size(), matters.size());
    for (const auto& [id, told] : matters) {
        const auto matter = base::MatterId::parse(std::string_view(id));
        ASSERT_TRUE(matter.has_value());
        const submit::Matter* found = node->institution->matter(*matter);
        ASSERT_NE(found, nullptr) << id;
        EXPECT_FALSE(found->erased) << id;
        const codec::Object& one = told.get_object();
        EXPECT_EQ(found->state.state, one.at("state").get_string()) << id;
        EXPECT_EQ(found->state.procedure->name, one.at("procedure").get_string()) << id;
        EXPECT_EQ(static_cast<std::int64_t>(found->state.done.size()), one.at("acts").get_int64())
            << id;
    }
    // A field that only this node could ever read.
    const auto own = casework::Registry::matter_of(node->institution->settings().party).value();
    bool is_read = false;
    for (const casework::Act* act : node->institution->matter(own)->dossier.in_order(nullptr)) {
        is_read = is_read || act->text("name") == wanted.at("name").get_string();
    }
    EXPECT_TRUE(is_read);
}

TEST_F(NodeV1, proves_every_entry_of_every_author) {
    const auto node = open();
    ASSERT_NE(node, nullptr);
    std::int64_t proven_entries = 0;
    for (const auto& [id, matter] : node->institution->matters()) {
        for (const base::PartyId& author : matter.dossier.authors()) {
            for (const casework::EntryId& entry : matter.dossier.chain(author)) {
                const auto proven = node->institution->proven(entry);
                ASSERT_TRUE(proven.has_value()) << proven.error().text();
                const auto checked = casework::check_proof(node->annex, *proven);
                EXPECT_TRUE(checked.has_value()) << checked.error().text();
                ++proven_entries;
            }
        }
    }
    EXPECT_EQ(proven_entries, expected().at("entries").get_int64());
}

TEST_F(NodeV1, is_opened_again_after_this_version_has_written_to_it) {
    std::string root;
    {
        const auto node = open();
        ASSERT_NE(node, nullptr);
        ASSERT_TRUE(node->institution->publish().has_value());
        root = node->institution->sequencer().tree().root().hex();
    }
    const auto again = open();
    ASSERT_NE(again, nullptr);
    EXPECT_EQ(again->institution->sequencer().tree().root().hex(), root);
}

}  // namespace
}  // namespace comity::app
