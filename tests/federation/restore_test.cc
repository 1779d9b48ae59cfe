// A node that lost its disk is restored from its peers' copies: real processes, real folders.

#include <cstdlib>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <sys/wait.h>

#include "app/comity/demo/story.h"
#include "app/comity/node_folder.h"
#include "tests/federation/theatre.h"

namespace comity::federation {
namespace {

using testing::HasSubstr;

// docs/cli.md
constexpr int done = 0;
constexpr int conflict = 8;
constexpr int unavailable = 69;

struct Output {
    int code = -1;
    std::string text;
};

/// Runs `comity node restore` on a party's folder.
Output restore(const Theatre& theatre, std::string_view party, const std::string& more = {}) {
    const fs::path output = theatre.folder("restore.txt");
    const std::string command = "'" COMITY_PROGRAM "' node restore --dir '" +
                                theatre.folder(party).string() + "' " + more + " >'" +
                                output.string() + "' 2>&1";
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, content_of(output)};
}

codec::Object as_json(const Output& output) {
    const auto value = codec::parse(output.text);
    EXPECT_TRUE(value.has_value()) << output.text;
    return value ? value->get_object() : codec::Object{};
}

/// What a disk that fails takes with it; keys, configuration, annex and law are in a back-up.
void lose_disk(const fs::path& node) {
    for (const char* name : {"store.sqlite", "store.sqlite-wal", "store.sqlite-shm",
                             "store.sqlite.lock", "addresses.json"}) {
        fs::remove(node / name);
    }
    fs::remove_all(node / "ledger");
    fs::remove_all(node / "daykeys");
}

/// What the outline says of one node.
std::multiset<std::string> lines_of(Theatre& theatre, std::string_view party) {
    const auto outline = theatre.outline();
    EXPECT_TRUE(outline.has_value()) << outline.error().text();
    return outline ? outline->at(std::string(party)) : std::multiset<std::string>{};
}

/// Waits until the nodes that were launched have asked each other and serve.
void expect_ready(Theatre& theatre) {
    for (const auto& [name, institution] : theatre.cast().institutions) {
        const fs::path addresses = institution.folder / "addresses.json";
        for (int i = 0; i < 400 && !fs::exists(addresses); ++i) {
            (void)theatre.cast().signals.wait(std::chrono::milliseconds(50));
        }
        EXPECT_TRUE(fs::exists(addresses)) << name << content_of(institution.folder / "serve.log");
    }
}

TEST(Restore, a_lost_disk_is_restored_from_the_peers_and_the_node_goes_on) {
    Theatre theatre;
    demo::Cast& cast = theatre.cast();
    const auto told = theatre.tell();
    ASSERT_TRUE(told.has_value()) << told.error().text() << theatre.told();
    const demo::Records records = theatre.make_records().value();
    const auto before = lines_of(theatre, demo::prosecution);
    const fs::path data = theatre.folder(demo::prosecution);
    ASSERT_TRUE(cast.children.end(data).has_value());
    lose_disk(data);

    // Started as it is, it is found to be behind, and says what to do.
    ASSERT_TRUE(demo::launch(cast, demo::prosecution).has_value());
    EXPECT_EQ(cast.children.wait_for_end(data).value_or(-1), conflict);
    EXPECT_THAT(content_of(data / "serve.log"), HasSubstr("comity node restore"));

    const Output first = restore(theatre, demo::prosecution, "--json");
    ASSERT_EQ(first.code, done) << first.text;
    const codec::Object outcome = as_json(first);
    EXPECT_TRUE(outcome.at("complete").get_bool());
    EXPECT_EQ(outcome.at("had").get_int64(), 0);
    EXPECT_GT(outcome.at("has").get_int64(), 20);
    EXPECT_GT(outcome.at("items").get_int64(), 0);
    EXPECT_TRUE(outcome.at("lost").get_array().empty()) << first.text;
    EXPECT_TRUE(outcome.at("lost-items").get_array().empty()) << first.text;
    EXPECT_FALSE(outcome.at("lost-fields").get_array().empty());  // names, in its own register
    EXPECT_FALSE(fs::exists(data / "lost-leaves.json"));
    EXPECT_FALSE(fs::exists(data / "ledger" / "checkpoint"));  // nothing is published by it

    const Output again = restore(theatre, demo::prosecution);
    EXPECT_EQ(again.code, done) << again.text;
    EXPECT_THAT(again.text, HasSubstr("The ledger is whole"));
    EXPECT_THAT(again.text, testing::Not(HasSubstr("Restored leaves")));

    ASSERT_TRUE(demo::start_one(cast, demo::prosecution).has_value())
        << content_of(data / "serve.log");
    EXPECT_EQ(lines_of(theatre, demo::prosecution), before);
    const auto more = one_more_request(theatre, records);
    EXPECT_TRUE(more.has_value()) << more.error().text();
}

TEST(Restore, an_attesting_node_is_restored_while_the_others_wait_for_it) {
    Theatre theatre;
    demo::Cast& cast = theatre.cast();
    const auto told = theatre.tell();
    ASSERT_TRUE(told.has_value()) << told.error().text() << theatre.told();
    const auto before = lines_of(theatre, demo::board);
    for (const auto& [name, institution] : cast.institutions) {
        ASSERT_TRUE(cast.children.end(institution.folder).has_value());
    }
    lose_disk(theatre.folder(demo::board));
    for (const auto& [name, institution] : cast.institutions) {
        if (name != demo::board) {
            ASSERT_TRUE(demo::launch(cast, name).has_value());
        }
    }
    const Output output = restore(theatre, demo::board);
    ASSERT_EQ(output.code, done) << output.text;
    ASSERT_TRUE(demo::start_one(cast, demo::board).has_value())
        << content_of(theatre.folder(demo::board) / "serve.log");
    expect_ready(theatre);
    EXPECT_EQ(lines_of(theatre, demo::board), before);
    const auto more = one_more_request(theatre, theatre.make_records().value());
    EXPECT_TRUE(more.has_value()) << more.error().text();
}

TEST(Restore, an_old_copy_of_the_folder_is_brought_up_to_what_others_attested) {
    Theatre theatre;
    demo::Cast& cast = theatre.cast();
    const demo::Records records = theatre.open().value();
    const fs::path data = theatre.folder(demo::prosecution);
    const fs::path old = theatre.folder("old-copy");
    ASSERT_TRUE(cast.children.end(data).has_value());
    fs::copy(data, old, fs::copy_options::recursive);
    ASSERT_TRUE(demo::start_one(cast, demo::prosecution).has_value());
    const auto more = one_more_request(theatre, records);
    ASSERT_TRUE(more.has_value()) << more.error().text();
    const auto before = lines_of(theatre, demo::prosecution);
    ASSERT_TRUE(cast.children.end(data).has_value());
    fs::remove_all(data);
    fs::rename(old, data);

    // Who cannot be asked is named, and has to be given up by name.
    ASSERT_TRUE(cast.children.end(theatre.folder(demo::court)).has_value());
    const Output unreached = restore(theatre, demo::prosecution);
    EXPECT_EQ(unreached.code, unavailable);
    EXPECT_THAT(unreached.text, HasSubstr("xa-court"));
    EXPECT_THAT(unreached.text, HasSubstr("--without"));
    const Output output =
        restore(theatre, demo::prosecution, "--without " + std::string(demo::court));
    EXPECT_EQ(output.code, done) << output.text;
    EXPECT_THAT(output.text, HasSubstr("Restored leaves"));
    ASSERT_TRUE(demo::start_one(cast, demo::court).has_value());
    ASSERT_TRUE(demo::start_one(cast, demo::prosecution).has_value())
        << content_of(data / "serve.log");
    EXPECT_EQ(lines_of(theatre, demo::prosecution), before);
    const auto after = one_more_request(theatre, records);
    EXPECT_TRUE(after.has_value()) << after.error().text();
}

TEST(Restore, a_leaf_that_no_peer_holds_is_listed_and_the_node_is_not_served) {
    Theatre theatre;
    demo::Cast& cast = theatre.cast();
    const demo::Records records = theatre.open().value();
    const fs::path data = theatre.folder(demo::prosecution);

    // An act that the board attests while nobody else is there to take it.
    for (const std::string_view party : {demo::central, demo::provider, demo::court}) {
        ASSERT_TRUE(cast.children.end(theatre.folder(party)).has_value());
    }
    const auto act = theatre.stage().take(
        demo::investigator,
        {std::nullopt, "disclosure", "request", demo::request_fields(records, "subscriber")});
    ASSERT_TRUE(act.has_value()) << act.error().text();
    const auto is_attested = [&] {
        const std::string head = content_of(data / "ledger" / "checkpoint");
        return head.find("/xa-prosecution\n" + std::to_string(act->leaf + 1) + "\n") !=
                   std::string::npos &&
               head.find("oversight-board") != std::string::npos;
    };
    for (int i = 0; i < 200 && !is_attested(); ++i) {
        (void)cast.signals.wait(std::chrono::milliseconds(50));
    }
    ASSERT_TRUE(is_attested()) << content_of(data / "ledger" / "checkpoint");
    ASSERT_TRUE(cast.children.end(data).has_value());
    fs::copy(data, theatre.folder("newest"), fs::copy_options::recursive);
    lose_disk(data);
    for (const std::string_view party : {demo::central, demo::provider, demo::court}) {
        ASSERT_TRUE(demo::launch(cast, party).has_value());
    }

    const Output output = restore(theatre, demo::prosecution);
    EXPECT_EQ(output.code, conflict) << output.text;
    EXPECT_THAT(output.text, HasSubstr("LOST leaves " + std::to_string(act->leaf) + ":"));
    const auto list = codec::parse(content_of(data / "lost-leaves.json"));
    ASSERT_TRUE(list.has_value());
    const codec::Array& lost = list->get_object().at("lost").get_array();
    ASSERT_EQ(lost.size(), 1U);
    EXPECT_EQ(lost[0].get_object().at("leaf").get_int64(), act->leaf);
    EXPECT_EQ(list->get_object().at("has").get_int64(), act->leaf);

    ASSERT_TRUE(demo::launch(cast, demo::prosecution).has_value());
    EXPECT_EQ(cast.children.wait_for_end(data).value_or(-1), conflict);
    EXPECT_THAT(content_of(data / "serve.log"), HasSubstr("lost-leaves.json"));
    EXPECT_FALSE(fs::exists(data / "ledger" / "checkpoint"));

    // Found again: a copy that has it.
    fs::remove_all(data);
    fs::rename(theatre.folder("newest"), data);
    ASSERT_TRUE(demo::start_one(cast, demo::prosecution).has_value())
        << content_of(data / "serve.log");
    expect_ready(theatre);
    const auto settled = theatre.stage().settled();
    EXPECT_TRUE(settled.has_value()) << settled.error().text();
}

}  // namespace
}  // namespace comity::federation
