// The story of the demonstration with real processes, disturbed: a node behind a line that breaks,
// a node upgraded in mid-matter, a data folder copied back. Undisturbed and disturbed runs must end
// alike.

#include <filesystem>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app/comity/demo/story.h"
#include "app/comity/node_folder.h"
#include "tests/federation/relay.h"
#include "tests/federation/theatre.h"

namespace comity::federation {
namespace {

using testing::HasSubstr;

constexpr int conflict = 8;  // docs/cli.md

/// The story without disturbance, told once for all tests.
const Outline& undisturbed() {
    static const Outline outline = [] {
        Theatre theatre;
        const auto told = theatre.tell();
        EXPECT_TRUE(told.has_value()) << told.error().text() << theatre.told();
        const auto read = theatre.outline();
        EXPECT_TRUE(read.has_value()) << read.error().text();
        return read.value_or(Outline{});
    }();
    return outline;
}

void expect_the_usual_end(Theatre& theatre) {
    const auto outline = theatre.outline();
    ASSERT_TRUE(outline.has_value()) << outline.error().text();
    ASSERT_FALSE(undisturbed().empty());
    EXPECT_EQ(*outline, undisturbed());
}

/// The lines between one node and all others, each a relay, in both directions.
class Lines {
 public:
    Lines(Theatre& theatre, std::string_view around) {
        const auto port_of = [&](const std::string& party) {
            const auto config = app::read_config(theatre.folder(party));
            return static_cast<std::uint16_t>(config.value().federation_port);
        };
        Relay& inwards = add(port_of(std::string(around)));
        app::NodeConfig inner = app::read_config(theatre.folder(around)).value();
        for (const auto& [name, institution] : theatre.cast().institutions) {
            if (name == around) {
                continue;
            }
            app::NodeConfig outer = app::read_config(institution.folder).value();
            redirect(outer, std::string(around), inwards.port());
            EXPECT_TRUE(app::write_config(institution.folder, outer).has_value());
            redirect(inner, name, add(port_of(name)).port());
        }
        EXPECT_TRUE(app::write_config(theatre.folder(around), inner).has_value());
    }
    void set(Line line) {
        for (const auto& relay : relays_) {
            relay->set(line);
        }
    }
    [[nodiscard]] std::uint64_t passed() const {
        std::uint64_t sum = 0;
        for (const auto& relay : relays_) {
            sum += relay->passed();
        }
        return sum;
    }

 private:
    Relay& add(std::uint16_t target) {
        return *relays_.emplace_back(std::make_unique<Relay>(target));
    }
    static void redirect(app::NodeConfig& config, const std::string& party, std::uint16_t port) {
        for (app::PeerAddress& peer : config.peers) {
            if (peer.party.text() == party) {
                peer.port = port;
            }
        }
    }
    std::vector<std::unique_ptr<Relay>> relays_;
};

/// Acts at the prosecution between the request of the disclosure and its order, while the central
/// authority of the other state is behind a broken line.
void tell_behind_a_broken_line(Line broken) {
    Theatre theatre;
    Lines lines(theatre, demo::central);
    int acts_behind = 0;
    std::string matter;
    theatre.stage().after_each_act([&](std::size_t,
                                       const demo::Institution& at) -> base::Result<void> {
        if (at.party != demo::prosecution || theatre.told().find("\n4. ") == std::string::npos ||
            theatre.told().find("\n5. ") != std::string::npos) {
            return {};
        }
        ++acts_behind;
        if (acts_behind == 1) {
            lines.set(broken);
        } else if (acts_behind == 3) {
            // Three acts are acknowledged here; of the last two nothing can have come there.
            const std::uint64_t passed = lines.passed();
            const codec::Value there = COMITY_TRY(theatre.office(demo::central).get("/matters"));
            EXPECT_EQ(lines.passed(), passed);
            for (const codec::Value& one : there.get_array()) {
                if (one.get_object().at("procedure").get_string() == "disclosure") {
                    EXPECT_LE(one.get_object().at("acts").get_int64(), 1);
                }
            }
            lines.set(Line::whole);
        }
        return {};
    });
    const auto told = theatre.tell();
    ASSERT_TRUE(told.has_value()) << told.error().text() << theatre.told();
    EXPECT_GE(acts_behind, 3);
    EXPECT_GT(lines.passed(), 0U);
    expect_the_usual_end(theatre);
}

TEST(Partition, a_node_behind_a_silent_line_comes_to_the_usual_end) {
    tell_behind_a_broken_line(Line::silent);
}

TEST(Partition, a_node_behind_a_cut_line_comes_to_the_usual_end) {
    tell_behind_a_broken_line(Line::cut);
}

TEST(Upgrade, every_node_replaced_by_another_program_in_mid_matter_goes_on) {
    Theatre theatre;
    const fs::path newer = theatre.folder("newer-comity");
    fs::copy_file(COMITY_PROGRAM, newer);
    std::set<std::string> upgraded;
    theatre.stage().after_each_act(
        [&](std::size_t, const demo::Institution& at) -> base::Result<void> {
            const bool mid_matter = theatre.told().find("\n3. ") != std::string::npos;
            if (!mid_matter || !upgraded.insert(at.party).second) {
                return {};
            }
            theatre.cast().children.use_program(newer);
            COMITY_TRY(theatre.cast().children.end(at.folder));
            return demo::start_one(theatre.cast(), at.party);
        });
    const auto told = theatre.tell();
    ASSERT_TRUE(told.has_value()) << told.error().text() << theatre.told();
    EXPECT_EQ(upgraded.size(), 3U);  // the prosecution, the central authority, the provider
    expect_the_usual_end(theatre);
}

TEST(Rollback, a_data_folder_copied_back_signs_nothing_and_says_how_to_recover) {
    Theatre theatre;
    demo::Cast& cast = theatre.cast();
    const demo::Records records = theatre.open().value();

    const fs::path data = theatre.folder(demo::prosecution);
    const fs::path old = theatre.folder("old-copy");
    const fs::path newest = theatre.folder("newest");
    ASSERT_TRUE(cast.children.end(data).has_value());
    fs::copy(data, old, fs::copy_options::recursive);
    ASSERT_TRUE(demo::start_one(cast, demo::prosecution).has_value());
    const auto more = one_more_request(theatre, records);
    ASSERT_TRUE(more.has_value()) << more.error().text();
    ASSERT_TRUE(cast.children.end(data).has_value());

    fs::rename(data, newest);
    fs::copy(old, data, fs::copy_options::recursive);
    fs::remove(data / "serve.log");
    const std::string checkpoint = content_of(data / "ledger" / "checkpoint");
    ASSERT_TRUE(demo::launch(cast, demo::prosecution).has_value());
    const auto code = cast.children.wait_for_end(data);
    ASSERT_TRUE(code.has_value()) << code.error().text();
    EXPECT_EQ(*code, conflict);
    const std::string said = content_of(data / "serve.log");
    EXPECT_THAT(said, HasSubstr("this node's data are older than what others attested"));
    EXPECT_THAT(said, HasSubstr("docs/operations.md, Restore"));
    EXPECT_EQ(content_of(data / "ledger" / "checkpoint"), checkpoint);
    EXPECT_FALSE(fs::exists(data / "addresses.json"));

    // The way out that it named: the newest copy in its place.
    fs::rename(data, theatre.folder("refused"));
    fs::rename(newest, data);
    ASSERT_TRUE(demo::start_one(cast, demo::prosecution).has_value())
        << content_of(data / "serve.log");
    const auto after = one_more_request(theatre, records);
    EXPECT_TRUE(after.has_value()) << after.error().text();
}

TEST(Rollback, a_node_that_reaches_no_attesting_node_waits_and_then_serves) {
    Theatre theatre;
    demo::Cast& cast = theatre.cast();
    Lines lines(theatre, demo::court);
    lines.set(Line::cut);
    for (const auto& [name, institution] : cast.institutions) {
        if (name != demo::court) {
            ASSERT_TRUE(demo::launch(cast, name).has_value());
        }
    }
    ASSERT_TRUE(demo::launch(cast, demo::court).has_value());
    // The others ask each other, and are ready without the court.
    const auto is_ready = [&](std::string_view party) {
        return fs::exists(theatre.folder(party) / "addresses.json");
    };
    for (int i = 0; i < 400 && !is_ready(demo::provider); ++i) {
        (void)cast.signals.wait(std::chrono::milliseconds(50));
    }
    ASSERT_TRUE(is_ready(demo::provider));
    EXPECT_FALSE(is_ready(demo::court));
    lines.set(Line::whole);
    for (int i = 0; i < 400 && !is_ready(demo::court); ++i) {
        (void)cast.signals.wait(std::chrono::milliseconds(50));
    }
    EXPECT_TRUE(is_ready(demo::court));
}

}  // namespace
}  // namespace comity::federation
